"""A reviewer decides and reads answers, and the learner sees what came of it."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from motesklar.overlay.folder import OwnCourse
from motesklar.overlay.shipped import Shipped
from motesklar.paths import DataFolder
from motesklar.store.models import Role
from motesklar.web.visitor import SESSION_COOKIE
from tests.conftest import RunningCourse, free_port
from tests.exercises.lessons import write_module
from tests.journeys.conftest import DESKTOP, PHONE, assert_accessible
from tests.journeys.test_exercise_kinds import MODULE, lesson_of_all_kinds

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DEPARTMENT = "Vård och omsorg"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCourse]:
    """A course of one module that has an answer to read."""
    folder = tmp_path_factory.mktemp("own") / "course"
    OwnCourse(folder, Shipped.installed()).create()
    (folder / "course.toml").write_text(f'[course]\nmodules = ["{MODULE}"]\nshort_way = []\n')
    write_module(folder / "modules", MODULE, lesson_of_all_kinds())
    data = DataFolder(tmp_path_factory.mktemp("data"))
    running = RunningCourse(data, free_port(), arguments=("--demo", "--course", str(folder)))
    running.start()
    yield running
    running.stop()


def hand_in(course: RunningCourse, name: str, letter: str) -> str:
    """Somebody hands in; returns the id."""
    person = course.person(name, department=DEPARTMENT)
    client = course.client(person)
    for exercise, value in {"letter": letter, "place": "hand"}.items():
        path = f"/api/modules/{MODULE}/answers/{exercise}"
        assert client.put(path, json={"value": value}).status_code == 200
    attempt = uuid4().hex
    assert client.post(f"/api/modules/{MODULE}/hand-in", json={"id": attempt}).status_code == 202
    while client.get(f"/api/attempts/{attempt}?wait=1").json()["state"] != "graded":
        pass  # the door itself waits
    return person


def enter(page: Page, course: RunningCourse, person: str) -> Page:
    cookie = {"name": SESSION_COOKIE, "value": course.session_of(person), "url": course.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    return page


def test_a_returned_part_is_asked_for_and_two_reviewers_never_write_over_each_other(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    agneta = hand_in(course, "Agneta Alm", "Hej!")
    rut, siv = (course.person(name, Role.REVIEWER) for name in ("Rut Rektor", "Siv Storm"))
    first, second = enter(person(), course, rut), enter(person(viewport=PHONE), course, siv)
    for page in (first, second):
        page.goto(f"/review/people/{agneta}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Agneta Alm")
        assert_accessible(page)
        page.get_by_role("link", name="Besluta om En lektion").press("Enter")
        expect(page.get_by_role("heading", name="Skicka tillbaka med en kommentar")).to_be_visible()
        assert_accessible(page)

    first.get_by_role("button", name="Skicka tillbaka").click()
    expect(first.get_by_text("Kommentaren saknas.")).to_be_visible()
    expect(first.get_by_label("Det här ska personen göra")).to_be_focused()
    first.keyboard.type("Säg också vad du heter.")
    first.get_by_role("button", name="Skicka tillbaka").press("Enter")
    expect(first.get_by_text("Ditt beslut är sparat.")).to_be_visible()

    second.get_by_label("Skäl").fill("Hon kan det här.")
    second.get_by_label("Klart").check()
    second.get_by_role("button", name="Ändra för hand").click()
    expect(second.get_by_role("alert")).to_contain_text("Rut Rektor har hunnit fatta ett beslut")
    expect(second.get_by_label("Skäl")).to_have_value("Hon kan det här.")
    assert_accessible(second)

    learner = enter(person(viewport=PHONE), course, agneta)
    learner.goto("/")
    expect(learner.get_by_text("Säg också vad du heter.")).to_be_visible()
    assert_accessible(learner)
    learner.get_by_role("link", name="Öppna delen, ändra dina svar och lämna in igen").click()
    expect(learner.get_by_role("heading", name="Gör den här delen en gång till")).to_be_visible()

    second.get_by_role("button", name="Ändra för hand").click()
    expect(second.get_by_text("beslutat av Siv Storm")).to_be_visible()
    learner.goto("/")
    expect(learner.get_by_text("Säg också vad du heter.")).to_have_count(0)


def test_answers_are_read_one_after_the_other_by_keyboard_alone(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    words = [f"Mina ord {uuid4().hex[:6]}" for _ in range(2)]
    people = [hand_in(course, f"Läst {number}", text) for number, text in enumerate(words)]
    page = enter(person(viewport=DESKTOP), course, course.person("Rut Rektor", Role.REVIEWER))
    page.goto("/review/grading")
    assert_accessible(page)
    page.goto(f"/review/grading/{MODULE}/letter/{people[0]}")
    expect(page.get_by_text(words[0])).to_be_visible()
    expect(page.get_by_text("Läst 0")).to_have_count(0)
    assert_accessible(page)
    page.get_by_label("Kommentar till deltagaren").focus()
    page.keyboard.type("Fint skrivet!")
    page.keyboard.press("Alt+s")
    expect(page.get_by_text(words[1])).to_be_visible()
    page.keyboard.press("Alt+b")
    expect(page.get_by_text(words[0])).to_be_visible()
    expect(page.get_by_label("Kommentar till deltagaren")).to_have_value("Fint skrivet!")
    page.keyboard.press("Alt+n")
    expect(page.get_by_text(words[1])).to_be_visible()
    page.get_by_role("link", name="Visa namnet").press("Enter")
    expect(page.get_by_role("link", name="Läst 1")).to_be_visible()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert_accessible(page)


def test_authors_see_hard_questions_and_what_grading_anew_would_change(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    for number in range(5):
        hand_in(course, f"Fem {number}", "Hej")
    page = enter(person(), course, course.person("Rut Rektor", Role.REVIEWER))
    page.goto(f"/review/questions?module={MODULE}")
    row = page.get_by_role("row", name="Var går du ut?")
    expect(row).to_contain_text("En hand i mitten")
    expect(row).to_contain_text("0 %")
    expect(page.get_by_text("Fem 0")).to_have_count(0)
    assert_accessible(page)

    page.goto("/review/regrade")
    assert_accessible(page)
    page.get_by_role("button", name="Ta reda på vad som skulle ändras").click()
    see = page.get_by_role("link", name="Se vad som skulle ändras")
    expect(see).to_be_visible(timeout=120_000)
    see.click()
    expect(page.get_by_text("Inget ändras för någon som du ser.")).to_be_visible()
    assert_accessible(page)
