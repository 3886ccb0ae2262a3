"""A half-day of eighty people, from the first who joins to the report, in shortened time."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from motesklar.paths import DataFolder
from motesklar.store.models import Role
from tests.conftest import RunningCourse, free_port
from tests.journeys.conftest import PHONE, open_module
from tests.journeys.half_day import (
    DEPARTMENTS,
    MINE,
    ROOM,
    SHEET,
    TITLES,
    Client,
    Crowd,
    HalfDay,
    Ledger,
    address_of,
    give_address,
    invite,
    part_of,
    rows_of,
    somebody,
    step_title,
    stop_without_a_fault,
    together,
)
from tests.journeys.test_learner import GRADING_MS, WHY, choose, hand_in, put_in_order, step
from tests.journeys.test_rooms import go_in, open_rooms, propose, row
from tests.workshops.hall import open_hall

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TESTING, CALL, ACCOUNT = "02-test-your-equipment", "03-your-first-practice-call", "04-your-account"
NAMES = [
    *("Anna Alm", "Bo Berg", "Cia Ceder", "Dan Dahl", "Eva Ek"),
    *("Frej Falk", "Gun Gran", "Hans Hed", "Lata Sen"),
]
#: With those who have a page they are eighty.
CLIENTS = 80 - len(NAMES)
LIVE = "Direkt: tavlan ändras av sig själv."
HELPING = "Direkt: kön ändras av sig själv."


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCourse]:
    """A course of its own: it is stopped in the middle."""
    running = RunningCourse(DataFolder(tmp_path_factory.mktemp("half-day")), free_port())
    running.start()
    yield running
    stop_without_a_fault(running)


@pytest.fixture
def crowd(course: RunningCourse) -> Iterator[Crowd]:
    crowd = Crowd(course.url)
    yield crowd
    crowd.close()


@pytest.fixture
def day(course: RunningCourse, person: Callable[..., Page], crowd: Crowd) -> HalfDay:
    """Everybody has been told about the course; the leaders have their pages open."""
    names = [*NAMES, *(f"Deltagare {number:02}" for number in range(CLIENTS))]
    guests = invite(course, names)
    others = [crowd.client(one) for one in invite(course, ["Tove Text", "Ulla Ute", "Vera Vid"])]
    return HalfDay(
        course,
        person,
        crowd,
        [crowd.client(one) for one in guests[len(NAMES) :]],
        {one.name: one for one in guests},
        leader=somebody(person, course, "Lova Ledare", Role.LEADER),
        second=somebody(person, course, "Malte Medledare", Role.LEADER),
        helper=somebody(person, course, "Kajsa Hjälpare", Role.LEARNER, viewport=PHONE),
        captioner=others[0],
        small=open_hall(course, "En liten bredvid"),
        beside=others[1:],
    )


def test_a_half_day_of_eighty_people(day: HalfDay) -> None:
    plan_it(day)
    everybody_joins(day)
    everybody_does_the_first_module(day)
    a_late_comer_lands_where_the_group_is(day)
    hands_go_up_and_are_helped(day)
    what_is_said_and_how_long_reaches_everybody(day)
    the_server_is_started_anew(day)
    rooms_are_divided_by_department(day)
    the_small_workshop_sees_nothing_of_it(day)
    another_leader_takes_over(day)
    the_rest_goes_on_and_the_workshop_ends(day)
    the_report_says_what_happened(day)
    the_small_workshop_goes_on(day)


def plan_it(day: HalfDay) -> None:
    """The shipped model, and the parts of those who help."""
    leader = day.leader
    leader.goto("/workshops")
    leader.get_by_label("Workshoppens namn").fill("En halv dag i salen")
    leader.get_by_label("Det här ska ni göra").select_option("model:half-day")
    leader.get_by_text("Datum, plats och antal").click()
    leader.get_by_label("Hur många konton ni hoppas på").fill("50")
    leader.get_by_role("button", name="Starta workshoppen").click()
    expect(leader.locator("[data-sheet-items] > li")).to_have_count(13)
    day.id = leader.url.rsplit("/", 1)[1]
    day.code = leader.locator(".join-card__code").first.inner_text().replace(" ", "")
    give_address(day.course, day.captioner.who.person_id, "Tove Text")
    for name, part in (
        ("Malte Medledare", "Leder med dig"),
        ("Kajsa Hjälpare", "Hjälper: ser kön"),
        ("Tove Text", "Textar det som sägs"),
    ):
        leader.get_by_text("Lägg till någon som hjälper till").click()
        leader.get_by_label("E-postadress").fill(address_of(name))
        leader.get_by_role("radio", name=part).check()
        leader.get_by_role("button", name="Lägg till", exact=True).click()
        taking = leader.get_by_role("button", name=f"Ta bort uppgiften från {name}")
        expect(taking).to_be_visible()
    day.second.goto(f"/workshops/{day.id}")
    expect(day.second.get_by_text(LIVE)).to_be_visible()
    day.helper.goto(f"/workshops/{day.id}/help")
    expect(day.helper.get_by_text(HELPING)).to_be_visible()
    # the projector's computer is another one than the leader's
    day.screen = day.open_browser()
    day.screen.context.add_cookies(day.leader.context.cookies())  # type: ignore[arg-type]
    day.screen.goto(f"/workshops/{day.id}/screen")


def everybody_joins(day: HalfDay) -> None:
    """At a table in the hall, or from somewhere else; two go to another workshop."""
    numbers = {one.who.person_id: number for number, one in enumerate(day.clients)}

    async def come(one: Client) -> None:
        number = numbers[one.who.person_id]
        remote = number % 5 == 0
        await one.come(day.code, remote=remote, table="" if remote else str(1 + number % 8))
        await one.open(part_of(WHY))

    arriving = day.crowd.begin(together(day.clients, come))
    for name in NAMES[:-1]:
        page = day.people[name] = day.enter(name)
        if name == "Hans Hed":
            page.get_by_label("Någon annanstans").check()
        else:
            page.get_by_label("Ditt bord i salen").fill("3")
        page.get_by_role("button", name=re.compile("^Gå med")).click(no_wait_after=True)
    for page in day.people.values():
        page.wait_for_url(f"**/m/{WHY}")
        page.wait_for_selector("html[data-ready]", state="attached")
    arriving.result()
    day.crowd.each(day.beside, lambda one: one.come(day.small.code, remote=False, table=""))
    day.crowd.follow([*day.clients, *day.beside])
    here = CLIENTS + len(day.people)
    expect(day.screen.locator("[data-screen-people]")).to_have_text(str(here))
    expect(rows(day.leader)).to_have_count(here)


def rows(leader: Page) -> Locator:
    """Everybody on the board."""
    return leader.locator("[data-people] tbody tr")


def everybody_does_the_first_module(day: HalfDay) -> None:
    """Steps, answers and a hand-in that is graded, on pages and over HTTP alike."""
    part = part_of(WHY)
    day.next(0)
    day.next(1)
    day.call_along(WHY, "what-we-gain")
    day.next(2)
    day.call_along(WHY, "your-trip")

    async def do_all(one: Client) -> None:
        for number in range(len(part.steps)):
            await one.step(part, number)
        await one.hand_in(part)

    working = day.crowd.begin(together(day.clients, do_all))
    for page in day.people.values():
        step(page, "your-trip").locator("[data-done]").click()
        answer_and_hand_in(page)
    for page in day.people.values():
        expect(step(page, "remember").get_by_text("3 av 3").first).to_be_visible(timeout=GRADING_MS)
    working.result()
    ready = f"{CLIENTS + len(day.people)} av {CLIENTS + len(day.people)} är klara"
    expect(day.screen.get_by_text(ready)).to_be_visible()


MEETING = [
    "Jag får en inbjudan med en länk",
    "Jag klickar på länken",
    "Jag kontrollerar att ljudet och bilden fungerar",
    "Jag hälsar och pratar med de andra",
    "Jag säger hej då och lämnar mötet",
]


def answer_and_hand_in(page: Page) -> None:
    choose(page, "De möts på webben")
    choose(page, "Ett samtal med en anhörig som är i sorg")
    put_in_order(step(page, "how-a-meeting-goes").locator(".widget"), MEETING)
    hand_in(page)


def expect_all_points(page: Page) -> None:
    result = step(page, "remember").get_by_text("3 av 3").first
    expect(result).to_be_visible(timeout=GRADING_MS)


def a_late_comer_lands_where_the_group_is(day: HalfDay) -> None:
    day.next(3)
    day.call_along(TESTING)
    late = day.enter(NAMES[-1])
    late.get_by_label("Någon annanstans").check()
    late.get_by_role("button", name=re.compile("^Gå med")).click()
    late.wait_for_url(f"**/m/{TESTING}")
    day.people[NAMES[-1]] = late
    expect(day.screen.locator("[data-screen-people]")).to_have_text("80")
    expect(rows(day.second)).to_have_count(80)
    testing = part_of(TESTING)

    async def test_it(one: Client) -> None:
        await one.test()
        await one.step(testing, 0)

    day.crowd.each(day.clients, test_it)


def hands_go_up_and_are_helped(day: HalfDay) -> None:
    """One is visited, many are answered at once, some manage by themselves, one waits."""
    day.next(4)
    anna, bo, cia = (day.people[name] for name in NAMES[:3])
    for page, topic in ((anna, "Ljudet"), (bo, "Nätet")):
        page.get_by_role("button", name="Fråga skriftligt").click()
        page.get_by_role("radio", name=topic, exact=True).check()
        page.get_by_role("button", name="Be om hjälp").click()
        expect(page.get_by_text("i kön.")).to_be_visible()
    cia.get_by_role("button", name="Räck upp handen").click()
    asking = {"network": day.clients[:5], "account": day.clients[5:7], "sound": day.clients[7:10]}
    for topic, some in asking.items():
        day.crowd.each(some, lambda one, topic=topic: one.hand(raised=True, topic=topic))  # type: ignore[misc]
        day.crowd.until(some, lambda one: bool(one.mine.get("question")))
    day.crowd.run(day.beside[0].hand(raised=True, topic="picture"))
    day.ledger.topics.update({"sound": 4, "network": 6, "account": 2, "other": 1})
    expect(day.screen.locator("[data-screen-hands]")).to_have_text("13")
    expect(day.leader.locator("[data-hands] > li")).to_have_count(13)

    # the helper goes to Anna, and is on the way to Cia
    for name, page in (("Anna Alm", anna), ("Cia Ceder", cia)):
        day.helper.get_by_role("button", name=f"Jag går dit: {name}").click()
        expect(page.get_by_text("Kajsa Hjälpare kommer till dig.")).to_be_visible()
    day.helper.get_by_role("button", name="Klart: Anna Alm").click()
    expect(anna.get_by_role("button", name="Räck upp handen")).to_be_visible()

    # the leader answers what many ask
    day.leader.get_by_role("link", name="Öppna hjälpkön").click()
    group = day.leader.locator("[data-topic=network]")
    group.get_by_text("Svara alla som frågar om det här").click()
    group.get_by_label("Ditt svar").fill("Byt till gästnätet")
    group.get_by_role("button", name="Skicka svaret").click()
    expect(group).to_have_count(0)
    expect(bo.get_by_text("Svar om ”Nätet”: Byt till gästnätet")).to_be_visible()
    day.crowd.until(
        asking["network"], lambda one: words_of(one.mine["answer"]) == ["Byt till gästnätet"]
    )
    day.leader.goto(f"/workshops/{day.id}")
    day.crowd.each(asking["account"], lambda one: one.hand(raised=False))
    shown = day.screen.content()
    assert not any(name in shown for name in day.guests)
    # Cia and three about the sound are left
    expect(day.leader.locator("[data-hands] > li")).to_have_count(4)


def words_of(*told: Any) -> list[str]:
    return [one["words"] for one in told if one]


def what_is_said_and_how_long_reaches_everybody(day: HalfDay) -> None:
    """Captions and the timer."""
    lines = ["Nu tar vi paus.", "Kaffet står till vänster."]
    for line in lines:
        day.crowd.run(day.captioner.caption(day.id, line))
    for page in day.people.values():
        expect(page.get_by_role("log", name="Det som sägs").locator("p")).to_have_text(lines)
    expect(day.screen.get_by_role("log").locator("p")).to_have_text(lines)
    day.crowd.until(day.clients, lambda one: words_of(*one.mine["captions"]) == lines)
    day.next(5)
    day.leader.get_by_text("Nedräkning och nätet i salen").click()
    day.leader.get_by_label("Räkna ner, minuter").fill("20")
    day.leader.get_by_role("button", name="Starta nedräkningen").click()
    for page in day.people.values():
        expect(page.get_by_text(re.compile(r"Tid kvar: (20|1\d):\d\d"))).to_be_visible()
    expect(day.screen.locator("[data-screen-timer]")).to_have_text(re.compile(r"^(20|1\d):\d\d$"))
    day.crowd.until(day.clients, lambda one: bool(one.led["timer_ends_at"]))


def the_server_is_started_anew(day: HalfDay) -> None:
    """Every page comes back by itself, and what was done meanwhile is there."""
    before = {one.guest.name: one.opened.copy() for one in day.clients}
    late = day.people["Lata Sen"]
    open_module(late, WHY)
    answer_and_hand_in(late)  # and the server is away before the result is there
    stop_without_a_fault(day.course)
    lost = "Kontakten är borta."
    expect(day.leader.locator("[data-board-state]")).to_contain_text(lost)
    expect(day.screen.locator("[data-screen-state]")).to_contain_text(lost)
    eva, frej = day.people["Eva Ek"], day.people["Frej Falk"]
    step(eva, "prepare").locator("[data-done]").click()
    frej.get_by_role("button", name="Räck upp handen").click()
    day.ledger.topics["other"] += 1
    day.course.start()
    for leader in (day.leader, day.second):
        expect(leader.get_by_text(LIVE)).to_be_visible()
        expect(rows(leader)).to_have_count(80)
    expect(day.helper.get_by_text(HELPING)).to_be_visible()
    expect(day.screen.locator("[data-screen-state]")).to_be_hidden()
    expect(day.screen.locator("[data-screen-item]")).to_have_text(TITLES[5])
    expect(day.screen.locator("[data-screen-timer]")).to_have_text(re.compile(r"^(20|1\d):\d\d$"))

    def is_back(one: Client) -> bool:
        return all(one.opened[path] > before[one.guest.name][path] for path in (MINE, ROOM))

    day.crowd.until(day.clients, is_back)
    day.leader.get_by_label("Skriv till alla", exact=True).fill("Nu är vi tillbaka")
    day.leader.get_by_role("button", name="Skriv till alla deltagare").click()
    for page in day.people.values():
        expect(page.locator("[data-said]")).to_contain_text("Nu är vi tillbaka")
        expect(page.get_by_text(re.compile(r"Tid kvar: \d\d:\d\d"))).to_be_visible()
    day.crowd.until(day.clients, lambda one: "Nu är vi tillbaka" in words_of(*one.mine["said"]))

    expect_all_points(late)

    # the helper was on the way to Cia, and still is
    cia = day.people["Cia Ceder"]
    expect(cia.get_by_text("Kajsa Hjälpare kommer till dig.")).to_be_visible()
    day.helper.get_by_role("button", name="Klart: Cia Ceder").click()
    expect(cia.get_by_role("button", name="Räck upp handen")).to_be_visible()
    # three ask about the sound, and Frej has asked while the server was away
    expect(frej.get_by_text("Du är nummer 4 i kön.")).to_be_visible()
    expect(day.leader.locator("[data-hands] > li")).to_have_count(4)


def rooms_are_divided_by_department(day: HalfDay) -> None:
    """Everybody has a room, with people of their own department and no others."""
    day.next(6)
    day.call_along(CALL)
    day.next(7)
    propose(day.leader, "Samma avdelning i varje rum", "4")
    expect(day.leader.locator("[data-groups] > li")).to_have_count(20)
    open_rooms(day.leader)
    day.crowd.until(day.clients, lambda one: bool(one.room))
    department = {one.name: one.department for one in day.guests.values()}
    together_in: dict[str, set[str]] = {}
    for one in day.clients:
        beside = {department[name] for name in one.room["others"]}
        assert beside == {one.guest.department}, one.room
        together_in.setdefault(one.room["id"], set()).update([one.guest.name, *one.room["others"]])
    assert sum(map(len, together_in.values())) == 80
    for page in day.people.values():
        expect(page.locator("[data-my-room]")).to_contain_text("Ditt rum är öppet: Rum")
    dan = day.people["Dan Dahl"]
    go_in(dan)
    expect(row(day.leader, "Dan Dahl")).to_contain_text("I Rum")


def another_leader_takes_over(day: HalfDay) -> None:
    """The leader's computer dies."""
    second, dan = day.second, day.people["Dan Dahl"]
    expect(second.locator("[data-sheet-next]")).to_be_disabled()
    day.leader.close()
    second.get_by_role("button", name="Ta över programmet").click()
    expect(second.locator("[data-sheet-holder]")).to_have_text("Du styr programmet.")
    # whoever is in a call notices nothing
    expect(dan.get_by_role("button", name="Lämna")).to_be_visible()
    second.get_by_role("button", name="Avsluta alla rum").click()
    second.locator("#room-end").get_by_role("button", name="Ja, avsluta den").click()
    expect(dan.get_by_role("button", name="Lämna")).to_have_count(0)
    day.crowd.until(day.clients, lambda one: not one.room)
    dan.goto(f"/m/{CALL}")


