"""The look of every page in real Chromium: contrast, sizes, focus, order, narrow screens."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from motesklar.store.models import Role
from motesklar.web.bundles import WEB_STATIC, WIDGET_STATIC
from motesklar.web.templates import TEMPLATES
from tests.web.conftest import PagesCourse
from tests.web.samples import graded, state

browser = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
#: WCAG 2.2 AA, good practice, and of level AAA the contrast of 7:1 that the tokens promise.
AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"color-contrast-enhanced": {"enabled": True}},
}
PAGES = [
    ("/", Role.ADMINISTRATOR),
    ("/help", Role.LEARNER),
    ("/glossary", None),
    ("/accessibility", None),
    ("/privacy", None),
    ("/gallery", None),
    ("/m/02-utrustning", Role.LEARNER),
    ("/nowhere", Role.LEARNER),
]
OpenPage = Callable[..., Page]


@pytest.fixture(autouse=True)
def halfway(pages_course: PagesCourse) -> None:
    """Somebody who has come some way, so that every state shows."""
    done = state({"steg-1": "done", "steg-2": "done"}, graded(2, 2))
    pages_course.states["01-varfor"] = done
    pages_course.states["02-utrustning"] = state({"steg-1": "done", "steg-2": "started"})


def violations(page: Page) -> list[Any]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("options => axe.run(options)", AXE_OPTIONS)
    assert "color-contrast-enhanced" in {rule["id"] for rule in found["passes"]}
    return [
        (fault["id"], [(node["html"][:160], node["failureSummary"]) for node in fault["nodes"]])
        for fault in found["violations"]
    ]


@browser
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("path", "role"), PAGES)
def test_a_page_is_accessible_and_never_scrolls_sideways(
    open_page: OpenPage, path: str, role: Role | None, scheme: str, width: int
) -> None:
    page = open_page(path, role, width, color_scheme=scheme)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    told = violations(page)
    assert told == [], json.dumps(told, ensure_ascii=False, indent=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@browser
@pytest.mark.parametrize(("path", "role"), PAGES)
def test_whatever_is_pressed_is_large_enough(
    open_page: OpenPage, path: str, role: Role | None
) -> None:
    page = open_page(path, role, 320)
    small = page.evaluate(
        """() => [...document.querySelectorAll(
          "button, .button, summary, select, .choice, .field input, nav a, .site-header a")]
          .filter((one) => one.offsetParent && !one.closest(".skip-link"))
          .map((one) => [one.outerHTML.slice(0, 120), one.getBoundingClientRect().height])
          .filter(([, height]) => height < 44)"""
    )
    assert small == []


@browser
@pytest.mark.parametrize(("path", "role"), PAGES)
def test_tab_reaches_everything_in_the_order_it_stands(
    open_page: OpenPage, path: str, role: Role | None
) -> None:
    page = open_page(path, role)
    page.wait_for_load_state("networkidle")
    page.evaluate(
        """() => {
          // a group of radio buttons is one stop
          const all = [...document.querySelectorAll(
            "a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']")]
            .filter((one) => !one.disabled && one.checkVisibility() && one.type !== "radio");
          all.forEach((one, index) => { one.dataset.stop = String(index); });
        }"""
    )
    stops = page.locator("[data-stop]").count()
    reached: list[str] = []
    for _ in range(stops + 5):
        page.keyboard.press("Tab")
        stop = page.evaluate("document.activeElement.dataset.stop ?? null")
        if stop == "0" and reached:
            break
        if stop is not None:
            reached.append(stop)
    assert reached == [str(index) for index in range(stops)]


@browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_focus_is_seen_on_everything(open_page: OpenPage, scheme: str) -> None:
    page = open_page("/gallery", None, color_scheme=scheme)
    unseen = []
    for _ in range(page.locator("a[href], button:enabled, input, select, summary").count()):
        page.keyboard.press("Tab")
        ring = page.evaluate(
            """() => {
              const style = getComputedStyle(document.activeElement);
              return [document.activeElement.outerHTML.slice(0, 100),
                      style.outlineStyle, parseFloat(style.outlineWidth)];
            }"""
        )
        if ring[0].startswith("<body"):
            break  # once around
        if ring[1] != "solid" or ring[2] < 3:
            unseen.append(ring)
    assert unseen == []


@browser
def test_the_skip_link_is_first_and_leads_past_the_header(open_page: OpenPage) -> None:
    page = open_page("/", Role.LEARNER)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Hoppa till innehållet")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = "document.querySelector('main').contains(document.activeElement)"
    assert page.evaluate(inside)


@browser
def test_who_asks_for_less_motion_gets_none(open_page: OpenPage) -> None:
    page = open_page("/gallery", None, reduced_motion="reduce")
    button = page.locator("main .button").first
    seconds = button.evaluate("one => parseFloat(getComputedStyle(one).transitionDuration)")
    assert seconds <= 0.001


@browser
def test_with_forced_colours_buttons_and_cards_keep_their_edges(open_page: OpenPage) -> None:
    page = open_page("/gallery", None, forced_colors="active")
    for name in (".button--primary", ".card", ".notice", ".choice", ".badge"):
        width = page.locator(f"main {name}").first.evaluate(
            "one => parseFloat(getComputedStyle(one).borderTopWidth)"
        )
        assert width >= 1, name


@browser
def test_print_leaves_out_what_is_not_content(open_page: OpenPage) -> None:
    page = open_page("/gallery", None)
    page.emulate_media(media="print")
    expect(page.locator("header.site-header")).to_be_hidden()
    expect(page.locator("footer")).to_be_hidden()
    expect(page.get_by_role("table")).to_be_visible()


@browser
def test_a_lost_connection_is_told_and_its_return_too(open_page: OpenPage) -> None:
    page = open_page("/help", None)
    banner = page.locator("#connection")
    tell = (
        "state => document.dispatchEvent(new CustomEvent('motesklar:connection',"
        " {detail: {state}}))"
    )
    expect(banner).to_be_empty()
    page.evaluate(tell, "waiting")
    expect(banner).to_have_text(re.compile("^Du har ingen kontakt med kursen just nu"))
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(banner).to_have_text(re.compile("^Du har ingen kontakt"))
    page.evaluate(tell, "ok")
    expect(banner).to_have_text("Kontakten är tillbaka.")


@browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_the_raised_hand_is_within_reach_and_covers_nothing(
    open_page: OpenPage, pages_course: PagesCourse, scheme: str
) -> None:
    pages_course.workshop = {
        "id": "w-1",
        "title": "Tisdagsgruppen",
        "module": "02-utrustning",
        "hand_raised": False,
    }
    page = open_page("/m/02-utrustning", Role.LEARNER, 320, color_scheme=scheme)
    hand = page.get_by_role("button", name="Räck upp handen")
    expect(hand).to_be_in_viewport(ratio=1)
    assert violations(page) == []
    page.keyboard.press("End")
    expect(page.get_by_role("link", name="Dina personuppgifter")).to_be_in_viewport(ratio=1)
    for _ in range(12):
        page.keyboard.press("Tab")
        covered = page.evaluate(
            """() => {
              const bar = document.querySelector("[data-hand]");
              const one = document.activeElement;
              if (one === document.body || bar.contains(one)) return null;
              const place = one.getBoundingClientRect();
              return place.bottom > bar.getBoundingClientRect().top ? one.outerHTML : null;
            }"""
        )
        assert covered is None


@browser
def test_twice_the_text_size_still_fits_the_screen(open_page: OpenPage) -> None:
    page = open_page("/", Role.ADMINISTRATOR, 640)
    page.add_style_tag(content="html { font-size: 225% !important }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_every_icon_that_is_used_is_in_the_sheet() -> None:
    sheet = set(re.findall(r'<symbol id="([^"]+)"', (WEB_STATIC / "icons.svg").read_text()))
    sources = [
        *TEMPLATES.rglob("*.html"),
        *(WEB_STATIC / "js").rglob("*.js"),
        *WIDGET_STATIC.rglob("*.js"),
    ]
    calls = [
        call
        for path in sources
        for call in re.findall(r"\bicon\(([^()]*)\)", path.read_text(encoding="utf-8"))
    ]
    # the first argument may choose between two; a second one is a class
    used = {name for call in calls for name in re.findall(r'"([a-z0-9-]+)"', call.split(",")[0])}
    assert used
    assert used - sheet == set()


def test_no_page_has_scripts_within_itself_or_asks_another_host() -> None:
    for path in TEMPLATES.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        inline = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", html)
        assert inline == [], path.name
        assert re.findall(r"\son[a-z]+=", html) == [], path.name
        assert re.findall(r'(?:src|action)="https?:', html) == [], path.name
    for path in (WEB_STATIC / "css").glob("*.css"):
        assert "http" not in path.read_text(encoding="utf-8"), path.name
