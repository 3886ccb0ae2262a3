"""All that the course knows about one person: handed out whole, or removed whole."""

import asyncio
from contextlib import closing
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select

from motesklar.exercises import worker
from motesklar.exercises.gradebook import GradebookReader
from motesklar.exercises.jobs import ErasureJob
from motesklar.exercises.nbgrader_settings import GRADEBOOK_FILE
from motesklar.paths import DataFolder
from motesklar.store.database import Database
from motesklar.store.models import (
    Answer,
    Attempt,
    AuditEntry,
    Base,
    CallStay,
    EquipmentReport,
    Evidence,
    Fact,
    LinkRequest,
    Participant,
    Person,
    RoomMember,
    Session,
    SigninLink,
    Workshop,
)

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
        "workshops_led": (Workshop, Workshop.leader_id == who),
        "log": (AuditEntry, or_(AuditEntry.actor_id == who, AuditEntry.subject == who)),
    }
    with database.transaction() as session:
        rows = {
            name: [_plain(row) for row in session.scalars(select(table).where(about))]
            for name, (table, about) in tables.items()
        }
        joined = (
            select(Participant, Workshop)
            .join(Workshop, Workshop.id == Participant.workshop_id)
            .where(Participant.person_id == who)
        )
        workshops = [
            _plain(participant) | {"title": workshop.title, "module": workshop.module}
            for participant, workshop in session.execute(joined)
        ]
    return {"person": _plain(person), **rows, "workshops": workshops}


def erase_rows(database: Database, person_id: str) -> None:
    """Remove the person and, by cascade, every row about them; the log keeps the bare id.

    SQLite only marks rows as free, so it is told to overwrite them and to empty its journal.
    """
    sqlite = database.engine.dialect.name == "sqlite"
    with database.transaction() as session:
        if sqlite:
            session.connection().exec_driver_sql("PRAGMA secure_delete=ON")
        session.execute(delete(Person).where(Person.id == person_id))
    if sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _plain(row: Base) -> dict[str, Any]:
    return {
        column.key: _json(getattr(row, column.key))
        for column in row.__mapper__.column_attrs
        if column.key not in _HIDDEN
    }


def _json(value: Any) -> Any:
    return value.isoformat() + "Z" if isinstance(value, datetime) else value


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
