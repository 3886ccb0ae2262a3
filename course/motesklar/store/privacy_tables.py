"""Tables of people's rights: what they asked for, what was erased, which faults they reported."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from motesklar.store.models import Base, new_id, utcnow


class DataRequest(Base):
    """A person asks for correction or erasure of what the course knows about them."""

    __tablename__ = "data_request"

    id: Mapped[str] = mapped_column(String(24), primary_key=True, default=lambda: new_id("k"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    #: `correction` or `erasure`.
    kind: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(1000), default="")
    asked_at: Mapped[datetime] = mapped_column(default=utcnow)
    #: None while it waits.
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(1000), default="")
    actor_id: Mapped[str | None] = mapped_column(String(20))


class ErasureReceipt(Base):
    """Something was erased: what, how much and on whose word. Names nobody."""

    __tablename__ = "erasure_receipt"

    id: Mapped[str] = mapped_column(String(24), primary_key=True, default=lambda: new_id("z"))
    at: Mapped[datetime] = mapped_column(default=utcnow)
    #: Who approved it; empty on the command line.
    actor_id: Mapped[str] = mapped_column(String(20))
    #: Which kind of record, as in `[retention]`; `person` for all about one person.
    kind: Mapped[str] = mapped_column(String(30))
    #: Records older than this, where age was the reason.
    before: Mapped[datetime | None]
    #: Table or folder to how many records.
    counts: Mapped[dict[str, Any]]


class FaultReport(Base):
    """Somebody has met a page that they could not use."""

    __tablename__ = "fault_report"

    id: Mapped[str] = mapped_column(String(24), primary_key=True, default=lambda: new_id("b"))
    at: Mapped[datetime] = mapped_column(default=utcnow)
    page: Mapped[str] = mapped_column(String(300), default="")
    words: Mapped[str] = mapped_column(String(2000))
    #: How to answer, if they want an answer.
    contact: Mapped[str] = mapped_column(String(254), default="")
    handled_at: Mapped[datetime | None]
