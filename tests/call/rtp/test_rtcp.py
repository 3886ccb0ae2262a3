import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motesklar.call.rtp import rtcp
from motesklar.call.rtp.errors import BadPacket

u16 = st.integers(0, 0xFFFF)
u32 = st.integers(0, 0xFFFFFFFF)
blocks = st.lists(
    st.builds(
        rtcp.ReportBlock,
        ssrc=u32,
        fraction_lost=st.integers(0, 255).map(lambda part: part / 256),
        lost=st.integers(-0x800000, 0x7FFFFF),
        highest=u32,
        jitter=u32,
        last_report=u32,
        delay=u32,
    ),
    max_size=rtcp.COUNT_MAX,
).map(tuple)


@given(st.binary(max_size=120))
def test_any_bytes_are_reports_or_a_bad_packet(data: bytes) -> None:
    with contextlib.suppress(BadPacket):
        rtcp.parse(data)


@given(
    st.sampled_from([200, 201, 202, 203, 204, 205, 206, 207]),
    st.integers(0, 63),
    st.integers(0, 12),
    st.binary(min_size=48, max_size=48),
)
def test_any_body_of_a_known_kind_is_reports_or_a_bad_packet(
    kind: int, flags: int, words: int, body: bytes
) -> None:
    data = bytes((0x80 | flags, kind)) + words.to_bytes(2, "big") + body[: words * 4]
    with contextlib.suppress(BadPacket):
        rtcp.parse(data)


@given(st.integers(0, 31), st.binary(max_size=60))
def test_any_estimate_is_read_or_refused(count: int, rest: bytes) -> None:
    body = bytes(8) + b"REMB" + bytes((count,)) + rest
    body += bytes(-len(body) % 4)
    data = b"\x8f\xce" + (len(body) // 4).to_bytes(2, "big") + body
    with contextlib.suppress(BadPacket):
        rtcp.parse(data)


@given(st.builds(rtcp.SenderReport, u32, st.integers(0, 2**64 - 1), u32, u32, u32, blocks))
def test_sender_report_is_read_as_it_was_written(report: rtcp.SenderReport) -> None:
    assert rtcp.parse(rtcp.sender_report(report)) == [report]


@given(u32, blocks)
def test_receiver_report_is_read_as_it_was_written(
    ssrc: int, written: tuple[rtcp.ReportBlock, ...]
) -> None:
    assert rtcp.parse(rtcp.receiver_report(ssrc, written)) == [rtcp.ReceiverReport(ssrc, written)]


@given(st.dictionaries(u32, st.text(max_size=50), max_size=5))
def test_names_are_read_as_they_were_written(names: dict[int, str]) -> None:
    data = rtcp.description(names.items())
    assert rtcp.parse(data) == [rtcp.Description(names)]


@given(u16, st.lists(st.integers(1, 40), max_size=60))
def test_request_for_packets_is_read_as_it_was_written(first: int, steps: list[int]) -> None:
    missing = [first]
    for step in steps:
        missing.append((missing[-1] + step) & 0xFFFF)
    assert rtcp.parse(rtcp.nack(1, 2, missing)) == [rtcp.Nack(2, tuple(missing))]


@given(st.integers(0, 2**40), st.lists(u32, max_size=5))
def test_estimate_is_read_as_it_was_written_within_its_precision(
    bitrate: int, ssrcs: list[int]
) -> None:
    (found,) = rtcp.parse(rtcp.estimate(1, bitrate, ssrcs))
    assert isinstance(found, rtcp.Estimate)
    assert found.ssrcs == tuple(ssrcs)
    assert bitrate * 0.9999 <= found.bitrate <= bitrate


def test_both_ways_to_ask_for_a_keyframe_are_read() -> None:
    full_intra_request = (
        b"\x84\xce\x00\x06" + bytes(8) + b"\0\0\0\7\1\0\0\0" + b"\0\0\0\x08\1\0\0\0"
    )
    assert rtcp.parse(rtcp.picture_loss(1, 7)) == [rtcp.KeyframeRequest((7,))]
    assert rtcp.parse(full_intra_request) == [rtcp.KeyframeRequest((7, 8))]


def test_compound_packet_is_read_in_order_and_unknown_kinds_are_left_out() -> None:
    unknown = b"\x80\xcc\x00\x01abcd"
    bye = b"\x81\xcb\x00\x01\0\0\0\7"
    data = rtcp.receiver_report(1) + unknown + rtcp.description([(1, "x")]) + bye
    assert rtcp.parse(data) == [
        rtcp.ReceiverReport(1, ()),
        rtcp.Description({1: "x"}),
        rtcp.Bye((7,)),
    ]


def test_padding_at_the_end_is_not_content() -> None:
    padded = b"\xa1\xcb\x00\x02\0\0\0\7\0\0\0\4"
    assert rtcp.parse(padded) == [rtcp.Bye((7,))]


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\xc8",
        b"\x40\xc9\x00\x01abcd",
        b"\x80\xc9\x00\x09abcd",
        b"\x81\xc9\x00\x01abcd",
        b"\xa0\xcb\x00\x01\0\0\0\0",
        b"\x85\xcb\x00\x01abcd",
    ],
)
def test_packet_that_contradicts_itself_is_refused(data: bytes) -> None:
    with pytest.raises(BadPacket):
        rtcp.parse(data)
