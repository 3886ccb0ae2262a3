"""Tables about how people are reached: letters that wait to be sent."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from motesklar.store.models import Base, new_id, utcnow


class OutgoingLetter(Base):
    """An invitation or reminder: written and sent when it may be, tried again when it fails.

    Its text and the link in it are made at the moment it is sent, so no secret lies here.
    """

    __tablename__ = "outgoing_letter"
    __table_args__ = (
        Index("ix_outgoing_letter_state_after", "state", "send_after"),
        # nobody is told the same thing twice on one day, whoever asks for it
        UniqueConstraint("person_id", "kind", "told_on"),
    )

    id: Mapped[str] = mapped_column(String(24), primary_key=True, default=lambda: new_id("o", 16))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    #: `letters.states.Kind`
    kind: Mapped[str] = mapped_column(String(12))
    #: What it is about; None is the whole course.
    plan_id: Mapped[str | None] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    #: `letters.states.State`
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    #: Goes out in quiet hours as well.
    urgent: Mapped[bool] = mapped_column(default=False)
    tries: Mapped[int] = mapped_column(default=0)
    #: Why it is not sent: `letters.refusals.Reason`, and what the mail server said.
    reason: Mapped[str] = mapped_column(String(16), default="")
    said: Mapped[str] = mapped_column(String(200), default="")
    #: The next try is not before; quiet hours move it on.
    send_after: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    #: The organisation's day on which it was asked for; None once it was stopped.
    told_on: Mapped[date | None]
    #: Who asked for it; empty where the course did.
    created_by: Mapped[str] = mapped_column(String(20))
    #: When a server took it up to send it.
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
