"""Bodies that pages send, and what they are told. Pure; the only place with these shapes."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from motesklar.equipment.readiness import Group, Readiness
from motesklar.equipment.verdicts import FINDING, Browser, Check, System, Verdict, VerdictName
from motesklar.store.models import iso

#: Ids that pages make.
_CLIENT_ID = r"^[A-Za-z0-9-]{8,40}$"
_FIGURES_MAX = 40

_Number = Annotated[float, Field(allow_inf_nan=False)]
_Text = Annotated[str, Field(max_length=200)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class VerdictBody(_Body):
    """How a check has ended."""

    id: str = Field(pattern=_CLIENT_ID)
    check: Check
    verdict: VerdictName
    finding: str = Field(pattern=rf"^{FINDING}$")
    figures: dict[Annotated[str, Field(max_length=60)], bool | int | _Number | _Text] = Field(
        default_factory=dict, max_length=_FIGURES_MAX
    )
    browser: Browser = Browser.OTHER
    system: System = System.OTHER
    hall: bool = False


class ReportBody(_Body):
    """Which device the report is about; the one tested last where nothing is said."""

    browser: Browser | None = None
    system: System | None = None


class TurnBody(_Body):
    """Whose turn it is; null: everybody tests when they like."""

    table: str | None = Field(max_length=20)


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True)


class VerdictMessage(_Message):
    """A verdict for its own person; the time is UTC in ISO 8601 with a `Z`."""

    verdict: VerdictName
    finding: str
    at: str


class HallMessage(_Message):
    """The workshop somebody is in, and their table in it."""

    workshop: str
    table: str


class StateMessage(_Message):
    """What the page needs before the first check."""

    days: int
    shared_device: bool
    verdicts: dict[Check, VerdictMessage]
    hall: HallMessage | None


class ReportMessage(_Message):
    """A report that was made: `code` as people read it, `address` to open it."""

    code: str
    address: str
    expires_at: str


class SeenVerdict(_Message):
    """A verdict for the leader of its person's workshop: no figures, no time."""

    verdict: VerdictName
    finding: str


class MemberMessage(_Message):
    """A participant as their leader sees them."""

    id: str
    name: str
    department: str
    table: str
    readiness: Readiness
    verdicts: dict[Check, SeenVerdict]


class TroubleMessage(_Message):
    """A finding that needs a fix, and who has it."""

    check: Check
    finding: str
    verdict: VerdictName
    people: list[str]


class TableMessage(_Message):
    """A table in the hall; the one without a name is everybody's who has said none."""

    name: str
    people: int
    ready: int


class GroupMessage(_Message):
    """Everything that a leader's page shows; it comes whole, at each change."""

    ended: bool
    counts: dict[Readiness, int]
    people: list[MemberMessage]
    troubles: list[TroubleMessage]
    tables: list[TableMessage]
    turn: str | None


class Turn(_Message):
    """Whose turn it is.

    Args:
        table: empty for everybody who has said no table.
        mine: whether it is the reader's.
        number: of the table among the `total` that take turns, from 1.
    """

    table: str
    mine: bool
    number: int
    total: int


class TurnMessage(_Message):
    """What a participant's page is told; null: test when you like."""

    turn: Turn | None


def verdict_message(verdict: Verdict) -> VerdictMessage:
    """A verdict for its own person."""
    return VerdictMessage(verdict=verdict.verdict, finding=verdict.finding, at=iso(verdict.at))


def group_message(group: Group) -> GroupMessage:
    """The group as it travels."""
    members = group.members
    return GroupMessage(
        ended=group.ended,
        counts={one: sum(who.readiness is one for who in members) for one in Readiness},
        people=[
            MemberMessage(
                id=who.person_id,
                name=who.name,
                department=who.department,
                table=who.table,
                readiness=who.readiness,
                verdicts={
                    check: SeenVerdict(verdict=seen.verdict, finding=seen.finding)
                    for check, seen in who.verdicts.items()
                },
            )
            for who in members
        ],
        troubles=[
            TroubleMessage(
                check=one.check,
                finding=one.finding,
                verdict=one.verdict,
                people=list(one.people),
            )
            for one in group.troubles
        ],
        tables=[
            TableMessage(name=table.name, people=table.people, ready=table.ready)
            for table in group.tables
        ],
        turn=group.turn,
    )
