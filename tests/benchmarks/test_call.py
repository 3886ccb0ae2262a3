"""Synthetic people are like real ones to a server, and rows claim what was measured."""

import asyncio
import struct
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import AsyncMock

import av
import pytest
from aiortc import RTCCertificate

from benchmarks.call.course import CallCourse
from benchmarks.call.forwarding_rows import forwarding_rows
from benchmarks.call.house import House, HouseSize, Talk, _come_and_go
from benchmarks.call.house_rows import house_rows
from benchmarks.call.peer import LoadPeer, Received
from benchmarks.call.sdp import Ours, answer_to, lines_of
from benchmarks.call.sources import PICTURE, SPEECH, Payload, Source, pictures, speech
from motesklar.call.media.peer import Peer, PeerEvents
from motesklar.call.media.port import MediaPort
from motesklar.call.media.shape import ROOM
from motesklar.call.rtp.packet import RtpPacket

OFFER = """v=0
o=- 1 1 IN IP4 0.0.0.0
s=-
t=0 0
a=group:BUNDLE 0 1
m=audio 9 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
a=sendrecv
a=mid:0
a=rtpmap:96 opus/48000/2
a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
m=video 9 UDP/TLS/RTP/SAVPF 97
a=sendonly
a=mid:1
a=rtpmap:97 VP8/90000
"""
OURS = Ours("name", "password" * 3, ":".join(["AB"] * 32))


def test_an_answer_accepts_each_line_of_the_offer_in_its_order() -> None:
    answer = answer_to(OFFER, OURS, {"0": 77})
    assert [(line.kind, line.mid) for line in lines_of(answer)] == [("audio", "0"), ("video", "1")]
    assert [line.direction for line in lines_of(answer)] == ["sendrecv", "recvonly"]
    assert answer.count("a=ssrc:77 ") == 1


def test_who_has_nothing_to_send_only_receives() -> None:
    assert [line.direction for line in lines_of(answer_to(OFFER, OURS, {}))] == ["recvonly"] * 2


async def test_a_synthetic_person_meets_the_courses_own_peer_and_is_heard() -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue(100)
    port = await MediaPort.open(["127.0.0.1"])
    peer = Peer(
        port,
        ROOM,
        PeerEvents(
            connected=lambda: None,
            lost=lambda: None,
            rtp=lambda track, packet, arrival: heard.put_nowait(packet),
            rtcp=lambda packet: None,
        ),
    )
    load = LoadPeer("127.0.0.1", RTCCertificate.generateCertificate())
    try:
        offer = await peer.create_offer()
        await peer.accept_answer(await load.answer(offer, {"0": 77}))
        await asyncio.wait_for(load.connect(offer), 60)
        source = Source(SPEECH, 77, "0", [Payload(b"sound", 960)])
        async with asyncio.timeout(60):
            while heard.empty():  # until the server's own handshake has ended as well
                load.send(source.next())
                await asyncio.sleep(0.02)
        packet = RtpPacket(await heard.get())
        assert bytes(packet.data[packet.payload_offset : packet.payload_end]) == b"sound"
    finally:
        await load.close()
        await peer.close()
        await port.close()


def test_a_voice_is_real_opus_of_fifty_packets_a_second() -> None:
    packets = speech(1.0)
    assert len(packets) == 50
    assert 40 < sum(len(packet.data) for packet in packets) / len(packets) < 160


def test_packets_follow_each_other_as_a_browsers_do() -> None:
    source = Source(SPEECH, 7, "0", speech(0.2), level=25)
    first, second = RtpPacket(source.next()), RtpPacket(source.next())
    assert (second.sequence_number - first.sequence_number) % 65536 == 1
    assert second.timestamp - first.timestamp == 960
    level = first.audio_level
    assert level is not None
    assert level.level == 25


def test_pictures_begin_with_a_whole_one_and_can_be_decoded() -> None:
    payloads = pictures(0.5)
    source = Source(PICTURE, 7, "3", payloads)
    packets = [RtpPacket(source.next()) for _ in payloads]
    bodies = [packet.data[packet.payload_offset :] for packet in packets]
    assert [bool(body[0] & 0x10) for body in bodies] == [payload.first for payload in payloads]
    assert bodies[0][6] & 1 == 0  # RFC 6386 9.1: a key frame
    assert packets[0].timestamp == packets[1].timestamp
    assert len({packet.timestamp for packet in packets}) == 10
    decoder, frame, decoded = av.CodecContext.create("vp8", "r"), b"", 0
    assert isinstance(decoder, av.VideoCodecContext)
    for packet, body in zip(packets, bodies, strict=True):
        frame += bytes(body[6:])
        if packet.marker:
            decoded += len(decoder.decode(av.Packet(frame)))
            frame = b""
    assert decoded == 10


def test_packets_fit_into_an_ethernet() -> None:
    assert max(len(payload.data) for payload in pictures(0.5)) <= 1100


