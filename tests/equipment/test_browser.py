"""The pages around the equipment's test in real Chromium: helper, leader, participant, IT."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from motesklar.store.models import Role
from tests.conftest import RunningCourse
from tests.equipment.people import join_at, make_ready, make_report, send_verdict
from tests.workshops.chromium import assert_accessible, in_chromium, page_of
from tests.workshops.hall import RunningHall, newcomer, open_hall

pytestmark = pytest.mark.browser

expect.set_options(timeout=30_000)

MUTED = "Mikrofonen är avstängd"
#: Follows the turn as the test's page does, and keeps all that it is told.
FOLLOW = """async () => {
  const { followTurn } = await import(document.querySelector("link[rel=stylesheet]").href
    .replace(/\\/(css|bundle)\\/[^/]+$/, "/widgets/lib/equipment/hall_turn.js"));
  window.turns = [];
  window.endTurns = followTurn((turn) => window.turns.push(turn));
}"""


@pytest.fixture
def hall(course: RunningCourse) -> RunningHall:
    return open_hall(course)


def test_a_helper_reads_a_report_in_words_and_prints_it(course: RunningCourse) -> None:
    ada = newcomer(course, "Ada Berg")
    make_ready(ada)
    send_verdict(ada, "microphone", "fail", "muted", figures={"peak_dbfs": -71.5})
    code = make_report(ada)

    async def scenario(browser: Browser) -> None:
        # a helper at the desk, without an account
        context = await browser.new_context(base_url=course.url)
        page = await context.new_page()
        await page.add_init_script("window.print = () => { window.printed = true }")
        await page.goto("/equipment/report")
        await page.keyboard.type(code.lower())
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text(f"Rapport {code}")
        section = page.get_by_role("region", name="Mikrofon")
        await expect(section).to_contain_text(MUTED)
        await expect(section).to_contain_text("Fungerar inte")
        await expect(section).to_contain_text("prata igen")
        await expect(section).to_contain_text("−71,5")
        await expect(page.get_by_role("region", name="Kamera")).to_contain_text("Fungerar")
        await page.get_by_role("button", name="Skriv ut").click()
        assert await page.evaluate("window.printed")
        await page.get_by_role("button", name="English").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(f"Report {code}")
        await expect(page.get_by_role("region", name="Microphone")).to_contain_text("switched off")
        await assert_accessible(page)

    in_chromium(scenario)


def test_its_owner_removes_a_report_with_the_keyboard(course: RunningCourse) -> None:
    ada = newcomer(course, "Ada Berg")
    make_ready(ada)
    code = make_report(ada)

    async def scenario(browser: Browser) -> None:
        page = await page_of(browser, ada, "/equipment/report")
        await assert_accessible(page)
        await page.get_by_role("button", name=f"Ta bort: {code}").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Du har inga.")).to_be_visible()
        await page.get_by_label("Rapportens kod").fill(code)
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Koden eller länken fungerar inte")).to_be_visible()

    in_chromium(scenario)


async def press(page: Page, name: str) -> None:
    """By keyboard, as everything on the board can be."""
    await page.get_by_role("button", name=name).focus()
    await page.keyboard.press("Enter")


def test_a_leader_sees_what_stands_in_the_way_and_what_to_say(hall: RunningHall) -> None:
    ada, bo = join_at(hall, "Ada Berg", "1"), join_at(hall, "Bo Ek", "2")
    make_ready(ada)

    async def scenario(browser: Browser) -> None:
        page = await page_of(browser, hall.leader, f"/workshops/{hall.id}")
        panel = page.locator("[data-equipment-panel]")
        await expect(panel.locator("[data-equipment-sums] > div").first).to_contain_text("1")
        await expect(panel.get_by_text("Inget som vi vet om.")).to_be_visible()
        send_verdict(bo, "microphone", "fail", "muted")
        item = panel.locator("[data-troubles] > li")
        await expect(item).to_contain_text(f"1 person: {MUTED}")
        await expect(item).to_contain_text("Säg:")
        send_verdict(ada, "microphone", "fail", "muted")
        await expect(item).to_contain_text(f"2 personer: {MUTED}")
        await item.get_by_text("Vilka").click()
        await expect(item.get_by_role("listitem")).to_have_text(
            ["Ada Berg, Bord 1", "Bo Ek, Bord 2"]
        )
        # what is open stays open while the list changes around it
        send_verdict(bo, "camera", "fail", "black")
        await expect(panel.locator("[data-troubles] > li")).to_have_count(2)
        await expect(panel.get_by_text("Ada Berg, Bord 1")).to_be_visible()
        await assert_accessible(page)
        make_ready(ada)
        make_ready(bo)
        await expect(panel.get_by_text("Inget som vi vet om.")).to_be_visible()

    in_chromium(scenario)


def test_the_tables_test_one_after_another(hall: RunningHall) -> None:
    ada, bo = join_at(hall, "Ada Berg", "1"), join_at(hall, "Bo Ek", "2")

    async def scenario(browser: Browser) -> None:
        board = await page_of(browser, hall.leader, f"/workshops/{hall.id}")
        learner = await page_of(browser, bo, "/help")
        await learner.evaluate(FOLLOW)
        # as a function: the page's policy lets no string be evaluated at the second look
        await learner.wait_for_function(
            "() => window.turns.length === 1 && window.turns[0] === null"
        )
        told = board.locator("[data-turn]")
        await expect(told).to_have_text("Alla testar när de vill.")
        await press(board, "Låt borden testa ett i taget")
        await expect(told).to_have_text("Bord 1 testar nu, nummer 1 av 2. Klara där: 0 av 1.")
        on = board.get_by_role("button", name="Nästa bord")
        await expect(on).to_be_focused()
        await learner.wait_for_function("() => window.turns.at(-1)?.mine === false")
        make_ready(ada)
        await expect(told).to_contain_text("Klara där: 1 av 1.")
        await board.keyboard.press("Enter")
        await expect(told).to_contain_text("Bord 2 testar nu, nummer 2 av 2.")
        await learner.wait_for_function("() => window.turns.at(-1)?.mine === true")
        # after the last table there is none
        await expect(on).to_have_attribute("aria-disabled", "true")
        await board.keyboard.press("Enter")
        await press(board, "Bordet före")
        await expect(told).to_contain_text("Bord 1 testar nu")
        await press(board, "Låt alla testa när de vill")
        await expect(
            board.get_by_role("button", name="Låt borden testa ett i taget")
        ).to_be_focused()
        await learner.wait_for_function("() => window.turns.at(-1) === null")
        # a page that has stopped following is told nothing more
        count = await learner.evaluate("window.endTurns() ?? window.turns.length")
        await press(board, "Låt borden testa ett i taget")
        await expect(told).to_contain_text("Bord 1 testar nu")
        assert await learner.evaluate("window.turns.length") == count

    in_chromium(scenario)


def test_before_the_day_the_leader_finds_who_has_not_tested(hall: RunningHall) -> None:
    ada, bo = join_at(hall, "Ada Berg", "1"), join_at(hall, "Bo Ek", "2")
    join_at(hall, "Cia Dahl")
    make_ready(ada)
    send_verdict(bo, "camera", "fail", "black")

    async def scenario(browser: Browser) -> None:
        page = await page_of(browser, hall.leader, f"/workshops/{hall.id}/equipment")
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        names = page.locator("[data-people] tbody th")
        await expect(names).to_have_text(["Bo Ek", "Cia Dahl"])
        await expect(page.locator("[data-count]")).to_have_text("2 personer av 3 visas.")
        for choice, shown in (
            ("De som inte har testat", ["Cia Dahl"]),
            ("De som har något som inte fungerar", ["Bo Ek"]),
            ("De som är klara", ["Ada Berg"]),
            ("Alla", ["Ada Berg", "Bo Ek", "Cia Dahl"]),
        ):
            await page.get_by_label("Visa").select_option(choice)
            await expect(names).to_have_text(shown)
        await assert_accessible(page)
        await page.get_by_label("Visa").select_option("De som inte är klara")
        await press(page, "Kopiera namnen")
        await expect(page.locator("[data-copied]")).to_contain_text("Det är kopierat.")
        assert await page.evaluate("navigator.clipboard.readText()") == "Bo Ek\nCia Dahl"
        await press(page, "Kopiera påminnelsen")
        reminder = re.compile(
            rf"Tisdag i Folkets hus.*{re.escape(hall.course.url)}/equipment", re.S
        )
        await page.wait_for_function(
            "async () => (await navigator.clipboard.readText()).includes('/equipment')"
        )
        assert reminder.search(await page.evaluate("navigator.clipboard.readText()"))
        # the list follows
        make_ready(bo)
        await expect(names).to_have_text(["Cia Dahl"])

    in_chromium(scenario)


def test_it_copies_policies_and_reads_causes_in_words(course: RunningCourse) -> None:
    admin = newcomer(course, "Anna Admin", Role.ADMINISTRATOR)
    for number in range(5):
        send_verdict(newcomer(course, f"Person {number}"), "camera", "fail", "black")

    async def scenario(browser: Browser) -> None:
        page = await page_of(browser, admin, "/equipment/it")
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await page.get_by_role("heading", name="Firefox, alla system").click()
        await press(page, "Kopiera: Firefox, alla system")
        await expect(page.locator("[data-copied]")).to_contain_text("Det är kopierat.")
        copied = await page.evaluate("navigator.clipboard.readText().then(JSON.parse)")
        assert copied["policies"]["Permissions"]["Camera"]["Allow"] == [course.url]
        row = page.locator("tr[data-finding=black]")
        await expect(row.locator("[data-sentence]")).not_to_have_text("black")
        await assert_accessible(page)

    in_chromium(scenario)
