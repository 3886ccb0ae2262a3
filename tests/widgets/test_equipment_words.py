"""The table of findings, the world that a page is open in, and the guides for it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from motesklar_widgets import HandIn
from tests.widgets.conftest import ALLOW_ALL, FAKE_DEVICES, Launch
from tests.widgets.server import Harness
from tests.widgets.test_equipment_findings import DEVICE_REASONS, SPEAKER_REASONS

FOLDER = "/static/0/widgets/lib/equipment"
VERDICTS = {"pass", "warn", "fail", "skipped"}


@pytest.fixture(scope="module", params=["en", "sv"])
def words_page(
    request: pytest.FixtureRequest, widget_harness: Harness, launch: Launch
) -> Iterator[Page]:
    """One for all in each language: nothing is kept in the page but what a test shows."""
    page = launch(FAKE_DEVICES, ALLOW_ALL).new_page()
    page.goto(widget_harness.show({"end": HandIn()}, language=request.param))
    page.evaluate(
        """(href) => {
          const sheet = document.createElement("link");
          document.head.append(Object.assign(sheet, { rel: "stylesheet", href }));
        }""",
        "/static/0/css/equipment.css",
    )
    yield page
    page.close()


def ask(page: Page, body: str, argument: Any = None) -> Any:
    prelude = f"""
      const findings = await import("{FOLDER}/findings.js");
      const {{ worldOf }} = await import("{FOLDER}/world.js");
      const guides = await import("{FOLDER}/guide.js");
    """
    return page.evaluate(f"async (argument) => {{ {prelude} {body} }}", argument)


# ---- findings

ALL = """
  return Object.fromEntries(findings.CHECKS.map((check) => [
    check,
    Object.fromEntries(
      findings.findingNames(check).map((name) => [name, findings.findingOf(check, name)]),
    ),
  ]));
"""


def test_every_finding_has_a_verdict_a_sentence_and_a_next_action(words_page: Page) -> None:
    table = ask(words_page, ALL)
    assert list(table) == ["browser", "speaker", "microphone", "camera", "network"]
    for check, found in table.items():
        for name, finding in found.items():
            assert finding["verdict"] in VERDICTS, (check, name)
            assert re.search(r"[.?]$", finding["sentence"]), (check, name)
            assert re.search(r"[.?]$", finding["next"]), (check, name)
            assert len(finding["sentence"]) <= 120, (check, name)


def test_every_check_can_pass_fail_and_be_left_out_in_two_ways(words_page: Page) -> None:
    for check, found in ask(words_page, ALL).items():
        assert found["works"]["verdict"] == "pass", check
        assert found["failed"]["verdict"] in {"warn", "fail"}, check
        assert found["not-here"]["verdict"] == "skipped", check
        assert found["not-for-me"]["verdict"] == "skipped", check


def test_two_findings_of_a_check_never_say_the_same(words_page: Page) -> None:
    for check, found in ask(words_page, ALL).items():
        sentences = [finding["sentence"] for finding in found.values()]
        assert len(set(sentences)) == len(sentences), check


def test_what_can_be_mended_can_be_said_aloud(words_page: Page) -> None:
    """Only what needs somebody else's work has nothing for the group to do."""
    silent = {
        (check, name)
        for check, found in ask(words_page, ALL).items()
        for name, finding in found.items()
        if finding["verdict"] in {"warn", "fail"} and not finding["aloud"]
    }
    assert silent == {("network", "turn-broken")}


@pytest.mark.parametrize("name", ["", "no-such-finding", "constructor", "__proto__"])
def test_an_unknown_finding_is_the_checks_failed(words_page: Page, name: str) -> None:
    body = """
      const said = (name) => JSON.stringify(findings.findingOf("camera", name));
      return said(argument) === said("failed");
    """
    assert ask(words_page, body, name) is True


@pytest.mark.parametrize(
    ("stored", "finding"),
    [
        ({"verdict": "fail", "finding": "busy", "figures": {"reason": "old"}}, "busy"),
        ({"verdict": "warn", "figures": {"reason": "silent"}}, "silent"),
        ({"verdict": "pass", "figures": {}}, "pass"),
    ],
)
def test_what_older_versions_stored_is_still_shown(
    words_page: Page, stored: dict[str, Any], finding: str
) -> None:
    assert ask(words_page, "return findings.storedFinding(argument);", stored) == finding


