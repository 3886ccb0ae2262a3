"""Tables of the course database.

nbgrader's gradebook is a database of its own beside this one. People are known everywhere, in
the gradebook too, by an opaque id. Rules that matter are constraints, not hopes. All times are
UTC, stored without a zone.
"""

import enum
import secrets
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Enum, ForeignKey, Index, MetaData, String, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

_ID_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no look-alikes: people read ids aloud


def new_id(prefix: str, length: int = 12) -> str:
    """An opaque id such as `p-k3v9…`, unguessable and safe to say aloud."""
    return f"{prefix}-" + "".join(secrets.choice(_ID_ALPHABET) for _ in range(length))


def utcnow() -> datetime:
    """Now in UTC without a zone, as every column stores it."""
    return datetime.now(UTC).replace(tzinfo=None)


def iso(at: datetime) -> str:
    """A stored time as it travels to pages: ISO 8601, UTC, to the second."""
    return at.isoformat(timespec="seconds") + "Z"


class Role(enum.StrEnum):
    """What a person may do; one person has one role."""

    LEARNER = "learner"
    LEADER = "leader"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"


class LinkKind(enum.StrEnum):
    """Why a sign-in link exists."""

    PERSONAL = "personal"  # sent to a person, used once by a button
    DEVICE = "device"  # carries a signed-in person to another device
    ADMINISTRATOR = "administrator"  # printed at start, opens an empty installation


class AttemptState(enum.StrEnum):
    """How far a hand-in has come."""

    WAITING = "waiting"  # saved, in the queue
    GRADING = "grading"  # nbgrader is running it
    GRADED = "graded"  # its score is known
    FAILED = "failed"  # the notebook broke; the hand-in is kept and can be graded again


class AccountState(enum.StrEnum):
    """How far a person has come with an account in the organisation's meeting service."""

    NONE = "none"  # nothing is known, or the person wants none
    WANTED = "wanted"  # the person has asked for one; it stands on the order list
    ORDERED = "ordered"  # it is ordered from whoever opens accounts
    OPENED = "opened"  # it works
    MET = "met"  # the person has held a first meeting with it


class Base(DeclarativeBase):
    """Names every constraint, so that migrations can."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        dict[str, Any]: JSON,
        list[Any]: JSON,
        Role: Enum(
            Role, native_enum=False, length=16, values_callable=lambda e: [m.value for m in e]
        ),
        LinkKind: Enum(
            LinkKind, native_enum=False, length=16, values_callable=lambda e: [m.value for m in e]
        ),
        AccountState: Enum(
            AccountState,
            native_enum=False,
            length=16,
            values_callable=lambda e: [m.value for m in e],
        ),
        AttemptState: Enum(
            AttemptState,
            native_enum=False,
            length=16,
            values_callable=lambda e: [m.value for m in e],
        ),
    }


class Person(Base):
    """Somebody the course knows."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_subject", "subject", unique=True),)

    #: Opaque, also the student id in nbgrader's gradebook.
    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=lambda: new_id("p"))
    name: Mapped[str] = mapped_column(String(120))
    #: Lower case; none for a demo learner who only typed a name.
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    department: Mapped[str] = mapped_column(String(120), default="")
    role: Mapped[Role] = mapped_column(default=Role.LEARNER)
    #: The language last chosen, remembered between devices.
    language: Mapped[str | None] = mapped_column(String(12))
    #: Whether only the shortest way through the course is wanted.
    short_way: Mapped[bool] = mapped_column(default=False, server_default="0")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    #: Who it is to the organisation's sign-in: issuer and stable subject; none without it.
    subject: Mapped[str | None] = mapped_column(String(300))
    #: Departments that a reviewer or leader sees beside the own one; `*` is all of them.
    sees: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    #: No longer with the organisation: can't sign in, and is erased in time.
    left_at: Mapped[datetime | None]
    #: Whether reminders are wanted; invitations and links come all the same.
    reminders: Mapped[bool] = mapped_column(default=True, server_default="1")
    #: When the person was last told what is known about them and why.
    informed_at: Mapped[datetime | None]


