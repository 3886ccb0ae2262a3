"""Receipts of what was erased: kept for good, because they name nobody."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from motesklar.errors import NotFound
from motesklar.i18n import N_
from motesklar.store.database import Database
from motesklar.store.privacy_tables import ErasureReceipt

#: More than anybody looks through; the rest stand in the database.
SHOWN = 200


class Receipts:
    """The table of receipts."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def add(
        self,
        kind: str,
        counts: Mapping[str, int],
        *,
        at: datetime,
        actor_id: str,
        before: datetime | None = None,
    ) -> str:
        """Write a receipt; returns its id."""
        receipt = ErasureReceipt(
            at=at, actor_id=actor_id, kind=kind, before=before, counts=dict(counts)
        )
        with self.database.transaction() as session:
            session.add(receipt)
            session.flush()
            return receipt.id

    def latest(self) -> list[ErasureReceipt]:
        """The newest first."""
        query = select(ErasureReceipt).order_by(ErasureReceipt.at.desc(), ErasureReceipt.id)
        with self.database.transaction() as session:
            return list(session.scalars(query.limit(SHOWN)))

    def get(self, receipt_id: str) -> ErasureReceipt:
        """One of them.

        Raises:
            NotFound: there is none with that id.
        """
        with self.database.transaction() as session:
            receipt = session.get(ErasureReceipt, receipt_id)
        if receipt is None:
            raise NotFound(N_("There is no such receipt."))
        return receipt
