"""Writes in the log who looked at or changed whose data."""

from datetime import datetime

from motesklar.store.database import Database
from motesklar.store.models import AuditEntry

#: `audit_entry.subject`
SUBJECT_MAX = 120


def note(database: Database, at: datetime, actor_id: str, action: str, subject: str) -> None:
    """Write an entry of its own; `actor_id` is empty where it was the course or a command."""
    entry = AuditEntry(at=at, actor_id=actor_id, action=action, subject=subject[:SUBJECT_MAX])
    with database.transaction() as session:
        session.add(entry)
