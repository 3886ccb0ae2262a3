"""Handing in: gaps are asked about, the grading is followed, the result is told."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from motesklar_widgets import ChooseOne, HandIn
from tests.widgets.conftest import Open, events_of
from tests.widgets.server import Saved

GRADED: dict[str, Any] = {
    "state": "graded",
    "score": 1,
    "max_score": 2,
    "results": [
        {"exercise": "ex-one", "score": 1, "max_score": 1, "explanation": "Right, it is so."},
        {"exercise": "ex-two", "score": 0, "max_score": 1, "explanation": "Think of the sound."},
    ],
}


def widgets() -> dict[str, Any]:
    options = {"a": "Apple", "b": "Pear"}
    return {
        "one": ChooseOne("ex-one", question="First?", options=options),
        "two": ChooseOne("ex-two", question="Second?", options=options),
        "end": HandIn(),
    }


def attempt(**changes: Any) -> dict[str, Any]:
    waiting = {"id": "a-1", "module": "m", "state": "waiting", "score": None, "max_score": None}
    return waiting | {"results": [], "handed_in_at": None, "graded_at": None} | changes


def test_the_grading_is_followed_to_its_result(open_page: Open, saved: Saved) -> None:
    saved.answers = {"ex-one": "a", "ex-two": "a"}
    saved.grading = [{"state": "waiting"}, {"state": "grading"}, GRADED]
    page = open_page(widgets())
    expect(page.get_by_text("Answered")).to_have_count(2)
    page.get_by_role("button", name="Hand in").click()

    expect(page.get_by_text("You got 1 of 2 points.")).to_be_visible()
    result = page.get_by_role("listitem").filter(has_text="Think of the sound.")
    expect(result).to_contain_text("Second?")
    expect(result).to_contain_text("0 of 1 points")
    expect(page.get_by_role("button", name="Hand in again")).to_be_visible()
    (graded,) = events_of(page, "graded")
    assert graded["attempt"]["score"] == 1
    assert events_of(page, "step-done") == [{"step": "end"}]


def test_what_a_person_says_and_will_read_stands_with_the_exercise(
    open_page: Open, saved: Saved
) -> None:
    one, two = GRADED["results"]
    read = {
        "max_score": 0,
        "score": 0,
        "review": "waiting",
        "earlier_comment": "Write <b>more</b>.",
    }
    results = [one | {"review": "read", "comment": "Good!"}, two | read]
    saved.attempt = attempt(**GRADED | {"results": results})
    page = open_page(widgets())
    first = page.get_by_role("listitem").filter(has_text="Right, it is so.")
    expect(first.get_by_role("blockquote")).to_have_text("Good!")
    second = page.get_by_role("listitem").filter(has_text="Think of the sound.")
    expect(second).to_contain_text("A person will read it")
    expect(second).to_contain_text("You have changed your answer since a person read it.")
    expect(second.get_by_role("blockquote")).to_have_text("Write <b>more</b>.")


def test_gaps_are_asked_about_before_anything_is_sent(open_page: Open, saved: Saved) -> None:
    saved.answers = {"ex-one": "a"}
    saved.grading = [GRADED]
    page = open_page(widgets())
    expect(page.get_by_text("Answered")).to_have_count(1)
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("alert")).to_contain_text("One exercise is not answered.")
    expect(page.get_by_role("button", name="Go back and answer")).to_be_focused()
    assert saved.attempt is None

    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Hand in")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Hand in anyway").click()
    expect(page.get_by_text("You got 1 of 2 points.")).to_be_visible()


def test_an_answer_on_its_way_is_saved_before_the_hand_in(open_page: Open, saved: Saved) -> None:
    saved.answers = {"ex-one": "a", "ex-two": "a"}
    saved.grading = [GRADED]
    page = open_page(widgets())
    page.wait_for_load_state("networkidle")
    saved.requests.clear()
    page.route("**/answers/**", lambda route: route.abort(), times=1)
    page.get_by_label("Pear").first.check()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("You got 1 of 2 points.")).to_be_visible()
    writes = [method for method, _ in saved.requests if method != "GET"]
    assert writes == ["PUT", "POST"]
    assert saved.answers["ex-one"] == "b"


def test_a_reload_goes_on_following_the_grading(open_page: Open, saved: Saved) -> None:
    saved.attempt = attempt(state="grading")
    saved.grading = [{"state": "grading"}, GRADED]
    page = open_page(widgets())
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_text("You got 1 of 2 points.")).to_be_visible()
    assert len(events_of(page, "graded")) == 1


def test_a_result_of_before_is_shown_and_another_try_is_possible(
    open_page: Open, saved: Saved
) -> None:
    saved.answers = {"ex-one": "a", "ex-two": "b"}
    saved.attempt = attempt(**GRADED)
    page = open_page(widgets())
    expect(page.get_by_text("You got 1 of 2 points.")).to_be_visible()
    assert events_of(page, "graded") == []

    saved.grading = [GRADED | {"score": 2}]
    page.get_by_role("button", name="Hand in again").click()
    expect(page.get_by_text("Everything is right. Well done!")).to_be_visible()


def test_a_grading_that_failed_says_that_the_answers_are_kept(
    open_page: Open, saved: Saved
) -> None:
    saved.answers = {"ex-one": "a", "ex-two": "a"}
    saved.grading = [{"state": "failed"}]
    page = open_page(widgets())
    expect(page.get_by_text("Answered")).to_have_count(2)
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Your answers are kept.")).to_be_visible()
    expect(page.get_by_role("button", name="Hand in again")).to_be_visible()
    assert events_of(page, "step-done") == []


def test_a_refused_hand_in_is_told_in_plain_words(open_page: Open, saved: Saved) -> None:
    saved.answers = {"ex-one": "a", "ex-two": "a"}
    page = open_page(widgets())
    expect(page.get_by_text("Answered")).to_have_count(2)
    saved.broken = 409
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("alert")).to_contain_text("Do this instead.")
    expect(page.get_by_role("button", name="Hand in")).to_be_enabled()


def test_pressing_twice_hands_in_once(open_page: Open, saved: Saved) -> None:
    saved.answers = {"ex-one": "a", "ex-two": "a"}
    saved.grading = [GRADED]
    page = open_page(widgets())
    expect(page.get_by_text("Answered")).to_have_count(2)
    page.get_by_role("button", name="Hand in").dblclick()
    expect(page.get_by_text("You got 1 of 2 points.")).to_be_visible()
    assert [path for _, path in saved.requests if path.endswith("hand-in")] == [
        "/api/modules/02-test-your-equipment/hand-in"
    ]


def test_an_author_sees_the_exercises_but_hands_nothing_in(open_page: Open, saved: Saved) -> None:
    page = open_page(widgets(), live=False)
    expect(page.get_by_text("Not yet")).to_have_count(2)
    expect(page.get_by_role("button", name="Hand in")).to_have_count(0)
    assert saved.requests == []


def test_the_hand_in_is_accessible_and_fits_a_narrow_screen(
    open_page: Open, saved: Saved, assert_accessible: Callable[[Page], None]
) -> None:
    saved.attempt = attempt(**GRADED)
    page = open_page(widgets(), language="sv", viewport={"width": 320, "height": 640})
    expect(page.get_by_text("Du fick 1 av 2 poäng.")).to_be_visible()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
