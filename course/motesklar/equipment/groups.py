"""Groups as leaders watch them: read once, then kept up by the facts that come.

Eighty people who test at the same time make hundreds of facts a minute; reading everybody's
verdicts anew for each would hold up the server, so a watched group changes in memory. It is read
anew now and then, because another process may have changed what it shows.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from motesklar.equipment.readiness import Group, Member, counts, make_group
from motesklar.equipment.verdicts import VERDICT_FACT, Verdict, latest, read_verdict
from motesklar.errors import NotFound
from motesklar.i18n import N_
from motesklar.store.database import Database
from motesklar.store.facts import FactRecord
from motesklar.store.models import Fact, HallTurn, Participant, Person, Workshop
from motesklar.workshops.participation import is_open

Listener = Callable[[], None]


@dataclass
class _Watched:
    """A group that somebody watches.

    Args:
        group: as it is now; None when it has to be read.
        version: grows at each change, so that a group read meanwhile is not taken for new.
    """

    listeners: list[Listener] = field(default_factory=list)
    group: Group | None = None
    version: int = 0


class Groups:
    """The participants of workshops and their verdicts. Facts may come from any thread.

    Args:
        counts_for: how long a verdict counts.
        now: the clock, UTC without a zone.
    """

    def __init__(
        self, database: Database, counts_for: timedelta, now: Callable[[], datetime]
    ) -> None:
        self.database = database
        self.counts_for = counts_for
        self.now = now
        self._watched: dict[str, _Watched] = {}
        self._lock = threading.Lock()

    def get(self, workshop_id: str) -> Group:
        """The group; no query while somebody watches it and nobody has come or gone.

        Raises:
            NotFound: there is no such workshop.
        """
        with self._lock:
            watched = self._watched.get(workshop_id)
            if watched is not None and watched.group is not None:
                return watched.group
            version = watched.version if watched else 0
        group = self._read(workshop_id)
        with self._lock:
            if watched is not None and watched.version == version:
                watched.group = group
        return group

    def subscribe(self, workshop_id: str, listener: Listener) -> Callable[[], None]:
        """Call `listener`, in whichever thread, after each change; returns what ends it.

        Ending it twice does nothing more.
        """
        with self._lock:
            self._watched.setdefault(workshop_id, _Watched()).listeners.append(listener)
        return lambda: self._unsubscribe(workshop_id, listener)

    def forget(self, workshop_id: str) -> list[Listener]:
        """Have the group read when it is next wanted; returns who watches it."""
        with self._lock:
            watched = self._watched.get(workshop_id)
            if watched is None:
                return []
            watched.group = None
            watched.version += 1
            return list(watched.listeners)

    def set_changed(self, workshop_id: str) -> None:
        """Have the group read anew, and tell whoever watches it."""
        for listener in self.forget(workshop_id):
            listener()

    def on_fact(self, fact: FactRecord) -> None:
        """Keep up with what people do."""
        if fact.kind == "joined_workshop":
            self.set_changed(str(fact.detail.get("workshop", "")))
        elif fact.kind == VERDICT_FACT:
            verdict = read_verdict(fact.detail, fact.at)
            if verdict is not None and counts(verdict):
                for listener in self._apply(fact.person_id, verdict):
                    listener()

    def _apply(self, person_id: str, verdict: Verdict) -> list[Listener]:
        """Put a verdict into the groups that its person is in; returns who watches them."""
        told: list[Listener] = []
        with self._lock:
            for watched in self._watched.values():
                if watched.group is None:
                    # being read at this moment, perhaps without this verdict
                    watched.version += 1
                    told += watched.listeners
                elif any(one.person_id == person_id for one in watched.group.members):
                    watched.version += 1
                    watched.group = _with(watched.group, person_id, verdict)
                    told += watched.listeners
        return told

    def _read(self, workshop_id: str) -> Group:
        with self.database.transaction() as session:
            workshop = session.get(Workshop, workshop_id)
            if workshop is None:
                raise NotFound(
                    N_("There is no such workshop."), N_("Choose one among your workshops.")
                )
            if not is_open(workshop, self.now()):
                return Group((), ended=True)
            people = session.execute(
                select(Person.id, Person.name, Person.department, Participant.table_number)
                .join(Participant, Participant.person_id == Person.id)
                .where(Participant.workshop_id == workshop_id)
            ).all()
            facts = session.execute(
                select(Fact.person_id, Fact.detail, Fact.at)
                .join(Participant, Participant.person_id == Fact.person_id)
                .where(
                    Participant.workshop_id == workshop_id,
                    Fact.kind == VERDICT_FACT,
                    Fact.at > self.now() - self.counts_for,
                )
                .order_by(Fact.at, Fact.id)
            ).all()
            turn = session.get(HallTurn, workshop_id)
        found: dict[str, list[Verdict]] = {}
        for person_id, detail, at in facts:
            verdict = read_verdict(detail, at)
            if verdict is not None and counts(verdict):
                found.setdefault(person_id, []).append(verdict)
        return make_group(
            (
                Member(person_id, name, department, table, latest(found.get(person_id, ())))
                for person_id, name, department, table in people
            ),
            turn=turn.table_number if turn else None,
        )

    def _unsubscribe(self, workshop_id: str, listener: Listener) -> None:
        with self._lock:
            watched = self._watched.get(workshop_id)
            if watched is None or listener not in watched.listeners:
                return
            watched.listeners.remove(listener)
            if not watched.listeners:
                del self._watched[workshop_id]


def _with(group: Group, person_id: str, verdict: Verdict) -> Group:
    """The group after one more verdict."""
    return replace(
        group,
        members=tuple(
            replace(one, verdicts=latest([*one.verdicts.values(), verdict]))
            if one.person_id == person_id
            else one
            for one in group.members
        ),
    )
