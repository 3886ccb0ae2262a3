"""Practising the fix: what is broken looks broken, and is repaired by doing; nobody gets stuck."""

import json
import random
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from motesklar_widgets import FixPractice, fix_works
from motesklar_widgets.drawn_computer import (
    FAULTS,
    NEEDS,
    after,
    all_actions,
    broken,
    table,
    unmet,
)
from tests.widgets.conftest import Open, events_of
from tests.widgets.server import Saved
from tests.widgets.test_drawn_computer import REPAIRS

pytestmark = pytest.mark.browser

REPAIRED = "You have repaired it."
SAVED = "Your answer is saved."


def practice(fault: str) -> FixPractice:
    return FixPractice("fix-it", question="They can't hear you. Repair it.", fault=fault)


def computer(page: Page) -> Locator:
    return page.get_by_role("group", name="Drawn computer")


def expect_repaired(page: Page) -> None:
    """It is told, and the server has it: a later test must not get this one's answer."""
    expect(page.get_by_text(REPAIRED)).to_be_visible()
    expect(page.get_by_text(SAVED)).to_be_visible()


def press(page: Page, name: str) -> None:
    computer(page).get_by_role("button", name=name).click()


def switch(page: Page, name: str) -> Locator:
    return computer(page).get_by_role("switch", name=name, exact=True)


def allow_microphone(page: Page) -> None:
    press(page, "About this page")
    group = computer(page).get_by_role("group", name="May the page use the microphone?")
    group.get_by_label("Allow").check()


def take_microphone(page: Page) -> None:
    press(page, "Settings of the meeting")
    computer(page).get_by_label("The meeting listens through").select_option("The headset")


def let_the_computer_listen(page: Page) -> None:
    press(page, "Sound")
    switch(page, "The computer's microphone is on").check()


def take_speaker(page: Page) -> None:
    press(page, "Settings of the meeting")
    computer(page).get_by_label("The sound comes out of").select_option("The headset")


def turn_on_wifi(page: Page) -> None:
    press(page, "Network: no connection")
    switch(page, "The wireless network is on").check()


def turn_on_headset(page: Page) -> None:
    switch(page, "The switch on the headset's cord: microphone on").check()


FIXES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "permission": ("This page may not use your microphone.", allow_microphone),
    "wrong-microphone": ("It sounds as if you sat in another room.", take_microphone),
    "muted-system": ("no sound comes from it", let_the_computer_listen),
    "muted-headset": ("The lamp on the headset's cord is red.", turn_on_headset),
    "wrong-speaker": ("Anna's lips move, but your headset is silent.", take_speaker),
    "network": ("The meeting has lost its connection.", turn_on_wifi),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_shows_in_the_meeting_and_is_repaired_by_doing(
    open_page: Open, saved: Saved, fault: str
) -> None:
    page = open_page({"fix": practice(fault)})
    sign, repair = FIXES[fault]
    expect(computer(page).get_by_text(sign)).to_be_visible()
    assert events_of(page, "step-done") == []

    repair(page)
    expect_repaired(page)
    expect(page.get_by_text("Now I hear you well.")).to_be_visible()
    assert saved.answers == {"fix-it": REPAIRS[fault]}
    assert fix_works(fault, saved.answers["fix-it"])
    assert events_of(page, "step-done") == [{"step": "fix"}]


def test_when_it_is_repaired_the_checks_own_sentence_says_so(open_page: Open) -> None:
    page = open_page({"fix": practice("muted-headset")})
    turn_on_headset(page)
    works, silent = page.evaluate(
        """async () => {
          const { findingOf } = await import("/static/0/widgets/lib/equipment/findings.js");
          return ["works", "silent"].map((name) => findingOf("microphone", name).sentence);
        }"""
    )
    expect(page.get_by_text(works)).to_be_visible()
    expect_repaired(page)
    expect(page.get_by_text(f"When a test says “{silent}”")).to_be_visible()
    expect(page.get_by_role("listitem")).to_have_text(["Turn on the switch on the headset's cord."])


