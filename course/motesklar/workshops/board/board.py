"""The live board: where each participant is, made from facts alone. Pure.

A workshop goes through steps of one or more modules. A participant is **done** when nbgrader gave
every point in each of these modules (a `graded` fact whose score is the maximum) or, failing that,
when every step has a `done` fact. Else the latest `started` or `done` fact says where they are: at
the step they started, or at the next one that isn't done yet. Nobody is compared with anybody, and
nothing outside the workshop's steps is looked at.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from motesklar.workshops.sheet.sheet import BoardStep

#: Whoever has not moved for so long may need somebody to ask.
QUIET_FOR = timedelta(minutes=10)
#: The kinds of facts that move anybody on the board.
BOARD_KINDS = ("started", "done", "graded")


class Progress(enum.StrEnum):
    """How far a participant is in the workshop's module."""

    NOT_STARTED = "not_started"  # no step of it was ever opened
    WORKING = "working"  # at a step
    DONE_STEPS = "done_steps"  # every step is done; answers not all right, or not handed in
    DONE = "done"  # nbgrader gave every point


@dataclass(frozen=True)
class StepFact:
    """What the board needs of a fact; a `graded` one is about no step."""

    kind: str
    module: str
    step: str
    at: datetime
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Joined:
    """A participant as the database knows them, facts in the order they happened.

    Args:
        table: in the hall; empty where they have said none.
        remote: somewhere else than in the hall; None where they haven't said it.
    """

    person_id: str
    name: str
    department: str
    hand_raised_at: datetime | None
    facts: Sequence[StepFact] = ()
    joined_at: datetime | None = None
    table: str = ""
    remote: bool | None = None


@dataclass(frozen=True)
class Row:
    """A participant on the board.

    Args:
        step: number of the step they are at, from 1; None where there is none.
        done: the steps that are done.
        at: when they last moved.
        place: place in the queue of raised hands, from 1; None while the hand is down.
        since: when they last moved, or joined.
    """

    person_id: str
    name: str
    department: str
    progress: Progress
    step: int | None
    done: frozenset[BoardStep]
    at: datetime | None
    hand_raised_at: datetime | None
    place: int | None
    since: datetime | None = None
    table: str = ""
    remote: bool | None = None

    def is_quiet(self, now: datetime) -> bool:
        """Whether they are not done, and nothing has been seen of them for long."""
        if self.since is None or self.progress in (Progress.DONE, Progress.DONE_STEPS):
            return False
        return now - self.since >= QUIET_FOR

    def has_done(self, steps: Iterable[BoardStep]) -> bool:
        """Whether all of these are behind them."""
        return self.progress is Progress.DONE or self.done.issuperset(steps)


@dataclass(frozen=True)
class Board:
    """Everybody in the workshop, by name, with the sums of the moment.

    Args:
        working: how many are at each step, in the order of the steps.
    """

    rows: tuple[Row, ...]
    not_started: int
    working: tuple[int, ...]
    done: int
    hands: int

    @property
    def people(self) -> frozenset[str]:
        """Who is on the board."""
        return frozenset(row.person_id for row in self.rows)


def build_board(steps: Sequence[BoardStep], participants: Iterable[Joined]) -> Board:
    """The board of a workshop that goes through `steps`, in order."""
    joined = sorted(participants, key=lambda one: (one.name.casefold(), one.person_id))
    places = _queue(joined)
    rows = tuple(_row(steps, one, places.get(one.person_id)) for one in joined)
    return Board(
        rows=rows,
        not_started=sum(row.progress is Progress.NOT_STARTED for row in rows),
        working=tuple(
            sum(row.step == number for row in rows) for number in range(1, len(steps) + 1)
        ),
        done=sum(row.progress in (Progress.DONE, Progress.DONE_STEPS) for row in rows),
        hands=len(places),
    )


def _queue(joined: Iterable[Joined]) -> dict[str, int]:
    """Person id to place in the queue: who raised first is helped first."""
    raised = sorted(
        (one.hand_raised_at, one.person_id) for one in joined if one.hand_raised_at is not None
    )
    return {person_id: place for place, (_, person_id) in enumerate(raised, start=1)}


def _row(steps: Sequence[BoardStep], joined: Joined, place: int | None) -> Row:
    known, modules = set(steps), {step.module for step in steps}
    # facts of a step that the workshop doesn't go through move nobody
    facts = [
        fact
        for fact in joined.facts
        if _step_of(fact) in known or (fact.kind == "graded" and fact.module in modules)
    ]
    done = {_step_of(fact) for fact in facts if fact.kind == "done"}
    progress = _progress(steps, facts, done)
    return Row(
        person_id=joined.person_id,
        name=joined.name,
        department=joined.department,
        progress=progress,
        step=_step(steps, facts, done) if progress is Progress.WORKING else None,
        done=frozenset(done),
        at=facts[-1].at if facts else None,
        hand_raised_at=joined.hand_raised_at,
        place=place,
        since=facts[-1].at if facts else joined.joined_at,
        table=joined.table,
        remote=joined.remote,
    )


def _step_of(fact: StepFact) -> BoardStep:
    return BoardStep(fact.module, fact.step)


def _progress(
    steps: Sequence[BoardStep], facts: Sequence[StepFact], done: set[BoardStep]
) -> Progress:
    passed = {fact.module for fact in facts if _all_points(fact)}
    if passed and passed >= {step.module for step in steps}:
        return Progress.DONE
    if steps and len(done) == len(steps):
        return Progress.DONE_STEPS
    return Progress.WORKING if facts else Progress.NOT_STARTED


def _all_points(fact: StepFact) -> bool:
    if fact.kind != "graded":
        return False
    score, most = fact.detail.get("score"), fact.detail.get("max_score")
    return isinstance(score, int | float) and isinstance(most, int | float) and 0 < most <= score


def _step(steps: Sequence[BoardStep], facts: Sequence[StepFact], done: set[BoardStep]) -> int:
    """Where somebody is who has begun and isn't done."""
    moves = [fact for fact in facts if fact.kind != "graded"]
    at = steps.index(_step_of(moves[-1])) if moves else 0
    if not moves or steps[at] in done:
        # the next one that is left, and after the last the first that was passed by
        order = [*range(at, len(steps)), *range(at)]
        at = next((index for index in order if steps[index] not in done), at)
    return at + 1
