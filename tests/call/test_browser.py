"""The practice call in real Chromium, with real sound and picture both ways."""

import array
import math
import shutil
import time
import wave
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from motesklar.call.room import Ending
from motesklar.store.models import Evidence
from tests.call.conftest import MODULE, CallServer, until

pytestmark = pytest.mark.browser

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
#: A greeting takes ten seconds, and both cores may be busy.
LONG_MS = 45_000
RATE = 48_000

#: Keeps every connection, so that a test can ask what it received.
KEEP_CONNECTIONS = """
globalThis.connections = [];
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...rest) { super(...rest); globalThis.connections.push(this); }
};
"""

RECEIVED = """async () => {
  const report = await globalThis.connections.at(-1).getStats();
  const rows = [...report.values()];
  const sound = rows.find(({type, kind}) => type === "inbound-rtp" && kind === "audio");
  const sent = rows.filter(({type}) => type === "outbound-rtp");
  return { packets: sound?.packetsReceived ?? 0, energy: sound?.totalAudioEnergy ?? 0,
           sent: Object.fromEntries(sent.map(({kind, packetsSent}) => [kind, packetsSent])) };
}"""

PLAYING = """() => {
  const audio = document.querySelector("#widget audio");
  return !audio.paused && audio.currentTime > 0.2;
}"""

#: What a browser does where the person says no, or has no device.
REFUSE_DEVICES = """
navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("no", "%s"); };
"""


