"""Calls in real Chromium over a real server: what the receivers hear and see, and coming back."""

import array
import math
import os
import re
import signal
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, expect

from motesklar.call.rooms.directory import RoomDirectory
from motesklar.call.rooms.division import Group
from motesklar.paths import DataFolder
from motesklar.store.models import Evidence, Participant, Person, Workshop
from motesklar.web.visitor import LANGUAGE_COOKIE, SESSION_COOKIE
from tests.chromium import SWITCHES, chromium_path
from tests.conftest import RunningCourse, free_port
from tests.journeys.conftest import open_module

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MODULE = "03-your-first-practice-call"
#: A greeting takes ten seconds, and both cores may be busy.
LONG_MS = 60_000
RATE = 48_000
WORKER = b"motesklar.call.worker"

#: Keeps every connection, so that a test can ask what it received.
KEEP_CONNECTIONS = """
globalThis.connections = [];
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...rest) { super(...rest); globalThis.connections.push(this); }
};
globalThis.sockets = [];
globalThis.WebSocket = class extends WebSocket {
  constructor(...rest) {
    super(...rest);
    if (/call|rooms/.test(this.url)) globalThis.sockets.push(this);
  }
};
"""

#: What the newest connection has received: energy of sound, and pictures by line.
RECEIVED = """async () => {
  const connection = globalThis.connections.at(-1);
  if (!connection) return { energy: 0, pictures: [] };
  const rows = [...(await connection.getStats()).values()];
  const of = (wanted) => rows.filter(({ type, kind }) => type === "inbound-rtp" && kind === wanted);
  return {
    energy: of("audio").reduce((sum, { totalAudioEnergy }) => sum + (totalAudioEnergy ?? 0), 0),
    pictures: of("video").map(({ framesDecoded }) => framesDecoded ?? 0),
  };
}"""

#: Whether a tile's picture shows something: not one colour all over, not black.
IS_LIT = """(video) => {
  if (!video.videoWidth) return false;
  const canvas = document.createElement("canvas");
  canvas.width = 32; canvas.height = 24;
  const pen = canvas.getContext("2d");
  pen.drawImage(video, 0, 0, 32, 24);
  const points = pen.getImageData(0, 0, 32, 24).data.filter((_, index) => index % 4 === 1);
  return Math.max(...points) > 60 && Math.max(...points) - Math.min(...points) > 20;
}"""


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
def speaking_browser(driver: Playwright, speech: Path) -> Iterator[Browser]:
    """A browser whose microphone speaks and whose camera moves."""
    browser = driver.chromium.launch(
        executable_path=chromium_path(),
        args=[
            *SWITCHES,
            f"--use-file-for-fake-audio-capture={speech}",
            # one machine is all of the meeting: no page may be put to sleep behind another
            "--disable-renderer-backgrounding",
            "--disable-backgrounding-occluded-windows",
        ],
    )
    yield browser
    browser.close()


class InCall:
    """A person with a page that has a call on it."""

    def __init__(self, page: Page, person_id: str) -> None:
        self.page = page
        self.person_id = person_id
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def go_in(self, *, microphone: bool = True, camera: bool = True) -> None:
        """From the look at oneself into the call, with these turned on."""
        for wanted, name in ((microphone, "mikrofonen"), (camera, "kameran")):
            if wanted:
                self.button(f"Slå på {name}").click()
                expect(self.button(f"Stäng av {name}")).to_be_visible()
        self.button("Gå in").click()
        self.assert_in_call()

    def assert_in_call(self) -> None:
        expect(self.page.locator("[data-call]")).to_have_attribute(
            "data-call", "connected", timeout=LONG_MS
        )

    def connections(self) -> int:
        """How many there have been; the page makes a new one each time that it comes back."""
        return int(self.page.evaluate("globalThis.connections.length"))

    def assert_connects_again(self, before: int) -> None:
        """There is a connection after the first `before` ones."""
        self.wait_until(lambda: self.connections() > before, "a new connection")
        self.assert_in_call()

    def received(self) -> dict[str, Any]:
        told: dict[str, Any] = self.page.evaluate(RECEIVED)
        return told

    def wait_until(self, holds: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + LONG_MS / 1000
        while not holds():
            assert time.monotonic() < deadline, f"{what}: {self.received()}"
            self.page.wait_for_timeout(100)  # between two looks

    def assert_hears(self) -> None:
        """Sound that is no silence arrives, and goes on arriving."""
        before = self.received()["energy"]
        self.wait_until(lambda: self.received()["energy"] > before + 0.001, "sound")

    def assert_sees(self, *people: str) -> None:
        """A living picture of each of them arrives."""
        for name in people:
            tile = self.page.locator("li[data-member]").filter(has_text=name)
            expect(tile).to_be_visible(timeout=LONG_MS)
            expect(tile).to_have_attribute("data-seen", "true", timeout=LONG_MS)
            video = tile.locator("video")
            self.wait_until(lambda v=video: v.evaluate(IS_LIT), f"the picture of {name}")  # type: ignore[misc]
        before = sum(self.received()["pictures"])
        self.wait_until(
            lambda: sum(self.received()["pictures"]) > before + 10, "pictures that go on"
        )


Visit = Callable[..., InCall]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCourse]:
    """A course of these tests' own: they kill its workers and restart it."""
    running = RunningCourse(DataFolder(tmp_path_factory.mktemp("calls")), free_port())
    running.start()
    yield running
    running.stop()


