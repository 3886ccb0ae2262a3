"""The help queue from all sides: two who ask, one who helps on a phone, one who leads."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from motesklar.store.models import Role
from motesklar.web.visitor import SESSION_COOKIE
from tests.conftest import RunningCourse
from tests.journeys.conftest import DESKTOP, PHONE, assert_accessible
from tests.workshops.hall import MODULE, Attendee, RunningHall, newcomer, open_hall
from tests.workshops.helpers import address_of, ask, colleague, do, line_of, write

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LIVE = "Direkt: kön ändras av sig själv."
NASTY = "<img src=x onerror=document.title='broken'>"


@dataclass
class Stage:
    """A workshop and pages of people in it."""

    hall: RunningHall
    open_browser: Callable[..., Page]

    def page_of(self, who: Attendee, path: str, *, blocked: bool = False, **options: Any) -> Page:
        """Somebody's page; `blocked`: their network lets no websocket through."""
        page = self.open_browser(**options)
        if blocked:
            page.route_web_socket(re.compile(".*"), _refuse)
        cookie = who.client.cookies[SESSION_COOKIE]
        page.context.add_cookies(
            [{"name": SESSION_COOKIE, "value": cookie, "url": self.hall.course.url}]
        )
        page.goto(path)
        return page

    def helping(self, who: Attendee, **options: Any) -> Page:
        options = {"viewport": PHONE} | options
        page = self.page_of(who, f"/workshops/{self.hall.id}/help", **options)
        expect(page.get_by_text(LIVE)).to_be_visible()
        return page


def _refuse(socket: WebSocketRoute) -> None:
    socket.close(code=1011)


@pytest.fixture
def stage(course: RunningCourse, person: Callable[..., Page]) -> Stage:
    return Stage(open_hall(course), person)


def card(page: Page, name: str) -> Locator:
    return page.locator("[data-asked]").filter(has_text=name)


def test_from_a_raised_hand_to_somebody_who_comes(stage: Stage) -> None:
    hall = stage.hall
    kim = newcomer(hall.course, "Kim Hjälpare")
    leader = stage.page_of(hall.leader, f"/workshops/{hall.id}")

    # the leader lets Kim help, who finds the way from the start page
    leader.get_by_text("Lägg till någon som hjälper till").click()
    leader.get_by_label("E-postadress").fill(address_of(hall, kim))
    assert_accessible(leader)
    leader.get_by_role("button", name="Lägg till", exact=True).click()
    expect(leader.get_by_role("button", name="Ta bort uppgiften från Kim Hjälpare")).to_be_visible()
    helping = stage.page_of(kim, "/", viewport=PHONE)
    helping.get_by_role("link", name="Tisdag i Folkets hus").click()
    expect(helping.get_by_text(LIVE)).to_be_visible()
    expect(helping.get_by_text("Ingen ber om hjälp just nu.")).to_be_visible()

    # one press is enough for Ada; Bo would rather write
    ada = stage.page_of(hall.join("Ada Berg"), f"/m/{MODULE}", viewport=PHONE)
    ada.get_by_role("button", name="Räck upp handen").click()
    expect(card(helping, "Ada Berg")).to_contain_text("1. Ada Berg")
    bo = stage.page_of(hall.join("Bo Ek"), f"/m/{MODULE}", viewport=PHONE)
    bo.get_by_role("button", name="Fråga skriftligt").click()
    bo.get_by_role("radio", name="Ljudet", exact=True).check()
    bo.get_by_label("Skriv mer om du vill").fill(NASTY)
    assert_accessible(bo)
    bo.get_by_role("button", name="Be om hjälp").click()
    expect(bo.get_by_text("Du är nummer 2 i kön.")).to_be_visible()
    expect(bo.get_by_text(f"Det gäller: Ljudet: {NASTY}")).to_be_visible()
    assert_accessible(bo)
    expect(helping.locator("[data-topic=sound] h3")).to_have_text("Ljudet (1)")
    expect(card(helping, "Bo Ek")).to_contain_text(NASTY)
    assert helping.locator("[data-help] img").count() == 0
    expect(helping.locator("#announcements")).to_contain_text("Bo Ek")
    assert_accessible(helping)
    hands = leader.locator("[data-hands] > li")
    expect(hands).to_have_count(2)
    expect(hands.nth(1)).to_contain_text(f"Ljudet · {NASTY}")
    assert leader.locator("[data-hands] img").count() == 0

    # Kim goes to Bo, with the keyboard alone; Bo is told, Ada is not
    helping.get_by_role("button", name="Jag går dit: Bo Ek").focus()
    helping.keyboard.press("Enter")
    expect(card(helping, "Bo Ek")).to_contain_text("Du är på väg")
    expect(helping.get_by_role("button", name="Klart: Bo Ek")).to_be_focused()
    expect(bo.get_by_text("Kim Hjälpare kommer till dig.")).to_be_visible()
    expect(hands.nth(1)).to_contain_text("Kim Hjälpare är på väg")
    assert_accessible(leader)
    expect(ada.get_by_text("Du är nummer 1 i kön.")).to_be_visible()
    helping.get_by_role("button", name="Lägg tillbaka: Bo Ek").click()
    expect(bo.get_by_text("Du är nummer 2 i kön.")).to_be_visible()
    helping.get_by_role("button", name="Klart: Bo Ek").focus()
    helping.keyboard.press("Enter")
    expect(card(helping, "Bo Ek")).to_have_count(0)
    expect(helping.get_by_role("button", name="Jag går dit: Ada Berg")).to_be_focused()
    expect(bo.get_by_role("button", name="Räck upp handen")).to_be_visible()

    # Ada manages by herself, and leaves the line
    ada.get_by_role("button", name="Ta ner handen").click()
    expect(helping.get_by_text("Ingen ber om hjälp just nu.")).to_be_visible()
    expect(leader.get_by_text("Ingen har räckt upp handen.")).to_be_visible()
    assert all(page.title() != "broken" for page in (helping, bo, leader))


