"""What the pages about people's rights use, made once at start."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from motesklar.accounts.manager import Accounts
from motesklar.config import Settings
from motesklar.privacy.faults import FaultReports
from motesklar.privacy.informing import Informing
from motesklar.privacy.log import AuditLog
from motesklar.privacy.receipts import Receipts
from motesklar.privacy.requests import DataRequests
from motesklar.privacy.retention import Erasing, RetentionDesk
from motesklar.store.database import Database
from motesklar.store.models import utcnow


@dataclass(frozen=True)
class Privacy:
    """The parts, each with its own table."""

    requests: DataRequests
    desk: RetentionDesk
    receipts: Receipts
    log: AuditLog
    informing: Informing
    faults: FaultReports

    @classmethod
    def create(
        cls,
        *,
        settings: Settings,
        database: Database,
        accounts: Accounts,
        erasing: Erasing,
        now: Callable[[], datetime] = utcnow,
    ) -> "Privacy":
        """All of them over one database."""
        return cls(
            requests=DataRequests(database, now),
            desk=RetentionDesk(
                database=database,
                settings=settings.retention,
                ledger=accounts.ledger,
                receipts=accounts.receipts,
                erasing=erasing,
                remove_person=accounts.remove_person,
                now=now,
            ),
            receipts=accounts.receipts,
            log=AuditLog(database),
            informing=Informing(database, settings.privacy.text_date, now),
            faults=FaultReports(database, now),
        )
