"""Every newer kind of exercise on a real page: by keyboard alone, by mouse alone, and graded."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from motesklar.overlay.folder import OwnCourse
from motesklar.overlay.shipped import Shipped
from motesklar.paths import DataFolder
from tests.chromium import SWITCHES, chromium_path
from tests.conftest import RunningCourse, free_port
from tests.exercises.lessons import code, exercise, lesson, nbgrader, step, write_module
from tests.journeys.conftest import PHONE, assert_accessible, open_module, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MODULE = "01-all-kinds"
GRADING_MS = 60_000
SAVED = "Ditt svar är sparat."
#: More presses of Tab than any page needs.
MOST_TABS = 120

KINDS = {
    "helps": (
        'ChooseSeveral("helps", question=_("Vad hjälper?"),'
        ' options={"light": _("Ljus framifrån"), "cake": _("En kaka"), "mute": _("Ljudet av")})',
        '["light", "mute"]',
        'helps == ["light", "mute"]',
    ),
    "pairs": (
        'Match("pairs", question=_("Vad hör ihop?"),'
        ' items={"echo": _("Eko"), "dark": _("Mörk bild")},'
        ' targets={"off": _("Stäng av en mikrofon"), "lamp": _("Tänd en lampa")})',
        '{"echo": "off", "dark": "lamp"}',
        'pairs == {"echo": "off", "dark": "lamp"}',
    ),
    "minutes": (
        'FillIn("minutes", question=_("Hur länge?"), unit=_("minuter"))',
        "35",
        "isinstance(minutes, int | float) and 34 <= minutes <= 36",
    ),
    "word": (
        'FillIn("word", question=_("Vad talar du i?"))',
        '"mikrofon"',
        'same_word(word, "mikrofon", "mikrofonen", "microphone")',
    ),
    "place": (
        'ClickPlace("place", question=_("Var går du ut?"),'
        ' places={"hand": _("En hand i mitten"), "leave": _("En röd lur till höger")})',
        '"leave"',
        'place == "leave"',
    ),
    "way": (
        'Scenario("way", question=_("Någon pratar hela tiden."), scenes={'
        '"start": {"text": _("Du vill säga något."), "choices":'
        ' {"shout": (_("Jag ropar"), "noise"), "hand": (_("Jag räcker upp handen"), "seen")}},'
        ' "noise": {"text": _("Det blir högljutt."), "choices": {"sorry": (_("Jag ber om ursäkt"),'
        ' "seen")}}, "seen": {"text": _("Du får ordet."), "choices": {}}})',
        '["hand"]',
        'isinstance(way, list) and way[-1:] in (["hand"], ["sorry"])',
    ),
    "invited": (
        'Invitation("invited", question=_("Bjud in tre kollegor."))',
        '{"title": "Möte", "start": "2027-03-01T10:00", "minutes": 45,'
        ' "place": "https://mote.example/rum", "text": "Vi går igenom schemat."}',
        "invitation_works(invited)",
    ),
}
AGENDA = "Vi går igenom schemat, vecka 9; sedan fika."


def lesson_of_all_kinds() -> Any:
    letter = nbgrader("letter", grade=True, solution=True, points=0)
    solution = 'letter = None\n### BEGIN SOLUTION\nletter = "Hej"\n### END SOLUTION'
    made = lesson(
        step("all", "Alla sätt", kind="answer"),
        *(cell for name, about in KINDS.items() for cell in exercise(name, *about)),
        code('ShortText("letter", question=_("Vad vill du säga?"))', "letter-w"),
        code(solution, "letter-a", nbgrader=letter),
        step("remember", "Kom ihåg och lämna in", kind="answer"),
        code("HandIn()", "hand-in"),
    )
    made.cells[0].source = (
        "from motesklar_widgets import (ChooseSeveral, ClickPlace, FillIn, HandIn, Invitation,"
        " Match, Scenario, ShortText, _, invitation_works, same_word)"
    )
    return made


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCourse]:
    """A course of that one module."""
    folder = tmp_path_factory.mktemp("own") / "course"
    OwnCourse(folder, Shipped.installed()).create()
    (folder / "course.toml").write_text(f'[course]\nmodules = ["{MODULE}"]\nshort_way = []\n')
    write_module(folder / "modules", MODULE, lesson_of_all_kinds())
    data = DataFolder(tmp_path_factory.mktemp("data"))
    running = RunningCourse(data, free_port(), arguments=("--demo", "--course", str(folder)))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser(driver: Playwright) -> Iterator[Browser]:
    browser = driver.chromium.launch(executable_path=chromium_path(), args=SWITCHES)
    yield browser
    browser.close()


def answers(page: Page) -> dict[str, Any]:
    """What the server keeps."""
    told: dict[str, Any] = page.request.get(f"/api/modules/{MODULE}/state").json()["answers"]
    return told


def assert_saved(page: Page, name: str) -> None:
    expect(page.locator(f"#exercise-{name}").get_by_text(SAVED)).to_be_visible()


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, as whoever has no mouse does."""
    for _ in range(MOST_TABS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no way to {target} with Tab")


def press_on(page: Page, target: Locator, *keys: str) -> None:
    tab_to(page, target)
    for key in keys:
        page.keyboard.press(key)


def type_into(page: Page, target: Locator, text: str) -> None:
    tab_to(page, target)
    page.keyboard.type(text)


def test_every_kind_is_answered_by_keyboard_alone(person: Callable[..., Page]) -> None:
    page = person(timezone_id="Europe/Stockholm", locale="en-US")
    sign_in(page, "Tab Tangent")
    open_module(page, MODULE)

    press_on(page, page.get_by_label("Ljus framifrån"), "Space")
    press_on(page, page.get_by_label("Ljudet av"), "Space")
    assert_saved(page, "helps")

    for item, target in (("Eko", "Stäng av en mikrofon"), ("Mörk bild", "Tänd en lampa")):
        type_into(page, page.get_by_label(item), target)
    assert_saved(page, "pairs")

    type_into(page, page.get_by_label("Hur länge?"), "35,5")
    page.keyboard.press("Enter")
    assert_saved(page, "minutes")

    type_into(page, page.get_by_label("Vad talar du i?"), "Mikrofonen.")
    page.keyboard.press("Enter")
    assert_saved(page, "word")

    press_on(page, page.get_by_label("En hand i mitten"), "ArrowDown")
    assert_saved(page, "place")
    look = page.locator("#exercise-place").get_by_role("button", name="Kontrollera")
    press_on(page, look, "Enter")
    expect(page.locator("#exercise-place").get_by_text("Därför: place")).to_be_visible()

    press_on(page, page.get_by_role("button", name="Jag ropar"), "Enter")
    expect(page.get_by_text("Det blir högljutt.")).to_be_focused()
    press_on(page, page.get_by_role("button", name="Jag ber om ursäkt"), "Enter")
    expect(page.get_by_text("Du får ordet.")).to_be_focused()
    assert_saved(page, "way")

    type_into(page, page.get_by_label("Vad mötet handlar om"), "Planering")
    type_into(page, page.get_by_label("Dag"), "03012027")
    type_into(page, page.get_by_label("Det börjar klockan"), "1000AM")
    type_into(page, page.get_by_label("Hur många minuter"), "45")
    type_into(page, page.get_by_label("Länken till mötet"), "https://mote.example/rum")
    type_into(page, page.get_by_label("Vad ni ska prata om"), AGENDA)
    press_on(page, page.get_by_role("button", name="Spara, och få kalenderfilen"), "Enter")
    assert_saved(page, "invited")

    type_into(page, page.get_by_label("Vad vill du säga?"), "Våga prova!")
    assert_saved(page, "letter")
    assert answers(page) == {
        "helps": ["light", "mute"],
        "pairs": {"echo": "off", "dark": "lamp"},
        "minutes": 35.5,
        "word": "Mikrofonen.",
        "place": "leave",
        "way": ["shout", "sorry"],
        "invited": {
            "title": "Planering",
            "start": "2027-03-01T10:00",
            "minutes": 45,
            "place": "https://mote.example/rum",
            "text": AGENDA,
        },
        "letter": "Våga prova!",
    }

    press_on(page, page.get_by_role("button", name="Lämna in"), "Enter")
    expect(page.get_by_text(f"{len(KINDS)} av {len(KINDS)}").first).to_be_visible(
        timeout=GRADING_MS
    )


def test_every_kind_is_answered_by_mouse_alone_on_a_narrow_dark_screen(
    person: Callable[..., Page], tmp_path: Path
) -> None:
    page = person(viewport=PHONE, color_scheme="dark")
    sign_in(page, "Mus Musson")
    open_module(page, MODULE)
    assert_accessible(page)

    page.get_by_text("Ljus framifrån").click()
    page.get_by_text("Ljudet av").click()
    page.get_by_label("Eko").select_option(label="Stäng av en mikrofon")
    page.get_by_label("Mörk bild").select_option(label="Tänd en lampa")
    page.locator("#exercise-place [data-place=leave]").click()
    expect(page.get_by_label("En röd lur till höger")).to_be_checked()
    page.get_by_role("button", name="Jag räcker upp handen").click()
    for name in ("helps", "pairs", "place", "way"):
        assert_saved(page, name)

    own = tmp_path / "own.ics"
    own.write_bytes(calendar_of_a_service())
    page.get_by_text("Jag har gjort inbjudan i min egen kalender").click()
    page.get_by_label("Kalenderfilen").set_input_files(own)
    assert_saved(page, "invited")
    seen = page.locator("#exercise-invited dl")
    expect(seen).to_contain_text("måndag 1 mars 2027")
    expect(seen).to_contain_text("10:00, i 45 minuter")
    expect(seen).to_contain_text("Planering")
    expect(page.get_by_label("Vad mötet handlar om")).to_have_value("Planering")
    assert_accessible(page)

    page.reload()
    expect(page.get_by_label("Ljudet av")).to_be_checked()
    expect(page.get_by_label("Mörk bild")).to_have_value("lamp")
    expect(page.get_by_label("En röd lur till höger")).to_be_checked()
    expect(page.get_by_text("Du får ordet.")).to_be_visible()
    expect(seen).to_contain_text("måndag 1 mars 2027")


def calendar_of_a_service() -> bytes:
    """As meeting services write it: with a zone of the maker's, and pages of their own."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Service//EN",
        "METHOD:REQUEST",
        "BEGIN:VTIMEZONE",
        "TZID:W. Europe Standard Time",
        "BEGIN:STANDARD",
        "DTSTART:16010101T030000",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10",
        "END:STANDARD",
        "END:VTIMEZONE",
        "BEGIN:VEVENT",
        "UID:1",
        "DTSTAMP:20270101T100000Z",
        "DTSTART;TZID=W. Europe Standard Time:20270301T100000",
        "DTEND;TZID=W. Europe Standard Time:20270301T104500",
        "SUMMARY:Planering",
        "LOCATION:Webbmöte",
        "DESCRIPTION:Vi går igenom schemat.\\n" + "_" * 2000 + "\\nhttps://mote.example/rum",
        "X-ALT-DESC;FMTTYPE=text/html:" + "<p>Gå med i mötet</p>" * 1000,
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize(
    ("zone", "utc"), [("Europe/Stockholm", 8), ("America/New_York", 14), ("UTC", 10)]
)
def test_the_calendar_file_is_right_for_guests_in_other_places(
    person: Callable[..., Page], tmp_path: Path, zone: str, utc: int
) -> None:
    page = person(timezone_id=zone)
    sign_in(page, "Kim Kalender")
    open_module(page, MODULE)
    page.get_by_label("Vad mötet handlar om").fill("Planering")
    page.get_by_label("Dag").fill("2027-06-01")
    page.get_by_label("Det börjar klockan").fill("10:00")
    page.get_by_label("Hur många minuter").fill("45")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Spara, och få kalenderfilen").click()
    downloading.value.save_as(tmp_path / "invitation.ics")
    assert_saved(page, "invited")
    [event] = Calendar.from_ical((tmp_path / "invitation.ics").read_bytes()).events
    starts = event.start
    # without a zone it means the clock of whoever reads it
    assert (starts - starts.utcoffset() if starts.tzinfo else starts).hour == utc
    assert answers(page)["invited"]["start"] == "2027-06-01T10:00"


def test_a_file_that_is_no_invitation_says_what_to_do(
    person: Callable[..., Page], tmp_path: Path
) -> None:
    page = person()
    sign_in(page, "Fel Fil")
    open_module(page, MODULE)
    page.get_by_text("Jag har gjort inbjudan i min egen kalender").click()
    for name, content, told in (
        ("a.ics", b"Hej", "Välj en fil som slutar på .ics"),
        ("b.ics", b"\xff\xfe\x00", "Välj en fil som slutar på .ics"),
        ("c.ics", calendar_of_a_service() * 40, "Spara ett enda möte som en fil."),
    ):
        (tmp_path / name).write_bytes(content)
        page.get_by_label("Kalenderfilen").set_input_files(tmp_path / name)
        expect(page.locator("#exercise-invited").get_by_text(told)).to_be_visible()
    assert answers(page) == {}
