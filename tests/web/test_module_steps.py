"""A module page's steps, in real Chromium."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from motesklar.store.models import Role
from tests.web.conftest import PagesCourse
from tests.web.samples import state

pytestmark = pytest.mark.browser

EQUIPMENT = "/m/02-utrustning"
OpenPage = Callable[..., Page]


def step(page: Page, number: int) -> Locator:
    return page.locator(f"#step-steg-{number}")


def facts(course: PagesCourse, kind: str) -> list[str]:
    return [fact["step"] for fact in course.facts if fact["kind"] == kind]


def press_done(page: Page, number: int) -> None:
    """Press a step's button and wait until the server has it."""
    with page.expect_response("**/api/facts"):
        step(page, number).locator("[data-done]").click()


def test_done_is_recorded_and_leads_to_the_next_heading(
    open_page: OpenPage, pages_course: PagesCourse
) -> None:
    page = open_page(EQUIPMENT, Role.LEARNER)
    expect(page.locator("[data-step-nav-count]").first).to_have_text("0 av 4 steg klara")
    with page.expect_response(
        lambda answer: "done" in (answer.request.post_data or "") and answer.ok
    ):
        page.get_by_role("button", name="Klart, gå vidare").first.click()
    expect(page.get_by_role("heading", name="Rubrik 2")).to_be_focused()
    expect(page.locator("[data-step-nav-count]").first).to_have_text("1 av 4 steg klara")
    expect(step(page, 1).get_by_text("Klart", exact=True)).to_be_visible()
    assert facts(pages_course, "done") == ["steg-1"]


def test_a_step_done_twice_is_recorded_once(open_page: OpenPage, pages_course: PagesCourse) -> None:
    page = open_page(EQUIPMENT, Role.LEARNER)
    press_done(page, 1)
    step(page, 1).get_by_role("button", name="Gå vidare").click()
    press_done(page, 2)
    expect(page.locator("[data-step-nav-count]").first).to_have_text("2 av 4 steg klara")
    page.wait_for_load_state("networkidle")
    assert facts(pages_course, "done") == ["steg-1", "steg-2"]


def test_a_step_is_started_when_it_comes_into_view(
    open_page: OpenPage, pages_course: PagesCourse
) -> None:
    page = open_page(EQUIPMENT, Role.LEARNER)
    with page.expect_response(lambda answer: "steg-4" in (answer.request.post_data or "")):
        step(page, 4).evaluate("element => element.scrollIntoView({block: 'start'})")
    assert "steg-4" in facts(pages_course, "started")


def test_what_was_done_before_is_shown_again_and_not_recorded_again(
    open_page: OpenPage, pages_course: PagesCourse
) -> None:
    pages_course.states["02-utrustning"] = state({"steg-1": "done", "steg-2": "started"})
    page = open_page(EQUIPMENT, Role.LEARNER)
    expect(page.locator("[data-step-nav-count]").first).to_have_text("1 av 4 steg klara")
    expect(step(page, 1).get_by_role("button", name="Gå vidare", exact=True)).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert "steg-1" not in facts(pages_course, "started") + facts(pages_course, "done")


def test_a_widget_can_say_that_its_step_is_done(
    open_page: OpenPage, pages_course: PagesCourse
) -> None:
    page = open_page(EQUIPMENT, Role.LEARNER)
    expect(page.locator("[data-step-nav-count]").first).to_have_text("0 av 4 steg klara")
    with page.expect_response(
        lambda answer: "done" in (answer.request.post_data or "") and answer.ok
    ):
        page.evaluate(
            "document.dispatchEvent(new CustomEvent('motesklar:step-done',"
            " {detail: {step: 'steg-2'}}))"
        )
    expect(step(page, 2)).to_have_attribute("data-progress", "done")
    assert facts(pages_course, "done") == ["steg-2"]


def test_the_last_button_leads_to_a_step_that_was_left_out(
    open_page: OpenPage, pages_course: PagesCourse
) -> None:
    done = {"steg-1": "done", "steg-3": "done"}
    pages_course.states["02-utrustning"] = state(done)
    page = open_page(EQUIPMENT, Role.LEARNER)
    expect(page.locator("[data-step-nav-count]").first).to_have_text("2 av 4 steg klara")
    press_done(page, 4)
    expect(page.get_by_role("heading", name="Rubrik 2")).to_be_focused()
    expect(page.locator("[data-module-end]")).to_be_hidden()


def test_when_all_is_done_the_page_says_so(open_page: OpenPage, pages_course: PagesCourse) -> None:
    pages_course.states["02-utrustning"] = state({f"steg-{n}": "done" for n in (1, 2, 3)})
    page = open_page(EQUIPMENT, Role.LEARNER)
    expect(page.locator("[data-step-nav-count]").first).to_have_text("3 av 4 steg klara")
    press_done(page, 4)
    expect(page.locator("[data-module-end]")).to_be_focused()
    expect(page.get_by_role("heading", name="Du har gjort alla steg")).to_be_visible()


def test_who_resumes_stands_at_the_step_they_left(open_page: OpenPage) -> None:
    page = open_page(f"{EQUIPMENT}#step-steg-3", Role.LEARNER)
    expect(page.get_by_role("heading", name="Rubrik 3")).to_be_focused()
    expect(page.get_by_role("heading", name="Rubrik 3")).to_be_in_viewport()


def test_the_list_of_steps_unfolds_on_a_phone_and_leads_to_a_step(open_page: OpenPage) -> None:
    page = open_page(EQUIPMENT, Role.LEARNER, width=320)
    link = page.get_by_role("link", name="Rubrik 3")
    expect(link).to_be_hidden()
    toggle = page.locator("[data-step-nav-toggle]")
    toggle.click()
    expect(toggle).to_have_attribute("aria-expanded", "true")
    link.click()
    expect(page.get_by_role("heading", name="Rubrik 3")).to_be_focused()
    expect(page.get_by_role("heading", name="Rubrik 3")).to_be_in_viewport()
    expect(link).to_be_hidden()


def test_a_step_is_done_with_the_keyboard_alone(
    open_page: OpenPage, pages_course: PagesCourse
) -> None:
    page = open_page(EQUIPMENT, Role.LEARNER)
    expect(page.locator("[data-step-nav-count]").first).to_have_text("0 av 4 steg klara")
    step(page, 1).locator("[data-done]").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Rubrik 2")).to_be_focused()
    page.keyboard.press("Tab")
    expect(step(page, 2).locator("[data-done]")).to_be_focused()


def test_steps_go_on_while_the_network_is_gone_and_are_saved_when_it_is_back(
    open_page: OpenPage, pages_course: PagesCourse
) -> None:
    page = open_page(EQUIPMENT, Role.LEARNER)
    expect(page.locator("[data-step-nav-count]").first).to_have_text("0 av 4 steg klara")
    page.context.set_offline(True)
    step(page, 1).locator("[data-done]").click()
    expect(page.get_by_role("heading", name="Rubrik 2")).to_be_focused()
    expect(page.locator("#connection")).to_contain_text("Du har ingen kontakt med kursen")
    assert facts(pages_course, "done") == []
    with page.expect_response(
        lambda answer: "done" in (answer.request.post_data or "") and answer.ok
    ):
        page.context.set_offline(False)
    expect(page.locator("#connection")).to_contain_text("Kontakten är tillbaka")
    assert facts(pages_course, "done") == ["steg-1"]
