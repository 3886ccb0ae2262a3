"""Synthetic people are like real ones to a server, and rows claim what was measured."""

import asyncio
import struct

import pytest
from aiortc import RTCCertificate

from benchmarks.call.forwarding_rows import forwarding_rows
from benchmarks.call.peer import LoadPeer
from benchmarks.call.sdp import Ours, answer_to, lines_of
from benchmarks.call.sources import PICTURE, SPEECH, Source, speech
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
    load = LoadPeer("127.0.0.1", RTCCertificate.generateCertificate(), reads=True)
    try:
        offer = await peer.create_offer()
        await peer.accept_answer(await load.answer(offer, {"0": 77}))
        await asyncio.wait_for(load.connect(offer), 20)
        source = Source(SPEECH, 77, "0", [b"sound"])
        async with asyncio.timeout(20):
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
    assert 40 < sum(map(len, packets)) / len(packets) < 160


def test_packets_follow_each_other_as_a_browsers_do() -> None:
    source = Source(SPEECH, 7, "0", speech(0.2), level=25)
    first, second = RtpPacket(source.next()), RtpPacket(source.next())
    assert (second.sequence_number - first.sequence_number) % 65536 == 1
    assert second.timestamp - first.timestamp == 960
    level = first.audio_level
    assert level is not None
    assert level.level == 25


def test_pictures_begin_with_a_keyframe_and_share_a_timestamp() -> None:
    source = Source(PICTURE, 7, "3", [])
    packets = [source.next() for _ in range(6)]
    stamps = [struct.unpack("!I", packet[4:8])[0] for packet in packets]
    assert stamps == [0, 0, 0, 4500, 4500, 4500]
    assert [bool(packet[1] & 0x80) for packet in packets] == [False, False, True] * 2
    descriptors = [packet[RtpPacket(packet).payload_offset :] for packet in packets]
    assert [bool(part[0] & 0x10) for part in descriptors] == [True, False, False] * 2
    assert descriptors[0][6] & 1 == 0  # a key frame
    assert descriptors[3][6] & 1 == 1  # builds on the one before


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