def the_rest_goes_on_and_the_workshop_ends(day: HalfDay) -> None:
    second = day.second
    day.next(8, second)
    day.call_along(ACCOUNT, "get-one")
    day.crowd.each(day.clients[:30], lambda one: one.account("opened"))
    day.crowd.each(day.clients[30:35], lambda one: one.account("wanted"))
    day.ledger.accounts = 30
    expect(day.screen.locator("[data-screen-accounts]")).to_have_text("30")
    for number in range(9, 13):
        day.next(number, second)
        if SHEET[number].module:
            day.call_along(SHEET[number].module, SHEET[number].step)
    expect(second.locator("[data-sheet-next]")).to_be_disabled()
    day.ledger.timed(lambda: end(second))
    expect(day.helper.get_by_text("Tack för hjälpen")).to_be_visible()
    expect(day.screen.get_by_text("Tack för i dag!")).to_be_visible()
    for page in day.people.values():
        expect(page.get_by_text("Workshoppen är avslutad.")).to_be_visible()
        expect(page.get_by_role("button", name="Räck upp handen")).to_have_count(0)
    day.crowd.until(day.clients, lambda one: ROOM in one.over)


def end(leader: Page) -> None:
    leader.get_by_role("button", name="Avsluta workshoppen").click()
    leader.get_by_role("button", name="Ja, avsluta den").click()
    expect(leader.get_by_text("Workshoppen är avslutad.")).to_be_visible()
    expect(leader.get_by_text("80 personer")).to_be_visible()