def test_many_with_the_same_question_get_one_answer(stage: Stage) -> None:
    hall = stage.hall
    kim = colleague(hall, "Kim", "helper")
    people = [hall.join(name) for name in ("Ada Berg", "Bo Ek", "Cia Ceder")]
    for who, topic in zip(people, ("network", "network", "account"), strict=True):
        ask(who, topic)
    ada = stage.page_of(people[0], f"/m/{MODULE}", viewport=PHONE)
    helping = stage.helping(kim)
    group = helping.locator("[data-topic=network]")
    group.get_by_text("Svara alla som frågar om det här").click()
    group.get_by_label("Ditt svar").fill(f"Byt till gästnätet {NASTY}")
    assert_accessible(helping)
    group.get_by_role("button", name="Skicka svaret").click()
    expect(group).to_have_count(0)
    expect(card(helping, "Cia Ceder")).to_be_visible()
    answer = f"Svar om ”Nätet”: Byt till gästnätet {NASTY}"
    expect(ada.get_by_text(answer)).to_be_visible()
    expect(ada.get_by_text("Du har fått ett svar.")).to_be_visible()
    assert_accessible(ada)
    ada.get_by_role("button", name="Jag har läst det").click()
    ada.reload()
    expect(ada.get_by_role("button", name="Räck upp handen")).to_be_visible()
    expect(ada.get_by_text(answer)).to_have_count(0)


def test_who_was_a_moment_too_late_is_told_so(stage: Stage) -> None:
    hall = stage.hall
    kim, lo = (colleague(hall, name, "helper") for name in ("Kim", "Lo"))
    hall.join("Ada Berg").raise_hand()
    helping = stage.helping(lo)
    question = line_of(hall, kim)[0]["id"]
    # Kim is faster than the news of it
    helping.route(
        re.compile("/help/claim$"), lambda route: _claim_first(hall, kim, question, route)
    )
    helping.get_by_role("button", name="Jag går dit: Ada Berg").click()
    expect(helping.get_by_role("alert").filter(has_text="Kim är redan på väg dit.")).to_be_visible()
    expect(card(helping, "Ada Berg")).to_contain_text("Kim är på väg")
    expect(helping.get_by_role("button", name="Lägg tillbaka: Ada Berg")).to_have_count(0)
    assert_accessible(helping)


def _claim_first(hall: RunningHall, kim: Attendee, question: str, route: Any) -> None:
    do(hall, kim, "claim", question=question)
    route.continue_()


