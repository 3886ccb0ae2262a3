"""The administrator's capacity panel in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from motesklar.store.models import Role
from motesklar.web.visitor import SESSION_COOKIE
from tests.conftest import RunningCourse
from tests.journeys.conftest import (
    DESKTOP,
    PHONE,
    assert_accessible,
    open_module,
    sign_in,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def open_panel(page: Page, course: RunningCourse) -> None:
    """As an administrator of its own, since a link signs in one device; from the start page."""
    token = course.session_of(course.person("Ada", Role.ADMINISTRATOR))
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": course.url}])
    page.goto("/")
    page.get_by_role("link", name="Kapacitet").click()
    expect(page.get_by_role("heading", level=1, name="Kapacitet")).to_be_visible()


def test_the_panel_keeps_itself_new_until_it_is_paused(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    administrator, learner = person(), person()
    open_panel(administrator, course)
    used = administrator.get_by_role("row", name="Sidor som räknar").first.get_by_role("cell")
    before = int(used.inner_text().split()[0])
    sign_in(learner, "Räkna Mera")
    open_module(learner, "01-why-meet-online")
    learner.get_by_label("Möten i månaden").fill("7")
    expect(used).to_contain_text(f"{before + 1} av")
    administrator.get_by_role("button", name="Pausa siffrorna").click()
    expect(administrator.get_by_role("button", name="Låt siffrorna fortsätta")).to_be_focused()


def test_new_figures_leave_focus_and_place_alone(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    page = person(viewport=PHONE)
    open_panel(page, course)
    table = page.get_by_role("region", name="Förlagor")
    table.focus()
    table.evaluate("box => { box.scrollLeft = 60; }")
    clock = page.get_by_text("enligt serverns klocka")
    before = clock.inner_text()
    expect(clock).not_to_have_text(before)
    expect(table).to_be_focused()
    assert table.evaluate("box => box.scrollLeft") == 60


def test_old_figures_are_called_old_until_the_server_answers_again(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    page = person()
    open_panel(page, course)
    page.context.set_offline(True)
    told = page.get_by_text("Det kommer inga nya siffror just nu")
    expect(told).to_be_visible()
    expect(page.get_by_text("enligt serverns klocka")).to_be_visible()
    page.context.set_offline(False)
    expect(told).to_be_hidden()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_panel_is_accessible(
    person: Callable[..., Page], course: RunningCourse, viewport: dict[str, int], scheme: str
) -> None:
    page = person(viewport=viewport, color_scheme=scheme)
    open_panel(page, course)
    assert_accessible(page)
