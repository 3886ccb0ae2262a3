"""What the measured network means, fed with figures: no network, no clock."""

import itertools
from typing import Any

import pytest
from playwright.sync_api import Page

from motesklar_widgets import HandIn
from tests.widgets.conftest import Open

pytestmark = pytest.mark.browser

Line = dict[str, Any]
Outcome = dict[str, Any]

#: What can end the test before its end.
TROUBLES = ["no-webrtc", "offline", "server-away", "websocket-blocked", "busy", "test-broken"]
FINDINGS = {
    "works",
    "udp-blocked-turn-works",
    "audio-only",
    "poor",
    "very-poor",
    "no-media",
    "udp-blocked",
    "turn-broken",
    "vpn-or-proxy",
    "cpu-limited",
    "test-broken",
}


@pytest.fixture
def rules_page(open_page: Open) -> Page:
    return open_page({"end": HandIn()})


def run(page: Page, module: str, body: str, given: Any = None) -> Any:
    """What `body` returns, with the module's exports in `rules` and the argument in `given`."""
    script = f"""async (given) => {{
      const rules = await import("/static/0/widgets/lib/equipment/{module}.js");
      {body}
    }}"""
    return page.evaluate(script, given)


def way(**changes: float) -> dict[str, float]:
    good = {
        "sound_kbps": 40,
        "picture_kbps": 800,
        "sound_loss": 0,
        "picture_loss": 0,
        "jitter_ms": 3,
    }
    return good | changes


def line(up: dict[str, float] | None = None, /, **changes: Any) -> Line:
    good = {"up": way(), "down": way(), "round_trip_ms": 20, "processor_share": 0}
    good |= {"seen": True, "sounds": True}
    return good | ({"up": up} if up else {}) | changes


def relay(transport: str, *, works: bool = False, reached: bool = False) -> dict[str, Any]:
    return {"transport": transport, "works": works, "reached": reached or works}


def outcome(**changes: Any) -> Outcome:
    good = {
        "trouble": "",
        "direct": {"works": True, "reached": True},
        "relays": [],
        "line": line(),
    }
    return good | changes


def judged(page: Page, outcomes: list[Outcome]) -> list[str]:
    """The findings, in one look: a page for each would take minutes."""
    body = "return given.map((each) => rules.networkFinding(each));"
    found: list[str] = run(page, "network_rule", body, outcomes)
    return found


# -- the line


def test_a_line_is_judged_by_its_worst_figure(rules_page: Page) -> None:
    cases = [
        (line(), "works"),
        (line(round_trip_ms=None), "works"),
        (line(way(sound_loss=0.05)), "works"),
        (line(way(sound_loss=0.1)), "poor"),
        (line(down=way(sound_loss=0.1)), "poor"),
        (line(way(sound_loss=0.2)), "very-poor"),
        (line(down=way(sound_loss=1)), "very-poor"),
        (line(round_trip_ms=450), "poor"),
        (line(round_trip_ms=2000), "very-poor"),
        (line(way(jitter_ms=29)), "works"),
        (line(way(jitter_ms=30)), "poor"),
        (line(way(picture_loss=0.09)), "works"),
        (line(way(picture_loss=0.1)), "poor"),
        (line(way(picture_loss=0.33)), "audio-only"),
        (line(way(picture_kbps=59)), "audio-only"),
        (line(down=way(picture_kbps=0)), "audio-only"),
        (line(way(picture_kbps=60)), "works"),
        (line(down=way(sound_kbps=7)), "very-poor"),
        (line(way(sound_kbps=0, picture_kbps=0)), "no-media"),
        (line(down=way(sound_kbps=0, picture_kbps=0)), "no-media"),
        (line(processor_share=0.49), "works"),
        (line(processor_share=0.5), "cpu-limited"),
        (line(way(picture_kbps=30), processor_share=0.9), "cpu-limited"),
        (line(way(sound_loss=0.3), processor_share=0.9), "very-poor"),
        # a device without loudspeakers, on which some browsers make no sound
        (line(way(sound_kbps=1), sounds=False), "works"),
        # behind another tab, where browsers slow the picture down, nothing is said of it
        (line(way(picture_kbps=5), processor_share=1, seen=False), "works"),
    ]
    found = judged(rules_page, [outcome(line=measured) for measured, _ in cases])
    assert list(zip(cases, found, strict=True)) == [(case, case[1]) for case in cases]