def the_report_says_what_happened(day: HalfDay) -> None:
    """People, steps, questions, times and accounts, as the test and the participants know them."""
    second, ledger = day.second, day.ledger
    second.get_by_role("link", name="Rapport").click()
    expect(second.get_by_role("heading", level=1)).to_contain_text("En halv dag i salen")
    came = second.locator("dl > div").filter(has_text="Har kommit")
    expect(came.locator("dd")).to_have_text("80")
    for title, asked in ((TITLES[4], "13"), (TITLES[5], "1"), (TITLES[6], "0")):
        asked_then = second.get_by_role("row", name=title).get_by_role("cell").last
        expect(asked_then).to_have_text(asked)
    report = f"/workshops/{day.id}/report"
    told: dict[str, dict[str, tuple[str, str]]] = {}
    for about, what, number, planned in rows_of(second.request.get(f"{report}.csv").text()):
        told.setdefault(about, {})[what] = (number, planned)
    assert told["Deltagare"]["Har kommit"] == ("80", "")
    assert told["Konton"]["Öppnade sedan starten"] == (str(ledger.accounts), "50")
    assert {topic: int(number) for topic, (number, _) in told["Frågor"].items()} == {
        TOPIC_NAMES[topic]: number for topic, number in ledger.topics.items()
    }
    assert_times(ledger, told["Minuter"])
    for module in dict.fromkeys(item.module for item in SHEET if item.module):
        ledger.did(states_of(day, module), module)
    assert {where: int(number) for where, (number, _) in told["Klara steg"].items()} == {
        step_title(*where): number for where, number in ledger.steps.items()
    }
    assert ledger.steps[WHY, "your-trip"] == 79
    assert ledger.steps[TESTING, "prepare"] == CLIENTS + 1, "Eva's, while the server was away"

    people = rows_of(second.request.get(f"{report}-people.csv").text())
    assert sorted(one[0] for one in people) == sorted(day.guests)
    assert {one[1] for one in people} == set(DEPARTMENTS)
    assert sum(int(one[4]) for one in people) == ledger.steps.total()
    attended = rows_of(second.request.get(f"/workshops/{day.id}/attendance.csv").text())
    minutes = [int(one[2]) for one in attended]
    assert told["Deltagare"]["I samtal"][0] == str(sum(one > 0 for one in minutes))
    assert told["Deltagare"]["Minuter i samtal"][0] == str(sum(minutes))


