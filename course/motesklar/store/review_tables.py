"""Tables of review: completion as it counts, what reviewers decided, plans, views and exports."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from motesklar.store.models import Base, new_id, utcnow


class CompletionRow(Base):
    """How things stand for one person in one module; no row means that nothing is done yet.

    Kept up with nbgrader's gradebook and the log of facts, so that a page of thousands of people
    is one query. It can be made anew from them and from the decisions.
    """

    __tablename__ = "completion"
    __table_args__ = (
        Index("ix_completion_module_state", "module", "state"),
        Index("ix_completion_waiting", "waiting"),
        Index("ix_completion_at", "person_id", "at", "module"),
        # holds all that counting somebody's done modules needs, person by person
        Index("ix_completion_person", "person_id", "state", "module"),
    )

    person_id: Mapped[str] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    module: Mapped[str] = mapped_column(String(60), primary_key=True)
    #: What counts: `review.completion.State`.
    state: Mapped[str] = mapped_column(String(12))
    #: What it would be without anybody's decision.
    earned: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime | None]
    #: Which version of the module it is about.
    version: Mapped[str] = mapped_column(String(64), default="")
    #: An answer of it waits for somebody to read it.
    waiting: Mapped[bool] = mapped_column(default=False)
    #: Of the points, 0 to 1; None where nothing graded is handed in.
    share: Mapped[float | None]
    #: It is enough for the certificate, by the rule or because somebody decided so.
    enough: Mapped[bool] = mapped_column(default=False)
    #: Who has decided the state; None where it is earned.
    decided_by: Mapped[str | None] = mapped_column(String(20))


class Decision(Base):
    """A reviewer has said something else about a person's module than the exercises do."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("person_id", "module", "number"),)

    id: Mapped[str] = mapped_column(String(24), primary_key=True, default=lambda: new_id("d"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    module: Mapped[str] = mapped_column(String(60))
    #: Which one after the other, from 1: two reviewers at once can't both be the next.
    number: Mapped[int]
    #: `approved`, `returned`, `set` or `taken-back`.
    kind: Mapped[str] = mapped_column(String(12))
    #: The state before and after.
    before: Mapped[str] = mapped_column(String(12))
    after: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(500), default="")
    actor_id: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(default=utcnow)


class Plan(Base):
    """Who should have done which modules, by when."""

    __tablename__ = "plan"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=lambda: new_id("l"))
    title: Mapped[str] = mapped_column(String(120))
    #: Everybody in these departments; empty with `everybody` for all of the organisation.
    departments: Mapped[list[Any]] = mapped_column(default=list)
    everybody: Mapped[bool] = mapped_column(default=False)
    #: Whoever takes part in this workshop or is expected there.
    workshop_id: Mapped[str | None] = mapped_column(ForeignKey("workshop.id", ondelete="SET NULL"))
    modules: Mapped[list[Any]]
    due: Mapped[date | None]
    created_by: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    ended_at: Mapped[datetime | None]


class SavedView(Base):
    """A filter of the review table that somebody wants again."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=lambda: new_id("v"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    #: As it stands in the address.
    query: Mapped[str] = mapped_column(String(2000))


class ExportJob(Base):
    """A table that is written to a file in the background; gone when its link has expired."""

    __tablename__ = "export_job"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: new_id("x", 24))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    #: `csv`, `xlsx` or `json`.
    kind: Mapped[str] = mapped_column(String(8))
    query: Mapped[str] = mapped_column(String(2000))
    language: Mapped[str] = mapped_column(String(12))
    #: `waiting`, `running`, `ready` or `failed`.
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime]
