"""Every module in both languages: somebody without a mouse goes through it and answers rightly.

The right answers are those of the notebooks, so that the journey stays true when texts change.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import RunningCourse
from tests.journeys.conftest import PHONE, assert_accessible, come_in, open_module
from tests.journeys.keyboard_answers import KeyboardLearner
from tests.journeys.right_answers import MODULES, Lesson, lesson_of
from tests.journeys.words_on_page import assert_only_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GRADING_MS = 60_000
SAVED = {"sv": "Ditt svar är sparat.", "en": "Your answer is saved."}


#: What reaches over the edge of its frame, as long words do on a phone.
STICKS_OUT = """() => [...document.querySelectorAll(".step *")]
  .filter((one) => one.checkVisibility())
  .filter((one) => !one.closest("svg *, .visually-hidden, .table-scroll *"))
  .filter((one) => {
    const frame = one.parentElement.closest(".card, .step").getBoundingClientRect();
    return one.getBoundingClientRect().right > frame.right + 1;
  })
  .map((one) => one.outerHTML.slice(0, 160))"""


@pytest.fixture(params=MODULES)
def lesson(request: pytest.FixtureRequest) -> Lesson:
    return lesson_of(request.param)


@pytest.fixture(params=["sv", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(person: Callable[..., Page], course: RunningCourse, language: str) -> Page:
    """A learner's browser that speaks the language."""
    page = person(locale="en-US")
    come_in(page, course, course.person("Tage Tangent"), language)
    return page


def test_a_module_is_gone_through_with_the_keyboard_alone(
    page: Page, lesson: Lesson, language: str
) -> None:
    open_module(page, lesson.module.name)
    expect(page.locator("html")).to_have_attribute("lang", language)
    learner = KeyboardLearner(page)
    for step in lesson.module.steps[:-1]:
        answer_all(learner, lesson, step.id, language)
        go_on(learner, step.id)
    assert_kept(page, lesson)

    hand_in(learner, lesson)
    go_on(learner, lesson.module.steps[-1].id)
    expect(page.locator("[data-module-end]")).to_be_focused()
    assert_only_in(page, language, lesson.written)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert page.evaluate(STICKS_OUT) == []
    assert_accessible(page)


def go_on(learner: KeyboardLearner, step: str) -> None:
    """Say that the step is done."""
    learner.press(learner.page.locator(f'[data-step="{step}"] .step__foot [data-done]'), "Enter")


def answer_all(learner: KeyboardLearner, lesson: Lesson, step: str, language: str) -> None:
    """Everything that is asked in a step, and what becomes of it."""
    for exercise in (one for one in lesson.answerable if one.step == step):
        learner.answer(exercise.id, exercise.kind, lesson.solutions[exercise.id])
        told = learner.page.locator(f"#exercise-{exercise.id}").get_by_text(SAVED[language])
        expect(told).to_be_visible()


def assert_kept(page: Page, lesson: Lesson) -> None:
    """The server has the very answers that the module's author holds for right."""
    state = page.request.get(f"/api/modules/{lesson.module.name}/state").json()
    assert state["answers"] == {one.id: lesson.solutions[one.id] for one in lesson.answerable}


def hand_in(learner: KeyboardLearner, lesson: Lesson) -> None:
    """Hand in, and see all points but those that only a call gives."""
    last = learner.page.locator(f'[data-step="{lesson.module.steps[-1].id}"]')
    learner.press(last.locator(".widget .button--primary"), "Enter")
    if lesson.needs_call:
        # the focus is on the way back; the button beside it hands in with gaps
        learner.page.keyboard.press("Shift+Tab")
        learner.page.keyboard.press("Enter")
    score = sum(exercise.points for exercise in lesson.answerable)
    told = re.compile(rf"\b{score:g} (av|of) {lesson.module.max_score:g}\b")
    expect(last.get_by_text(told).first).to_be_visible(timeout=GRADING_MS)