def test_every_finding_of_the_table_is_one_that_its_check_can_have(open_page: Open) -> None:
    page = open_page({"fix": practice("network")})
    known = page.evaluate(
        """async () => {
          const path = "/static/0/widgets/lib/equipment/findings.js";
          const { CHECKS, findingNames } = await import(path);
          return Object.fromEntries(CHECKS.map((check) => [check, findingNames(check)]));
        }"""
    )
    assert [n.finding for n in NEEDS.values() if n.finding not in known[n.check]] == []


#: Need to what the engine hands to the check's own rule where it is not met.
BROKEN_ENGINES = {
    "permission": """
      const media = new FakeMedia();
      media.permissions.microphone = "denied";
      return media.open("microphone").catch(({ reason }) => reason);
    """,
    "system-microphone": "return listen(() => ({ level: -Infinity, muted: true }));",
    "headset-switch": "return listen(() => ({ level: -Infinity }));",
    "microphone": "return listen((n) => ({ level: n % 8 < 4 ? -57 : -80 }));",
    "speaker": "return findingFor('no', false);",
}


@pytest.mark.parametrize("need", BROKEN_ENGINES)
def test_the_check_itself_finds_what_the_rehearsal_names(open_page: Open, need: str) -> None:
    page = open_page({"fix": practice("network")})
    found = page.evaluate(
        f"""async () => {{
          const lib = "/static/0/widgets/lib";
          const {{ FakeMedia }} = await import(`${{lib}}/fake_media.js`);
          const {{ SoundRule }} = await import(`${{lib}}/equipment/sound_rule.js`);
          const {{ findingFor }} = await import(`${{lib}}/equipment/checks/speaker.js`);
          const listen = (sample) => {{
            const rule = new SoundRule();
            for (let n = 0; n < 300 && !rule.finding; n += 1) rule.add(sample(n), 0.1);
            return rule.finding;
          }};
          {BROKEN_ENGINES[need]}
        }}"""
    )
    assert found == NEEDS[need].finding


def test_a_wrong_action_is_told_kindly_beside_it_and_aloud(open_page: Open, saved: Saved) -> None:
    page = open_page({"fix": practice("muted-headset")})
    press(page, "Sound")
    hint = computer(page).get_by_text("Here is the computer's own sound.")
    expect(hint).to_be_visible()
    expect(computer(page).get_by_text("Look at the headset itself.")).to_be_visible()
    spoken = page.locator("#announcements")
    expect(spoken).to_contain_text("Here is the computer's own sound.")
    expect(spoken).to_contain_text("Anna: I heard you a moment ago, but now it is silent.")

    switch(page, "Camera on").click()
    expect(hint).to_have_count(0)
    expect(computer(page).get_by_text("That was the camera.")).to_be_visible()
    assert saved.answers == {}


def test_what_makes_it_worse_is_told_with_the_way_back(open_page: Open) -> None:
    page = open_page({"fix": practice("wrong-speaker")})
    switch(page, "Microphone on").click()
    expect(
        computer(page).get_by_text("Now your microphone is off in the meeting as well.")
    ).to_be_visible()
    take_speaker(page)
    expect(computer(page).get_by_text("Good. Something else is left.")).to_be_visible()
    expect(page.get_by_text(REPAIRED)).to_have_count(0)
    switch(page, "Microphone off").click()
    expect_repaired(page)


def test_in_the_right_place_nobody_is_sent_away_from_it(open_page: Open) -> None:
    page = open_page({"fix": practice("permission")})
    press(page, "About this page")
    camera = computer(page).get_by_role("group", name="May the page use the camera?")
    camera.get_by_label("Block").check()
    expect(computer(page).get_by_text("You are in the right place.")).to_be_visible()