class SigninLink(Base):
    """A link or code that signs somebody in once. Only its hash is stored."""

    __tablename__ = "signin_link"

    #: SHA-256 hex of the token or code.
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[LinkKind]
    #: None only for the administrator's first link, which makes the person.
    person_id: Mapped[str | None] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LinkRequest(Base):
    """A new link was asked for and no mail server is set up: the administrator hands it over."""

    __tablename__ = "link_request"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=lambda: new_id("q"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    #: What the person reads aloud to the one who helps.
    case_code: Mapped[str] = mapped_column(String(12))
    requested_at: Mapped[datetime] = mapped_column(default=utcnow)


class Session(Base):
    """A signed-in browser. Only the hash of its cookie is stored."""

    __tablename__ = "session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    seen_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime]
    #: A device many people use: ends soon, and leaves nothing behind.
    shared_device: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship(lazy="joined")


class Fact(Base):
    """One thing that happened in the course: who, where, what, when. Never changed, only added."""

    __tablename__ = "fact"
    __table_args__ = (Index("ix_fact_person_module", "person_id", "module"),)

    #: Made by the client, so that a repeated save changes nothing.
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    module: Mapped[str] = mapped_column(String(60))
    step: Mapped[str] = mapped_column(String(60), default="")
    #: `started`, `done`, `verdict`, `call_joined`, `handed_in`, `graded`, …
    kind: Mapped[str] = mapped_column(String(30))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime] = mapped_column(default=utcnow, index=True)


class Answer(Base):
    """The latest answer a person gave to an exercise, saved as it is given."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("person_id", "module", "exercise"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    module: Mapped[str] = mapped_column(String(60))
    exercise: Mapped[str] = mapped_column(String(60))
    #: The exercise's; empty where nobody knows.
    version: Mapped[str] = mapped_column(String(12), default="", server_default="")
    #: JSON of `{"value": …}`; the shape belongs to the exercise.
    value: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime] = mapped_column(default=utcnow)


class Evidence(Base):
    """What really reached the call server from one person in one module; only it writes here."""

    __tablename__ = "evidence"

    person_id: Mapped[str] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    module: Mapped[str] = mapped_column(String(60), primary_key=True)
    #: Seconds of sound louder than the floor, decoded on the server.
    sound_seconds: Mapped[float] = mapped_column(default=0.0)
    #: Seconds of picture that was neither black nor frozen.
    picture_seconds: Mapped[float] = mapped_column(default=0.0)
    #: Characters of real-time text that reached the partner.
    text_characters: Mapped[int] = mapped_column(default=0)
    #: Tasks of the call that are done, each with the way it was done: `{"mute": "button"}`.
    tasks: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    updated_at: Mapped[datetime] = mapped_column(default=utcnow)


class Attempt(Base):
    """Every hand-in of a module, graded apart; the best one is promoted to nbgrader's gradebook."""

    __tablename__ = "attempt"
    __table_args__ = (
        Index("ix_attempt_person_module", "person_id", "module"),
        Index("ix_attempt_state", "state"),
    )

    #: Made by the client, so that a hand-in sent twice is one.
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    module: Mapped[str] = mapped_column(String(60))
    #: Which version of the module was handed in (hash of the released notebook).
    version: Mapped[str] = mapped_column(String(64))
    state: Mapped[AttemptState] = mapped_column(default=AttemptState.WAITING)
    #: The answers as handed in: exercise id to value.
    answers: Mapped[dict[str, Any]]
    score: Mapped[float | None]
    max_score: Mapped[float | None]
    #: `[{"exercise", "score", "max_score"}]`
    results: Mapped[list[Any]] = mapped_column(default=list)
    promoted: Mapped[bool] = mapped_column(default=False)
    handed_in_at: Mapped[datetime] = mapped_column(default=utcnow)
    graded_at: Mapped[datetime | None]


