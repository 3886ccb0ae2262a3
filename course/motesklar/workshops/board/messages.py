"""What the board tells the leader's page, on `WS /api/workshops/<id>/live`. Pure.

There is one message: the whole board. It comes at once, at each change, and now and then without
one, as a sign of life. `static/js/board.js` reads it.
"""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from motesklar.course import Course
from motesklar.store.models import iso
from motesklar.workshops.board.board import Board, Progress, Row


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True)


class ParticipantMessage(_Message):
    """A participant; times are UTC in ISO 8601 with a `Z`.

    Args:
        quiet: not done, and nothing has been seen of them for long.
    """

    id: str
    name: str
    department: str
    progress: Progress
    step: int | None
    steps_done: int
    at: str | None
    hand_raised_at: str | None
    place: int | None
    table: str
    remote: bool
    quiet: bool


class Counts(_Message):
    """The sums above the table; `working` has a number for each step."""

    people: int
    not_started: int
    working: list[int]
    done: int
    hands: int


class BoardMessage(_Message):
    """Everything the page shows.

    Args:
        ended: the workshop is over; then there is nobody on the board any more.
        steps: headings of the module's steps in the reader's language.
    """

    ended: bool
    steps: list[str]
    counts: Counts
    participants: list[ParticipantMessage]


def step_title(course: Course, module: str, step: str, language: str) -> str:
    """A step's heading, or the module's title for no step; empty where there is none any more."""
    found = next((one for one in course.modules if one.name == module), None)
    if found is None:
        return ""
    if not step:
        return found.text(found.title, language)
    return next((found.text(one.title, language) for one in found.steps if one.id == step), "")


def board_message(
    board: Board, *, steps: Sequence[str], ended: bool, now: datetime
) -> BoardMessage:
    """The board as it travels."""
    return BoardMessage(
        ended=ended,
        steps=list(steps),
        counts=Counts(
            people=len(board.rows),
            not_started=board.not_started,
            working=list(board.working),
            done=board.done,
            hands=board.hands,
        ),
        participants=[_participant(row, now) for row in board.rows],
    )


def _participant(row: Row, now: datetime) -> ParticipantMessage:
    return ParticipantMessage(
        id=row.person_id,
        name=row.name,
        department=row.department,
        progress=row.progress,
        step=row.step,
        steps_done=len(row.done),
        at=iso(row.at) if row.at else None,
        hand_raised_at=iso(row.hand_raised_at) if row.hand_raised_at else None,
        place=row.place,
        table=row.table,
        remote=bool(row.remote),
        quiet=row.is_quiet(now),
    )
