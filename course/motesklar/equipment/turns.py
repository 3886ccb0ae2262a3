"""Table by table: the tables of a hall test one after another, as the leader says."""

from collections.abc import Callable

from sqlalchemy import delete, select

from motesklar.equipment.messages import Turn
from motesklar.equipment.readiness import table_order
from motesklar.errors import NotFound
from motesklar.i18n import N_
from motesklar.store.database import Database
from motesklar.store.models import HallTurn, Participant

Listener = Callable[[], None]


class Turns:
    """Whose turn it is, in each workshop."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` whenever the turn passes on anywhere; returns what ends it."""
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end

    def set(self, workshop_id: str, table: str | None) -> None:
        """Let a table test, or everybody when it is None; the same table twice is once.

        Raises:
            NotFound: nobody sits at that table.
        """
        with self.database.transaction() as session:
            if table is not None:
                seated = select(Participant.person_id).where(
                    Participant.workshop_id == workshop_id, Participant.table_number == table
                )
                if session.scalars(seated.limit(1)).first() is None:
                    raise NotFound(N_("Nobody sits at that table."), N_("Choose another table."))
                session.merge(HallTurn(workshop_id=workshop_id, table_number=table))
            else:
                session.execute(delete(HallTurn).where(HallTurn.workshop_id == workshop_id))
        for listener in list(self._listeners):
            listener()

    def of_person(self, workshop_id: str, person_id: str) -> Turn | None:
        """Whose turn it is in a workshop that the person is in, and whether it is theirs."""
        with self.database.transaction() as session:
            turn = session.get(HallTurn, workshop_id)
            participant = session.get(Participant, (workshop_id, person_id))
            if turn is None or participant is None:
                return None
            tables = set(
                session.scalars(
                    select(Participant.table_number)
                    .where(Participant.workshop_id == workshop_id)
                    .distinct()
                )
            ) | {turn.table_number}  # those who sat there may have moved
        order = sorted(tables, key=table_order)
        return Turn(
            table=turn.table_number,
            mine=participant.table_number == turn.table_number,
            number=order.index(turn.table_number) + 1,
            total=len(order),
        )