def test_no_figure_that_gets_worse_makes_a_verdict_better(rules_page: Page) -> None:
    """Each figure is let grow while the others stay, over a grid."""
    steps = {
        "sound_loss": [0, 0.04, 0.08, 0.12, 0.2, 0.5, 1],
        "jitter_ms": [0, 9, 15, 25, 40, 200],
        "round_trip_ms": [0, 100, 300, 600, 1200, 2500],
        "picture_kbps": [800, 100, 60, 30, 0],
    }
    lines = [
        line(
            way(sound_loss=loss, jitter_ms=jitter, picture_kbps=kbps),
            round_trip_ms=trip,
        )
        for loss, jitter, trip, kbps in itertools.product(*steps.values())
    ]
    found = judged(rules_page, [outcome(line=each) for each in lines])
    assert set(found) <= FINDINGS
    # a picture that is gone is told before a sound that is unsteady
    order = ["works", "poor", "audio-only", "very-poor"]
    shape = [len(values) for values in steps.values()]
    worth = dict(zip(itertools.product(*map(range, shape)), map(order.index, found), strict=True))
    for place, value in worth.items():
        for axis in range(len(shape)):
            worse = tuple(p + (1 if i == axis else 0) for i, p in enumerate(place))
            assert worth.get(worse, value) >= value, (place, worse)


# -- the ways


def test_the_ways_that_are_open_decide_what_is_said(rules_page: Page) -> None:
    cases = [
        (True, [], "works"),
        (True, [relay("tls", works=True)], "works"),
        (True, [relay("udp"), relay("tls", works=True)], "works"),
        (True, [relay("udp"), relay("tls")], "turn-broken"),
        (False, [relay("udp"), relay("tls", works=True)], "udp-blocked-turn-works"),
        (False, [], "udp-blocked"),
        (False, [relay("udp"), relay("tcp")], "udp-blocked"),
        (False, [relay("udp"), relay("tls", reached=True)], "udp-blocked"),
        (False, [relay("udp"), relay("tls")], "vpn-or-proxy"),
    ]
    outcomes = [
        outcome(
            direct={"works": direct, "reached": direct},
            relays=relays,
            line=line() if direct or any(each["works"] for each in relays) else None,
        )
        for direct, relays, _ in cases
    ]
    found = judged(rules_page, outcomes)
    assert list(zip(cases, found, strict=True)) == [(case, case[2]) for case in cases]


def test_a_bad_line_is_told_before_a_way_round(rules_page: Page) -> None:
    blocked = {"works": False, "reached": False}
    relays = [relay("tls", works=True)]
    weak = line(way(sound_loss=0.3))
    assert judged(rules_page, [outcome(direct=blocked, relays=relays, line=weak)]) == ["very-poor"]


def test_a_way_without_a_measurement_is_our_fault(rules_page: Page) -> None:
    assert judged(rules_page, [outcome(line=None)]) == ["test-broken"]


def test_what_ended_the_test_is_told_whatever_was_measured(rules_page: Page) -> None:
    dead = line(way(sound_loss=1))
    ended = [outcome(trouble=trouble, line=dead) for trouble in TROUBLES]
    assert judged(rules_page, ended) == TROUBLES


def test_every_finding_of_the_rule_has_words_of_its_own(rules_page: Page) -> None:
    names = run(rules_page, "findings", "return rules.findingNames('network');")
    assert FINDINGS | set(TROUBLES) <= set(names)


# -- the score


def test_the_score_is_that_of_the_e_model(rules_page: Page) -> None:
    """Round trip and unevenness in ms, share lost, and what Twilio's formula makes of them."""
    cases = [
        (0, 0, 0.0, 4.433),
        (20, 3, 0.0, 4.422),
        (145, 2, 0.0, 4.358),
        (300, 3, 0.0, 3.829),
        (20, 3, 0.05, 4.075),
        (20, 3, 0.1, 3.543),
        (20, 3, 0.2, 2.257),
        (20, 3, 0.5, 1.0),
        (1000, 0, 0.0, 1.0),
    ]
    body = "return given.map((each) => rules.meanOpinionScore(...each));"
    scores = run(rules_page, "mos", body, [case[:3] for case in cases])
    assert scores == pytest.approx([case[3] for case in cases], abs=0.001)


# -- the browser's counters


def counters(seconds: float, **changes: Any) -> list[dict[str, Any]]:
    """Rows as a browser has them after so many seconds of a good line."""
    packets = round(50 * seconds)
    values = {"lost_up": 0.0, "lost_down": 0.0, "kbps": 800.0, "trip": 0.03, "cpu": 0.0} | changes
    octets = round(values["kbps"] * 125 * seconds)
    at = {"timestamp": seconds * 1000}
    came = round(packets * (1 - values["lost_down"]))
    return [
        {"type": "outbound-rtp", "kind": "audio", "bytesSent": 5000 * seconds}
        | at
        | {"packetsSent": packets},
        {"type": "outbound-rtp", "kind": "video", "bytesSent": octets, "packetsSent": packets}
        | at
        | {"qualityLimitationDurations": {"cpu": values["cpu"] * seconds}},
        {"type": "remote-inbound-rtp", "kind": "audio", "jitter": 0.004}
        | at
        | {"packetsLost": round(packets * values["lost_up"]), "roundTripTime": values["trip"]},
        {"type": "inbound-rtp", "kind": "audio", "jitter": 0.005, "bytesReceived": 5000 * seconds}
        | at
        | {"packetsReceived": came, "packetsLost": packets - came},
        {"type": "inbound-rtp", "kind": "video", "bytesReceived": octets}
        | at
        | {"packetsReceived": packets, "packetsLost": 0},
        {"type": "codec", "mimeType": "audio/opus"} | at,
    ]


