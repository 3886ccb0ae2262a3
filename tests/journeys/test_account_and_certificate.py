"""The way to an account in the meeting service, the short ways, and the certificate at the end."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from motesklar.store.models import Answer, Evidence, Role
from tests.conftest import RunningCourse
from tests.journeys.conftest import DESKTOP, PHONE, assert_accessible, come_in, open_module
from tests.journeys.right_answers import MODULES, Lesson, lesson_of
from tests.journeys.words_on_page import assert_only_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ACCOUNT = "04-your-account"
WHY = "01-why-meet-online"
NAME = "Inger Klar"
GRADED = ("graded", "failed")
#: A sheet of A4 on the screen.
PAPER = {"width": 794, "height": 1123}
#: How far each part of the certificate reaches into the next, in pixels.
OVERLAPS = """() => [...document.querySelectorAll(".certificate > *")]
  .map((part) => part.getBoundingClientRect())
  .map((box, at, all) => box.bottom - (all[at + 1]?.top ?? Infinity))"""


@pytest.fixture(scope="module")
def finished(course: RunningCourse) -> str:
    """Somebody who has handed in every module, and everything was right; returns the id."""
    person = course.person(NAME)
    client = course.client(person)
    for lesson in map(lesson_of, MODULES):
        keep_answers(course, person, lesson)
        path = f"/api/modules/{lesson.module.name}/hand-in"
        attempt = client.post(path, json={"id": str(uuid4())}).json()
        while attempt["state"] not in GRADED:
            attempt = client.get(f"/api/attempts/{attempt['id']}?wait=1").json()
        assert attempt["score"] == attempt["max_score"]
    return person


def keep_answers(course: RunningCourse, person: str, lesson: Lesson) -> None:
    """As if the person had given the right ones, and been in the calls that the module asks for."""
    module = lesson.module.name
    with course.database().transaction() as session:
        session.add_all(
            Answer(
                person_id=person,
                module=module,
                exercise=exercise.id,
                value={"value": lesson.solutions[exercise.id]},
            )
            for exercise in lesson.answerable
        )
        session.add(Evidence(person_id=person, module=module, **lesson.evidence))


def assert_accessible_on_every_screen(page: Page) -> None:
    for viewport in (PHONE, DESKTOP):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        # what stands still may hide half of what lies there by chance, until somebody scrolls
        page.evaluate("scrollTo(0, 0)")
        assert_accessible(page)


def shown_steps(page: Page) -> list[str]:
    """The ids of the steps that can be seen."""
    shown: list[str] = page.locator("[data-step]:visible").evaluate_all(
        "all => all.map(({ dataset }) => dataset.step)"
    )
    return shown


def test_a_wish_for_an_account_comes_to_the_one_who_opens_them_and_back(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    learner, office = person(), person()
    come_in(learner, course, course.person("Ove Önskar"))
    come_in(office, course, course.person("Disa Disk", Role.ADMINISTRATOR))
    open_module(learner, ACCOUNT)
    mine = learner.locator('[data-step="get-one"]')
    mine.get_by_role("button", name="Jag vill ha ett konto").click()
    expect(mine.get_by_text("Nu står du på listan.")).to_be_visible()
    assert_reached(mine, ["Du har sagt att du vill ha ett konto"])
    assert_accessible_on_every_screen(learner)

    office.goto("/")
    office.get_by_role("link", name="Konton i mötestjänsten").click()
    assert_accessible_on_every_screen(office)
    tell(office, "Ove Önskar", "Kontona är beställda")
    learner.reload()
    assert_reached(mine, ["Du har sagt att du vill ha ett konto", "Kontot är beställt"])

    tell(office, "Ove Önskar", "Kontona är öppnade")
    expect(office.get_by_role("row", name="Ove Önskar")).to_have_count(0)
    learner.reload()
    expect(mine.locator("[data-done=true]")).to_have_count(3)
    mine.get_by_role("button", name="Jag har haft mitt första möte").click()
    expect(mine.get_by_text("Det är sparat.")).to_be_visible()
    expect(mine.locator("[data-done=true]")).to_have_count(4)
    assert_accessible_on_every_screen(learner)


def assert_reached(mine: Locator, stages: list[str]) -> None:
    """The learner sees that it has come so far, and no further."""
    expect(mine.locator("[data-done=true]")).to_contain_text(stages)
    expect(mine.locator("[data-done=false]")).to_have_count(4 - len(stages))


def tell(office: Page, name: str, words: str) -> None:
    """Mark a person on the list, and say what has been done."""
    office.get_by_role("row", name=name).get_by_label(name).check()
    office.get_by_role("button", name=words).click()
    expect(office.get_by_text("Ändrat för 1 person.")).to_be_visible()


def test_the_short_way_shows_its_steps_alone_and_ends_at_home(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    page = person()
    come_in(page, course, course.person("Kajsa Kort"))
    page.goto("/")
    page.locator(".way", has_text="Korta vägen").get_by_role("button").click()
    expect(page.get_by_text("Du går den här vägen")).to_be_visible()
    on_way = page.locator(".part", has_text="På korta vägen")
    assert_accessible_on_every_screen(page)
    for path in on_way.get_by_role("link").evaluate_all("all => all.map(({ href }) => href)"):
        page.locator(".hero").get_by_role("link").click()
        expect(page).to_have_url(re.compile(re.escape(path) + "(#|$)"))
        walk(page)
    expect(page.get_by_text("Du har gått hela korta vägen.")).to_be_visible()
    expect(on_way.get_by_text("Klart", exact=True)).to_have_count(on_way.count())
    assert on_way.count() > 1


def walk(page: Page) -> None:
    """Press each shown step's button, and go home by the one at the end."""
    page.wait_for_selector("html[data-ready]", state="attached")
    [name] = re.findall(r"/m/([a-z0-9-]+)\?only=short", page.url)
    short = [step.id for step in lesson_of(name).module.steps if step.short]
    assert shown_steps(page) == short
    expect(page.locator("[data-step-link]")).to_have_count(len(short))
    assert_accessible_on_every_screen(page)
    for step in short:
        page.locator(f'[data-step="{step}"] .step__foot [data-done]').click()
    page.locator("[data-module-end]").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kajsa")


