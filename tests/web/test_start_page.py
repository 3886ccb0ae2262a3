"""What the start page shows for what a person has done."""

from typing import Any

import pytest

from motesklar.course import Module
from motesklar.store.models import Attempt, AttemptState
from motesklar.web.start_page import ModuleProgress, StartPage, build_start_page
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
    assert start_page() == StartPage((), None)