@pytest.fixture(scope="session")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A person who speaks for two seconds and then is silent for three, over and over."""
    path = tmp_path_factory.mktemp("speech") / "speech.wav"
    samples = array.array("h", bytes(2 * RATE * 5))
    for i in range(RATE * 2):
        if i // 6000 % 4:  # syllables: noise suppression takes an even tone for noise
            samples[i] = round(9000 * math.sin(2 * math.pi * 180 * i / RATE) * math.sin(i / 90))
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, len(samples), "NONE", ""))
        file.writeframes(samples.tobytes())
    return path


@pytest_asyncio.fixture
async def chromium(speech: Path) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-quic",
                "--disable-background-networking",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                f"--use-file-for-fake-audio-capture={speech}",
            ],
        )
        yield browser
        await browser.close()


class Learner:
    """A page with the practice call on the smallest screen, and the person before it."""

    def __init__(self, page: Page, person_id: str) -> None:
        self.page = page
        self.person_id = person_id
        self.call: Locator = page.locator("#widget")
        self.caption = page.locator("[data-caption]")
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def button(self, name: str) -> Locator:
        return self.call.get_by_role("button", name=name)

    def text(self, words: str) -> Locator:
        return self.call.get_by_text(words)

    async def start(self) -> None:
        await self.button("Starta övningssamtalet").click()

    async def sees(self, words: str) -> None:
        await expect(self.text(words)).to_be_visible(timeout=LONG_MS)

    async def reads(self, caption: str) -> None:
        await expect(self.caption).to_contain_text(caption, timeout=LONG_MS)

    async def assert_accessible(self) -> None:
        await self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = await self.page.evaluate("async () => (await axe.run('#widget')).violations")
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
        width = await self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, "nothing may stick out at 320 px"


Visit = Callable[..., Any]


@pytest_asyncio.fixture
async def visit(
    chromium: Browser, call_server: CallServer, add_person: Callable[[str], str]
) -> AsyncIterator[Visit]:
    learners: list[Learner] = []

    async def visit(script: str = "", person_id: str = "", **options: Any) -> Learner:
        person_id = person_id or add_person("Alma")
        context = await chromium.new_context(viewport={"width": 320, "height": 700}, **options)
        for pair in call_server.cookie(person_id).split("; "):
            name, value = pair.split("=", 1)
            await context.add_cookies([{"name": name, "value": value, "url": call_server.url}])
        page = await context.new_page()
        await page.add_init_script(KEEP_CONNECTIONS + script)
        learners.append(Learner(page, person_id))
        await page.goto(f"{call_server.url}/practice")
        return learners[-1]

    yield visit
    for learner in learners:
        assert learner.errors == []


async def test_a_learner_hears_is_heard_is_seen_and_reads_captions(
    visit: Visit, evidence_of: Callable[[str], Evidence | None]
) -> None:
    learner = await visit()
    await learner.assert_accessible()
    await learner.start()
    await learner.reads("Hej och välkommen!")
    await learner.sees("Kim pratar.")
    figures = await learner.page.evaluate(RECEIVED)
    deadline = time.monotonic() + LONG_MS / 1000
    while figures["energy"] <= 0.001:
        assert time.monotonic() < deadline, figures
        await learner.page.wait_for_timeout(100)  # between two looks; the partner speaks
        figures = await learner.page.evaluate(RECEIVED)
    assert figures["packets"] >= 10, "the partner's voice reached the browser"
    assert figures["sent"]["audio"] > 0
    assert figures["sent"]["video"] > 0
    await learner.page.wait_for_function(PLAYING, timeout=LONG_MS)
    await learner.page.wait_for_function(
        "document.querySelector('meter[aria-label=\"Ljud från din övningspartner\"]').value > 20",
        timeout=LONG_MS,
    )
    await learner.assert_accessible()
    await learner.sees("Kim har hört dig i")
    await learner.sees("Kim har sett dig i")
    await learner.reads("Tack, jag hör dig!")
    await learner.page.wait_for_function(
        "evidence.at(-1).sound_seconds >= 2 && evidence.at(-1).picture_seconds >= 2",
        timeout=LONG_MS,
    )
    told = await learner.page.evaluate("evidence.at(-1)")
    row = evidence_of(learner.person_id)
    assert row is not None
    assert row.sound_seconds >= told["sound_seconds"] >= 2
    assert row.picture_seconds >= told["picture_seconds"] >= 2


async def test_the_keyboard_alone_is_enough_and_hanging_up_turns_the_devices_off(
    visit: Visit, call_server: CallServer
) -> None:
    learner = await visit(
        "const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
        "globalThis.opened = [];"
        "navigator.mediaDevices.getUserMedia = async (wanted) => {"
        "  const stream = await ask(wanted); globalThis.opened.push(stream); return stream; };"
    )
    keyboard = learner.page.keyboard
    await learner.button("Starta övningssamtalet").focus()
    await keyboard.press("Enter")
    await learner.sees("Du är med i samtalet.")
    await expect(learner.call.get_by_role("status").first).to_be_focused()
    mute = learner.button("Stäng av mikrofonen")
    await expect(mute).to_have_attribute("aria-pressed", "false")
    for _ in range(10):
        await keyboard.press("Tab")
        if await mute.evaluate("(element) => element === document.activeElement"):
            break
    await keyboard.press("Space")
    await expect(mute).to_have_attribute("aria-pressed", "true")
    await learner.sees("Din mikrofon är av.")
    await keyboard.press("Tab")
    await keyboard.press("Space")
    await learner.sees("Din kamera är av.")
    await keyboard.press("Tab")
    await keyboard.press("Enter")
    await learner.sees("Samtalet är slut.")
    await expect(learner.button("Ring igen")).to_be_visible()
    await learner.assert_accessible()
    alive = "opened.flatMap((each) => each.getTracks()).filter((t) => t.readyState === 'live')"
    assert await learner.page.evaluate(f"{alive}.length") == 0
    await until(lambda: call_server.calls.people == 0, "the room's end")
    await learner.button("Ring igen").click()
    await learner.reads("Hej och välkommen!")


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        ("NotAllowedError", "Webbläsaren får inte använda din mikrofon."),
        ("NotFoundError", "Ingen mikrofon hittades."),
        ("NotReadableError", "Ett annat program använder din mikrofon."),
    ],
)
async def test_without_any_device_the_call_works_in_writing(
    visit: Visit,
    evidence_of: Callable[[str], Evidence | None],
    refusal: str,
    sentence: str,
) -> None:
    learner = await visit(REFUSE_DEVICES % refusal)
    await learner.start()
    await learner.sees(sentence)
    await learner.reads("Hej och välkommen!")
    await learner.page.wait_for_function("connections.at(-1).connectionState === 'connected'")
    await learner.assert_accessible()
    line = learner.call.get_by_label("Skriv till din övningspartner")
    await line.press_sequentially("Hej Kim", delay=20)
    # nothing has been sent with Enter or a button: it is read while it is written
    await learner.sees("Kim har läst 7 tecken från dig.")
    await line.press("Enter")
    await expect(line).to_have_value("")
    await learner.reads("Tack, jag kan läsa det du skriver.")
    await learner.text("Allt som har sagts").click()
    await learner.sees("Kim skrev:")
    row = evidence_of(learner.person_id)
    assert row is not None
    assert (row.text_characters, row.sound_seconds) == (7, 0)


async def test_a_person_who_does_not_answer_the_question_can_go_on(visit: Visit) -> None:
    learner = await visit(
        "navigator.mediaDevices.getUserMedia = () => new Promise(() => undefined);"
    )
    await learner.start()
    await learner.button("Fortsätt utan dem").click()
    await learner.reads("Hej och välkommen!")


async def test_a_camera_that_is_missing_leaves_the_sound(visit: Visit) -> None:
    learner = await visit(
        "const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
        "navigator.mediaDevices.getUserMedia = async (wanted) => { if (wanted.video) throw"
        " new DOMException('no', 'NotFoundError'); return ask(wanted); };"
    )
    await learner.start()
    await learner.sees("Ingen kamera hittades.")
    await learner.sees("Kim har hört dig i")


async def test_a_lost_connection_comes_back_by_itself_and_goes_on(
    visit: Visit, call_server: CallServer
) -> None:
    learner = await visit()
    await learner.start()
    await learner.reads("Hej och välkommen!")
    room = call_server.calls.room_of(learner.person_id, MODULE)
    assert room is not None
    await room.close(Ending.LOST)
    await learner.reads("Välkommen tillbaka!")
    await learner.sees("Du är med i samtalet.")
    await learner.sees("Kim har hört dig i")


async def test_while_the_server_is_away_the_person_is_told(
    visit: Visit, call_server: CallServer
) -> None:
    learner = await visit()
    await learner.start()
    await learner.reads("Hej och välkommen!")
    await learner.page.evaluate(
        "() => { globalThis.WebSocket = Object.assign(class extends EventTarget {"
        " constructor() { super(); setTimeout(() => this.dispatchEvent(new CloseEvent('close'))); }"
        " close() {} }, { OPEN: 1 }); }"
    )
    room = call_server.calls.room_of(learner.person_id, MODULE)
    assert room is not None
    await room.close(Ending.LOST)
    await learner.sees("Kontakten bröts. Vi ringer upp igen av oss själva …")


async def test_a_second_window_takes_the_call_over_and_the_first_one_stays_out(
    visit: Visit, call_server: CallServer
) -> None:
    first = await visit()
    await first.start()
    await first.reads("Hej och välkommen!")
    second = await visit(person_id=first.person_id)
    await second.start()
    await first.sees("Samtalet fortsätter i ett annat fönster eller på en annan enhet.")
    await expect(first.button("Ring igen")).to_be_visible()
    await second.reads("Hej och välkommen!")
    assert call_server.calls.people == 1


async def test_a_browser_that_holds_the_sound_back_gets_a_button(visit: Visit) -> None:
    learner = await visit(
        "const play = HTMLMediaElement.prototype.play; globalThis.held = true;"
        "HTMLMediaElement.prototype.play = function () { return globalThis.held && this.localName"
        " === 'audio' ? Promise.reject(new DOMException('no', 'NotAllowedError')) :"
        " play.call(this); };"
    )
    await learner.start()
    await expect(learner.button("Sätt på ljudet")).to_be_visible(timeout=LONG_MS)
    await learner.reads("Hej och välkommen!")
    await learner.page.evaluate("globalThis.held = false")
    await learner.button("Sätt på ljudet").click()
    await expect(learner.button("Sätt på ljudet")).to_be_hidden()
    await learner.page.wait_for_function(PLAYING, timeout=LONG_MS)
