"""Small rooms from both sides: a leader divides, people meet, and everybody sees what happens."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from motesklar.store.models import Role
from motesklar.web.visitor import SESSION_COOKIE
from tests.conftest import RunningCourse
from tests.journeys.conftest import PHONE, assert_accessible
from tests.workshops.hall import Attendee, RunningHall, newcomer, open_hall

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass
class House:
    """A workshop, its leader's page, and pages of people in it."""

    hall: RunningHall
    open_browser: Callable[..., Page]
    pages: list[Page] = field(default_factory=list)

    def page_of(self, who: Attendee, path: str, **options: Any) -> Page:
        page = self.open_browser(**options)
        cookie = who.client.cookies[SESSION_COOKIE]
        page.context.add_cookies(
            [{"name": SESSION_COOKIE, "value": cookie, "url": self.hall.course.url}]
        )
        page.goto(path)
        self.pages.append(page)
        return page

    def leader_page(self, **options: Any) -> Page:
        page = self.page_of(self.hall.leader, f"/workshops/{self.hall.id}", **options)
        expect(page.get_by_text("Direkt: tavlan ändras av sig själv.")).to_be_visible()
        return page


@pytest.fixture
def house(course: RunningCourse, person: Callable[..., Page]) -> House:
    return House(open_hall(course), person)


def propose(leader: Page, way: str, size: str = "2, i par") -> Locator:
    """Ask for a division; returns the proposal."""
    if leader.locator("[data-divide][open]").count() == 0:
        leader.get_by_text("Dela in i rum", exact=True).click()
    leader.get_by_label("Vilka som hamnar tillsammans").select_option(way)
    if leader.get_by_label("Hur många i varje rum").is_visible():
        leader.get_by_label("Hur många i varje rum").select_option(size)
    leader.get_by_role("button", name="Visa hur det skulle bli").click()
    expect(leader.get_by_role("heading", name="Så skulle det bli")).to_be_focused()
    return leader.locator("[data-proposal]")


def open_rooms(leader: Page) -> None:
    leader.get_by_role("button", name="Öppna rummen").click()
    expect(leader.get_by_role("heading", name="Öppna rum")).to_be_visible()


def card(leader: Page, title: str) -> Locator:
    cards = leader.locator("[data-room-cards] > li")
    return cards.filter(has=leader.get_by_role("heading", name=title, exact=True))


def row(leader: Page, name: str) -> Locator:
    return leader.locator("[data-room-people]").get_by_role("row", name=name)


def move(leader: Page, name: str, room: str, language: str = "sv") -> None:
    """Choose a room for somebody, and press the button."""
    chosen = row(leader, name).get_by_role("combobox")
    chosen.select_option(room)
    row(leader, name).get_by_role("button", name="Flytta" if language == "sv" else "Move").click()
    expect(chosen).to_be_focused()


def go_in(page: Page) -> None:
    """From the notice of one's room into its call."""
    page.get_by_role("link", name="Gå till rummet").click()
    page.get_by_role("button", name="Gå in").click()
    expect(page.get_by_role("button", name="Lämna")).to_be_visible()


def test_people_are_divided_moved_by_hand_and_find_their_room(house: House) -> None:
    hall = house.hall
    people = [
        hall.join(name) for name in ("Anna Alm", "Bo Berg", "Cia Ceder", "Dan Dahl", "Eva Ek")
    ]
    leader = house.leader_page()
    anna = house.page_of(people[0], "/m/02-test-your-equipment", viewport=PHONE)
    proposal = propose(leader, "Vilka som helst")
    groups = proposal.locator("[data-groups] > li")
    expect(groups).to_have_count(2)
    assert_accessible(leader)

    # with the keyboard alone, and the focus stays with the person who is moved
    rooms = proposal.get_by_label("Rum för Anna Alm")
    target = "Rum 2" if rooms.input_value() == "0" else "Rum 1"
    rooms.focus()
    leader.keyboard.press("ArrowDown" if target == "Rum 2" else "ArrowUp")
    moved = groups.filter(has=leader.get_by_role("heading", name=target))
    expect(moved.get_by_label("Rum för Anna Alm")).to_be_focused()
    expect(leader.locator("#announcements")).to_contain_text(f"Anna Alm är i {target}.")

    open_rooms(leader)
    expect(card(leader, target)).to_contain_text("Anna Alm")
    expect(card(leader, target)).to_contain_text("Inte här än")
    assert_accessible(leader)
    notice = anna.locator("[data-my-room]")
    expect(notice).to_contain_text(f"Ditt rum är öppet: {target}.")
    expect(anna.locator("#announcements")).to_contain_text(target)
    assert_accessible(anna)
    with_anna = card(leader, target).inner_text()
    for name in ("Bo Berg", "Cia Ceder", "Dan Dahl", "Eva Ek"):
        assert (name in notice.inner_text()) == (name in with_anna)
    anna.get_by_role("link", name="Gå till rummet").click()
    expect(anna.get_by_role("heading", level=1)).to_have_text(target)

    # the leader's countdown is seen in the room, too
    timer = f"/api/workshops/{hall.id}/timer"
    assert hall.leader.client.post(timer, json={"minutes": 5}).status_code == 200
    expect(anna.get_by_text("Tid kvar: 4:", exact=False)).to_be_visible()

    # the leader ends that room; the way there is closed
    leader.get_by_role("button", name=f"Avsluta {target}").click()
    assert_accessible(leader)
    leader.get_by_role("button", name="Ja, avsluta den").click()
    expect(card(leader, target)).to_have_count(0)
    expect(leader.locator("#rooms-title")).to_be_focused()
    expect(notice).to_contain_text("Ditt rum är stängt.")


