"""What the start page shows for what a person has done."""

from dataclasses import replace
from typing import Any

import pytest

from motesklar.course import Module
from motesklar.store.models import Attempt, AttemptState
from motesklar.web.start_page import ModuleProgress, StartPage, Way, build_start_page
from tests.web.samples import MODULES, graded, make_module, state

READING = make_module("lasa", "Läsa", ("read", "read"))
ASKING = make_module("svara", "Svara", ("read", "answer", "read"), graded=True)


def start_page(*pairs: tuple[Module, dict[str, Any]], language: str = "sv") -> StartPage:
    states = {module.name: told for module, told in pairs}
    return build_start_page([module for module, _ in pairs], states, language)


def all_done(module: Module, attempt: Attempt | None = None) -> dict[str, Any]:
    return state({step.id: "done" for step in module.steps}, attempt)


def test_a_newcomer_begins_with_the_first_module() -> None:
    page = start_page(*[(module, state()) for module in MODULES])
    assert page.next is page.modules[0]
    assert page.next.progress is ModuleProgress.NEW
    assert page.next.path == "/m/01-varfor"
    assert page.next.resume_title == ""
    assert page.done == 0


def test_who_stopped_halfway_goes_on_at_the_first_step_that_is_not_done() -> None:
    page = start_page((ASKING, state({"steg-1": "done", "steg-2": "started"})))
    assert page.next is not None
    assert page.next.progress is ModuleProgress.STARTED
    assert page.next.path == "/m/svara#step-steg-2"
    assert page.next.resume_title.startswith("Rubrik 2")
    assert (page.next.done, page.next.total) == (1, 3)


def test_a_step_that_was_left_out_is_where_one_goes_on() -> None:
    page = start_page((ASKING, state({"steg-1": "done", "steg-3": "done"})))
    assert page.next is not None
    assert page.next.path == "/m/svara#step-steg-2"


def test_a_module_without_exercises_is_done_with_its_last_step() -> None:
    page = start_page((READING, all_done(READING)), (ASKING, state()))
    assert page.modules[0].progress is ModuleProgress.DONE
    assert page.next is page.modules[1]
    assert page.done == 1


def test_answers_that_are_not_handed_in_lead_to_the_step_of_the_last_exercise() -> None:
    page = start_page((ASKING, all_done(ASKING)))
    assert page.next is not None
    assert page.next.progress is ModuleProgress.HAND_IN
    assert page.next.path == "/m/svara#step-steg-3"


@pytest.mark.parametrize(
    "waiting", [AttemptState.WAITING, AttemptState.GRADING, AttemptState.FAILED]
)
def test_a_hand_in_that_is_not_checked_yet_asks_nothing_more_of_the_person(
    waiting: AttemptState,
) -> None:
    handed_in = all_done(ASKING, Attempt(state=waiting))
    page = start_page((ASKING, handed_in), (READING, state()))
    assert page.modules[0].progress is ModuleProgress.CHECKING
    assert page.modules[0].score is None
    assert page.next is page.modules[1]


def test_a_checked_hand_in_shows_its_points() -> None:
    page = start_page((ASKING, all_done(ASKING, graded(1, 2))))
    assert page.modules[0].progress is ModuleProgress.DONE
    assert page.modules[0].score == (1, 2)
    assert page.next is None


def test_points_alone_do_not_make_a_module_done() -> None:
    page = start_page((ASKING, state({"steg-1": "done"}, graded(2, 2))))
    assert page.modules[0].progress is ModuleProgress.STARTED
    assert page.modules[0].score == (2, 2)


def test_steps_of_an_earlier_version_of_the_module_count_for_nothing() -> None:
    page = start_page((READING, state({"borttaget": "done"})))
    assert page.modules[0].progress is ModuleProgress.NEW
    assert page.modules[0].done == 0


def test_titles_are_told_in_the_readers_language() -> None:
    assert start_page((READING, state()), language="en").modules[0].title == "Läsa (in English)"


def test_a_course_without_modules_has_nothing_to_do_next() -> None:
    assert start_page() == StartPage((), None, Way(0, 0))


# the two ways, and what is known already


def test_the_short_way_goes_through_its_own_modules_first() -> None:
    states = {module.name: state() for module in MODULES}
    page = build_start_page(MODULES, states, "sv", short_way=[MODULES[1].name], is_short=True)
    assert page.next is page.modules[1]
    assert [card.on_way for card in page.modules][:2] == [False, True]
    assert page.short == Way(1, MODULES[1].minutes)
    assert page.whole.parts == len(MODULES)
    assert not page.is_short_done


def test_whoever_has_walked_the_short_way_is_offered_the_rest() -> None:
    states = {module.name: state() for module in MODULES}
    short = [MODULES[1].name]
    page = build_start_page(MODULES, states, "sv", passed=short, short_way=short, is_short=True)
    assert page.next is page.modules[0]
    assert page.is_short_done


def test_a_course_without_a_short_way_has_only_the_whole() -> None:
    page = build_start_page([READING], {READING.name: state()}, "sv", is_short=True)
    assert page.short is None
    assert not page.is_short


def test_whoever_knew_it_already_need_not_go_through_the_steps() -> None:
    page = build_start_page([ASKING], {ASKING.name: state()}, "sv", passed=[ASKING.name])
    assert page.modules[0].progress is ModuleProgress.DONE
    assert page.next is None


def test_the_short_way_asks_for_the_short_steps_alone() -> None:
    steps = tuple(replace(step, short=number == 1) for number, step in enumerate(ASKING.steps))
    module = replace(ASKING, steps=steps, short_minutes=4)
    told = state({steps[0].id: "done"})
    page = build_start_page([module], {module.name: told}, "sv", short_way=["svara"], is_short=True)
    assert page.short == Way(1, 4)
    assert page.modules[0].path == "/m/svara?only=short"
    assert (page.modules[0].done, page.modules[0].total) == (0, 1)
    done = state({steps[1].id: "done"})
    page = build_start_page([module], {module.name: done}, "sv", short_way=["svara"], is_short=True)
    assert page.modules[0].progress is ModuleProgress.DONE