def test_messages_and_captions_reach_everybody_and_may_be_switched_off(stage: Stage) -> None:
    hall = stage.hall
    kim, tove = colleague(hall, "Kim", "helper"), colleague(hall, "Tove", "captioner")
    ada = stage.page_of(hall.join("Ada Berg"), f"/m/{MODULE}", viewport=PHONE)
    expect(ada.get_by_role("button", name="Räck upp handen")).to_be_visible()
    leader = stage.page_of(hall.leader, f"/workshops/{hall.id}")
    helping = stage.helping(kim)

    # among those who lead: never on a participant's page
    helping.get_by_label("Skriv till ledare och hjälpare").fill("Bord 3 behöver en sladd")
    helping.get_by_role("button", name="Skriv till dem").click()
    expect(leader.locator("[data-written=leaders]")).to_contain_text("Bord 3 behöver en sladd")
    expect(helping.get_by_label("Skriv till alla")).to_have_count(0)
    leader.get_by_label("Skriv till alla", exact=True).fill(f"Paus till tio {NASTY}")
    leader.get_by_role("button", name="Skriv till alla deltagare").click()
    expect(ada.locator("[data-said]")).to_contain_text(f"Paus till tio {NASTY}")
    expect(ada.locator("#announcements")).to_contain_text("Paus till tio")
    expect(ada.get_by_text("Bord 3")).to_have_count(0)
    assert_accessible(leader)

    # what is said, line by line, written with the keyboard alone
    writing = stage.page_of(tove, f"/workshops/{hall.id}/captions", viewport=PHONE)
    for line in ("Välkomna hit.", "Vi börjar med ljudet.", NASTY, "Tryck på Testa."):
        writing.get_by_label("Vad som sägs nu").fill(line)
        writing.keyboard.press("Enter")
    captions = ada.get_by_role("log", name="Det som sägs")
    screen = stage.page_of(hall.leader, f"/workshops/{hall.id}/screen")
    expect(screen.get_by_role("log").locator("p")).to_have_count(3)
    assert_accessible(screen)
    expect(captions.locator("p")).to_have_text(["Vi börjar med ljudet.", NASTY, "Tryck på Testa."])
    expect(writing.get_by_role("log").locator("p")).to_have_count(3)
    assert_accessible(writing)
    assert_accessible(ada)
    ada.set_viewport_size(DESKTOP)
    assert_accessible(ada)
    ada.get_by_role("button", name="Dölj det som sägs").click()
    expect(captions.locator("p")).to_have_count(0)
    write(hall, hall.leader, "caption", "En rad till.")
    expect(writing.get_by_role("log")).to_contain_text("En rad till.")
    expect(captions.locator("p")).to_have_count(0)
    ada.get_by_role("button", name="Visa det som sägs").click()
    expect(captions).to_contain_text("En rad till.")

    # the end takes all of it away
    hall.leader.client.post(f"/workshops/{hall.id}/end")
    expect(helping.get_by_text("Tack för hjälpen")).to_be_visible()
    expect(ada.get_by_text("Workshoppen är avslutad.")).to_be_visible()
    for gone in ("Paus till tio", "En rad till."):
        expect(ada.locator("[data-said]").get_by_text(gone)).to_have_count(0)
    assert all(page.title() != "broken" for page in (ada, leader, writing, helping))


def test_where_websockets_are_blocked_everything_works_a_little_slower(stage: Stage) -> None:
    hall = stage.hall
    kim = colleague(hall, "Kim", "helper")
    helping = stage.helping(kim, blocked=True)
    ada = stage.page_of(hall.join("Ada Berg"), f"/m/{MODULE}", blocked=True)
    leader = stage.page_of(hall.leader, f"/workshops/{hall.id}", blocked=True)
    ada.get_by_role("button", name="Räck upp handen").click()
    expect(card(helping, "Ada Berg")).to_be_visible()
    expect(leader.get_by_text("Direkt: tavlan ändras av sig själv.")).to_be_visible()
    expect(leader.locator("[data-hands] > li")).to_have_count(1)
    helping.get_by_role("button", name="Jag går dit: Ada Berg").click()
    expect(ada.get_by_text("Kim kommer till dig.")).to_be_visible()
    write(hall, hall.leader, "caption", "Välkomna hit.")
    expect(ada.get_by_role("log", name="Det som sägs")).to_contain_text("Välkomna hit.")
    # a network that is gone altogether is told, and comes back by itself
    helping.route(re.compile("/api/"), lambda route: route.abort())
    expect(helping.locator("[data-help-state]")).to_contain_text("Kontakten är borta.")
    helping.unroute(re.compile("/api/"))
    expect(helping.get_by_text(LIVE)).to_be_visible()
    # and it stops once there is nothing more to ask for
    hall.leader.client.post(f"/workshops/{hall.id}/end")
    expect(helping.get_by_text("Tack för hjälpen")).to_be_visible()


def test_the_same_in_english(stage: Stage) -> None:
    hall = stage.hall
    administrator = newcomer(hall.course, "Adam", Role.ADMINISTRATOR)
    ask(hall.join("Ada Berg"), "course")
    page = stage.page_of(administrator, "/", viewport=PHONE)
    page.get_by_role("button", name="English").click()
    page.goto(f"/workshops/{hall.id}/help")
    expect(page.get_by_role("heading", name="What I am to do in the course (1)")).to_be_visible()
    expect(page.get_by_role("button", name="I am going there: Ada Berg")).to_be_visible()