@pytest.mark.parametrize("fault", FAULTS)
def test_every_action_in_every_fault_has_its_words(open_page: Open, fault: str) -> None:
    page = open_page({"fix": practice(fault)})
    silent = page.evaluate(
        """async ([computer, actions]) => {
          const base = "/static/0/widgets/lib/equipment/practice";
          const { after, unmet, worthOf } = await import(`${base}/machine.js`);
          const { hintFor } = await import(`${base}/coach.js`);
          const opened = computer.panels.map((p) => after(computer, computer.start, `${p}:open`));
          const silent = [];
          for (const before of [computer.start, ...opened]) {
            for (const action of actions) {
              const now = after(computer, before, action);
              if (!unmet(computer, now) || JSON.stringify(now) === JSON.stringify(before)) continue;
              const worth = worthOf(computer, before, action);
              const hint = hintFor(worth, action, false);
              if (worth.kind !== "way" && !hint.every((words) => typeof words === "string"))
                silent.push(action);
              if (hint && !hint[0]) silent.push(action);
            }
          }
          return silent;
        }""",
        [table(fault), list(all_actions())],
    )
    assert silent == []


def test_it_is_shown_step_by_step_and_then_it_is_ones_own_turn(
    open_page: Open, saved: Saved
) -> None:
    page = open_page({"fix": practice("permission")})
    show = page.get_by_role("button", name="Show me how")
    expect(show).to_be_hidden()
    press(page, "Sound")
    press(page, "Network")
    expect(page.locator("#announcements")).to_contain_text("press Show me how")
    show.click()

    following = page.get_by_role("button", name="Next step")
    expect(following).to_be_focused()
    page.keyboard.press("Enter")
    steps = page.get_by_role("listitem")
    expect(steps).to_have_text(["Press the small sign to the left of the page's address."])
    page.keyboard.press("Enter")
    expect(steps).to_have_count(2)
    expect(page.locator("#announcements")).to_contain_text("Now it works.")
    expect(page.get_by_role("button", name="Now I try myself")).to_be_focused()
    assert saved.answers == {}, "being shown is no repair"

    page.keyboard.press("Enter")
    expect(computer(page)).to_be_focused()
    expect(computer(page).get_by_text("This page may not use your microphone.")).to_be_visible()
    allow_microphone(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert saved.answers == {"fix-it": REPAIRS["permission"]}


def test_whoever_does_not_dare_to_press_anything_is_offered_to_be_shown(open_page: Open) -> None:
    quick = """const wait = window.setTimeout;
    window.setTimeout = (call, ms, ...rest) => wait(call, ms === 30000 ? 0 : ms, ...rest);"""
    page = open_page({"fix": practice("network")}, setup=quick)
    expect(page.get_by_role("button", name="Show me how")).to_be_visible()


def test_starting_again_forgets_what_was_done(open_page: Open, saved: Saved) -> None:
    page = open_page({"fix": practice("muted-headset")})
    switch(page, "Microphone on").click()
    page.get_by_role("button", name="Start again").click()
    expect(computer(page)).to_be_focused()
    expect(switch(page, "Microphone on")).to_be_visible()
    turn_on_headset(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert saved.answers == {"fix-it": REPAIRS["muted-headset"]}


def test_a_repair_is_there_again_after_a_reload_and_can_be_practised_again(
    open_page: Open, saved: Saved
) -> None:
    saved.answers["fix-it"] = REPAIRS["network"]
    page = open_page({"fix": practice("network")})
    expect_repaired(page)
    assert events_of(page, "step-done") == []
    page.get_by_role("button", name="Practise again").click()
    expect(computer(page).get_by_text("The meeting has lost its connection.")).to_be_visible()
    turn_on_wifi(page)
    expect_repaired(page)


@pytest.mark.parametrize("value", [None, [], "wifi:on", ["meeting-camera:off"], [1, None]])
def test_an_answer_that_repairs_nothing_is_not_shown_as_one(
    open_page: Open, saved: Saved, value: object
) -> None:
    saved.answers["fix-it"] = value
    page = open_page({"fix": practice("network")})
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text(REPAIRED)).to_have_count(0)


def test_the_keyboard_alone_repairs_it_and_is_told(open_page: Open, saved: Saved) -> None:
    page = open_page({"fix": practice("permission")})
    page.keyboard.press("Tab")
    expect(computer(page).get_by_role("button", name="the microphone is blocked")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    expect(page.locator(":focus")).to_contain_text(REPAIRED)
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert fix_works("permission", saved.answers["fix-it"])


def test_escape_closes_a_panel_and_leads_back_to_its_button(open_page: Open) -> None:
    page = open_page({"fix": practice("permission")})
    sound = computer(page).get_by_role("button", name="Sound", exact=True)
    sound.focus()
    page.keyboard.press("Enter")
    expect(sound).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(sound).to_have_attribute("aria-expanded", "false")
    expect(sound).to_be_focused()


def test_no_device_is_asked_for_and_nothing_is_played(open_page: Open) -> None:
    note = """window.asked = 0;
    navigator.mediaDevices.getUserMedia = () => Promise.reject((window.asked += 1));
    HTMLMediaElement.prototype.play = () => Promise.reject((window.asked += 1));"""
    page = open_page({"fix": practice("wrong-speaker")}, setup=note)
    take_speaker(page)
    expect_repaired(page)
    assert page.evaluate("window.asked") == 0


def test_page_and_grading_play_by_the_same_rules(open_page: Open) -> None:
    page = open_page({"fix": practice("network")})
    drawn = random.Random(7)
    actions = [*all_actions(), "wifi", "x:y", ""]
    games = [(fault, drawn.choices(actions, k=60)) for fault in FAULTS for _ in range(20)]
    played = page.evaluate(
        """async ([games, tables]) => {
          const base = "/static/0/widgets/lib/equipment/practice";
          const { after, repairs, unmet } = await import(`${base}/machine.js`);
          return games.map(([fault, actions]) => {
            const computer = tables[fault];
            let settings = computer.start;
            const needs = actions.map((action) => {
              settings = after(computer, settings, action);
              return unmet(computer, settings)?.name ?? null;
            });
            return [needs, repairs(computer, actions)];
          });
        }""",
        [games, {fault: table(fault) for fault in FAULTS}],
    )
    for (fault, done), (needs, repaired) in zip(games, played, strict=True):
        settings = broken(fault)
        graded = [unmet(settings := after(settings, action)) for action in done]
        assert needs == graded, json.dumps([fault, done])
        assert repaired == fix_works(fault, done)


def test_the_rehearsal_is_accessible_and_fits_a_narrow_screen(
    open_page: Open, assert_accessible: Callable[[Page], None]
) -> None:
    page = open_page(
        {"fix": practice("permission")}, language="sv", viewport={"width": 320, "height": 640}
    )
    drawn = page.get_by_role("group", name="Ritad dator")
    for panel in ("Nätet", "Ljud", "Mötets inställningar", "Om sidan"):
        drawn.get_by_role("button", name=panel).click()
        expect(drawn.locator(".drawn__panel:visible")).to_have_count(1)
        assert_accessible(page)
    page.get_by_role("button", name="Visa mig hur").click()
    page.get_by_role("button", name="Nästa steg").click()
    assert_accessible(page)
    page.get_by_role("button", name="Nu provar jag själv").click()
    drawn.get_by_role("button", name="Om sidan").click()
    drawn.get_by_role("group", name="Får sidan använda mikrofonen?").get_by_label("Tillåt").check()
    expect(page.get_by_text("Du har lagat den.")).to_be_visible()
    expect(page.get_by_text("Ditt svar är sparat.")).to_be_visible()
    assert_accessible(page)
