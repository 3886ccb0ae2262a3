"""The check of the network in real Chromium, on a real server, over lines good and bad."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from motesklar.overlay.folder import OwnCourse
from motesklar.overlay.shipped import Shipped
from motesklar.paths import DataFolder
from motesklar.web.visitor import LANGUAGE_COOKIE, SESSION_COOKIE
from tests.call.turn import RunningRelay, running_relay
from tests.chromium import SWITCHES, chromium_path
from tests.conftest import RunningCourse, free_port
from tests.journeys.bad_line import ADDRESS, BadLine, Weather, bad_line
from tests.journeys.conftest import PHONE, assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NO_UDP = (
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)

#: Runs the check on any page of the course, and keeps what it reports.
RUN = """async (place) => {
  const found = document.querySelector('link[href*="/static/"], script[src*="/static/"]');
  const root = /^.*\\/static\\/[^/]+\\//.exec(found.href ?? found.src)[0];
  const { network } = await import(`${root}widgets/lib/equipment/checks/network.js`);
  const stage = document.createElement("section");
  document.querySelector("main").append(stage);
  globalThis.reports = [];
  globalThis.stopping = new AbortController();
  globalThis.said = [];
  new MutationObserver(() => {
    const words = stage.querySelector("[role=status]")?.textContent;
    if (words && words !== globalThis.said.at(-1)) globalThis.said.push(words);
  }).observe(stage, { childList: true, subtree: true, characterData: true });
  globalThis.running = network.run({
    stage,
    signal: globalThis.stopping.signal,
    place,
    report: (report) => globalThis.reports.push(report),
  });
}"""

#: Browsers look for the course where the line is; everything else of the call stays as it is.
BY_THE_LINE = """(() => {
  const take = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (description) {
    const sdp = description.sdp.replaceAll(/ \\d+ typ host/g, " %d typ host");
    return take.call(this, { type: description.type, sdp });
  };
})();"""


@dataclass
class Measuring:
    """A page on which the network is tested."""

    page: Page

    def open(self) -> None:
        self.page.goto("/help")
        # a browser plays and makes no sound before anybody has pressed anything
        self.page.mouse.click(2, 2)

    def begin(self, *, hall: bool = False) -> None:
        self.page.evaluate(RUN, {"hall": hall, "headset": False, "table": ""})

    def start(self) -> None:
        self.open()
        self.begin()

    def finish(self) -> dict[str, Any]:
        """What it found."""
        self.page.evaluate("() => globalThis.running")
        reports: list[dict[str, Any]] = self.page.evaluate("() => globalThis.reports")
        assert reports, "nothing was reported"
        return reports[-1]

    def test(self) -> dict[str, Any]:
        self.start()
        return self.finish()

    def assert_stages(self, **states: str) -> None:
        """The stages as they are shown; `turn_tls` is the stage `turn-tls`."""
        for name, state in states.items():
            row = self.page.locator(f'[data-stage="{name.replace("_", "-")}"]')
            expect(row).to_have_attribute("data-state", state)


Measure = Callable[..., Measuring]


@dataclass(frozen=True)
class Place:
    """A course whose sound and picture come and go at one port."""

    course: RunningCourse
    media_port: int


def start_course(folder: Path, settings: str, data: Path | None = None) -> Place:
    port = free_port()
    OwnCourse(folder, Shipped.installed()).create()
    told = f'workers = 1\nport = {port}\naddresses = ["{ADDRESS}"]\n'
    (folder / "course.toml").write_text(f"{settings or '[call]'}\n{told}", encoding="utf-8")
    course = RunningCourse(
        DataFolder(data or folder / "data"), free_port(), ("--demo", "--course", str(folder))
    )
    course.start()
    return Place(course, port)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A course without a relay."""
    place = start_course(tmp_path_factory.mktemp("network") / "course", "")
    yield place
    place.course.stop()


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    """Coturn, which takes TLS alone."""
    folder = tmp_path_factory.mktemp("network-relay")
    with running_relay(folder / "relay", ADDRESS, data=folder / "data") as relay:
        yield relay


