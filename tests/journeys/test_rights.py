"""A learner's rights from the first visit to the erasure, and the administrator's part in them."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from motesklar.store.models import Answer, Person, Role, new_id, utcnow
from tests.conftest import RunningCourse
from tests.journeys.conftest import (
    DESKTOP,
    PHONE,
    assert_accessible,
    come_in,
    open_module,
    sign_in,
)
from tests.journeys.test_leader_and_reviewer import join, start_workshop
from tests.journeys.test_learner import GRADING_MS, WHY, step

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: Longer than `[retention] answers`.
OLD = timedelta(days=800)


def both_sizes(page: Page) -> None:
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert_accessible(page)


def administrator(page: Page, course: RunningCourse) -> Page:
    """One of their own: a link signs in one device."""
    come_in(page, course, course.person(f"Ada {new_id('a', 4)}", Role.ADMINISTRATOR))
    # an erasure starts a process of nbgrader, as a hand-in does
    page.set_default_timeout(GRADING_MS)
    return page


def test_a_learner_is_informed_sees_everything_and_is_erased_while_the_page_is_open(
    person: Callable[..., Page], course: RunningCourse, tmp_path: Path
) -> None:
    name = f"Rakel {new_id('r', 6)}"
    learner = person()
    sign_in(learner, name)
    told = learner.get_by_role("complementary", name="Vad kursen vet om dig")
    expect(told).to_be_visible()
    both_sizes(learner)
    told.get_by_role("button", name="Jag har läst det").press("Enter")
    expect(learner.get_by_role("heading", level=1)).to_be_visible()
    expect(told).to_have_count(0)
    open_module(learner, WHY)
    step(learner, "what-we-gain").locator("[data-done]").click()
    learner.goto("/")
    expect(told).to_have_count(0)

    # by keyboard alone
    learner.get_by_role("link", name="Min sida").press("Enter")
    learner.get_by_role("link", name="Se allt vi vet om dig").press("Enter")
    expect(learner.get_by_role("heading", level=1, name="Det här vet vi om dig")).to_be_visible()
    steps = learner.locator("details").filter(has_text="Vilka steg du har börjat med")
    steps.locator("summary").press("Enter")
    expect(steps.get_by_text("what-we-gain").first).to_be_visible()
    learner.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    both_sizes(learner)
    for link, kind in (("Ladda ner som en sida att läsa", "html"), ("Ladda ner som JSON", "json")):
        with learner.expect_download() as downloading:
            learner.get_by_role("link", name=link).click()
        target = tmp_path / f"mine.{kind}"
        downloading.value.save_as(target)
        assert name in target.read_text(encoding="utf-8")
    assert json.loads(target.read_text(encoding="utf-8"))["person"]["name"] == name
    reader = person()
    reader.set_content((tmp_path / "mine.html").read_text(encoding="utf-8"))
    both_sizes(reader)

    learner.get_by_role("button", name="Skicka begäran").press("Enter")
    expect(learner.get_by_text("Välj vad du vill att vi gör")).to_be_visible()
    both_sizes(learner)
    learner.get_by_label("Ta bort allt om mig").press("Space")
    learner.get_by_role("button", name="Skicka begäran").press("Enter")
    expect(learner.get_by_text("Vi har fått din begäran")).to_be_visible()

    boss = administrator(person(), course)
    boss.goto("/")
    boss.get_by_role("link", name="Dataskydd och juridik").click()
    both_sizes(boss)
    boss.get_by_role("link", name=name).click()
    both_sizes(boss)
    boss.get_by_label(f"Ja, ta bort {name} för alltid").press("Space")
    boss.get_by_role("button", name="Radera allt").press("Enter")
    expect(boss.get_by_role("heading", level=1, name="Kvitto på radering")).to_be_visible()
    both_sizes(boss)

    answer = learner.goto("/me/data")
    assert answer
    assert answer.status == 401
    expect(learner.get_by_role("heading", level=1)).to_contain_text("är raderat")
    both_sizes(learner)
    learner.get_by_role("link", name="Till startsidan").click()
    expect(learner.get_by_role("heading", level=1, name="Logga in")).to_be_visible()


def test_somebody_is_erased_in_the_middle_of_a_workshop_and_the_others_go_on(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    leader = person()
    come_in(leader, course, course.person(f"Lea {new_id('l', 4)}", Role.LEADER))
    code = start_workshop(leader, "Mitt i")
    names = {"gone": f"Gun {new_id('g', 6)}", "here": f"Hans {new_id('h', 6)}"}
    ids = {part: course.person(name) for part, name in names.items()}
    pages = {part: person() for part in names}
    people = leader.locator("[data-people]")
    for part, page in pages.items():
        come_in(page, course, ids[part])
        join(page, code)
        page.get_by_role("button", name="Räck upp handen").click()
        expect(people.get_by_role("rowheader", name=names[part])).to_be_visible()
    expect(leader.locator("[data-hands] > li")).to_have_count(2)

    boss = administrator(person(), course)
    boss.goto(f"/people/{ids['gone']}")
    boss.get_by_label("Ja, ta bort").check()
    boss.get_by_role("button", name="Ta bort personen").click()
    expect(boss.get_by_role("main").get_by_role("status").first).to_be_visible()

    expect(people.get_by_role("rowheader", name=names["gone"])).to_have_count(0)
    expect(leader.locator("[data-hands] > li")).to_have_count(1)
    step(pages["here"], "what-we-gain").locator("[data-done]").click()
    expect(people.get_by_role("row", name=names["here"])).to_contain_text("1")
    pages["gone"].reload()
    expect(pages["gone"].get_by_role("heading", level=1)).to_contain_text("är raderat")
    assert_accessible(pages["gone"])


def test_an_administrator_erases_what_is_too_old_and_reads_the_log(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    name = f"Gamla {new_id('g', 6)}"
    old = course.person(name)
    with course.database().transaction() as session:
        session.add(
            Answer(person_id=old, module=WHY, exercise="e", value={}, saved_at=utcnow() - OLD)
        )
    page = administrator(person(), course)
    page.goto("/privacy/retention")
    card = page.get_by_role("region", name="Svar på övningar")
    expect(card).to_contain_text(name)
    both_sizes(page)
    card.get_by_role("checkbox").press("Space")
    card.get_by_role("button", name="Radera").press("Enter")
    expect(page.get_by_role("heading", level=1, name="Kvitto på radering")).to_be_visible()
    expect(page.get_by_role("row", name="Svar på övningar")).to_be_visible()
    with course.database().transaction() as session:
        assert session.get(Person, old) is not None
        assert session.query(Answer).filter_by(person_id=old).count() == 0

    page.goto("/privacy/log")
    page.get_by_label("Vad som hände").select_option(label="Godkände gallring")
    page.get_by_role("button", name="Sök").click()
    expect(page.get_by_role("row", name="Godkände gallring").first).to_contain_text(
        "Svar på övningar 1"
    )
    both_sizes(page)
    page.goto("/privacy/processing")
    expect(page.get_by_role("columnheader", name="Rättslig grund")).to_be_visible()
    both_sizes(page)


def test_whoever_cant_use_a_page_tells_so_from_its_footer(
    person: Callable[..., Page], course: RunningCourse
) -> None:
    words = f"Knappen syns inte {new_id('x', 6)}"
    stranger = person()
    stranger.goto("/sign-in")
    stranger.get_by_role("link", name="Anmäl en brist i tillgängligheten").click()
    expect(stranger.get_by_label("Vilken sida var det?")).to_have_value("/sign-in")
    both_sizes(stranger)
    stranger.get_by_label("Vad hände?").fill(words)
    stranger.get_by_role("button", name="Skicka anmälan").press("Enter")
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("vi har fått din anmälan")
    both_sizes(stranger)

    page = administrator(person(), course)
    page.goto("/accessibility/reports")
    report = page.get_by_role("article").filter(has_text=words)
    expect(report).to_be_visible()
    both_sizes(page)
    report.get_by_role("button", name=re.compile("Åtgärdad")).press("Enter")
    expect(report).to_contain_text("Åtgärdad den")