def test_a_verdict_without_a_name_has_words(words_page: Page) -> None:
    body = "return findings.findingOf('microphone', argument).verdict;"
    assert ask(words_page, body, "pass") == "pass"
    assert ask(words_page, body, "skipped") == "skipped"


def test_every_reason_that_a_device_fails_for_is_a_finding(words_page: Page) -> None:
    table = ask(words_page, ALL)
    lent = [*DEVICE_REASONS, "failed"]
    for check in ("microphone", "camera"):
        assert {table[check][reason]["verdict"] for reason in lent} == {"fail"}
    played = [*SPEAKER_REASONS, "failed"]
    assert {table["speaker"][reason]["verdict"] for reason in played} == {"fail"}


# ---- the world

AGENTS = [
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/130.0.0.0 Safari/537.36",
        0,
        ("chrome", "windows", ""),
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
        10,
        ("edge", "windows", ""),
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
        0,
        ("firefox", "windows", ""),
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/18.0 Safari/605.1.15",
        0,
        ("safari", "macos", ""),
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/18.0 Safari/605.1.15",
        5,
        ("safari", "ipados", ""),
    ),
    (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/60.5 Safari/605.1.15",
        0,
        ("other", "linux", ""),
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
        "Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
        5,
        ("safari", "ios", ""),
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
        "Gecko) CriOS/130.0.0.0 Mobile/15E148 Safari/604.1",
        5,
        ("chrome", "ios", ""),
    ),
    (
        "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "FxiOS/130.0 Mobile/15E148 Safari/604.1",
        5,
        ("firefox", "ipados", ""),
    ),
    (
        "Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) "
        "SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36",
        5,
        ("samsung", "android", ""),
    ),
    (
        "Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0",
        5,
        ("firefox", "android", ""),
    ),
    (
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/130.0.0.0 Mobile Safari/537.36 EdgA/130.0.0.0",
        5,
        ("edge", "android", ""),
    ),
    (
        "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/130.0.0.0 Safari/537.36",
        10,
        ("chrome", "chromeos", ""),
    ),
    (
        "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
        0,
        ("firefox", "linux", ""),
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/128.0.0.0 Safari/537.36 OPR/114.0.0.0",
        0,
        ("other", "windows", ""),
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
        "Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/480.0.0.0]",
        5,
        ("other", "ios", "facebook"),
    ),
    (
        "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/480.0.0.0;]",
        5,
        ("chrome", "android", "facebook"),
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
        "Gecko) Mobile/15E148 Instagram 350.0.0.0 (iPhone14,5)",
        5,
        ("other", "ios", "instagram"),
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
        "Gecko) Mobile/15E148 [LinkedInApp]/9.30",
        5,
        ("other", "ios", "linkedin"),
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
        "Gecko) Mobile/15E148 Outlook-iOS/4.2440.0",
        5,
        ("other", "ios", "outlook"),
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/128.0.0.0 Safari/537.36 Edg/128.0.0.0 Teams/24295.605",
        0,
        ("edge", "windows", "teams"),
    ),
    (
        "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36",
        5,
        ("chrome", "android", "other"),
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
        "Gecko) Mobile/15E148",
        5,
        ("other", "ios", "other"),
    ),
]


def world(page: Page, agent: str, touch_points: int = 0) -> dict[str, Any]:
    snapshot = {
        "agent": agent,
        "touchPoints": touch_points,
        "secure": True,
        "framed": False,
        "features": {},
    }
    result: dict[str, Any] = ask(page, "return worldOf(argument);", snapshot)
    return result


@pytest.mark.parametrize("words_page", ["en"], indirect=True)
@pytest.mark.parametrize(
    ("agent", "touch_points", "expected"),
    AGENTS,
    ids=["-".join(filter(None, a[2])) for a in AGENTS],
)
def test_the_world_is_read_of_what_the_browser_says(
    words_page: Page, agent: str, touch_points: int, expected: tuple[str, str, str]
) -> None:
    read = world(words_page, agent, touch_points)
    assert (read["browser"], read["system"], read["app"]) == expected
    assert read["touch"] is (touch_points > 0)