def measured(page: Page, *, sounds: bool = True, **changes: Any) -> Line:
    samples = [counters(seconds, **changes) for seconds in (2, 3, 4, 5, 6, 7)]
    body = """
      const samples = given.samples.map((rows) => rules.sampleOf(rows));
      return rules.lineOf(samples, given.qualities, { seen: true, sounds: given.sounds });
    """
    given = {"samples": samples, "qualities": [], "sounds": sounds}
    found: Line = run(page, "network/samples", body, given)
    return found


def test_counters_become_what_went_through(rules_page: Page) -> None:
    found = measured(rules_page)
    assert found["up"] == pytest.approx(way(sound_kbps=40, picture_kbps=800, jitter_ms=4))
    assert found["down"] == pytest.approx(way(sound_kbps=40, picture_kbps=800, jitter_ms=5))
    assert found["round_trip_ms"] == pytest.approx(30)


def test_what_never_came_to_the_server_is_not_lost_on_the_way_back(rules_page: Page) -> None:
    """Of a hundred packets ten are lost on the way there, and of those left a third comes back."""
    found = measured(rules_page, lost_up=0.1, lost_down=0.4)
    assert found["up"]["sound_loss"] == pytest.approx(0.1, abs=0.005)
    assert found["down"]["sound_loss"] == pytest.approx(1 / 3, abs=0.01)
    assert found["up"]["sound_kbps"] == pytest.approx(36, abs=0.5)


def test_where_the_page_makes_no_sound_the_pictures_losses_are_taken(rules_page: Page) -> None:
    found = measured(rules_page, sounds=False, lost_up=0.5, lost_down=0.5)
    assert [found[way]["sound_loss"] for way in ("up", "down")] == [0, 0]
    assert [found[way]["jitter_ms"] for way in ("up", "down")] == [0, 0]


def test_the_processors_share_is_that_of_the_measured_time(rules_page: Page) -> None:
    assert measured(rules_page, cpu=0.6)["processor_share"] == pytest.approx(0.6)


def test_where_the_browser_counts_nothing_the_server_does(rules_page: Page) -> None:
    quality = {"type": "quality", "up_loss": 0.2, "down_loss": 0.1, "rtt_ms": 70, "jitter_ms": 8}
    rows = [{"type": "transport", "timestamp": seconds * 1000} for seconds in (2, 7)]
    body = """
      const samples = given.rows.map((row) => rules.sampleOf([row]));
      return rules.lineOf(samples, [given.quality], { seen: true, sounds: true });
    """
    found = run(rules_page, "network/samples", body, {"rows": rows, "quality": quality})
    assert found["round_trip_ms"] == 70
    assert found["up"]["sound_loss"] == pytest.approx(0.2)
    assert found["up"]["sound_kbps"] == 0


# -- the stages


def stages_of(page: Page, servers: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    found = run(page, "network/stages", "return rules.relayStages(given);", servers)
    return [(each["name"], each["server"]["urls"]) for each in found]


def test_each_address_of_the_relay_is_a_stage_alone_the_quickest_first(rules_page: Page) -> None:
    tls = "turns:relay.example:443?transport=tcp"
    other = "turns:other.example:443?transport=tcp"
    tcp, udp = "turn:relay.example:3478?transport=tcp", "turn:relay.example:3478?transport=udp"
    servers = [{"urls": [tls, tcp, udp, other], "username": "u", "credential": "c"}]
    assert stages_of(rules_page, servers) == [
        ("turn-udp", [udp]),
        ("turn-tcp", [tcp]),
        ("turn-tls", [tls]),
        ("turn-tls-2", [other]),
    ]


def test_what_is_no_relay_is_no_stage(rules_page: Page) -> None:
    assert stages_of(rules_page, [{"urls": "stun:relay.example"}]) == []
    assert stages_of(rules_page, [{"urls": "turn:relay.example"}]) == [
        ("turn-udp", ["turn:relay.example"])
    ]


def test_stages_that_broke_are_one_word_and_each_kind_once(rules_page: Page) -> None:
    stages = [
        ["websocket", {"state": "works", "ms": 12.4}],
        ["udp", {"state": "failed"}],
        ["turn-tcp", {"state": "failed"}],
        ["turn-tls", {"state": "failed"}],
        ["turn-tls-2", {"state": "works", "ms": 80}],
    ]
    body = "return rules.stageFigures(new Map(given));"
    assert run(rules_page, "network/figures", body, stages) == {
        "websocket_ms": 12,
        "turn_tls_2_ms": 80,
        "broken_stages": "udp+turn-tcp",
    }