def rtp(ssrc: int, number: int) -> bytes:
    return struct.pack("!BBHII", 0x80, 97, number % 65536, 0, ssrc) + bytes(60)


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [
        ([1, 2, 3], 0),
        ([1, 3, 2, 4], 0),
        ([65534, 65535, 0, 1], 0),
        ([1, 2, 5], 2),
        ([65535, 1], 1),
        ([10], 0),
    ],
)
def test_packets_that_never_came_are_counted_by_their_numbers(
    numbers: list[int], missing: int
) -> None:
    received = Received()
    for number in numbers:
        received.take(rtp(7, number))
        received.take(rtp(8, number + 100))
    assert received.missing == 2 * missing
    assert received.packets == 2 * len(numbers)


COST = {"microseconds": 20.0, "a_second": 12_000.0, "undelivered": 0.0005, "dropped": 0.0}
JANUS = COST | {"microseconds": 40.0}
RELAY = COST | {"microseconds": 1000.0}


def test_ours_is_judged_against_janus_and_media_relay() -> None:
    costs = {
        "ours audio": COST,
        "ours video": COST,
        "janus audio": JANUS,
        "janus video": COST,
        "relay audio": RELAY,
    }
    rows = forwarding_rows(costs, 80, "")
    costly = [row for row in rows if row.unit == "µs"]
    assert [row.met for row in costly] == [True, False, True]
    lost = next(row for row in rows if row.what.endswith("3 speak: packets that never came"))
    assert (lost.ours, lost.met) == (0.5, True)


def test_nothing_is_claimed_against_a_missing_janus() -> None:
    costs = {"ours audio": COST, "ours video": COST, "relay audio": RELAY}
    rows = forwarding_rows(costs, 80, "Janus, not installed")
    judged = [row for row in rows if "Janus" in row.peer_name and row.unit == "µs"]
    assert judged
    assert {row.met for row in judged} == {None}


@pytest.mark.parametrize("undelivered", [0.0011, 0.5])
def test_lost_packets_miss_the_target(undelivered: float) -> None:
    costs = dict.fromkeys(("ours audio", "ours video", "relay audio"), COST)
    costs["ours audio"] = COST | {"undelivered": undelivered}
    rows = forwarding_rows(costs, 80, "Janus, not installed")
    [row] = [row for row in rows if row.what.endswith("3 speak: packets that never came")]
    assert row.met is False


TALK = Talk(
    cores=0.5,
    sent=8800.0,
    gone=0,
    late_ms=9.0,
    server_late_ms=9.0,
    undelivered=0.0,
    dropped=0.002,
)
LATE = replace(TALK, late_ms=51.0)
LOST = replace(TALK, undelivered=0.0011)


def a_house(**changes: Any) -> House:
    parts: dict[str, Any] = {
        "joins": [0.1] * 20,
        "backs": [0.2] * 20,
        "crowd": [0.1] * 80,
        "failed": [],
        "alone": TALK,
        "pairs": TALK,
        "each_mib": 1.5,
        "growth_mib": 0.5,
        "through": [0.001] * 100,
        "floor": [0.0005] * 100,
        "faults": [],
    }
    return House(**(parts | changes))


SIZE = HouseSize(people=80, seconds=10, joins=20, warm_rounds=2, rounds=5)


def test_a_good_house_meets_every_target_and_tells_the_kernels_drops_apart() -> None:
    rows = house_rows(a_house(), SIZE)
    assert {row.met for row in rows} == {True, None}
    dropped = [row for row in rows if "not past the kernel" in row.what]
    assert [(row.ours, row.target) for row in dropped] == [(2.0, None)] * 2


@pytest.mark.parametrize(
    ("changes", "missed"),
    [
        ({"joins": [0.1] * 18 + [0.6] * 2}, "first sound, p95"),
        ({"backs": [6.0] * 20}, "back after a lost network"),
        ({"crowd": [0.1] * 79}, "not connected"),
        ({"alone": LATE}, "alone with the partner"),
        ({"alone": replace(TALK, server_late_ms=51.0)}, "the server's loop"),
        ({"alone": replace(TALK, gone=1)}, "thrown out"),
        ({"pairs": LOST}, "never came"),
        ({"each_mib": 8.1}, "memory of the workers for each"),
        ({"growth_mib": 9.0}, "everybody comes, is greeted and leaves"),
        ({"through": [0.001] * 90 + [0.006] * 10}, "what the server adds"),
        ({"floor": []}, "what the server adds"),
        ({"faults": ["a line"]}, "errors in the server's log"),
        ({"failed": ["TimeoutError()"]}, "could not come in"),
        ({"joins": []}, "first sound, p95"),
    ],
)
def test_each_target_can_be_missed(changes: dict[str, Any], missed: str) -> None:
    rows = house_rows(a_house(**changes), SIZE)
    [row] = [row for row in rows if row.met is False]
    assert missed in row.what


async def test_memory_is_compared_from_the_end_of_the_warm_rounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    memory = iter([100.0, 140.0, 141.0, 141.5])
    monkeypatch.setattr(
        "benchmarks.call.house.usage", lambda pid: SimpleNamespace(memory_mib=next(memory))
    )
    load = AsyncMock()
    load.do.return_value = {"failed": ["TimeoutError()"]}
    failed: list[str] = []
    size = replace(SIZE, warm_rounds=2, rounds=2)
    course = cast(CallCourse, SimpleNamespace(pid=1))
    assert await _come_and_go(course, [load], [], size, failed) == 1.5
    assert failed == ["TimeoutError()"] * 4