def test_this_browser_has_every_feature(words_page: Page) -> None:
    read = words_page.evaluate(
        f'async () => (await import("{FOLDER}/world.js")).readWorld()',
    )
    assert read["browser"] == "chrome"
    assert read["secure"] is True
    assert read["framed"] is False
    assert set(read["features"].values()) == {True}


# ---- guides

BROWSERS = ["chrome", "edge", "firefox", "safari", "samsung", "other"]
SYSTEMS = ["windows", "macos", "ios", "ipados", "android", "chromeos", "linux", "other"]

SHOW = """
  const [browser, system, app, source, ofSystem] = argument;
  const world = { browser, system, app, secure: true, framed: false, touch: false, features: {} };
  const guide = source
    ? guides.permissionGuide(world, source, { system: ofSystem })
    : guides.inAppGuide(world);
  document.querySelector("main").replaceChildren(guide);
  const drawings = [...guide.querySelectorAll("svg")];
  return {
    title: guide.querySelector("strong").textContent,
    steps: [...guide.querySelectorAll("li > p")].map((p) => p.textContent),
    drawings: drawings.map((svg) => [svg.getAttribute("role"), svg.getAttribute("aria-label")]),
    // text that sticks out of its drawing would be cut off
    inside: drawings.every((svg) => {
      const frame = svg.getBoundingClientRect();
      return [...svg.querySelectorAll("text")].every((text) => {
        const box = text.getBoundingClientRect();
        return box.left >= frame.left && box.right <= frame.right;
      });
    }),
  };
"""


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("of_system", [False, True], ids=["browser", "system"])
def test_each_browser_and_system_has_its_drawn_steps(
    words_page: Page, system: str, of_system: bool
) -> None:
    for browser in BROWSERS:
        for source in ("microphone", "camera"):
            guide = ask(words_page, SHOW, [browser, system, "", source, of_system])
            assert 1 < len(guide["steps"]) <= 4, browser
            assert len(guide["drawings"]) == len(guide["steps"]), browser
            assert all(role == "img" and words for role, words in guide["drawings"]), browser
            assert guide["inside"], browser


def test_the_guide_names_the_device_and_the_browser(words_page: Page) -> None:
    microphone = ask(words_page, SHOW, ["edge", "windows", "", "microphone", False])
    camera = ask(words_page, SHOW, ["edge", "windows", "", "camera", False])
    assert "Edge" in microphone["title"]
    assert microphone["title"] != camera["title"]
    assert re.search("Mi[ck]ro", microphone["steps"][-1])
    assert re.search("[CK]amera", camera["steps"][-1])


def test_browsers_and_systems_have_ways_of_their_own(words_page: Page) -> None:
    def steps(browser: str, system: str, of_system: bool = False) -> tuple[str, ...]:
        return tuple(ask(words_page, SHOW, [browser, system, "", "microphone", of_system])["steps"])

    browsers = [
        ("chrome", "windows"),
        ("edge", "windows"),
        ("firefox", "windows"),
        ("safari", "macos"),
        ("safari", "ios"),
        ("chrome", "ios"),
        ("chrome", "android"),
    ]
    assert len({steps(*world) for world in browsers}) == len(browsers)
    systems = ["windows", "macos", "ios", "android", "chromeos", "linux"]
    assert len({steps("edge", system, of_system=True) for system in systems}) == len(systems)
    assert steps("chrome", "windows") == steps("chrome", "chromeos")


@pytest.mark.parametrize("app", ["outlook", "teams", "facebook", "instagram", "linkedin", "other"])
@pytest.mark.parametrize("system", ["ios", "android", "windows"])
def test_the_way_out_of_an_app_is_shown(words_page: Page, app: str, system: str) -> None:
    guide = ask(words_page, SHOW, ["other", system, app, "", False])
    assert len(guide["steps"]) == len(guide["drawings"]) == 2
    assert words_page.locator("main input").input_value() == words_page.url


def test_the_address_is_marked_where_no_clipboard_is_lent_out(words_page: Page) -> None:
    ask(words_page, SHOW, ["other", "ios", "other", "", False])
    words_page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }"
    )
    words_page.get_by_role("button").click()
    words_page.locator("main [role=status]:not(:empty)").wait_for()
    marked = words_page.evaluate(
        "document.activeElement.value.slice(0, document.activeElement.selectionEnd)"
    )
    assert marked == words_page.url
