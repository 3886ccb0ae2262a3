"""Decisions of reviewers: kept with their history, each one once, and only within their sight."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from motesklar.accounts.sight import sight_of
from motesklar.course import Course
from motesklar.errors import NotFound
from motesklar.i18n import N_
from motesklar.review.completion import State
from motesklar.review.decisions import (
    Made,
    NoDecision,
    Overtaken,
    Stand,
    Wanted,
    decided,
    why_not_approved,
)
from motesklar.review.projection import DecidedKind, Projection
from motesklar.store.chunks import chunks
from motesklar.store.database import Database
from motesklar.store.models import AuditEntry, Person, utcnow
from motesklar.store.review_tables import CompletionRow, Decision

log = logging.getLogger("motesklar.review")


class UnknownPerson(NotFound):
    """Nobody of that id, or nobody whom this reviewer may see: told alike."""

    message = N_("There is no such person here.")
    next_step = N_("Go back to the table and choose somebody there.")


@dataclass(frozen=True)
class Returned:
    """A module that its learner is asked to do once more.

    Args:
        words: what a reviewer wrote about what to do.
    """

    module: str
    words: str
    at: datetime


@dataclass(frozen=True)
class Bulk:
    """Who of many can be approved, and who can't and why.

    Args:
        ready: the people (id and name).
        left_out: the others, each with the reason.
    """

    ready: list[tuple[str, str]]
    left_out: list[tuple[str, str, NoDecision]]


class Deciding:
    """Decisions about people's modules.

    Args:
        course: gives the course as it is published now.
        projection: is told whose completion has changed.
        now: the clock, UTC without a zone.
    """

    def __init__(
        self,
        database: Database,
        course: Callable[[], Course],
        projection: Projection,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.database = database
        self.course = course
        self.projection = projection
        self.now = now

    def person(self, actor_id: str, person_id: str) -> Person:
        """Somebody whom the actor may see.

        Raises:
            UnknownPerson: there is nobody, or it is not for this reviewer.
        """
        with self.database.transaction() as session:
            return _seen(session, actor_id, person_id)

    def stands(self, person_id: str) -> dict[str, Stand]:
        """How a person's modules stand, in the order of the course."""
        with self.database.transaction() as session:
            return {
                module.name: self._stands(session, module.name, [person_id])[person_id]
                for module in self.course().modules
            }

    def history(self, person_id: str) -> list[Made]:
        """What was decided about a person's modules, the newest first."""
        query = (
            select(Decision, Person.name)
            .outerjoin(Person, Person.id == Decision.actor_id)
            .where(Decision.person_id == person_id)
            .order_by(Decision.at.desc(), Decision.number.desc())
        )
        with self.database.transaction() as session:
            return [_made(row, name) for row, name in session.execute(query)]

    def returned(self, person_id: str) -> list[Returned]:
        """What a learner is asked to do once more, in the order of the course."""
        waiting = []
        made: dict[str, Made] = {}
        for one in self.history(person_id):
            made.setdefault(one.module, one)
        for module, stand in self.stands(person_id).items() if made else ():
            if stand.decided is DecidedKind.RETURNED:
                waiting.append(Returned(module, made[module].words, made[module].at))
        return waiting

    def returned_module(self, person_id: str, module: str) -> Returned | None:
        """The same for one module; None where nothing is asked."""
        return next((one for one in self.returned(person_id) if one.module == module), None)

    def decide(self, actor_id: str, person_id: str, module: str, wanted: Wanted) -> None:
        """Make a decision.

        Raises:
            UnknownPerson: it is not for this reviewer, or the person was erased meanwhile.
            NotFound: the course has no such module.
            NoDecision: it can't be decided so.
            Overtaken: somebody else has decided since this reviewer looked.
        """
        name = self.course().module(module).name
        # what was handed in a moment ago counts
        self.projection.refresh([person_id], name)
        try:
            with self.database.transaction() as session:
                person = _seen(session, actor_id, person_id)
                stand = self._stands(session, name, [person_id])[person_id]
                if stand.number != wanted.seen:
                    raise Overtaken(_last(session, person_id, name))
                self._add(session, actor_id, person.id, name, stand, wanted)
                _note(session, self.now(), actor_id, f"decision {wanted.kind}", person_id, name)
        except IntegrityError as error:
            self.person(actor_id, person_id)  # UnknownPerson where it was erased meanwhile
            with self.database.transaction() as session:
                raise Overtaken(_last(session, person_id, name)) from error
        self.projection.refresh([person_id], name)
        log.info("a reviewer has decided: %s", wanted.kind)

    def sort_out(self, actor_id: str, people: Collection[str], module: str) -> Bulk:
        """Who of these people can be approved; nothing is changed.

        People whom the actor may not see, or who are gone, are in neither list.

        Raises:
            NotFound: the course has no such module.
        """
        name = self.course().module(module).name
        bulk = Bulk([], [])
        with self.database.transaction() as session:
            for some in chunks(dict.fromkeys(people)):
                self._sort_out(session, actor_id, some, name, bulk)
        return bulk

    def approve_all(self, actor_id: str, people: Collection[str], module: str) -> Bulk:
        """Approve those of these people who can be; `ready` of the answer has been done.

        Broken off, those before are done; a second time changes nothing more.

        Raises:
            NotFound: the course has no such module.
        """
        name = self.course().module(module).name
        done = Bulk([], [])
        for some in chunks(dict.fromkeys(people)):
            try:
                bulk = self._approve(actor_id, some, name)
            except IntegrityError:
                # somebody else has decided about one of them in this moment: sorted out anew
                bulk = self._approve(actor_id, some, name)
            self.projection.refresh([person for person, _ in bulk.ready], name)
            done.ready.extend(bulk.ready)
            done.left_out.extend(bulk.left_out)
        log.info("a reviewer has approved %d people at once", len(done.ready))
        return done

    def note_view(self, actor_id: str, action: str, person_id: str, what: str = "") -> None:
        """Log who looked at whose data."""
        with self.database.transaction() as session:
            _note(session, self.now(), actor_id, action, person_id, what)

    def _approve(self, actor_id: str, people: Sequence[str], module: str) -> Bulk:
        bulk = Bulk([], [])
        with self.database.transaction() as session:
            last = self._last_decisions(session, module, people)
        self.projection.refresh(people, module)
        with self.database.transaction() as session:
            stands = self._sort_out(session, actor_id, people, module, bulk)
            for person, _ in bulk.ready:
                # numbered by what was known before the look: a decision since then, which the
                # stand may not show yet, makes saving fail
                number = last[person].number if person in last else 0
                stand = replace(stands[person], number=number)
                wanted = Wanted(DecidedKind.APPROVED, stand.number)
                self._add(session, actor_id, person, module, stand, wanted)
                _note(session, self.now(), actor_id, "decision approved", person, module)
        return bulk

    def _sort_out(
        self, session: Session, actor_id: str, people: Sequence[str], module: str, bulk: Bulk
    ) -> dict[str, Stand]:
        sight = sight_of(_actor(session, actor_id))
        query = select(Person.id, Person.name).where(
            Person.id.in_(people), sight.where(Person.department)
        )
        names = {row.id: row.name for row in session.execute(query)}
        stands = self._stands(session, module, list(names))
        for person in people:
            if person not in names:
                continue
            problem = why_not_approved(stands[person])
            if problem is None:
                bulk.ready.append((person, names[person]))
            else:
                bulk.left_out.append((person, names[person], problem))
        return stands

    def _stands(self, session: Session, module: str, people: Sequence[str]) -> dict[str, Stand]:
        rows = {
            row.person_id: row
            for row in session.scalars(
                select(CompletionRow).where(
                    CompletionRow.module == module, CompletionRow.person_id.in_(people)
                )
            )
        }
        last = self._last_decisions(session, module, people)
        start = self.projection.starting_state(module)
        can_hand_in = bool(self.course().module(module).exercises)
        return {
            person: _stand(rows.get(person), last.get(person), start, can_hand_in=can_hand_in)
            for person in people
        }

    def _last_decisions(
        self, session: Session, module: str, people: Sequence[str]
    ) -> dict[str, Decision]:
        query = select(Decision).where(Decision.module == module, Decision.person_id.in_(people))
        return {one.person_id: one for one in session.scalars(query.order_by(Decision.number))}

    def _add(
        self,
        session: Session,
        actor_id: str,
        person_id: str,
        module: str,
        stand: Stand,
        wanted: Wanted,
    ) -> None:
        session.add(
            Decision(
                person_id=person_id,
                module=module,
                number=stand.number + 1,
                kind=wanted.kind.value,
                before=stand.state.value,
                after=decided(stand, wanted).value,
                words=wanted.words,
                actor_id=actor_id,
                at=self.now(),
            )
        )
        # two at once: the second one fails here
        session.flush()


