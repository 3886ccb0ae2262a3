"""What completes a module, without any database."""

from datetime import datetime

import pytest

from motesklar.review.completion import State
from motesklar.review.rules import Earned, MoveOn, Progress, earned, starting_state

MONDAY, FRIDAY = datetime(2026, 11, 2, 9), datetime(2026, 11, 6, 9)
ALL_RIGHT = {"share": 1.0, "handed_in_at": MONDAY}
MOST_RIGHT = {"share": 0.8, "handed_in_at": MONDAY}
SEEN = {"steps_at": FRIDAY}


@pytest.mark.parametrize(
    ("rule", "progress", "state", "at"),
    [
        ("Passed", ALL_RIGHT, State.DONE, MONDAY),
        ("Passed", MOST_RIGHT, State.HANDED_IN, MONDAY),
        ("Passed", MOST_RIGHT | SEEN, State.HANDED_IN, MONDAY),
        ("Passed", SEEN, State.NOT_YET, None),
        ("Completed", ALL_RIGHT, State.HANDED_IN, MONDAY),
        ("Completed", SEEN, State.DONE, FRIDAY),
        ("Completed", MOST_RIGHT | SEEN, State.DONE, FRIDAY),
        ("CompletedAndPassed", ALL_RIGHT, State.HANDED_IN, MONDAY),
        ("CompletedAndPassed", SEEN, State.NOT_YET, None),
        ("CompletedAndPassed", ALL_RIGHT | SEEN, State.DONE, FRIDAY),
        ("CompletedOrPassed", ALL_RIGHT, State.DONE, MONDAY),
        ("CompletedOrPassed", SEEN, State.DONE, FRIDAY),
        ("CompletedOrPassed", ALL_RIGHT | SEEN, State.DONE, MONDAY),
        ("CompletedOrPassed", MOST_RIGHT | SEEN, State.DONE, FRIDAY),
        ("CompletedOrPassed", {}, State.NOT_YET, None),
        ("NotApplicable", {}, State.DONE, None),
    ],
)
def test_each_of_cmi5s_rules_decides_when_a_module_is_done(
    rule: str, progress: dict[str, object], state: State, at: datetime | None
) -> None:
    found = earned(MoveOn(rule), Progress(**progress), enough_share=1.0)  # type: ignore[arg-type]
    assert (found.state, found.at) == (state, at)


@pytest.mark.parametrize("rule", ["Passed", "Completed", "CompletedAndPassed", "CompletedOrPassed"])
def test_where_nothing_is_graded_every_step_is_what_counts(rule: str) -> None:
    assert earned(MoveOn(rule), Progress(steps_at=FRIDAY, graded=False), 1.0) == Earned(
        State.DONE, FRIDAY, enough=True
    )
    assert earned(MoveOn(rule), Progress(graded=False), 1.0).state is State.NOT_YET


def test_the_certificate_may_ask_for_less_than_all_points_but_for_the_same_rule() -> None:
    most = Progress(**MOST_RIGHT)  # type: ignore[arg-type]
    assert earned(MoveOn.PASSED, most, enough_share=0.8).enough
    assert not earned(MoveOn.PASSED, most, enough_share=0.81).enough
    assert not earned(MoveOn.COMPLETED_AND_PASSED, most, enough_share=0.8).enough


def test_only_a_module_that_asks_for_nothing_is_done_from_the_start() -> None:
    assert [rule for rule in MoveOn if starting_state(rule) is State.DONE] == [
        MoveOn.NOT_APPLICABLE
    ]