def test_whoever_knows_it_already_sees_the_questions_alone(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    page = person()
    come_in(page, course, course.person("Vera Vet"))
    open_module(page, WHY)
    steps = lesson_of(WHY).module.steps
    assert shown_steps(page) == [step.id for step in steps]
    page.get_by_role("link", name="Jag kan det här redan").click()
    expect(page.get_by_role("link", name="Visa alla")).to_be_visible()
    assert shown_steps(page) == [step.id for step in steps if step.kind == "answer"]
    expect(page.get_by_role("button", name="Lämna in")).to_be_visible()
    assert_accessible_on_every_screen(page)
    page.get_by_role("link", name="Visa alla").click()
    expect(page.get_by_role("link", name="Jag kan det här redan")).to_be_visible()
    assert shown_steps(page) == [step.id for step in steps]


def test_the_certificate_is_shown_checked_and_printed(
    person: Callable[..., Page], course: RunningCourse, finished: str
) -> None:
    holder, stranger = person(), person()
    come_in(holder, course, finished)
    holder.goto("/")
    assert_accessible_on_every_screen(holder)
    holder.get_by_role("link", name="Se ditt intyg").click()
    expect(holder.locator(".certificate__name")).to_have_text(NAME)
    assert_accessible_on_every_screen(holder)
    code = holder.locator(".certificate__code").inner_text()

    check(stranger, code)
    expect(stranger.get_by_text("har valt att inte visa det")).to_be_visible()
    expect(stranger.get_by_text(NAME)).to_have_count(0)
    assert_accessible_on_every_screen(stranger)

    holder.get_by_label("Visa mitt namn").check()
    holder.get_by_role("button", name="Spara mitt val").click()
    expect(holder.get_by_label("Visa mitt namn")).to_be_checked()
    check(stranger, code)
    expect(stranger.get_by_text(NAME)).to_be_visible()
    assert_accessible_on_every_screen(stranger)
    assert_fits_a_sheet(holder)


def check(stranger: Page, code: str) -> None:
    """Somebody who isn't signed in types a certificate's code."""
    stranger.goto("/verify")
    stranger.get_by_label("Intygets kod").fill(code)
    stranger.get_by_label("Intygets kod").press("Enter")
    expect(stranger.get_by_role("heading", name="Intyget är äkta")).to_be_visible()


def assert_fits_a_sheet(page: Page) -> None:
    """On paper it is alone on one page, and nothing in it lies over something else."""
    page.set_viewport_size(PAPER)  # type: ignore[arg-type]
    page.emulate_media(media="print")
    for tool in (".site-header", ".site-footer", ".certificate__tools"):
        expect(page.locator(tool)).to_be_hidden()
    assert max(page.evaluate(OVERLAPS)) <= 0
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    assert len(sheets) == 1
    page.emulate_media(media="screen")


def test_a_code_of_nobody_says_what_to_do(person: Callable[..., Page]) -> None:
    page = person()
    page.goto("/verify/AAAAABBBBB")
    expect(page.get_by_role("alert")).to_contain_text("Det finns inget intyg med den koden.")
    assert_accessible_on_every_screen(page)


def test_whoever_has_parts_left_sees_which(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    page = person()
    come_in(page, course, course.person("Bo Börjar"))
    page.goto("/certificate")
    expect(page.get_by_text("Är kvar")).to_have_count(len(MODULES))
    assert_accessible_on_every_screen(page)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_on_the_way_is_in_the_readers_language(
    person: Callable[..., Page], course: RunningCourse, finished: str, language: str
) -> None:
    learner, office = person(), person()
    come_in(learner, course, finished, language)
    for path in ("/", "/certificate", "/verify", "/verify/AAAAABBBBB", "/glossary", "/me"):
        learner.goto(path)
        expect(learner.locator("html")).to_have_attribute("lang", language)
        assert_only_in(learner, language)
    learner.request.put(
        "/api/account",
        data={"state": "wanted"},
        headers={"X-XSRFToken": learner.locator("meta[name=xsrf]").get_attribute("content") or ""},
    )
    come_in(office, course, course.person("Disa Disk", Role.ADMINISTRATOR), language)
    office.goto("/service/accounts")
    expect(office.get_by_role("row", name=NAME)).to_be_visible()
    assert_only_in(office, language)
