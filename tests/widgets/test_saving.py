"""A lost network or a reload never loses an answer, and nobody gets another's."""

from playwright.sync_api import APIResponse, Dialog, Page, Route, expect

from motesklar_widgets import ChooseOne, MicrophoneTest
from tests.widgets.conftest import Open, assert_verdicts, events_of, wait_until
from tests.widgets.server import Saved

SAVED = "Your answer is saved."


def question(exercise: str = "first-meeting") -> ChooseOne:
    return ChooseOne(exercise, question=exercise, options={"a": "Apple", "b": "Pear"})


def cut(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)


def connect(page: Page) -> None:
    page.context.set_offline(False)


def test_an_answer_given_without_a_network_is_saved_when_it_is_back(
    open_page: Open, saved: Saved
) -> None:
    page = open_page({"answer": question()})
    cut(page)
    page.get_by_label("Pear").check()
    wait_until(page, "harness.events.some(([name]) => name === 'connection')")
    assert events_of(page, "connection") == [{"state": "waiting"}]
    expect(page.get_by_text("Saving …")).to_be_visible()

    connect(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert saved.answers == {"first-meeting": "b"}
    assert events_of(page, "connection") == [{"state": "waiting"}, {"state": "ok"}]


def test_only_the_last_of_several_changes_is_sent_when_the_network_is_back(
    open_page: Open, saved: Saved
) -> None:
    page = open_page({"answer": question()})
    cut(page)
    for choice in ("Pear", "Apple", "Pear"):
        page.get_by_label(choice).check()
    saved.requests.clear()
    connect(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert saved.answers == {"first-meeting": "b"}
    assert [method for method, _ in saved.requests if method == "PUT"] == ["PUT"]


def test_an_answer_that_was_not_saved_is_sent_after_a_reload(open_page: Open, saved: Saved) -> None:
    page = open_page({"answer": question()})
    page.wait_for_load_state("networkidle")
    saved.broken = 503
    page.get_by_label("Pear").check()
    wait_until(page, "harness.events.some(([name]) => name === 'connection')")
    page.on("dialog", lambda dialog: dialog.accept())
    saved.broken = None
    page.route("**/answers/**", lambda route: route.abort(), times=1)
    page.reload()
    expect(page.get_by_label("Pear")).to_be_checked()
    wait_until(page, "Object.keys(sessionStorage).length === 0")
    assert saved.answers == {"first-meeting": "b"}


def test_an_answer_saved_while_the_state_is_on_its_way_is_shown(
    open_page: Open, saved: Saved
) -> None:
    page = open_page({"answer": question()})
    page.wait_for_load_state("networkidle")
    saved.broken = 503
    page.get_by_label("Pear").check()
    wait_until(page, "Object.keys(sessionStorage).length === 1")
    page.on("dialog", lambda dialog: dialog.accept())
    saved.answers.clear()
    saved.broken = None
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/state", lambda route: held.append((route, route.fetch())))
    # tried again until it gets through, which is not before the state is on its way
    page.route("**/answers/**", lambda route: route.continue_() if held else route.abort())
    page.reload()
    wait_until(page, "Object.keys(sessionStorage).length === 0")
    assert saved.answers == {"first-meeting": "b"}
    [(route, state)] = held
    assert state.json()["answers"] == {}
    route.fulfill(response=state)
    expect(page.get_by_label("Pear")).to_be_checked()


def test_what_one_person_left_is_neither_sent_nor_kept_for_the_next(
    open_page: Open, saved: Saved
) -> None:
    page = open_page({"answer": question()})
    page.wait_for_load_state("networkidle")
    saved.broken = 503
    page.get_by_label("Pear").check()
    wait_until(page, "Object.keys(sessionStorage).some((key) => key.includes('p-anna'))")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")

    saved.person = "p-bo"
    saved.broken = None
    saved.answers.clear()
    page.go_back()
    expect(page.locator("html[data-ready]")).to_be_attached()
    page.wait_for_load_state("networkidle")
    assert saved.answers == {}
    assert page.evaluate("Object.keys(sessionStorage)") == []
    expect(page.get_by_label("Pear")).not_to_be_checked()


def test_a_shared_device_keeps_nothing(open_page: Open, saved: Saved) -> None:
    saved.shared_device = True
    page = open_page({"answer": question()})
    page.wait_for_load_state("networkidle")
    saved.broken = 503
    page.get_by_label("Pear").check()
    wait_until(page, "harness.events.some(([name]) => name === 'connection')")
    assert page.evaluate("Object.keys(sessionStorage)") == []


def test_leaving_with_something_unsaved_asks_first(open_page: Open, saved: Saved) -> None:
    page = open_page({"answer": question()})
    page.wait_for_load_state("networkidle")
    saved.broken = 503
    page.get_by_label("Pear").check()
    wait_until(page, "harness.events.some(([name]) => name === 'connection')")
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    page.reload()
    assert asked == ["beforeunload"]


def test_one_entry_the_server_stumbles_over_does_not_stop_the_others(
    open_page: Open, saved: Saved
) -> None:
    page = open_page({"one": question("exercise-one"), "two": question("exercise-two")})
    page.wait_for_load_state("networkidle")
    page.route("**/answers/exercise-one", lambda route: route.fulfill(status=500, json={}))
    page.get_by_label("Pear").first.check()
    page.get_by_label("Pear").last.check()
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert saved.answers == {"exercise-two": "b"}


def test_a_person_who_was_signed_out_is_told_and_keeps_the_answer(
    open_page: Open, saved: Saved
) -> None:
    page = open_page({"answer": question()})
    page.wait_for_load_state("networkidle")
    saved.broken = 401
    page.get_by_label("Pear").check()
    expect(page.get_by_role("alert")).to_contain_text("It is broken.")
    saved.broken = None
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    wait_until(page, "Object.keys(sessionStorage).length === 0")
    assert saved.answers == {"first-meeting": "b"}


def test_a_fact_sent_twice_is_one_fact(open_page: Open, saved: Saved) -> None:
    page = open_page({"mic": MicrophoneTest()})
    page.wait_for_load_state("networkidle")
    # the server saves, but its answer is lost on the way
    page.route("**/api/facts", lambda route: (route.fetch(), route.abort()), times=1)
    page.get_by_role("button", name="Not on this device").click()
    wait_until(page, "harness.events.some(([, detail]) => detail.state === 'ok')")
    assert_verdicts(saved, "mic", ["skipped"])
    assert saved.requests.count(("POST", "/api/facts")) == 2


def test_several_widgets_share_one_reading_of_the_state(open_page: Open, saved: Saved) -> None:
    page = open_page({f"step-{n}": question(f"exercise-{n}") for n in range(5)})
    page.wait_for_load_state("networkidle")
    states = [path for _, path in saved.requests if path.endswith("/state")]
    assert len(states) < 5