TOPIC_NAMES = {"sound": "Ljud", "network": "Nätet", "account": "Konto", "other": "Något annat"}


def assert_times(ledger: Ledger, told: dict[str, tuple[str, str]]) -> None:
    """Each item as it was planned, and as long as it really went on."""
    assert list(told) == TITLES
    for number, item in enumerate(SHEET):
        real, planned = told[item.title]
        least, most = ledger.could_take(number)
        assert planned == str(item.minutes)
        # it is rounded to six seconds
        assert least - 0.051 <= float(real) <= most + 0.051, item.title


def states_of(day: HalfDay, module: str) -> list[Any]:
    """What each participant's own page knows about them."""
    told = day.crowd.each(day.clients, lambda one: one.state(module))
    path = f"/api/modules/{module}/state"
    return [*told, *(page.request.get(path).json() for page in day.people.values())]


def the_small_workshop_sees_nothing_of_it(day: HalfDay) -> None:
    """The other is in the middle of it, with rooms open."""
    day.crowd.run(day.beside[1].step(part_of(TESTING), 0))
    day.crowd.until(day.beside, lambda one: {MINE, ROOM} <= one.told.keys() and not one.over)
    for one in day.beside:
        assert words_of(*one.mine["captions"], *one.mine["said"]) == []
        assert (one.place, one.room) == ("", {})
    leader = day.course.client(day.small.leader.person_id)
    board = leader.get(f"/api/workshops/{day.small.id}/live").json()
    assert [one["name"] for one in board["participants"]] == ["Ulla Ute", "Vera Vid"]
    assert [one["steps_done"] for one in board["participants"]] == [0, 1]
    assert (board["counts"]["people"], board["counts"]["hands"]) == (2, 1)
    for about in ("", "/help", "/report", "/screen"):
        assert leader.get(f"/workshops/{day.id}{about}").status_code == 404
    expect(rows(day.leader).filter(has_text=re.compile("Ulla|Vera"))).to_have_count(0)


def the_small_workshop_goes_on(day: HalfDay) -> None:
    """It has not ended with the other, and its report has its own two."""
    path = f"/workshops/{day.small.id}"
    leader = day.course.client(day.small.leader.person_id)
    board = leader.get(f"/api{path}/live").json()
    assert (board["ended"], board["counts"]["people"], board["counts"]["hands"]) == (False, 2, 1)
    assert not any(one.over for one in day.beside)
    table = rows_of(leader.get(f"{path}/report.csv").text)
    told = {(about, what): number for about, what, number, _ in table}
    assert told["Deltagare", "Har kommit"] == "2"
    assert told["Frågor", "Bild"] == "1"
    assert told["Klara steg", step_title(TESTING, "prepare")] == "1"