@pytest.fixture(scope="module")
def relayed_place(relay: RunningRelay, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A course with a relay of which one way is open: TLS. By UDP and TCP nobody answers."""
    urls = [
        f"turn:localhost:{free_port()}?transport=udp",
        f"turn:localhost:{free_port()}?transport=tcp",
        f"turns:localhost:{relay.port}?transport=tcp",
    ]
    folder = tmp_path_factory.mktemp("network-relayed") / "course"
    place = start_course(folder, f"[call]\nturn_urls = {urls}".replace("'", '"'), relay.data)
    yield place
    place.course.stop()


@pytest.fixture(scope="module")
def unreachable_relay_place(
    relay: RunningRelay, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A course with a relay that nobody reaches, as behind a proxy that looks into TLS."""
    urls = f'["turns:localhost:{free_port()}?transport=tcp"]'
    folder = tmp_path_factory.mktemp("network-unreachable") / "course"
    place = start_course(folder, f"[call]\nturn_urls = {urls}", relay.data)
    yield place
    place.course.stop()


@pytest.fixture(scope="module")
def without_udp(driver: Playwright) -> Iterator[Browser]:
    """A browser that can't send UDP, as behind a strict firewall."""
    # the relay's authority is made for this test; browsers check it as for a page
    switches = [*SWITCHES, *NO_UDP, "--ignore-certificate-errors"]
    browser = driver.chromium.launch(executable_path=chromium_path(), args=switches)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def with_udp(driver: Playwright) -> Iterator[Browser]:
    """A browser that takes the relay's certificate."""
    switches = [*SWITCHES, "--ignore-certificate-errors"]
    browser = driver.chromium.launch(executable_path=chromium_path(), args=switches)
    yield browser
    browser.close()


@pytest.fixture
def measure(with_udp: Browser) -> Iterator[Measure]:
    """Opens a page of somebody new at a place."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(place: Place, browser: Browser = with_udp, setup: str = "") -> Measuring:
        course = place.course
        context = browser.new_context(base_url=course.url)
        contexts.append(context)
        token = course.session_of(course.person("Alma Andersson"))
        cookies = {SESSION_COOKIE: token, LANGUAGE_COOKIE: "sv"}
        context.add_cookies(
            [{"name": n, "value": v, "url": course.url} for n, v in cookies.items()]
        )
        context.add_init_script(setup)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        return Measuring(page)

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="module")
def running_line(place: Place) -> Iterator[BadLine]:
    with bad_line(place.media_port) as line:
        yield line


@pytest.fixture
def line(running_line: BadLine) -> BadLine:
    """A line that is good until the test says otherwise."""
    running_line.weather = Weather()
    return running_line


@pytest.fixture
def over_line(measure: Measure, place: Place, line: BadLine) -> Measuring:
    """Somebody whose sound and picture go over the line."""
    return measure(place, setup=BY_THE_LINE % line.port)


# -- a good line


def test_a_good_line_works_with_numbers_from_every_stage(measure: Measure, place: Place) -> None:
    tested = measure(place)
    found = tested.test()
    assert found["finding"] == "works"
    figures = found["figures"]
    assert 0 <= figures["websocket_ms"] < 1000
    assert 0 < figures["udp_ms"] < 5000
    assert figures["up_kbps"] > 100
    assert figures["down_kbps"] > 100
    assert figures["voice_score"] > 4
    assert (figures["up_loss_percent"], figures["down_loss_percent"]) == (0, 0)
    tested.assert_stages(websocket="works", udp="works", line="works")
    tested.assert_stages(turn_udp="absent", turn_tcp="absent", turn_tls="absent")


def test_few_sentences_are_told_while_it_goes(measure: Measure, place: Place) -> None:
    tested = measure(place)
    tested.test()
    assert tested.page.evaluate("() => globalThis.said") == [
        "We are testing the ways through your network …",
        "We are sending sound and picture there and back …",
    ]


def test_what_is_shown_while_it_goes_is_for_everybody_and_fits_a_phone(
    measure: Measure, place: Place
) -> None:
    tested = measure(place)
    tested.page.set_viewport_size(PHONE)
    tested.start()
    expect(tested.page.locator('[data-stage="line"]')).to_have_attribute("data-state", "running")
    assert_accessible(tested.page)
    assert tested.finish()["finding"] == "works"


def test_in_a_hall_the_picture_is_small_because_many_share_the_radio(
    measure: Measure, place: Place
) -> None:
    tested = measure(place)
    tested.open()
    tested.begin(hall=True)
    found = tested.finish()
    assert found["finding"] == "works"
    assert 60 < found["figures"]["up_kbps"] < 500


def test_nobody_is_asked_for_a_microphone_or_a_camera(measure: Measure, place: Place) -> None:
    forbidden = "navigator.mediaDevices.getUserMedia = () => { throw new Error('asked'); };"
    assert measure(place, setup=forbidden).test()["finding"] == "works"


def test_stopping_in_the_middle_reports_nothing_and_leaves_nothing_open(
    measure: Measure, place: Place
) -> None:
    kept = """(() => {
      globalThis.opened = [];
      for (const name of ["RTCPeerConnection", "WebSocket", "AudioContext"]) {
        const Real = globalThis[name];
        globalThis[name] = class extends Real {
          constructor(...given) { super(...given); globalThis.opened.push(this); }
        };
      }
    })();"""
    tested = measure(place, setup=kept)
    tested.start()
    expect(tested.page.locator('[data-stage="line"]')).to_have_attribute("data-state", "running")
    tested.page.evaluate("() => globalThis.stopping.abort()")
    tested.page.evaluate("() => globalThis.running")
    assert tested.page.evaluate("() => globalThis.reports") == []
    tested.page.wait_for_timeout(200)  # closing a websocket takes a round trip
    states = tested.page.evaluate(
        "() => globalThis.opened.map((one) => one.connectionState ?? one.state ?? one.readyState)"
    )
    assert sorted(map(str, states)) == ["3", "closed", "closed"]


# -- a bad line


def test_a_line_that_loses_an_eighth_is_poor_at_best(over_line: Measuring, line: BadLine) -> None:
    line.weather = Weather(loss=0.125)
    found = over_line.test()
    assert line.carried > 100, "the line was gone round"
    assert found["finding"] in ("poor", "very-poor"), found
    figures = found["figures"]
    assert 5 <= figures["up_loss_percent"] <= 25
    assert 5 <= figures["down_loss_percent"] <= 25


def test_a_line_that_loses_every_third_packet_is_too_weak(
    over_line: Measuring, line: BadLine
) -> None:
    line.weather = Weather(loss=0.34)
    assert over_line.test()["finding"] == "very-poor"


def test_the_time_there_and_back_is_found_as_it_is(over_line: Measuring, line: BadLine) -> None:
    line.weather = Weather(delay=0.15)
    figures = over_line.test()["figures"]
    assert 300 <= figures["round_trip_ms"] < 1000


def test_a_line_that_lets_small_packets_alone_through_carries_no_picture(
    over_line: Measuring, line: BadLine
) -> None:
    """As behind a VPN whose tunnel is narrower than it says."""
    line.weather = Weather(largest=400)
    found = over_line.test()
    assert found["finding"] == "audio-only", found


def test_where_checks_get_through_and_nothing_else_there_are_no_media(
    over_line: Measuring, line: BadLine
) -> None:
    line.weather = Weather(only_checks=True)
    assert over_line.test()["finding"] == "no-media"


def test_checks_that_are_never_answered_end_in_time(over_line: Measuring, line: BadLine) -> None:
    line.weather = Weather(closed=True)
    found = over_line.test()
    assert found["finding"] == "udp-blocked"
    assert found["figures"]["broken_stages"] == "udp"
    over_line.assert_stages(websocket="works", udp="failed", line="waiting")


# -- relays


def test_without_udp_the_way_round_is_found_and_measured(
    measure: Measure, relayed_place: Place, without_udp: Browser
) -> None:
    tested = measure(relayed_place, without_udp)
    found = tested.test()
    assert found["finding"] == "udp-blocked-turn-works", found
    figures = found["figures"]
    assert figures["broken_stages"] == "udp+turn-udp+turn-tcp"
    assert figures["turn_tls_ms"] > 0
    assert figures["down_kbps"] > 100
    tested.assert_stages(udp="failed", turn_udp="failed", turn_tcp="failed", turn_tls="works")


def test_with_udp_the_relay_is_tested_all_the_same(measure: Measure, relayed_place: Place) -> None:
    tested = measure(relayed_place)
    found = tested.test()
    assert found["finding"] == "works", found
    tested.assert_stages(udp="works", turn_udp="failed", turn_tls="works", line="works")


def test_without_udp_and_without_a_relay_there_is_no_way(
    measure: Measure, place: Place, without_udp: Browser
) -> None:
    assert measure(place, without_udp).test()["finding"] == "udp-blocked"


def test_what_stops_even_tls_is_taken_for_a_proxy(
    measure: Measure, unreachable_relay_place: Place, without_udp: Browser
) -> None:
    found = measure(unreachable_relay_place, without_udp).test()
    assert found["finding"] == "vpn-or-proxy"
    assert found["figures"]["broken_stages"] == "udp+turn-tls"


def test_a_relay_that_fails_where_it_is_not_needed_is_told_to_those_who_run_it(
    measure: Measure, unreachable_relay_place: Place
) -> None:
    assert measure(unreachable_relay_place).test()["finding"] == "turn-broken"


# -- what is not the line's fault


def test_a_proxy_that_opens_no_websocket_is_named(measure: Measure, place: Place) -> None:
    blocked = """(() => {
      const Real = WebSocket;
      globalThis.WebSocket = class extends Real {
        constructor() { super("ws://127.0.0.1:9/"); }
      };
    })();"""
    tested = measure(place, setup=blocked)
    assert tested.test()["finding"] == "websocket-blocked"
    tested.assert_stages(websocket="failed", udp="waiting")


def test_a_proxy_that_swallows_what_goes_over_a_websocket_is_named(
    measure: Measure, place: Place
) -> None:
    tested = measure(place)
    tested.page.route_web_socket("**/api/equipment/mirror", lambda socket: None)
    assert tested.test()["finding"] == "websocket-blocked"


def test_an_add_on_that_takes_peer_connections_away_is_named(
    measure: Measure, place: Place
) -> None:
    tested = measure(place, setup="delete globalThis.RTCPeerConnection;")
    assert tested.test()["finding"] == "no-webrtc"


def test_a_test_that_breaks_says_nothing_of_the_line(measure: Measure, place: Place) -> None:
    broken = "globalThis.AudioContext = class { constructor() { throw new Error('no sound'); } };"
    assert measure(place, setup=broken).test()["finding"] == "test-broken"


def test_a_device_without_a_network_is_told_so_and_goes_on_when_it_has_one(
    measure: Measure, place: Place
) -> None:
    tested = measure(place)
    tested.start()
    # what the check is made of is there now; without a network it could not be fetched
    tested.page.evaluate("() => globalThis.stopping.abort()")
    tested.page.context.set_offline(True)
    tested.begin()
    expect(tested.page.locator('[data-stage="websocket"]').last).to_have_attribute(
        "data-state", "failed"
    )
    told = "() => new Promise((resolve) => { const look = () => globalThis.reports.length ? "
    told += "resolve(globalThis.reports) : setTimeout(look, 20); look(); })"
    assert [report["finding"] for report in tested.page.evaluate(told)] == ["offline"]
    tested.page.context.set_offline(False)
    assert tested.finish()["finding"] == "works"


#: Somebody else has the only place, until they let it go.
TAKE_PLACE = """() => new Promise((resolve, reject) => {
  const address = new URL("/api/equipment/mirror", location.href);
  address.protocol = "ws:";
  globalThis.place = new WebSocket(address);
  globalThis.place.onopen = () =>
    globalThis.place.send(JSON.stringify({ type: "join", client_id: "somebody-else" }));
  globalThis.place.onmessage = ({ data }) => JSON.parse(data).type === "joined" && resolve();
  globalThis.place.onclose = () => reject(new Error("no place"));
})"""

#: The page's time goes twenty times as fast; what it waits for longest it still waits for.
FAST = """(() => {
  const [now, wait] = [performance.now.bind(performance), setTimeout];
  performance.now = () => now() * 20;
  globalThis.setTimeout = (work, ms, ...more) => wait(work, ms > 4100 ? ms : ms / 20, ...more);
})();"""


@pytest.fixture(scope="module")
def one_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A course in which one person at a time calls or measures."""
    folder = tmp_path_factory.mktemp("network-full") / "course"
    place = start_course(folder, "[call]\npeople_max = 1")
    yield place
    place.course.stop()


def test_who_finds_no_place_waits_for_a_turn_and_is_told_so(
    measure: Measure, one_place: Place
) -> None:
    other, tested = measure(one_place), measure(one_place)
    other.open()
    tested.open()
    other.page.evaluate(TAKE_PLACE)
    tested.begin()
    waiting = tested.page.get_by_text("Many are testing just now. Your turn comes by itself")
    expect(waiting).to_be_visible()
    assert tested.page.evaluate("() => globalThis.reports") == []
    other.page.evaluate("() => globalThis.place.close()")
    assert tested.finish()["finding"] == "works"


def test_who_waits_in_vain_is_told_to_come_back_and_nothing_is_said_of_the_line(
    measure: Measure, one_place: Place
) -> None:
    other, tested = measure(one_place), measure(one_place, setup=FAST)
    other.open()
    tested.open()
    other.page.evaluate(TAKE_PLACE)
    tested.begin()
    assert tested.finish()["finding"] == "busy"


def test_a_server_that_goes_away_in_the_middle_is_told_apart_from_the_line(
    measure: Measure, tmp_path: Path
) -> None:
    leaving = start_course(tmp_path / "course", "")
    try:
        tested = measure(leaving)
        tested.start()
        expect(tested.page.locator('[data-stage="line"]')).to_have_attribute(
            "data-state", "running"
        )
    finally:
        leaving.course.stop()
    assert tested.finish()["finding"] == "server-away"
