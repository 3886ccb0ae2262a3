"""A workshop led from its run sheet: everybody is asked along, and another leader takes over."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from motesklar.store.models import Person, Role, WorkshopRole
from motesklar.web.visitor import SESSION_COOKIE
from motesklar.workshops.roles import Part
from tests.conftest import RunningCourse
from tests.journeys.conftest import PHONE, assert_accessible, open_module, sign_in
from tests.journeys.test_leader_and_reviewer import join

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def leading(person: Callable[..., Page], course: RunningCourse) -> Callable[..., Page]:
    """Opens a browser in which somebody who may lead is signed in."""

    def open_leader(name: str, **options: Any) -> Page:
        page = person(**options)
        token = course.session_of(course.person(name, Role.LEADER))
        page.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": course.url}])
        return page

    return open_leader


def plan(leader: Page, title: str) -> str:
    """A whole workshop of an hour; returns its join code."""
    leader.goto("/workshops")
    leader.get_by_label("Workshoppens namn").fill(title)
    leader.get_by_label("Det här ska ni göra").select_option("model:one-hour")
    leader.get_by_text("Datum, plats och antal").click()
    leader.get_by_label("Plats").fill("Stora salen")
    leader.get_by_label("Hur många konton ni hoppas på").fill("50")
    leader.get_by_role("button", name="Starta workshoppen").click()
    expect(leader.get_by_role("heading", level=1)).to_have_text(title)
    return leader.locator(".join-card__code").first.inner_text().replace(" ", "")


def go_on(leader: Page, item: str) -> None:
    """Press next, and see that the item goes on."""
    leader.locator("[data-sheet-next]").click()
    expect(leader.locator("[data-sheet-items] > [aria-current]")).to_contain_text(item)


def test_everybody_is_led_through_an_hour_and_a_colleague_takes_over(
    person: Callable[..., Page], leading: Callable[..., Page], course: RunningCourse
) -> None:
    leader, second = leading("Lena Ledare"), leading("Bo Ledare", viewport=PHONE)
    code = plan(leader, "En timme i stadshuset")
    anna = person(viewport=PHONE)
    sign_in(anna, "Anna Andersson")
    join(anna, code)
    expect(leader.locator("[data-people]").get_by_role("row", name="Anna")).to_be_visible()

    open_module(anna, "05-meeting-manners")
    go_on(leader, "Välkomna")
    expect(leader.locator("[data-sheet-holder]")).to_have_text("Du styr programmet.")
    go_on(leader, "Testa ljud, bild och nät")
    follow = anna.get_by_role("link", name="Följ med")
    expect(follow).to_be_visible()
    assert_accessible(anna)
    # nobody is taken away from what they do
    assert "05-meeting-manners" in anna.url
    follow.click()
    anna.wait_for_url("**/m/02-test-your-equipment")
    expect(anna.get_by_role("link", name="Följ med")).to_have_count(0)

    leader.get_by_text("Nedräkning och nätet i salen").click()
    leader.get_by_label("Räkna ner, minuter").fill("7")
    leader.get_by_role("button", name="Starta nedräkningen").click()
    expect(anna.get_by_text(re.compile(r"Tid kvar: [67]:\d\d"))).to_be_visible()
    leader.get_by_label("Vad nätet i salen räcker till").select_option("sound")
    expect(anna.get_by_text("Ha kameran av en stund", exact=False).first).to_be_visible()
    assert_accessible(leader)

    # another who leads sees it, and can't move it before they have taken over
    leader_page = leader.url
    second.goto(leader_page)
    expect(second.get_by_role("heading", level=1)).not_to_have_text("En timme i stadshuset")
    share_with(course, leader_page.rsplit("/", 1)[1], "Bo Ledare")
    second.goto(leader_page)
    expect(second.locator("[data-sheet-holder]")).to_contain_text("styr programmet")
    expect(second.locator("[data-sheet-next]")).to_be_disabled()
    leader.close()  # the leader's tablet has died
    second.get_by_role("button", name="Ta över programmet").click()
    go_on(second, "Öva ett samtal")
    expect(anna.get_by_role("link", name="Följ med")).to_be_visible()
    assert_accessible(second)


def share_with(course: RunningCourse, workshop_id: str, name: str) -> None:
    """Let a colleague lead it, too."""
    with course.database().transaction() as session:
        colleague = session.scalars(select(Person).filter_by(name=name)).one()
        session.add(
            WorkshopRole(workshop_id=workshop_id, person_id=colleague.id, part=Part.LEADER.value)
        )


def test_the_big_screen_shows_sums_and_no_names(
    person: Callable[..., Page], leading: Callable[..., Page]
) -> None:
    leader = leading("Lena Ledare")
    code = plan(leader, "Storskärmen")
    workshop = leader.url
    screen = leader.context.new_page()
    screen.goto(f"{workshop}/screen")
    expect(screen.get_by_text("Vi börjar snart.")).to_be_visible()
    anna = person()
    sign_in(anna, "Anna Hemlig")
    join(anna, code)
    expect(screen.locator("[data-screen-people]")).to_have_text("1")
    go_on(leader, "Välkomna")
    expect(screen.locator("[data-screen-item]")).to_have_text("Välkomna")
    expect(screen.locator("[data-screen-next]")).to_contain_text("Testa ljud, bild och nät")
    expect(screen.locator("[data-screen-goal]")).to_contain_text("50")
    go_on(leader, "Testa ljud, bild och nät")
    expect(screen.get_by_text("0 av 1 är klara")).to_be_visible()
    anna.get_by_role("button", name="Räck upp handen").click()
    expect(screen.locator("[data-screen-hands]")).to_have_text("1")
    assert "Hemlig" not in screen.content()
    assert_accessible(screen)


def test_a_run_sheet_is_changed_saved_as_a_file_and_used_by_somebody_else(
    leading: Callable[..., Page], tmp_path: Path
) -> None:
    leader = leading("Lena Ledare")
    plan(leader, "Vår egen")
    leader.get_by_role("link", name="Ändra programmet").click()
    assert_accessible(leader)
    expect(leader.get_by_role("heading", level=1)).to_have_text("Program")
    leader.get_by_role("button", name="Ta bort: Ett eget litet möte").click()
    expect(leader.get_by_role("group", name="Ett eget litet möte")).to_have_count(0)
    leader.get_by_label("Namn").first.fill("God morgon")
    leader.get_by_label("Minuter").first.fill("12")
    leader.get_by_role("button", name="Spara", exact=True).click()
    leader.get_by_role("link", name="Ändra programmet").click()
    with leader.expect_download() as downloading:
        leader.get_by_role("link", name="Spara som en fil").click()
    saved = tmp_path / "workshop.toml"
    downloading.value.save_as(saved)

    leader.goto("/workshops")
    leader.get_by_label("Workshoppens namn").fill("Efter er modell")
    leader.get_by_text("Datum, plats och antal").click()
    leader.get_by_label("Eller ett program från en fil").set_input_files(saved)
    leader.get_by_role("button", name="Starta workshoppen").click()
    items = leader.locator("[data-sheet-items] > li")
    expect(items).to_have_count(5)
    expect(items.first).to_contain_text("God morgon")
    expect(items.first).to_contain_text("12 minuter")

    saved.write_text("title = [", encoding="utf-8")
    leader.goto("/workshops")
    leader.get_by_label("Workshoppens namn").fill("Trasig fil")
    leader.get_by_text("Datum, plats och antal").click()
    leader.get_by_label("Eller ett program från en fil").set_input_files(saved)
    leader.get_by_role("button", name="Starta workshoppen").click()
    expect(leader.get_by_text("Filen går inte att läsa", exact=False)).to_be_visible()
    expect(leader.get_by_label("Workshoppens namn")).to_have_value("Trasig fil")
    assert_accessible(leader)


def test_the_leader_looks_at_one_table_or_those_elsewhere(
    person: Callable[..., Page], leading: Callable[..., Page]
) -> None:
    leader = leading("Lena Ledare", viewport=PHONE)
    code = plan(leader, "Bord för bord")
    for name, table in (("Anna Andersson", "4"), ("Bo Berg", "7"), ("Cia Fjärran", "")):
        learner = person()
        sign_in(learner, name)
        learner.goto(f"/w/{code}")
        if table:
            learner.get_by_label("Ditt bord i salen").fill(table)
        else:
            learner.get_by_label("Någon annanstans").check()
        learner.get_by_role("button", name="Gå med i").click()
        learner.wait_for_selector("html[data-ready]", state="attached")
    rows = leader.locator("[data-people] tbody tr")
    expect(rows).to_have_count(3)
    show = leader.get_by_label("Visa", exact=True)
    show.select_option(label="7")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Bo Berg")
    show.select_option("remote")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Cia Fjärran")
    show.select_option("need")
    expect(leader.get_by_text("Ingen är så just nu.")).to_be_visible()
    assert_accessible(leader)
    show.select_option("all")
    expect(rows).to_have_count(3)
