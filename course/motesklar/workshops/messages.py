"""What the board tells the leader's page, on `WS /api/workshops/<id>/live`. Pure.

There is one message: the whole board. It comes at once, at each change, and now and then without
one, as a sign of life. `static/js/board.js` reads it.
"""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from motesklar.store.models import iso
from motesklar.workshops.board import Board, Progress, Row


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True)


class ParticipantMessage(_Message):
    """A participant; times are UTC in ISO 8601 with a `Z`."""

    id: str
    name: str
    department: str
    progress: Progress
    step: int | None
    steps_done: int
    at: str | None
    hand_raised_at: str | None
    place: int | None


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


def board_message(board: Board, *, steps: Sequence[str], ended: bool) -> BoardMessage:
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
        participants=[_participant(row) for row in board.rows],
    )


def _participant(row: Row) -> ParticipantMessage:
    return ParticipantMessage(
        id=row.person_id,
        name=row.name,
        department=row.department,
        progress=row.progress,
        step=row.step,
        steps_done=row.steps_done,
        at=iso(row.at) if row.at else None,
        hand_raised_at=iso(row.hand_raised_at) if row.hand_raised_at else None,
        place=row.place,
    )
