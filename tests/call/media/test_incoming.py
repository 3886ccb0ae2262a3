"""Which stream of a browser is which."""

import pytest

from motesklar.call.media.incoming import Incoming, Stream
from motesklar.call.media.sdp import Sent
from motesklar.call.media.shape import PRACTICE, Track, lines_of
from motesklar.call.rtp import packet as rtp
from motesklar.call.rtp.rtx import RtxStream

LINES = lines_of(PRACTICE)


def packet(ssrc: int, payload_type: int = rtp.OPUS, mid: str = "") -> bytes:
    extensions = [(rtp.MID, mid.encode())] if mid else []
    return rtp.build(payload_type, 1, 960, ssrc, b"\xf8\xff\xfe", extensions=extensions)


@pytest.fixture
def incoming() -> Incoming:
    return Incoming(LINES, {"0": Sent(7), "1": Sent(8, 9)})


def test_streams_are_known_by_what_the_answer_names(incoming: Incoming) -> None:
    assert incoming.stream_of(packet(7)) == Stream(Track.MICROPHONE, again=False)
    assert incoming.stream_of(packet(8, rtp.VP8)) == Stream(Track.CAMERA, again=False)
    assert incoming.stream_of(packet(9, rtp.RTX)) == Stream(Track.CAMERA, again=True)
    assert incoming.media == {Track.MICROPHONE: 7, Track.CAMERA: 8}


@pytest.mark.parametrize(
    ("mid", "payload_type", "stream"),
    [
        ("0", rtp.OPUS, Stream(Track.MICROPHONE, again=False)),
        ("1", rtp.VP8, Stream(Track.CAMERA, again=False)),
        ("1", rtp.RTX, Stream(Track.CAMERA, again=True)),
        ("2", rtp.VP8, Stream(Track.SCREEN, again=False)),
        ("0", rtp.VP8, None),
        ("0", rtp.RTX, None),
        ("1", rtp.OPUS, None),
        ("3", rtp.OPUS, None),
        ("", rtp.OPUS, None),
    ],
)
def test_an_unnamed_stream_is_known_by_the_line_that_its_packets_name(
    incoming: Incoming, mid: str, payload_type: int, stream: Stream | None
) -> None:
    assert incoming.stream_of(packet(1000, payload_type, mid)) == stream


def test_a_stream_is_remembered_only_when_a_packet_of_it_was_authentic(incoming: Incoming) -> None:
    named = packet(1000, rtp.VP8, "2")
    stream = incoming.stream_of(named)
    assert stream is not None
    assert incoming.stream_of(packet(1000, rtp.VP8)) is None
    assert Track.SCREEN not in incoming.media
    incoming.confirm(named, stream)
    assert incoming.stream_of(packet(1000, rtp.VP8)) == stream
    assert incoming.media[Track.SCREEN] == 1000


def test_only_so_many_unnamed_streams_are_remembered(incoming: Incoming) -> None:
    for ssrc in range(1000, 1050):
        stream = incoming.stream_of(packet(ssrc, mid="0"))
        if stream is not None:
            incoming.confirm(packet(ssrc), stream)
    assert incoming.stream_of(packet(1015)) is not None
    assert incoming.stream_of(packet(1016, mid="0")) is None
    assert incoming.stream_of(packet(7)) is not None


def test_a_retransmission_is_unwrapped_into_the_packet_that_was_lost(incoming: Incoming) -> None:
    lost = packet(8, rtp.VP8, "1")
    wrapped = bytes(RtxStream(9).wrap(lost, rtp.RtpPacket(lost).payload_offset))
    assert incoming.unwrap(wrapped, Track.CAMERA) == lost


def test_a_retransmission_of_nothing_known_is_none(incoming: Incoming) -> None:
    assert incoming.unwrap(packet(9, rtp.RTX), Track.SCREEN) is None
    assert incoming.unwrap(rtp.build(rtp.RTX, 1, 0, 9, b""), Track.CAMERA) is None
    assert incoming.unwrap(b"\x80\xe2" + bytes(3), Track.CAMERA) is None


def test_only_so_many_sources_may_report(incoming: Incoming) -> None:
    reports = [bytes([128, 201, 0, 1]) + number.to_bytes(4, "big") for number in range(40)]
    for report in reports:
        if incoming.is_reporter(report):
            incoming.confirm_reporter(report)
    assert [incoming.is_reporter(report) for report in reports] == [True] * 32 + [False] * 8