def _stand(
    row: CompletionRow | None, last: Decision | None, start: State, *, can_hand_in: bool
) -> Stand:
    holds = row is not None and row.decided_by is not None and last is not None
    return Stand(
        state=State(row.state) if row else start,
        earned=State(row.earned) if row else start,
        decided=DecidedKind(last.kind) if holds and last else None,
        number=last.number if last else 0,
        can_hand_in=can_hand_in,
    )


def _seen(session: Session, actor_id: str, person_id: str) -> Person:
    person = session.get(Person, person_id)
    if person is None or not sight_of(_actor(session, actor_id)).covers(person.department):
        raise UnknownPerson
    return person


def _actor(session: Session, actor_id: str) -> Person:
    actor = session.get(Person, actor_id)
    if actor is None:  # erased in this moment
        raise UnknownPerson
    return actor


def _last(session: Session, person_id: str, module: str) -> Made:
    query = (
        select(Decision, Person.name)
        .outerjoin(Person, Person.id == Decision.actor_id)
        .where(Decision.person_id == person_id, Decision.module == module)
        .order_by(Decision.number.desc())
        .limit(1)
    )
    found = session.execute(query).first()
    if found is None:
        raise UnknownPerson
    return _made(*found)


def _made(row: Decision, name: str | None) -> Made:
    return Made(
        module=row.module,
        number=row.number,
        kind=DecidedKind(row.kind),
        before=State(row.before),
        after=State(row.after),
        words=row.words,
        by=name or "",
        at=row.at,
    )


def _note(
    session: Session, at: datetime, actor_id: str, action: str, person_id: str, what: str
) -> None:
    subject = f"{person_id} {what}".strip()[:120]
    session.add(AuditEntry(at=at, actor_id=actor_id, action=action, subject=subject))
