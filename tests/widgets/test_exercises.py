"""Answering with a keyboard alone, seeing that it is saved, finding it again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from motesklar_widgets import CallEvidence, ChooseOne, PutInOrder
from tests.widgets.conftest import Open, events_of
from tests.widgets.server import Saved

SAVED = "Your answer is saved."


def choose_one() -> ChooseOne:
    options = {"10": "A chair", "2": "A microphone", "1": "<b>A pen</b>"}
    return ChooseOne("first-meeting", question="What do you need?", options=options)


def put_in_order() -> PutInOrder:
    items = {"open": "Open the link", "test": "Test the sound", "join": "Join"}
    return PutInOrder("the-order", question="In which order?", items=items)


def shown_order(page: Page) -> list[str]:
    return page.locator("ol li span:first-child:not(.row)").all_inner_texts()


def test_a_choice_is_saved_as_it_is_made(open_page: Open, saved: Saved) -> None:
    page = open_page({"answer": choose_one()})
    group = page.get_by_role("group", name="What do you need?")
    assert group.get_by_role("radio").all_inner_texts() == ["", "", ""]
    group.get_by_label("A microphone").check()
    expect(page.get_by_role("status").filter(has_text=SAVED)).to_be_visible()

    assert saved.answers == {"first-meeting": "2"}
    assert events_of(page, "step-done") == [{"step": "answer"}]


def test_options_are_text_in_the_order_of_the_notebook(open_page: Open) -> None:
    page = open_page({"answer": choose_one()})
    labels = page.locator("label.choice").all_inner_texts()
    assert labels == ["A chair", "A microphone", "<b>A pen</b>"]


def test_the_keyboard_alone_can_choose(open_page: Open, saved: Saved) -> None:
    page = open_page({"answer": choose_one()})
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("A microphone")).to_be_checked()
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert saved.answers == {"first-meeting": "2"}


def test_an_answer_is_there_again_after_a_reload(open_page: Open, saved: Saved) -> None:
    saved.answers["first-meeting"] = "2"
    page = open_page({"answer": choose_one()})
    expect(page.get_by_label("A microphone")).to_be_checked()
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert events_of(page, "step-done") == []


def test_an_answer_that_is_no_longer_an_option_is_not_shown(open_page: Open, saved: Saved) -> None:
    saved.answers = {"first-meeting": "gone", "the-order": ["open", "open", "join"]}
    page = open_page({"answer": choose_one(), "order": put_in_order()})
    page.wait_for_load_state("networkidle")
    assert page.locator("input:checked").count() == 0
    expect(page.get_by_text(SAVED)).to_have_count(0)


def test_a_refused_answer_tells_what_to_do(open_page: Open, saved: Saved) -> None:
    page = open_page({"answer": choose_one()})
    page.wait_for_load_state("networkidle")
    saved.broken = 400
    page.get_by_label("A microphone").check()
    expect(page.get_by_role("alert")).to_contain_text("It is broken.")
    expect(page.get_by_role("alert")).to_contain_text("Do this instead.")
    assert events_of(page, "step-done") == []


def test_items_are_moved_by_buttons_and_the_focus_follows(open_page: Open, saved: Saved) -> None:
    page = open_page({"order": put_in_order()})
    first, second, third = shown_order(page)
    down = page.get_by_role("button", name=f"Move down: {first}")
    down.focus()
    page.keyboard.press("Enter")
    assert shown_order(page) == [second, first, third]
    expect(down).to_be_focused()
    announced = page.locator("#announcements")
    expect(announced).to_have_text(f"{first} is now number 2 of 3.")

    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert shown_order(page) == [second, third, first]
    expect(down).to_be_focused()
    expect(down).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_text(SAVED)).to_be_visible()
    texts = {"open": "Open the link", "test": "Test the sound", "join": "Join"}
    assert [texts[key] for key in saved.answers["the-order"]] == [second, third, first]


def test_an_untouched_order_is_saved_only_when_it_is_said_to_be_meant(
    open_page: Open, saved: Saved
) -> None:
    page = open_page({"order": put_in_order()})
    page.wait_for_load_state("networkidle")
    assert saved.answers == {}
    page.get_by_role("button", name="This is my order").click()
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert len(saved.answers["the-order"]) == 3


def test_an_order_is_there_again_after_a_reload(open_page: Open, saved: Saved) -> None:
    saved.answers["the-order"] = ["join", "open", "test"]
    page = open_page({"order": put_in_order()})
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert shown_order(page) == ["Join", "Open the link", "Test the sound"]


def test_a_step_with_two_exercises_is_done_when_both_are_answered(
    open_page: Open, saved: Saved
) -> None:
    saved.answers["the-order"] = ["join", "open", "test"]
    page = open_page({"one": choose_one(), "two": put_in_order()})
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.evaluate("document.querySelectorAll('section').forEach((s) => (s.dataset.step = 'both'))")
    page.get_by_label("A microphone").check()
    expect(page.get_by_text(SAVED)).to_have_count(2)
    assert events_of(page, "step-done") == [{"step": "both"}]


def evidence(page: Page, **figures: object) -> None:
    page.evaluate(
        "(detail) => document.dispatchEvent(new CustomEvent('motesklar:evidence', { detail }))",
        {"sound_seconds": 0, "picture_seconds": 0, "text_characters": 0, "tasks": {}} | figures,
    )


def test_text_alone_is_as_good_as_voice(open_page: Open) -> None:
    page = open_page({"call": CallEvidence("the-call", question="Say something in the call.")})
    expect(page.get_by_text("Text: 0 of 20 characters have been read.")).to_be_visible()
    evidence(page, text_characters=4)
    expect(page.get_by_text("Text: 4 of 20 characters have been read.")).to_be_visible()
    assert events_of(page, "step-done") == []

    evidence(page, text_characters=24)
    expect(page.get_by_role("listitem").filter(has_text="Your text has been read.")).to_be_visible()
    expect(page.get_by_text("One way is enough")).to_be_visible()
    expect(page.locator("#announcements")).to_have_text("Your text has been read.")
    assert events_of(page, "step-done") == [{"step": "call"}]


def test_evidence_of_an_earlier_visit_is_shown(open_page: Open, saved: Saved) -> None:
    saved.evidence["sound_seconds"] = 7.5
    page = open_page({"call": CallEvidence("the-call", question="Say something in the call.")})
    expect(page.get_by_text("Your voice has been heard.")).to_be_visible()
    assert events_of(page, "step-done") == []


def test_an_exercise_about_a_task_is_done_with_that_task_alone(open_page: Open) -> None:
    widget = CallEvidence("the-call", question="Have you been muted?", task="mute")
    page = open_page({"call": widget})
    expect(page.get_by_text("Not yet. You do it in the practice call")).to_be_visible()
    evidence(page, sound_seconds=30, text_characters=300, tasks={"speak": "speech"})
    expect(page.get_by_text("Not yet.")).to_be_visible()
    assert events_of(page, "step-done") == []

    evidence(page, tasks={"speak": "speech", "mute": "button"})
    done = page.get_by_role("listitem").filter(has_text="Done. You found the button.")
    expect(done).to_be_visible()
    expect(page.get_by_text("This exercise is done.")).to_be_visible()
    expect(page.locator("#announcements")).to_have_text("Done. You found the button.")
    assert events_of(page, "step-done") == [{"step": "call"}]


@pytest.mark.parametrize(
    ("way", "words"),
    [("text", "What you wrote was read."), ("leader", "Your course leader has confirmed it.")],
)
def test_each_way_of_doing_a_task_is_told_as_what_it_was(
    open_page: Open, saved: Saved, way: str, words: str
) -> None:
    saved.evidence["tasks"] = {"mute": way}
    page = open_page({"call": CallEvidence("the-call", question="Muted?", task="mute")})
    expect(page.get_by_text(words)).to_be_visible()


def test_outside_the_course_nothing_is_saved(open_page: Open, saved: Saved) -> None:
    page = open_page({"answer": choose_one()}, live=False)
    expect(page.get_by_text("This is a preview. Nothing is saved.")).to_be_visible()
    page.get_by_label("A microphone").check()
    page.wait_for_load_state("networkidle")
    assert saved.requests == []


def test_the_exercises_are_accessible_and_fit_a_narrow_screen(
    open_page: Open, assert_accessible: Callable[[Page], None]
) -> None:
    widgets = {
        "one": choose_one(),
        "order": put_in_order(),
        "call": CallEvidence("the-call", question="Say something in the call."),
    }
    page = open_page(widgets, language="sv", viewport={"width": 320, "height": 640})
    page.get_by_label("A microphone").check()
    expect(page.get_by_text("Ditt svar är sparat.")).to_be_visible()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
