"""The administrator's capacity panel in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import RunningCourse
from tests.journeys.conftest import (
    DESKTOP,
    PHONE,
    assert_accessible,
    open_module,
    sign_in,
    sign_in_by_link,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_panel_keeps_itself_new_until_it_is_paused(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    administrator, learner = person(), person()
    sign_in_by_link(administrator, course.link_of("administrator"))
    administrator.get_by_role("link", name="Kapacitet").click()
    used = administrator.get_by_role("row", name="Sidor som räknar").first.get_by_role("cell")
    before = int(used.inner_text().split()[0])
    sign_in(learner, "Räkna Mera")
    open_module(learner, "01-why-meet-online")
    learner.get_by_label("Resor per år").fill("7")
    expect(used).to_contain_text(f"{before + 1} av")
    administrator.get_by_role("button", name="Pausa siffrorna").click()
    expect(administrator.get_by_role("button", name="Låt siffrorna fortsätta")).to_be_focused()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_panel_is_accessible(
    person: Callable[..., Page], course: RunningCourse, viewport: dict[str, int], scheme: str
) -> None:
    page = person(viewport=viewport, color_scheme=scheme)
    sign_in_by_link(page, course.link_of("administrator"))
    page.goto("/capacity")
    assert_accessible(page)
