"""The entries of one roster: changed by a file, matched by address, tested or not."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from motesklar.equipment.readiness import Readiness, counts, readiness_of
from motesklar.equipment.verdicts import VERDICT_FACT, Verdict, latest, read_verdict
from motesklar.errors import NotFound
from motesklar.i18n import N_
from motesklar.store.models import Fact, Participant, Person, RosterEntry
from motesklar.workshops.roster.file import Expected, RosterFile


class HowTested(enum.StrEnum):
    """How far an expected person has come with testing; never how it went."""

    DONE = "done"  # everything that a call needs is tested
    STARTED = "started"  # something is left to test
    NOT_YET = "not_yet"  # nothing is tested, as far as the course knows


@dataclass(frozen=True)
class RosterChange:
    """What a file does, or did, to a roster."""

    added: tuple[Expected, ...]
    changed: tuple[Expected, ...]
    unchanged: int
    passed_over: tuple[str, ...]


def tested_of(session: Session, workshop_id: str, since: datetime) -> dict[str, HowTested]:
    """Entry id to how far whoever it means has come since then; before they come, by address."""
    means = or_(
        RosterEntry.person_id == Person.id,
        (RosterEntry.person_id.is_(None)) & (RosterEntry.email == Person.email),
    )
    query = (
        select(RosterEntry.id, Fact.detail, Fact.at)
        .join(Person, means)
        .join(Fact, Fact.person_id == Person.id)
        .where(
            RosterEntry.workshop_id == workshop_id,
            Fact.kind == VERDICT_FACT,
            Fact.at > since,
        )
        .order_by(Fact.at, Fact.id)
    )
    found: dict[str, list[Verdict]] = {}
    for entry_id, detail, at in session.execute(query):
        verdict = read_verdict(detail, at)
        if verdict is not None and counts(verdict):
            found.setdefault(entry_id, []).append(verdict)
    return {entry_id: _tested(verdicts) for entry_id, verdicts in found.items()}


def _tested(verdicts: Iterable[Verdict]) -> HowTested:
    match readiness_of(latest(verdicts)):
        case Readiness.UNTESTED:
            return HowTested.NOT_YET
        case Readiness.STARTED:
            return HowTested.STARTED
    return HowTested.DONE


def entry_in(session: Session, workshop_id: str, entry_id: str) -> RosterEntry:
    """An entry of that workshop.

    Raises:
        NotFound: there is none.
    """
    entry = session.get(RosterEntry, entry_id)
    if entry is None or entry.workshop_id != workshop_id:
        raise NotFound(N_("There is no such person on the list."), N_("Reload the page."))
    return entry


def change_roster(
    session: Session, workshop_id: str, file: RosterFile, *, dry_run: bool
) -> RosterChange:
    """Add and change entries by a file; with `dry_run` only say what it would do."""
    entries = session.scalars(select(RosterEntry).filter_by(workshop_id=workshop_id))
    known = {_expected(entry).key: entry for entry in entries}
    added, unchanged = [], 0
    changed: dict[Expected, RosterEntry] = {}
    for person in file.people:
        # somebody who had no address may have got one
        entry = known.pop(person.key, None) or known.pop(replace(person, email="").key, None)
        if entry is None:
            added.append(person)
        elif replace(person, line=0) != _expected(entry):
            changed[person] = entry
        else:
            unchanged += 1
    if not dry_run:
        for person, entry in changed.items():
            _set(entry, person)
        session.add_all(_set(RosterEntry(workshop_id=workshop_id), person) for person in added)
    return RosterChange(tuple(added), tuple(changed), unchanged, file.passed_over)


def _set(entry: RosterEntry, person: Expected) -> RosterEntry:
    entry.name, entry.email, entry.department = person.name, person.email, person.department
    return entry


def _expected(entry: RosterEntry) -> Expected:
    return Expected(0, entry.name, entry.email, entry.department)


def match_by_email(session: Session, workshop_id: str) -> None:
    """Match everybody who has come with the entry that has their address."""
    matched = select(RosterEntry.person_id).where(
        RosterEntry.workshop_id == workshop_id, RosterEntry.person_id.is_not(None)
    )
    query = (
        select(RosterEntry, Person.id)
        .join(Person, Person.email == RosterEntry.email)
        .join(Participant, Participant.person_id == Person.id)
        .where(
            Participant.workshop_id == workshop_id,
            Participant.person_id.not_in(matched),
            RosterEntry.workshop_id == workshop_id,
            RosterEntry.person_id.is_(None),
        )
    )
    for entry, person_id in session.execute(query).all():
        entry.person_id = person_id
