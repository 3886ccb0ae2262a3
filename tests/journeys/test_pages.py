"""Pages that calculate, when processes die, the server restarts, and all places are taken."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from motesklar.paths import DataFolder
from tests.conftest import RunningCourse, free_port
from tests.journeys.conftest import assert_accessible, open_module, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WHY = "01-why-meet-online"
_FEW_PLACES = "[capacity]\nkernels = 1\n"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCourse]:
    """A course of its own, which may be restarted; one page at a time may calculate."""
    overlay = tmp_path_factory.mktemp("own")
    (overlay / "course.toml").write_text(_FEW_PLACES)
    data = DataFolder(tmp_path_factory.mktemp("small"))
    running = RunningCourse(data, free_port(), ("--demo", "--course", str(overlay)))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def visitor(browser: Browser, small: RunningCourse) -> Iterator[Callable[[str], Page]]:
    """Opens the first module for somebody, in a browser of their own."""
    contexts = []

    def open_page(name: str) -> Page:
        context = browser.new_context(base_url=small.url)
        contexts.append(context)
        page = context.new_page()
        sign_in(page, name)
        open_module(page, WHY)
        return page

    yield open_page
    for context in contexts:
        context.close()


def set_kilometres(page: Page, kilometres: int) -> None:
    page.get_by_label("Kilometer, enkel väg").fill(str(kilometres))


def expect_hours(page: Page, hours: str) -> None:
    """The sums of the kernel, which knows 4 people, a meeting a month and 60 kilometres an hour."""
    expect(page.get_by_text(f"{hours} timmar på vägen")).to_be_visible()


def page_kernels(course: RunningCourse) -> list[int]:
    """Process ids: the server's root template has snapshots, and those have page kernels."""
    assert course.process
    found = [course.process.pid]
    for _ in range(3):
        found = [child for parent in found for child in _children(parent)]
    return found


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def test_a_page_that_is_only_read_has_no_process(
    visitor: Callable[[str], Page], small: RunningCourse
) -> None:
    page = visitor("Lisa Läsare")
    page.get_by_label("De möts på webben", exact=True).check()
    assert page_kernels(small) == []
    set_kilometres(page, 60)
    expect_hours(page, "96")
    assert len(page_kernels(small)) == 1


def test_a_killed_kernel_is_followed_by_another_and_what_was_typed_stays(
    visitor: Callable[[str], Page], small: RunningCourse
) -> None:
    page = visitor("Knut Kvar")
    page.get_by_label("Hur många som reser").fill("8")
    set_kilometres(page, 60)
    expect_hours(page, "192")
    (kernel,) = page_kernels(small)
    os.kill(kernel, signal.SIGKILL)
    set_kilometres(page, 30)
    expect_hours(page, "96")
    assert_accessible(page)


def test_a_page_that_stayed_open_over_a_restart_goes_on(
    visitor: Callable[[str], Page], small: RunningCourse
) -> None:
    page = visitor("Rut Restart")
    set_kilometres(page, 60)
    expect_hours(page, "96")
    assert small.stop() == 0
    set_kilometres(page, 90)
    small.start()
    expect_hours(page, "144")


def test_who_comes_when_all_places_are_taken_waits_and_is_served_next(
    visitor: Callable[[str], Page], small: RunningCourse
) -> None:
    first, second = visitor("Först Ut"), visitor("Nästa Tur")
    set_kilometres(first, 60)
    expect_hours(first, "96")
    set_kilometres(second, 90)
    expect(second.get_by_text("plats 1 i kön").first).to_be_visible()
    assert_accessible(second)
    notice, field = second.locator(".calculation-notice"), second.locator("input:focus")
    notice_box, field_box = notice.bounding_box(), field.bounding_box()
    assert notice_box
    assert field_box
    assert field_box["y"] + field_box["height"] <= notice_box["y"], "the notice covers the field"
    second.reload()
    set_kilometres(second, 90)
    expect(second.get_by_text("plats 1 i kön").first).to_be_visible()
    first.close()
    expect_hours(second, "144")
