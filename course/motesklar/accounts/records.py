"""All that the course knows about one person: handed out whole, or removed whole."""

import shutil
from contextlib import closing
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select

from motesklar.paths import DataFolder
from motesklar.store.database import Database
from motesklar.store.models import (
    Answer,
    Attempt,
    AuditEntry,
    Base,
    Evidence,
    Fact,
    LinkRequest,
    Participant,
    Person,
    Session,
    SigninLink,
    Workshop,
)

#: Secrets, even hashed, are no use to the person and must not travel in a download.
_HIDDEN = {"token_hash"}
_NBGRADER_FOLDERS = ("submitted", "autograded", "feedback")


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


class GradingRecords:
    """The person's part of nbgrader: rows of the gradebook and the files handed in.

    Args:
        data: the course's data folder; nothing in it needs to exist yet.
    """

    def __init__(self, data: DataFolder) -> None:
        self.data = data

    def export(self, person_id: str) -> list[dict[str, Any]]:
        """Each graded module with its points, as JSON takes it."""
        if not self._has_gradebook():
            return []
        with closing(self._gradebook()) as gradebook:
            return [
                {
                    "module": submission.name,
                    "score": submission.score,
                    "max_score": submission.max_score,
                    "handed_in_at": submission.timestamp and _json(submission.timestamp),
                    "exercises": [
                        {"exercise": grade.name, "score": grade.score, "max_score": grade.max_score}
                        for notebook in submission.notebooks
                        for grade in notebook.grades
                    ],
                    "comments": [
                        comment.comment
                        for notebook in submission.notebooks
                        for comment in notebook.comments
                        if comment.comment
                    ],
                }
                for submission in gradebook.student_submissions(person_id)
            ]

    def erase(self, person_id: str) -> None:
        """Remove the person from gradebook and folders; does nothing when already gone."""
        for folder in _NBGRADER_FOLDERS:
            handed_in = self.data.nbgrader_root / folder / person_id
            if handed_in.exists():
                shutil.rmtree(handed_in)
        if not self._has_gradebook():
            return
        from nbgrader.api import MissingEntry

        with closing(self._gradebook()) as gradebook:
            try:
                gradebook.remove_student(person_id)
            except MissingEntry:
                return

    def _has_gradebook(self) -> bool:
        return (self.data.nbgrader_root / "gradebook.db").exists()

    def _gradebook(self) -> Any:
        # imported when used: nbgrader takes a second, and signing in doesn't need it
        from nbgrader.api import Gradebook

        return Gradebook(self.data.gradebook_url, course_id="")
