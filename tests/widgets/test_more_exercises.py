"""The newer kinds of exercises, answered by keyboard and by mouse, and found again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from motesklar.course import Exercise, ExerciseKind
from motesklar.exercises.handin import check_answer
from motesklar_widgets import (
    ChooseSeveral,
    ClickPlace,
    CourseWidget,
    FillIn,
    Invitation,
    Match,
    Scenario,
    ShortText,
    invitation_works,
)
from tests.widgets.conftest import Open, Saved

SAVED = "Your answer is saved."


def several() -> ChooseSeveral:
    options = {"light": "Light from the front", "cake": "A cake", "mute": "Sound off"}
    return ChooseSeveral("several", question="What helps?", options=options)


def pairs() -> Match:
    return Match(
        "pairs",
        question="What belongs together?",
        items={"echo": "An echo", "dark": "A dark picture"},
        targets={"mute": "Turn off one microphone", "lamp": "Turn on a lamp", "door": "A door"},
    )


def number() -> FillIn:
    return FillIn("number", question="How long before?", unit="minutes")


def word() -> FillIn:
    return FillIn("word", question="What do you call it?")


def place() -> ClickPlace:
    places = {"hand": "A hand at the bottom", "leave": "A red telephone at the bottom right"}
    return ClickPlace("place", question="How do you leave?", places=places)


def scenario() -> Scenario:
    return Scenario(
        "scenario",
        question="Somebody talks all the time. What do you do?",
        scenes={
            "start": {
                "text": "You want to say something.",
                "choices": {"hand": ("I raise my hand", "seen"), "shout": ("I shout", "noise")},
            },
            "noise": {
                "text": "It gets loud.",
                "choices": {"sorry": ("I say sorry", "seen")},
            },
            "seen": {"text": "You are given the floor.", "choices": {}},
        },
    )


def invitation() -> Invitation:
    return Invitation("invitation", question="Invite three colleagues.")


def letter() -> ShortText:
    return ShortText("letter", question="What do you want to say to the next colleague?")


ALL: list[Callable[[], CourseWidget]] = [
    several,
    pairs,
    number,
    word,
    place,
    scenario,
    invitation,
    letter,
]


def test_several_are_chosen_with_the_space_bar(open_page: Open, saved: Saved) -> None:
    page = open_page({"one": several()})
    page.get_by_label("Light from the front").focus()
    page.keyboard.press("Space")
    page.get_by_label("Sound off").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert saved.answers["several"] == ["light", "mute"]


def test_items_are_matched_by_lists_and_saved_when_every_line_has_one(
    open_page: Open, saved: Saved
) -> None:
    page = open_page({"one": pairs()})
    page.get_by_label("An echo").select_option(label="Turn off one microphone")
    expect(page.get_by_text("Lines left to match: 1.")).to_be_visible()
    assert saved.answers == {}
    page.get_by_label("A dark picture").select_option(label="Turn on a lamp")
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert saved.answers["pairs"] == {"echo": "mute", "dark": "lamp"}


def test_a_number_is_saved_by_enter_as_people_write_it(open_page: Open, saved: Saved) -> None:
    page = open_page({"one": number()}, language="sv")
    field = page.get_by_label("How long before?")
    field.fill("mycket")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Skriv ett tal")).to_be_visible()
    field.fill("1 000,5")
    field.press("Enter")
    expect(page.get_by_text("Ditt svar är sparat.")).to_be_visible()
    assert saved.answers["number"] == 1000.5


def test_a_word_is_saved_when_the_field_is_left(open_page: Open, saved: Saved) -> None:
    page = open_page({"one": word()})
    field = page.get_by_label("What do you call it?")
    field.fill(" Mikrofon ")
    field.press("Tab")
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert saved.answers["word"] == "Mikrofon"


def test_a_place_is_pressed_in_the_picture_and_the_list_follows(
    open_page: Open, saved: Saved
) -> None:
    page = open_page({"one": place()})
    page.locator("[data-place=leave]").click()
    expect(page.get_by_label("A red telephone at the bottom right")).to_be_checked()
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert saved.answers["place"] == "leave"


def test_a_place_is_chosen_in_the_list_and_the_picture_follows(
    open_page: Open, saved: Saved
) -> None:
    page = open_page({"one": place()})
    page.get_by_label("A hand at the bottom").focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-place=hand]")).to_have_attribute("data-chosen", "true")
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert saved.answers["place"] == "hand"


def test_a_way_through_a_scenario_is_saved_at_its_end_and_can_be_walked_anew(
    open_page: Open, saved: Saved
) -> None:
    page = open_page({"one": scenario()})
    page.get_by_role("button", name="I shout").press("Enter")
    expect(page.get_by_text("It gets loud.")).to_be_focused()
    page.get_by_role("button", name="I say sorry").press("Enter")
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert saved.answers["scenario"] == ["shout", "sorry"]
    page.get_by_role("button", name="Start over").press("Enter")
    page.get_by_role("button", name="I raise my hand").press("Enter")
    expect(page.get_by_text("You are given the floor.")).to_be_focused()
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert saved.answers["scenario"] == ["hand"]


def test_an_invitation_becomes_a_calendar_file_that_others_read(
    open_page: Open, saved: Saved, tmp_path: Path
) -> None:
    page = open_page({"one": invitation()})
    page.get_by_label("What the meeting is about").fill("Planering; vecka 9, våra åtgärder")
    page.get_by_label("Day").fill("2027-03-01")
    page.get_by_label("It begins at").fill("10:00")
    page.get_by_label("How many minutes it takes").fill("45")
    page.get_by_label("The link to the meeting").fill("https://mote.example/rum")
    agenda = "Vi går igenom schemat.\n" + "Ännu mer, och ännu längre. " * 12
    page.get_by_label("What you will talk about").fill(agenda)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Save, and get the calendar file").press("Enter")
    expect(page.get_by_text(SAVED)).to_be_visible()
    downloading.value.save_as(tmp_path / "invitation.ics")
    content = (tmp_path / "invitation.ics").read_bytes()
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    [event] = Calendar.from_ical(content).events
    assert event["SUMMARY"] == "Planering; vecka 9, våra åtgärder"
    assert str(event["DESCRIPTION"]).startswith("Vi går igenom schemat.\nÄnnu mer, och")
    kept = check_answer(
        Exercise("invitation", ExerciseKind.INVITATION, 1), saved.answers["invitation"]
    )
    assert kept["start"] == "2027-03-01T10:00"
    assert invitation_works(kept)


def test_an_invitation_that_lacks_something_says_what(open_page: Open, saved: Saved) -> None:
    page = open_page({"one": invitation()})
    page.get_by_role("button", name="Save, and get the calendar file").click()
    expect(page.get_by_label("What the meeting is about")).to_be_focused()
    expect(page.get_by_text("Something is missing in the invitation.")).to_be_visible()
    assert saved.answers == {}


def test_an_invitation_of_the_own_calendar_can_be_given(
    open_page: Open, saved: Saved, tmp_path: Path
) -> None:
    own = tmp_path / "own.ics"
    own.write_text("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", newline="")
    page = open_page({"one": invitation()})
    page.get_by_text("I have made the invitation in my own calendar").click()
    page.get_by_label("The calendar file").set_input_files(own)
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert saved.answers["invitation"] == {"ics": "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"}


def test_a_text_for_a_person_is_saved_while_it_is_written(open_page: Open, saved: Saved) -> None:
    page = open_page({"one": letter()})
    page.get_by_label("What do you want to say").fill("Våga prova!")
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert saved.answers["letter"] == "Våga prova!"


def test_earlier_answers_are_shown_again(open_page: Open, saved: Saved) -> None:
    saved.answers = {
        "several": ["cake"],
        "pairs": {"echo": "mute", "dark": "door"},
        "number": 30.5,
        "scenario": ["hand"],
        "letter": "Hej",
    }
    page = open_page({made.__name__: made() for made in (several, pairs, number, scenario, letter)})
    expect(page.get_by_label("A cake")).to_be_checked()
    expect(page.get_by_label("A dark picture")).to_have_value("door")
    expect(page.get_by_label("How long before?")).to_have_value("30,5")
    expect(page.get_by_text("You are given the floor.")).to_be_visible()
    expect(page.get_by_label("What do you want to say")).to_have_value("Hej")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_kind_is_accessible_and_fits_a_narrow_screen(
    open_page: Open, assert_accessible: Callable[[Page], None], scheme: str
) -> None:
    page = open_page(
        {made.__name__: made() for made in ALL},
        viewport={"width": 320, "height": 640},
        color_scheme=scheme,
    )
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_an_answer_is_looked_at_at_once_and_may_be_changed(open_page: Open, saved: Saved) -> None:
    saved.right = ["hand"]
    page = open_page({"one": place()})
    page.get_by_label("A red telephone").check()
    page.get_by_role("button", name="Check my answer").press("Enter")
    expect(page.get_by_text("Not quite yet. You can change your answer.")).to_be_visible()
    expect(page.get_by_text("Because it is so.")).to_be_visible()
    page.get_by_label("A hand at the bottom").check()
    expect(page.get_by_text("Because it is so.")).to_have_count(0)
    page.get_by_role("button", name="Check my answer").press("Enter")
    expect(page.get_by_text("That is right.")).to_be_visible()


def test_a_text_for_a_person_is_not_looked_at_by_a_machine(open_page: Open, saved: Saved) -> None:
    saved.answers = {"letter": "Hej"}
    page = open_page({"one": letter()})
    expect(page.get_by_text(SAVED)).to_be_visible()
    expect(page.get_by_role("button", name="Check my answer")).to_have_count(0)


def test_unticking_everything_says_that_the_answer_before_still_counts(
    open_page: Open, saved: Saved
) -> None:
    saved.answers = {"several": ["cake"]}
    page = open_page({"one": several()})
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.get_by_label("A cake").uncheck()
    expect(page.get_by_text("Nothing is chosen.")).to_be_visible()
    assert saved.answers == {"several": ["cake"]}
    page.get_by_label("Sound off").check()
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert saved.answers == {"several": ["mute"]}