def test_the_leader_sees_who_is_in_the_call_and_reaches_them(house: House) -> None:
    hall = house.hall
    ada = hall.join("Ada Berg")
    hall.join("Bo Ek")
    leader = house.leader_page()
    propose(leader, "Vilka som helst")
    open_rooms(leader)
    here = card(leader, "Rum 1")
    ada_page = house.page_of(ada, "/")
    go_in(ada_page)
    expect(row(leader, "Ada Berg")).to_contain_text("I Rum 1")
    expect(row(leader, "Ada Berg")).to_contain_text("1")
    expect(here.get_by_text("Här", exact=True)).to_have_count(1)
    expect(row(leader, "Bo Ek").get_by_role("button", name="Stäng av mikrofonen")).to_be_hidden()

    # a message to the room
    leader.get_by_role("button", name="Skriv till Rum 1").click()
    assert_accessible(leader)
    leader.get_by_label("Ditt meddelande").fill("Fem minuter kvar")
    leader.get_by_role("button", name="Skicka").click()
    expect(ada_page.get_by_text("Fem minuter kvar").first).to_be_visible()

    # the leader turns off a microphone; only its owner turns it on again
    microphone = ada_page.locator("[data-name=microphone]")
    microphone.click()
    expect(microphone).to_have_attribute("data-on", "true")
    row(leader, "Ada Berg").get_by_role("button", name="Stäng av mikrofonen").click()
    expect(microphone).to_have_attribute("data-on", "false")
    expect(leader.locator("[data-rooms-status]")).to_contain_text("Bara personen själv")

    # the leader visits, and everybody sees it
    with leader.context.expect_page() as opened:
        leader.get_by_role("link", name="Besök Rum 1").click()
    visit = opened.value
    visit.get_by_role("button", name="Gå in").click()
    expect(here).to_contain_text("På besök: Lena Ledare")
    expect(ada_page.get_by_text("Lena Ledare").first).to_be_visible()
    visit.close()
    expect(here).not_to_contain_text("På besök")

    # ending all of them ends the call
    leader.get_by_role("button", name="Avsluta alla rum").click()
    leader.get_by_role("button", name="Ja, avsluta den").click()
    expect(row(leader, "Ada Berg")).not_to_contain_text("I Rum 1")
    expect(ada_page.get_by_role("button", name="Lämna")).to_have_count(0)
    # a closed room has no way back in
    expect(ada_page.get_by_role("button", name="Gå in igen")).to_have_count(0)
    ada_page.get_by_role("link", name="Till startsidan").click()
    expect(ada_page.get_by_role("heading", level=1)).to_contain_text("Ada")
    assert "Ada Berg" in hall.leader.client.get(f"/workshops/{hall.id}/attendance.csv").text


