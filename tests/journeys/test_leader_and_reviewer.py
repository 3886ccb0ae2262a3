"""A workshop seen from both sides, and the reviewer who finds what was done in it."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from motesklar.store.models import Role
from tests.conftest import RunningCourse
from tests.journeys.conftest import (
    PHONE,
    assert_accessible,
    come_in,
    open_module,
    sign_in,
    sign_in_by_link,
)
from tests.journeys.test_learner import GRADING_MS, WHY, choose, hand_in, step

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def links(course: RunningCourse) -> dict[str, str]:
    """The printed links; each works once, so a person's own session is kept in `leader`."""
    return {role: course.link_of(role) for role in ("leader", "reviewer", "administrator")}


def start_workshop(leader: Page, title: str) -> str:
    """Create a workshop about why we meet online; returns its join code."""
    leader.goto("/workshops")
    leader.get_by_label("Workshoppens namn").fill(title)
    leader.get_by_label("Det här ska ni göra").select_option(WHY)
    leader.get_by_role("button", name="Starta workshoppen").click()
    expect(leader.get_by_role("heading", level=1)).to_have_text(title)
    return leader.locator(".join-card__code").first.inner_text().replace(" ", "")


def join(learner: Page, code: str) -> None:
    learner.goto("/")
    learner.get_by_label("Workshopkod").fill(code)
    learner.get_by_label("Workshopkod").press("Enter")
    learner.get_by_role("button", name="Gå med i").click()
    learner.wait_for_selector("html[data-ready]", state="attached")


def test_the_leader_sees_people_and_hands_live_and_the_reviewer_finds_the_result(
    person: Callable[..., Page], links: dict[str, str], tmp_path: Path
) -> None:
    leader = person()
    sign_in_by_link(leader, links["leader"])
    code = start_workshop(leader, "Stadshuset på tisdag")
    assert_accessible(leader)

    anna, bo = person(), person(viewport=PHONE)
    sign_in(anna, "Agneta Alm")
    sign_in(bo, "Börje Bark")
    join(anna, code)
    join(bo, code)
    people = leader.locator("[data-people]")
    expect(people.get_by_role("rowheader", name="Agneta Alm")).to_be_visible()
    expect(people.get_by_role("rowheader", name="Börje Bark")).to_be_visible()

    step(anna, "what-we-gain").locator("[data-done]").click()
    expect(people.get_by_role("row", name="Agneta Alm")).to_contain_text("1")

    bo.get_by_role("button", name="Räck upp handen").click()
    hands = leader.locator("[data-hands] > li")
    expect(hands).to_have_count(1)
    anna.get_by_role("button", name="Räck upp handen").click()
    expect(hands).to_have_count(2)
    expect(hands.nth(0)).to_contain_text("Börje Bark")
    expect(hands.nth(1)).to_contain_text("Agneta Alm")
    assert_accessible(leader)
    bo.get_by_role("button", name="Ta ner handen").click()
    expect(hands).to_have_count(1)

    choose(anna, "De möts på webben")
    hand_in(anna)
    anna.get_by_role("button", name="Lämna in").last.click()
    expect(step(anna, "remember").get_by_text("1 av 3").first).to_be_visible(timeout=GRADING_MS)

    reviewer = person()
    sign_in_by_link(reviewer, links["reviewer"])
    reviewer.goto("/review")
    row = reviewer.get_by_role("row", name="Agneta Alm")
    expect(row).to_be_visible()
    assert_accessible(reviewer)
    with reviewer.expect_download() as downloading:
        reviewer.get_by_role("link", name="Ladda ner som tabell").click()
    target = tmp_path / "review.csv"
    downloading.value.save_as(target)
    rows = list(csv.reader(io.StringIO(target.read_text(encoding="utf-8-sig")), delimiter=";"))
    # the file holds all whom the page tells of, others' people too
    told = reviewer.get_by_role("heading", name=f"{len(rows) - 1} personer", exact=True)
    expect(told).to_be_visible()
    assert any("Agneta Alm" in cell for line in rows for cell in line)


def test_a_leader_changes_the_name_by_keyboard_and_a_bad_one_is_told_beside_the_field(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    leader = person(viewport=PHONE)
    come_in(leader, course, course.person("Lena Lots", Role.LEADER))
    start_workshop(leader, "Lenas workshop")
    leader.get_by_text("Byt namn", exact=True).press("Enter")
    name = leader.get_by_label("Workshoppens namn")
    name.fill("   ")
    name.press("Enter")
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(leader.get_by_text("högst 120 tecken")).to_be_visible()
    assert_accessible(leader)
    name.fill("Onsdag i Stadshuset")
    name.press("Enter")
    expect(leader.get_by_role("heading", level=1)).to_have_text("Onsdag i Stadshuset")


def test_a_learner_is_turned_away_from_the_leaders_and_reviewers_rooms(
    person: Callable[..., Page],
) -> None:
    page = person()
    sign_in(page, "Nils Nyfiken")
    for path in ("/workshops", "/review", "/people"):
        answer = page.goto(path)
        assert answer
        assert answer.status == 403
        assert_accessible(page)


def test_a_wrong_workshop_code_is_told_beside_the_field(person: Callable[..., Page]) -> None:
    page = person()
    sign_in(page, "Frida Fel")
    page.get_by_label("Workshopkod").fill("XXXXXX")
    page.get_by_label("Workshopkod").press("Enter")
    expect(page.get_by_text("fungerar inte", exact=False).first).to_be_visible()
    assert_accessible(page)
    open_module(page, WHY)
    expect(page.get_by_role("button", name="Räck upp handen")).to_have_count(0)


def test_the_administrators_pages_are_accessible(
    person: Callable[..., Page], links: dict[str, str]
) -> None:
    page = person(viewport=PHONE)
    sign_in_by_link(page, links["administrator"])
    for path in ("/", "/people", "/workshops", "/review"):
        page.goto(path)
        assert_accessible(page)
