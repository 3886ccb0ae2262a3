"""Pages without sound and picture in WebKit: they are drawn, they answer, and no script breaks."""

from collections.abc import Iterator

import pytest

from tests.conftest import RunningCourse
from tests.webkit import WebKitPage, running_webkit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LESSON = "01-why-meet-online"
#: WebKitGTK makes no window narrower than this, or hardly.
NARROW, HEIGHT = 460, 900

SHOWN = """return [...document.querySelectorAll(arguments[0])].some((each) =>
  each.getClientRects().length && each.textContent.includes(arguments[1]))"""
SIDEWAYS = """const { scrollWidth, clientWidth } = document.documentElement;
return scrollWidth - clientWidth"""
READY = 'return "ready" in document.documentElement.dataset'


@pytest.fixture(scope="module")
def page(course: RunningCourse) -> Iterator[WebKitPage]:
    """Somebody who has typed a name in the demo, in a narrow window."""
    with running_webkit() as page:
        page.command("POST", "url", url=course.url)
        page.type("main input[name=name]", "Webb Kitt")
        page.press("Börja kursen")
        page.wait_for(SHOWN, "h1", "Webb")
        yield page


def open_page(page: WebKitPage, address: str, title: str) -> None:
    page.goto_watched(address)
    page.command("POST", "window/rect", width=NARROW, height=HEIGHT)
    page.wait_for(SHOWN, "h1", title)


def assert_well(page: WebKitPage) -> None:
    assert page.faults() == []
    assert page.ask(SIDEWAYS) <= 0, "the page scrolls sideways"


def test_home_and_glossary_are_drawn(page: WebKitPage) -> None:
    for address, title in (("/", "Webb"), ("/glossary", "Ordlista")):
        open_page(page, address, title)
        assert_well(page)


def test_a_question_of_a_lesson_is_answered_and_checked(page: WebKitPage) -> None:
    open_page(page, f"/m/{LESSON}", "Varför mötas på webben")
    page.wait_for(READY)
    page.press("De möts på webben")
    page.wait_for(SHOWN, "#exercise-first-meeting", "Ditt svar är sparat.")
    page.press("Kontrollera mitt svar")
    page.wait_for(SHOWN, "#exercise-first-meeting", "Ett kort möte mellan kolleger")
    assert_well(page)


def test_a_browser_that_can_hold_no_meeting_is_told_so_and_the_flow_comes_to_its_end(
    page: WebKitPage,
) -> None:
    if page.ask("return 'RTCPeerConnection' in window"):
        pytest.skip("this WebKitGTK can hold meetings")
    open_page(page, "/equipment", "Testa din utrustning")
    page.press("Börja")
    page.wait_for(SHOWN, "[role=status]", "Den här webbläsaren går inte att ha möten i.")
    assert_well(page)
    page.press("Gå vidare")
    for title in ("Höra de andra", "Höras", "Synas"):
        page.wait_for(SHOWN, "h2", title)
        page.press("Inget för mig")
    # the network was found out behind the others
    page.wait_for(SHOWN, "h2", "Så gick det")
    assert_well(page)