@pytest.fixture
def visit(speaking_browser: Browser, course: RunningCourse) -> Iterator[Visit]:
    """Opens a page for a person, signed in."""
    contexts: list[BrowserContext] = []
    people: list[InCall] = []

    def visit(person_id: str) -> InCall:
        context = speaking_browser.new_context(
            base_url=course.url, viewport={"width": 1280, "height": 900}
        )
        contexts.append(context)
        cookies = {SESSION_COOKIE: course.session_of(person_id), LANGUAGE_COOKIE: "sv"}
        context.add_cookies(
            [{"name": name, "value": value, "url": course.url} for name, value in cookies.items()]
        )
        context.add_init_script(KEEP_CONNECTIONS)
        people.append(InCall(context.new_page(), person_id))
        return people[-1]

    yield visit
    errors = [person.errors for person in people]
    for context in contexts:
        context.close()
    assert errors == [[] for _ in people]


@pytest.fixture
def practise(visit: Visit, course: RunningCourse) -> Callable[..., InCall]:
    """A person before their practice call."""

    def practise(person_id: str = "") -> InCall:
        learner = visit(person_id or course.person("Alma Andersson"))
        open_module(learner.page, MODULE)
        learner.button("Starta övningssamtalet").click()
        return learner

    return practise


@pytest.fixture
def room_of(course: RunningCourse) -> Callable[..., tuple[str, list[str]]]:
    """Makes a workshop with one room; returns the room's id and its people's."""

    def make(*names: str) -> tuple[str, list[str]]:
        people = [course.person(name) for name in names]
        database = course.database()
        with database.transaction() as session:
            leader = Person(name="Cecilia Ledare")
            session.add(leader)
            session.flush()
            workshop = Workshop(
                title="Stadshuset",
                join_code=os.urandom(3).hex().upper(),
                leader_id=leader.id,
                module=MODULE,
            )
            session.add(workshop)
            session.flush()
            session.add_all(Participant(workshop_id=workshop.id, person_id=p) for p in people)
            workshop_id = workshop.id
        directory = RoomDirectory(database)
        directory.open(workshop_id, [Group(tuple(people))])
        [room] = directory.rooms(workshop_id)
        database.close()
        return room.id, people

    return make


@pytest.fixture
def meet(
    visit: Visit, room_of: Callable[..., tuple[str, list[str]]]
) -> Callable[..., list[InCall]]:
    """Lets people meet in a room, each with microphone and camera."""

    def meet(*names: str) -> list[InCall]:
        room, people = room_of(*names)
        there = []
        for person_id in people:
            there.append(visit(person_id))
            there[-1].page.goto(f"/rooms/{room}")
            there[-1].go_in()
        return there

    return meet


def call_workers(course: RunningCourse) -> list[int]:
    """Process ids of the course's call workers."""
    assert course.process is not None
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            command = status.with_name("cmdline").read_bytes()
        except OSError:
            continue  # it has ended meanwhile
        if parent == course.process.pid and WORKER in command:
            found.append(int(status.parent.name))
    return found


def evidence_of(course: RunningCourse, person_id: str) -> Evidence | None:
    database = course.database()
    with database.transaction() as session:
        row = session.get(Evidence, (person_id, MODULE))
        if row is not None:
            session.expunge(row)
    database.close()
    return row


def test_a_learner_hears_and_is_heard_and_seen_and_that_is_saved(
    practise: Callable[..., InCall], course: RunningCourse
) -> None:
    learner = practise()
    learner.go_in()
    learner.assert_hears()
    expect(learner.page.get_by_text("Hej och välkommen!").first).to_be_visible()

    def has_arrived() -> bool:
        row = evidence_of(course, learner.person_id)
        return row is not None and row.sound_seconds >= 2 and row.picture_seconds >= 2

    learner.wait_until(has_arrived, "sound and picture as evidence")
    learner.wait_until(
        lambda: "speak" in (getattr(evidence_of(course, learner.person_id), "tasks", {})),
        "the first task",
    )
    learner.button("Lämna samtalet").click()
    expect(learner.page.get_by_text("Samtalet är slut.").first).to_be_visible()


