"""What IT opens and sets: ports, relays and policies, with this course's own settings in them."""

import json
import re
from typing import Any

import pytest

from motesklar.config import CallSection, load_settings
from motesklar.equipment.network import Stage, Use, openings, read_relay
from motesklar.equipment.policies import SITE_LISTS, Place, origin_of, policy_texts
from motesklar.paths import shipped_settings

ORIGIN = "https://motesklar.exempelstad.example"
RELAYS = [
    "stun:turn.example:3478",
    "turn:turn.example:3478?transport=udp",
    "turn:turn.example:3478?transport=tcp",
    "turns:turn.example:443?transport=tcp",
]


def call_settings(**changed: Any) -> CallSection:
    shipped = load_settings(shipped_settings()).call.model_dump()
    return CallSection.model_validate(shipped | changed)


@pytest.mark.parametrize(
    ("url", "host", "port", "transport", "stage"),
    [
        ("turn:a.example", "a.example", 3478, "udp", Stage.TURN_UDP),
        ("turn:a.example:80?transport=tcp", "a.example", 80, "tcp", Stage.TURN_TCP),
        ("turns:a.example", "a.example", 5349, "tcp", Stage.TURN_TLS),
        ("turns:a.example:443?transport=tcp", "a.example", 443, "tcp", Stage.TURN_TLS),
        ("turn:[2001:db8::1]:3478", "[2001:db8::1]", 3478, "udp", Stage.TURN_UDP),
        ("stun:a.example", "a.example", 3478, "udp", None),
    ],
)
def test_a_relays_address_says_which_way_it_tries(
    url: str, host: str, port: int, transport: str, stage: Stage | None
) -> None:
    relay = read_relay(url)
    assert (relay.host, relay.port, relay.transport, relay.stage) == (host, port, transport, stage)


def test_the_firewall_gets_real_ports_and_hosts() -> None:
    call = call_settings(port=40000, addresses=["10.0.0.5"], turn_urls=RELAYS)
    lines = openings(call, f"{ORIGIN}/kurs", workers=4)
    told = [(one.use, one.hosts, one.transport, one.ports) for one in lines]
    assert told == [
        (Use.PAGES, ("motesklar.exempelstad.example",), "TCP", (443, 443)),
        (Use.MEDIA, ("10.0.0.5",), "UDP", (40000, 40003)),
        (Use.RELAY, ("turn.example",), "UDP", (3478, 3478)),
        (Use.RELAY, ("turn.example",), "TCP", (3478, 3478)),
        (Use.RELAY, ("turn.example",), "TCP", (443, 443)),
        (Use.RELAYED, ("10.0.0.5",), "UDP", (40000, 40003)),
    ]


def test_without_settings_any_port_is_told_and_no_relay() -> None:
    lines = openings(call_settings(), "http://kurs.example:8000", workers=2)
    assert [(one.use, one.hosts, one.ports) for one in lines] == [
        (Use.PAGES, ("kurs.example",), (8000, 8000)),
        (Use.MEDIA, (), None),
    ]


def test_a_routers_address_is_told_beside_the_machines_own() -> None:
    call = call_settings(addresses=["10.0.0.5"], public_address="192.0.2.7")
    assert openings(call, ORIGIN, workers=1)[1].hosts == ("10.0.0.5", "192.0.2.7")


def test_the_base_path_is_no_part_of_the_origin() -> None:
    assert origin_of(f"{ORIGIN}/kurs") == ORIGIN
    assert origin_of("http://kurs.example:8000/a/b") == "http://kurs.example:8000"


def test_policies_name_the_course_and_nobody_else() -> None:
    texts = {one.place: one.text for one in policy_texts(ORIGIN)}
    assert set(texts) == set(Place)
    for text in texts.values():
        assert set(re.findall(r"https?://[^\"<\s]+", text)) == {ORIGIN}


def test_each_text_is_what_its_reader_reads() -> None:
    texts = {one.place: one.text for one in policy_texts(ORIGIN)}
    assert json.loads(texts[Place.CHROMIUM_JSON]) == {name: [ORIGIN] for name in SITE_LISTS}
    firefox = json.loads(texts[Place.FIREFOX])["policies"]["Permissions"]
    assert firefox == {kind: {"Allow": [ORIGIN]} for kind in ("Camera", "Microphone", "Autoplay")}
    registry = texts[Place.REGISTRY]
    assert registry.startswith("Windows Registry Editor Version 5.00\r\n")
    for vendor in ("Google\\Chrome", "Microsoft\\Edge"):
        for name in SITE_LISTS:
            key = f"[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\{vendor}\\{name}]"
            assert f'{key}\r\n"1"="{ORIGIN}"\r\n' in registry
    assert texts[Place.MACOS].count("<key>") == len(SITE_LISTS)
