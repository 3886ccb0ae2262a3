"""All that the course knows about one person: handed out whole, or removed whole."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select

from motesklar.exercises import worker
from motesklar.exercises.gradebook import GradebookReader
from motesklar.exercises.jobs import ErasureJob, MergeJob
from motesklar.exercises.nbgrader_settings import GRADEBOOK_FILE
from motesklar.paths import DataFolder
from motesklar.store.adoption_tables import SavedTrip
from motesklar.store.database import Database
from motesklar.store.models import (
    Answer,
    Attempt,
    AuditEntry,
    Base,
    CallStay,
    Certificate,
    EquipmentReport,
    Evidence,
    Fact,
    LinkRequest,
    MeetingAccount,
    Note,
    Participant,
    Person,
    Question,
    RoomMember,
    RosterEntry,
    Session,
    SigninLink,
    Workshop,
    WorkshopRole,
    WorkshopWords,
)
from motesklar.store.people_tables import OutgoingLetter
from motesklar.store.privacy_tables import DataRequest
from motesklar.store.review_tables import CompletionRow, Decision, ExportJob, SavedView
from motesklar.workshops.heirs import hand_over

#: Secrets, even hashed, are no use to the person and must not travel in a download.
_HIDDEN = {"token_hash"}


def export_rows(database: Database, person: Person) -> dict[str, Any]:
    """Every row about the person in the course database, as JSON takes it."""
    who = person.id
    tables: dict[str, tuple[type[Base], ColumnElement[bool]]] = {
        "sessions": (Session, Session.person_id == who),
        "sign_in_links": (SigninLink, SigninLink.person_id == who),
        "link_requests": (LinkRequest, LinkRequest.person_id == who),
        "facts": (Fact, Fact.person_id == who),
        "answers": (Answer, Answer.person_id == who),
        "attempts": (Attempt, Attempt.person_id == who),
        "evidence": (Evidence, Evidence.person_id == who),
        "call_stays": (CallStay, CallStay.person_id == who),
        "equipment_reports": (EquipmentReport, EquipmentReport.person_id == who),
        "room_members": (RoomMember, RoomMember.person_id == who),
        "roster_entries": (RosterEntry, _expected(person)),
        "meeting_accounts": (MeetingAccount, MeetingAccount.person_id == who),
        "notes": (Note, Note.person_id == who),
        "workshop_roles": (WorkshopRole, WorkshopRole.person_id == who),
        "questions": (Question, Question.person_id == who),
        "workshop_words": (WorkshopWords, WorkshopWords.person_id == who),
        "certificates": (Certificate, Certificate.person_id == who),
        "workshops_led": (Workshop, Workshop.leader_id == who),
        "completions": (CompletionRow, CompletionRow.person_id == who),
        "decisions": (Decision, Decision.person_id == who),
        "saved_views": (SavedView, SavedView.person_id == who),
        "export_jobs": (ExportJob, ExportJob.person_id == who),
        "saved_trips": (SavedTrip, SavedTrip.person_id == who),
        "outgoing_letters": (OutgoingLetter, OutgoingLetter.person_id == who),
        "data_requests": (DataRequest, DataRequest.person_id == who),
        "log": (AuditEntry, or_(AuditEntry.actor_id == who, AuditEntry.subject == who)),
    }
    with database.transaction() as session:
        rows = {
            name: [plain(row) for row in session.scalars(select(table).where(about))]
            for name, (table, about) in tables.items()
        }
        joined = (
            select(Participant, Workshop)
            .join(Workshop, Workshop.id == Participant.workshop_id)
            .where(Participant.person_id == who)
        )
        workshops = [
            plain(participant) | {"title": workshop.title, "module": workshop.module}
            for participant, workshop in session.execute(joined)
        ]
    return {"person": plain(person), **rows, "workshops": workshops}


def count_rows(database: Database, person: Person) -> dict[str, int]:
    """How many rows about the person stand where, for the receipt; empty tables left out."""
    known = export_rows(database, person)
    # the log keeps the bare id: nothing of it is erased with the person
    # and workshops go on with somebody else
    stays = ("person", "log", "workshops_led")
    counts = {name: len(rows) for name, rows in known.items() if name not in stays}
    return {"person": 1} | {name: count for name, count in counts.items() if count}


def erase_rows(database: Database, person_id: str) -> None:
    """Remove the person and, by cascade, every row about them; the log keeps the bare id.

    Where a leader expects them they are known by their address before they have come. The workshops
    that they lead go on: see `workshops.heirs`.
    """
    with database.erasure() as session:
        hand_over(session, person_id)
        email = session.scalar(select(Person.email).where(Person.id == person_id))
        if email:
            session.execute(delete(RosterEntry).where(RosterEntry.email == email))
        session.execute(delete(Person).where(Person.id == person_id))


def _expected(person: Person) -> ColumnElement[bool]:
    """Where leaders expect the person; before they have come, by their address."""
    here = RosterEntry.person_id == person.id
    return or_(here, RosterEntry.email == person.email) if person.email else here


def plain(row: Base) -> dict[str, Any]:
    """A row as JSON takes it, without its secrets."""
    return {
        column.key: _json(getattr(row, column.key))
        for column in row.__mapper__.column_attrs
        if column.key not in _HIDDEN
    }


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat() + "Z"
    return value.isoformat() if isinstance(value, date) else value


def gradebook_rows(data: DataFolder, person_id: str) -> dict[str, list[dict[str, Any]]]:
    """What nbgrader's gradebook knows about the person, as JSON takes it; empty without one."""
    with closing(GradebookReader(data.nbgrader_root)) as gradebook:
        if not gradebook.path.exists():
            return {"results": [], "comments": []}
        results = gradebook.completions(person_id).get(person_id, {})
        return {
            "results": [
                {
                    "module": module,
                    "score": result.score,
                    "max_score": result.max_score,
                    "handed_in_at": _json(result.at),
                }
                for module, result in sorted(results.items())
            ],
            "comments": [
                {"module": module, "comment": comment}
                for module, comment in gradebook.comments(person_id)
            ],
        }


async def forget_hand_ins(data: DataFolder, person_id: str) -> None:
    """Remove the person from nbgrader's folder and gradebook, where no server runs to do it."""
    root = data.nbgrader_root
    if (root / GRADEBOOK_FILE).exists():
        await asyncio.to_thread(worker.erase, ErasureJob(root, person_id))


async def merge_hand_ins(data: DataFolder, gone: str, kept: str, then: Callable[[], None]) -> None:
    """As `Exercises.merge`, where no server runs to do it."""
    root = data.nbgrader_root
    if (root / GRADEBOOK_FILE).exists():
        await asyncio.to_thread(worker.merge, MergeJob(root, gone, kept))
    await asyncio.to_thread(then)