def test_two_people_in_a_room_hear_and_see_each_other(meet: Callable[..., list[InCall]]) -> None:
    anna, bo = meet("Anna Andersson", "Bo Berg")
    anna.assert_sees("Bo Berg")
    bo.assert_sees("Anna Andersson")
    anna.assert_hears()
    bo.assert_hears()
    anna.page.get_by_label("Skriv till de andra").press_sequentially("Hej Bo", delay=20)
    expect(bo.page.get_by_text("Hej Bo")).to_be_visible()


def test_three_people_in_a_room_see_both_others_and_a_muted_one_is_not_heard(
    meet: Callable[..., list[InCall]],
) -> None:
    anna, bo, cilla = meet("Anna Andersson", "Bo Berg", "Cilla Carlsson")
    anna.assert_sees("Bo Berg", "Cilla Carlsson")
    bo.assert_sees("Anna Andersson", "Cilla Carlsson")
    cilla.assert_sees("Anna Andersson", "Bo Berg")
    for person in (anna, bo, cilla):
        person.assert_hears()
    for person in (anna, bo):
        person.button("Stäng av mikrofonen").first.click()
    for person in (anna, bo):
        person.assert_hears()
    # both others are silent now: what was on its way arrives, and then nothing more
    energies = [cilla.received()["energy"]]

    def quiet() -> bool:
        cilla.page.wait_for_timeout(2_500)  # half a round of speech and silence
        energies.append(cilla.received()["energy"])
        return bool(energies[-1] - energies[-2] < 0.0001)

    cilla.wait_until(quiet, "silence")


def test_when_a_worker_is_killed_everybody_is_back_and_hears_and_sees_again(
    meet: Callable[..., list[InCall]], course: RunningCourse
) -> None:
    anna, bo = meet("Anna Andersson", "Bo Berg")
    anna.assert_sees("Bo Berg")
    before = [person.connections() for person in (anna, bo)]
    workers = call_workers(course)
    assert workers
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    for person, count in zip((anna, bo), before, strict=True):
        person.assert_connects_again(count)
    anna.assert_sees("Bo Berg")
    bo.assert_sees("Anna Andersson")
    anna.assert_hears()
    bo.assert_hears()
    assert not set(call_workers(course)) & set(workers)


def test_a_practice_goes_on_where_it_was_after_its_worker_was_killed(
    practise: Callable[..., InCall], course: RunningCourse
) -> None:
    learner = practise()
    learner.go_in()
    learner.wait_until(
        lambda: "speak" in (getattr(evidence_of(course, learner.person_id), "tasks", {})),
        "the first task",
    )
    for pid in call_workers(course):
        os.kill(pid, signal.SIGKILL)
    expect(learner.page.get_by_text(re.compile("Välkommen tillbaka!")).first).to_be_visible(
        timeout=LONG_MS
    )
    learner.assert_in_call()
    learner.assert_hears()


def test_a_dropped_network_is_noticed_and_the_call_comes_back(
    meet: Callable[..., list[InCall]],
) -> None:
    anna, bo = meet("Anna Andersson", "Bo Berg")
    anna.assert_sees("Bo Berg")
    anna.page.context.set_offline(True)
    # what the pages of a computer without a network lose, whatever the browser pretends
    anna.page.evaluate("sockets.at(-1).close()")
    expect(anna.page.get_by_text("Kontakten bröts.").first).to_be_visible(timeout=LONG_MS)
    anna.page.context.set_offline(False)
    anna.assert_in_call()
    anna.assert_sees("Bo Berg")
    bo.assert_sees("Anna Andersson")
    bo.assert_hears()


def test_a_second_window_takes_the_place_over(
    meet: Callable[..., list[InCall]], visit: Visit
) -> None:
    anna, bo = meet("Anna Andersson", "Bo Berg")
    again = visit(anna.person_id)
    again.page.goto(anna.page.url)
    again.go_in()
    words = "Samtalet fortsätter i ett annat fönster eller på en annan enhet."
    expect(anna.page.get_by_text(words).first).to_be_visible(timeout=LONG_MS)
    bo.assert_sees("Anna Andersson")
    again.assert_sees("Bo Berg")
    expect(bo.page.locator("li[data-member]").filter(has_text="Anna Andersson")).to_have_count(1)


def test_after_a_restart_of_the_server_everybody_is_back_by_themselves(
    meet: Callable[..., list[InCall]], course: RunningCourse
) -> None:
    anna, bo = meet("Anna Andersson", "Bo Berg")
    anna.assert_sees("Bo Berg")
    before = [person.connections() for person in (anna, bo)]
    workers = call_workers(course)
    assert course.stop() == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers), "no worker outlives it"
    course.start()
    for person, count in zip((anna, bo), before, strict=True):
        person.assert_connects_again(count)
    anna.assert_sees("Bo Berg")
    bo.assert_hears()
