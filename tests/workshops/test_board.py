"""The board's rules, on facts made up."""

from datetime import datetime, timedelta
from typing import Any

from motesklar.workshops.board.board import (
    QUIET_FOR,
    Board,
    Joined,
    Progress,
    Row,
    StepFact,
    build_board,
)
from motesklar.workshops.sheet.sheet import BoardStep

MODULE = "m"
STEPS = tuple(BoardStep(MODULE, step) for step in ("look", "listen", "speak"))
NINE = datetime(2026, 11, 24, 9)


def joined(
    name: str, *facts: tuple[str, str] | tuple[str, str, dict[str, Any]], hand: int | None = None
) -> Joined:
    """A participant whose facts are a minute apart; `hand` went up so many minutes past nine."""
    return Joined(
        person_id=f"p-{name.lower()}",
        name=name,
        department="Vård",
        hand_raised_at=None if hand is None else NINE + timedelta(minutes=hand),
        facts=[
            StepFact(fact[0], MODULE, fact[1], NINE + timedelta(minutes=minute), *fact[2:])
            for minute, fact in enumerate(facts)
        ],
    )


def row_of(*facts: Any) -> Row:
    return build_board(STEPS, [joined("Ada", *facts)]).rows[0]


def test_somebody_without_facts_has_not_started() -> None:
    row = row_of()
    assert row.progress is Progress.NOT_STARTED
    assert row.step is None
    assert row.at is None


def test_an_empty_workshop_has_an_empty_board() -> None:
    assert build_board(STEPS, []) == Board((), 0, (0, 0, 0), 0, 0)


def test_a_started_step_is_where_they_are() -> None:
    assert row_of(("started", "look"), ("started", "listen")).step == 2


def test_after_a_done_step_they_are_at_the_next_that_is_left() -> None:
    assert row_of(("started", "look"), ("done", "look")).step == 2
    assert row_of(("done", "listen"), ("done", "look")).step == 3


def test_after_the_last_step_they_are_at_the_first_that_was_passed_by() -> None:
    assert row_of(("done", "listen"), ("done", "speak")).step == 1


def test_going_back_to_a_step_that_is_not_done_is_seen() -> None:
    assert row_of(("started", "speak"), ("started", "look")).step == 1


def test_all_steps_done_is_done_by_steps_alone() -> None:
    row = row_of(*(("done", step.step) for step in STEPS))
    assert row.progress is Progress.DONE_STEPS
    assert row.step is None
    assert len(row.done) == 3


def test_all_points_is_done_whatever_the_steps() -> None:
    row = row_of(("started", "look"), ("graded", "", {"score": 3, "max_score": 3}))
    assert row.progress is Progress.DONE
    assert len(row.done) == 0


def test_a_worse_hand_in_afterwards_takes_nothing_away() -> None:
    row = row_of(
        ("graded", "", {"score": 3.0, "max_score": 3.0}),
        ("graded", "", {"score": 1.0, "max_score": 3.0}),
    )
    assert row.progress is Progress.DONE


def test_points_that_are_missing_or_unreadable_are_not_done() -> None:
    for detail in (
        {"score": 2, "max_score": 3},
        {},
        {"score": "3", "max_score": "3"},
        {"score": 0, "max_score": 0},
    ):
        row = row_of(("started", "listen"), ("graded", "", detail))
        assert row.progress is Progress.WORKING
        assert row.step == 2


def test_graded_without_any_step_is_at_the_first() -> None:
    assert row_of(("graded", "", {"score": 1, "max_score": 3})).step == 1


def test_a_step_that_the_module_no_longer_has_moves_nobody() -> None:
    row = row_of(("started", "old-step"), ("done", "old-step"))
    assert row.progress is Progress.NOT_STARTED
    assert len(row.done) == 0


def test_a_step_done_twice_counts_once() -> None:
    assert len(row_of(("done", "look"), ("done", "look")).done) == 1


def test_hands_are_queued_by_the_time_they_went_up() -> None:
    board = build_board(STEPS, [joined("Ada", hand=5), joined("Bo", hand=1), joined("Cia")])
    assert {row.name: row.place for row in board.rows} == {"Ada": 2, "Bo": 1, "Cia": None}
    assert board.hands == 2


def test_hands_of_the_same_moment_have_an_order_all_the_same() -> None:
    board = build_board(STEPS, [joined("Ada", hand=1), joined("Bo", hand=1)])
    assert sorted(row.place or 0 for row in board.rows) == [1, 2]


def test_everybody_is_counted_exactly_once() -> None:
    board = build_board(
        STEPS,
        [
            joined("Ada"),
            joined("Bo", ("started", "look")),
            joined("Cia", ("started", "listen")),
            joined("Dan", ("started", "listen")),
            joined("Eva", *(("done", step.step) for step in STEPS)),
            joined("Fia", ("graded", "", {"score": 2, "max_score": 2})),
        ],
    )
    assert (board.not_started, board.working, board.done) == (1, (1, 2, 0), 2)
    assert board.not_started + sum(board.working) + board.done == len(board.rows)


def test_a_module_without_steps_has_nobody_done() -> None:
    board = build_board((), [joined("Ada", ("done", "look"))])
    assert board.rows[0].progress is Progress.NOT_STARTED


def test_whoever_has_not_moved_for_long_and_is_not_done_is_quiet() -> None:
    late = NINE + QUIET_FOR
    still = Joined("p-1", "Ada", "Vård", None, joined_at=NINE, table="4", remote=False)
    moved = joined("Bo", ("started", "look"), ("started", "listen"))  # a minute past nine
    done = joined("Cia", *(("done", step.step) for step in STEPS))
    rows = {row.name: row for row in build_board(STEPS, [still, moved, done]).rows}
    assert not rows["Ada"].is_quiet(late - timedelta(seconds=1))
    assert rows["Ada"].is_quiet(late)
    assert not rows["Bo"].is_quiet(late)
    assert rows["Bo"].is_quiet(late + timedelta(minutes=1))
    assert not rows["Cia"].is_quiet(late + timedelta(days=1))
    assert (rows["Ada"].table, rows["Ada"].remote) == ("4", False)
