"""A workshop in real Chromium, from the leader's side and from the participants'."""

import asyncio
import re

import pytest
from playwright.async_api import Browser, Locator, Page, WebSocketRoute, expect

from tests.conftest import RunningCourse
from tests.workshops.chromium import assert_accessible, in_chromium, page_of
from tests.workshops.hall import RunningHall, newcomer, open_hall

pytestmark = pytest.mark.browser


LIVE = "Direkt: tavlan ändras av sig själv."


@pytest.fixture
def running_hall(course: RunningCourse) -> RunningHall:
    return open_hall(course)


async def board_of(browser: Browser, hall: RunningHall) -> Page:
    page = await page_of(browser, hall.leader, f"/workshops/{hall.id}")
    await expect(page.get_by_text(LIVE)).to_be_visible()
    return page


def row_of(page: Page, name: str) -> Locator:
    """Somebody's row on the board; the small rooms have another one."""
    return page.locator("[data-people]").get_by_role("row", name=re.compile(name))


def test_a_workshop_from_code_to_helped_hand(running_hall: RunningHall) -> None:
    ada = newcomer(running_hall.course, "Ada Berg", department="Vård och omsorg")
    bo = running_hall.join("Bo Ek")

    async def scenario(browser: Browser) -> None:
        board = await board_of(browser, running_hall)
        # Ada types the code by hand
        learner = await page_of(browser, ada, "/")
        await learner.get_by_label("Workshopkod").fill(running_hall.code.lower())
        await learner.keyboard.press("Enter")
        await learner.get_by_role("button", name="Gå med i Tisdag i Folkets hus").click()
        await learner.wait_for_url("**/m/*")
        row = row_of(board, "Ada Berg")
        await expect(row).to_contain_text("Vård och omsorg")
        await expect(row).to_contain_text("Har inte börjat")
        await learner.locator("[data-step-link] a").nth(1).click()
        await expect(row).to_contain_text("Steg 2")
        # two hands, in the order they went up
        await learner.get_by_role("button", name="Räck upp handen").click()
        await expect(learner.get_by_text("Du är nummer 1 i kön.")).to_be_visible()
        lower = learner.get_by_role("button", name="Ta ner handen")
        await expect(lower).to_have_attribute("aria-pressed", "true")
        bo.raise_hand()
        hands = board.locator("[data-hands] > li")
        await expect(hands).to_have_count(2)
        await expect(hands.nth(0)).to_contain_text("1. Ada Berg")
        await expect(hands.nth(1)).to_contain_text("2. Bo Ek")
        await expect(board.locator("#announcements")).to_contain_text("Bo Ek")
        # the leader has helped Ada; the keyboard goes on at Bo
        await board.get_by_role("button", name="Har fått hjälp: Ada Berg").focus()
        await board.keyboard.press("Enter")
        await expect(hands).to_have_count(1)
        await expect(board.get_by_role("button", name="Har fått hjälp: Bo Ek")).to_be_focused()
        await expect(learner.get_by_text("Din hand är nere igen.")).to_be_visible()
        await expect(learner.get_by_role("button", name="Räck upp handen")).to_be_visible()
        await board.keyboard.press("Enter")
        await expect(board.get_by_text("Ingen har räckt upp handen.")).to_be_visible()
        await expect(board.locator("#hands-title")).to_be_focused()

    in_chromium(scenario)


def test_the_board_survives_a_lost_connection_and_says_so(running_hall: RunningHall) -> None:
    routes: list[WebSocketRoute] = []
    back = asyncio.Event()

    async def route(socket: WebSocketRoute) -> None:
        routes.append(socket)
        if len(routes) > 1:
            await back.wait()
        socket.connect_to_server()

    async def scenario(browser: Browser) -> None:
        page = await page_of(browser, running_hall.leader, "/workshops")
        await page.route_web_socket(re.compile("/live$"), route)
        await page.goto(f"/workshops/{running_hall.id}")
        await expect(page.get_by_text(LIVE)).to_be_visible()
        await routes[0].close(code=1011)
        await expect(page.locator("[data-board-state]")).to_contain_text("Kontakten är borta.")
        running_hall.join("Ada Berg")
        await expect(row_of(page, "Ada Berg")).to_have_count(0)
        back.set()
        await expect(page.get_by_text(LIVE)).to_be_visible()
        await expect(row_of(page, "Ada Berg")).to_be_visible()

    in_chromium(scenario)


def test_who_is_signed_out_is_told_and_the_page_stops_trying(running_hall: RunningHall) -> None:
    async def scenario(browser: Browser) -> None:
        page = await board_of(browser, running_hall)
        running_hall.leader.client.post("/sign-out")
        running_hall.join("Ada Berg")
        state = page.locator("[data-board-state]")
        await expect(state).to_contain_text("Tavlan har stannat.")
        await expect(row_of(page, "Ada Berg")).to_have_count(0)

    in_chromium(scenario)


def test_names_are_text_on_the_board(running_hall: RunningHall) -> None:
    running_hall.join("<img src=x onerror=document.title='broken'>").raise_hand()

    async def scenario(browser: Browser) -> None:
        page = await board_of(browser, running_hall)
        await expect(page.locator("[data-hands] > li")).to_contain_text("<img src=x")
        assert await page.locator("[data-board] img").count() == 0
        assert await page.title() != "broken"

    in_chromium(scenario)


def test_ending_asks_first_and_then_names_nobody(running_hall: RunningHall) -> None:
    running_hall.join("Ada Berg")

    async def scenario(browser: Browser) -> None:
        page = await board_of(browser, running_hall)
        other_window = await board_of(browser, running_hall)
        await page.get_by_role("button", name="Avsluta workshoppen").click()
        await expect(page.get_by_role("button", name="Nej, fortsätt")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(row_of(page, "Ada Berg")).to_be_visible()
        await page.get_by_role("button", name="Avsluta workshoppen").click()
        await page.get_by_role("button", name="Ja, avsluta den").click()
        for window in (page, other_window):
            await expect(window.get_by_text("Workshoppen är avslutad.")).to_be_visible()
            await expect(window.get_by_text("Ada Berg")).to_have_count(0)

    in_chromium(scenario)


def test_every_page_of_the_room_is_accessible(running_hall: RunningHall) -> None:
    people = [running_hall.join(f"Person med ett långt namn {number}") for number in range(3)]
    for person in people:
        person.do("started", running_hall.steps[0])
        person.raise_hand()

    async def scenario(browser: Browser) -> None:
        board = await board_of(browser, running_hall)
        await expect(board.locator("[data-hands] > li")).to_have_count(3)
        await assert_accessible(board)
        await board.get_by_role("button", name="Visa bara det här på storskärmen").click()
        await assert_accessible(board)
        await board.goto("/workshops")
        await assert_accessible(board)
        learner = await page_of(browser, people[0], f"/w/{running_hall.code}")
        await assert_accessible(learner)
        await learner.goto("/join?code=AAAAAA")
        await expect(learner.get_by_label("Workshopkod")).to_be_focused()
        await assert_accessible(learner)

    in_chromium(scenario)