def test_a_latecomer_is_moved_in_and_somebody_is_moved_on_during_the_call(house: House) -> None:
    hall = house.hall
    for name in ("Ada Alm", "Bo Ek", "Cia Ek", "Dan Ek"):
        hall.join(name)
    leader = house.leader_page()
    propose(leader, "Vilka som helst")
    open_rooms(leader)
    late = hall.join("Eva Sen")
    page = house.page_of(late, "/m/02-test-your-equipment")
    expect(row(leader, "Eva Sen").get_by_label("Rum för Eva Sen")).to_have_value("")
    # a choice alone moves nobody: arrow keys pass through all rooms
    row(leader, "Eva Sen").get_by_role("combobox").focus()
    leader.keyboard.press("ArrowDown")
    expect(row(leader, "Eva Sen").get_by_role("button", name="Flytta Eva Sen")).to_be_visible()
    expect(card(leader, "Rum 1")).not_to_contain_text("Eva Sen")
    move(leader, "Eva Sen", "Rum 2")
    go_in(page)
    expect(row(leader, "Eva Sen")).to_contain_text("I Rum 2")
    move(leader, "Eva Sen", "Ett rum till")
    expect(card(leader, "Rum 3")).to_contain_text("Eva Sen")
    expect(page.locator("[data-my-room]")).to_contain_text("Ditt rum är öppet: Rum 3.")
    expect(row(leader, "Eva Sen")).not_to_contain_text("I Rum 2")
    go_in(page)
    expect(row(leader, "Eva Sen")).to_contain_text("I Rum 3")


def test_tables_are_said_at_the_door_and_corrected_by_the_leader(house: House) -> None:
    hall = house.hall
    for name, table in (("Ada Alm", "Bord 3"), ("Bo Ek", "3"), ("Cia Ek", "1"), ("Dan Ek", "")):
        visitor = newcomer(hall.course, name)
        page = house.page_of(visitor, f"/w/{hall.code}")
        page.get_by_label("Ditt bord i salen").fill(table)
        page.get_by_role("button", name=re.compile("^Gå med")).click()
        page.wait_for_url("**/m/*")
    leader = house.leader_page(viewport=PHONE)
    leader.get_by_role("button", name="Mer om Dan Ek").click()
    assert_accessible(leader)
    leader.get_by_label("Bord i salen").fill("bord 1")
    leader.get_by_role("button", name="Spara bordet").click()
    expect(row(leader, "Dan Ek")).to_contain_text("Bord 1")
    proposal = propose(leader, "De som sitter vid samma bord")
    expect(leader.get_by_label("Hur många i varje rum")).to_be_hidden()
    headings = proposal.locator("[data-groups] h4")
    expect(headings).to_have_text(["Bord 1", "Bord 3"])
    expect(proposal.locator("[data-groups] > li").nth(0)).to_contain_text("Dan Ek")
    assert_accessible(leader)


def test_what_a_leader_has_seen_done_counts(house: House) -> None:
    ada = house.hall.join("Ada Alm")
    leader = house.leader_page()
    leader.get_by_role("button", name="Mer om Ada Alm").click()
    leader.get_by_label("Du har sett att personen har gjort det här").select_option(
        "Slog på kameran"
    )
    leader.get_by_role("button", name="Bekräfta det").click()
    expect(leader.locator("[data-rooms-status]")).to_contain_text("Slog på kameran")
    # it is saved within about a second, though Ada is in no call
    page = house.page_of(ada, "/")
    page.wait_for_function(
        """async () => {
          const answer = await fetch("/api/modules/03-your-first-practice-call/state");
          return (await answer.json()).evidence.tasks?.camera === "leader";
        }""",
        polling=200,
    )


def test_a_press_without_a_connection_is_told_and_changes_nothing(house: House) -> None:
    house.hall.join("Ada Alm")
    leader = house.leader_page()
    expect(row(leader, "Ada Alm")).to_be_visible()
    leader.route(re.compile("/rooms/place$"), lambda route: route.abort())
    choice = row(leader, "Ada Alm").get_by_label("Rum för Ada Alm")
    move(leader, "Ada Alm", "Ett rum till")
    expect(leader.locator("[data-rooms-status]")).to_contain_text("kontakten är borta")
    expect(choice).to_have_value("")


def test_everything_is_there_in_english_too(house: House) -> None:
    house.hall.join("Ada Alm")
    administrator = newcomer(house.hall.course, "Adam", Role.ADMINISTRATOR)
    page = house.page_of(administrator, "/")
    page.get_by_role("button", name="English").click()
    page.goto(f"/workshops/{house.hall.id}")
    expect(page.get_by_role("heading", name="Small rooms")).to_be_visible()
    expect(row(page, "Ada Alm").get_by_label("Room of Ada Alm")).to_be_visible()
    move(page, "Ada Alm", "One more room", "en")
    expect(card(page, "Room 1")).to_contain_text("Not here yet")