class Workshop(Base):
    """A scheduled group session."""

    __tablename__ = "workshop"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=lambda: new_id("w"))
    title: Mapped[str] = mapped_column(String(120))
    #: Six characters that people type or scan; upper case.
    join_code: Mapped[str] = mapped_column(String(8), unique=True)
    leader_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    #: The first part of the course that it goes through.
    module: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    ended_at: Mapped[datetime | None]
    #: The run sheet's items, see `workshops.sheet`; empty where there is none.
    sheet: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    #: Which item is going on, from 0; None before the first.
    item: Mapped[int | None]
    #: Who moves the run sheet on; None while nobody does.
    holder_id: Mapped[str | None] = mapped_column(String(20))
    starts_at: Mapped[datetime | None]
    place: Mapped[str] = mapped_column(String(120), default="", server_default="")
    #: So many may join; None says nothing.
    capacity: Mapped[int | None]
    #: So many accounts are wanted at the end of it.
    account_goal: Mapped[int | None]
    #: What the hall's network has room for: `all`, `sound` or `none`.
    media: Mapped[str] = mapped_column(String(8), default="all", server_default="all")
    timer_ends_at: Mapped[datetime | None]
    #: Counts that name nobody, once the people are forgotten; see `workshops.report`.
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class WorkshopRole(Base):
    """Somebody who leads a workshop with its leader, or helps in it."""

    __tablename__ = "workshop_role"

    workshop_id: Mapped[str] = mapped_column(
        ForeignKey("workshop.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[str] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    #: `leader`, `helper` or `captioner`.
    part: Mapped[str] = mapped_column(String(10))


class SheetRun(Base):
    """An item of the run sheet as it really went; one that is gone back to has several."""

    __tablename__ = "sheet_run"

    workshop_id: Mapped[str] = mapped_column(
        ForeignKey("workshop.id", ondelete="CASCADE"), primary_key=True
    )
    #: Which one after the other, from 1.
    number: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[int]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Question(Base):
    """A participant wants help; its words end with the workshop."""

    __tablename__ = "question"

    id: Mapped[str] = mapped_column(String(24), primary_key=True, default=lambda: new_id("q"))
    workshop_id: Mapped[str] = mapped_column(
        ForeignKey("workshop.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    #: `sound`, `picture`, `network`, `account`, `course` or `other`.
    topic: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(500), default="")
    asked_at: Mapped[datetime] = mapped_column(default=utcnow)
    #: Who is on the way; None while it waits.
    helper_id: Mapped[str | None] = mapped_column(String(20))
    claimed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class WorkshopWords(Base):
    """A line that was written in a workshop; gone when the workshop ends."""

    __tablename__ = "workshop_words"

    id: Mapped[str] = mapped_column(String(24), primary_key=True, default=lambda: new_id("t", 20))
    workshop_id: Mapped[str] = mapped_column(
        ForeignKey("workshop.id", ondelete="CASCADE"), index=True
    )
    #: `caption` and `all` are for everybody, `leaders` for those who lead and help.
    kind: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    words: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(default=utcnow)


class RosterEntry(Base):
    """Somebody who is expected in a workshop."""

    __tablename__ = "roster_entry"

    id: Mapped[str] = mapped_column(String(24), primary_key=True, default=lambda: new_id("e"))
    workshop_id: Mapped[str] = mapped_column(
        ForeignKey("workshop.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(120))
    #: Lower case; empty where it is not known.
    email: Mapped[str] = mapped_column(String(254), default="")
    department: Mapped[str] = mapped_column(String(120), default="")
    #: Whoever has come, once that is known.
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))


class WorkshopFeedback(Base):
    """What a participant thought of a workshop, without who it was."""

    __tablename__ = "workshop_feedback"

    id: Mapped[str] = mapped_column(String(24), primary_key=True, default=lambda: new_id("f"))
    workshop_id: Mapped[str] = mapped_column(
        ForeignKey("workshop.id", ondelete="CASCADE"), index=True
    )
    #: From 1 to 4.
    useful: Mapped[int]
    dare: Mapped[int]
    words: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(default=utcnow)


class Participant(Base):
    """A person in a workshop, with the raised hand if there is one."""

    __tablename__ = "participant"

    workshop_id: Mapped[str] = mapped_column(
        ForeignKey("workshop.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[str] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    joined_at: Mapped[datetime] = mapped_column(default=utcnow)
    #: When the hand went up; the queue's order. None while it is down.
    hand_raised_at: Mapped[datetime | None]
    #: The table in the hall, as it is written on it; empty when nobody has said it.
    table_number: Mapped[str] = mapped_column(String(20), default="")
    #: Somewhere else than in the hall; None where nobody has said it.
    remote: Mapped[bool | None]

    person: Mapped[Person] = relationship(lazy="joined")


class SmallRoom(Base):
    """A room for a few of a workshop's participants; gone when the workshop ends."""

    __tablename__ = "small_room"
    __table_args__ = (UniqueConstraint("workshop_id", "round", "number"),)

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=lambda: new_id("r"))
    workshop_id: Mapped[str] = mapped_column(ForeignKey("workshop.id", ondelete="CASCADE"))
    #: Which division of the workshop made it, from 1; only rooms of the latest are open.
    round: Mapped[int]
    number: Mapped[int]
    #: The table in the hall that sits in it; empty for all other rooms.
    table_number: Mapped[str] = mapped_column(String(20), default="")
    opened_at: Mapped[datetime] = mapped_column(default=utcnow)
    closed_at: Mapped[datetime | None]


class RoomMember(Base):
    """Whose small room is which: one in each division of a workshop."""

    __tablename__ = "room_member"

    workshop_id: Mapped[str] = mapped_column(
        ForeignKey("workshop.id", ondelete="CASCADE"), primary_key=True
    )
    round: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    room_id: Mapped[str] = mapped_column(
        ForeignKey("small_room.id", ondelete="CASCADE"), index=True
    )


class CallStay(Base):
    """A participant was in calls of a workshop from then to then; nothing about what was said."""

    __tablename__ = "call_stay"
    __table_args__ = (Index("ix_call_stay_workshop_person", "workshop_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[str] = mapped_column(ForeignKey("workshop.id", ondelete="CASCADE"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    entered_at: Mapped[datetime]
    #: Moves on while the stay lasts, so that a stopped server loses little of it.
    until: Mapped[datetime]


class EquipmentReport(Base):
    """What somebody's tests have found, for whoever helps them; opened by its code alone."""

    __tablename__ = "equipment_report"

    #: Eight characters that people type or say; upper case.
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    #: `{"browser", "system", "hall", "verdicts": […]}`: nothing that names anybody.
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class HallTurn(Base):
    """The tables of a workshop test one after another: whose turn it is."""

    __tablename__ = "hall_turn"

    workshop_id: Mapped[str] = mapped_column(
        ForeignKey("workshop.id", ondelete="CASCADE"), primary_key=True
    )
    #: Empty for everybody who has said no table.
    table_number: Mapped[str] = mapped_column(String(20))


class MeetingAccount(Base):
    """A person's account in the organisation's meeting service, as told or confirmed."""

    __tablename__ = "meeting_account"

    person_id: Mapped[str] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[AccountState] = mapped_column(default=AccountState.NONE, index=True)
    wanted_at: Mapped[datetime | None]
    ordered_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    #: When the person told of a first meeting.
    met_at: Mapped[datetime | None]
    #: Whoever opens accounts has said that it is open; otherwise the person has.
    confirmed: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship(lazy="joined")


class Note(Base):
    """A few words that a person has written to themselves; nobody else sees them."""

    __tablename__ = "note"

    person_id: Mapped[str] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    #: Which one, such as `promise`.
    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    words: Mapped[str] = mapped_column(String(500))
    saved_at: Mapped[datetime] = mapped_column(default=utcnow)


class Certificate(Base):
    """Somebody has gone through the course; checked by its code, without signing in."""

    __tablename__ = "certificate"

    #: Ten characters that people type or say; upper case.
    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    issued_at: Mapped[datetime] = mapped_column(default=utcnow)
    #: Names of the modules that the course had then.
    modules: Mapped[list[Any]]
    #: The person wants the name to be seen by whoever checks the code.
    show_name: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship(lazy="joined")


class AuditEntry(Base):
    """Who looked at or changed whose data, without the data itself."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=utcnow, index=True)
    actor_id: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(120), default="")
