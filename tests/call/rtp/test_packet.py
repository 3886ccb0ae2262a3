import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motesklar.call.rtp.packet import (
    ABS_SEND_TIME,
    AUDIO_LEVEL,
    MID,
    OPUS,
    VP8,
    AudioLevel,
    BadPacket,
    RtpPacket,
    Unwrapper,
    build,
    is_rtcp,
    stamp,
)

u16 = st.integers(0, 0xFFFF)
u32 = st.integers(0, 0xFFFFFFFF)
extensions = st.dictionaries(st.integers(1, 14), st.binary(min_size=1, max_size=16), max_size=4)


@given(st.binary(max_size=120))
def test_any_bytes_are_a_valid_view_or_a_bad_packet(data: bytes) -> None:
    with contextlib.suppress(BadPacket):
        assert_valid(RtpPacket(data))


@given(st.integers(0, 63), st.integers(0, 255), st.binary(min_size=10, max_size=80))
def test_any_bytes_of_the_right_version_are_a_valid_view_or_a_bad_packet(
    flags: int, second: int, rest: bytes
) -> None:
    with contextlib.suppress(BadPacket):
        assert_valid(RtpPacket(bytes((0x80 | flags, second)) + rest))


@pytest.mark.parametrize("profile", [b"\xbe\xde", b"\x10\x00", b"\x10\x0f", b"\x12\x34"])
@given(block=st.binary(max_size=40))
def test_any_header_extensions_are_a_valid_view_or_a_bad_packet(
    profile: bytes, block: bytes
) -> None:
    block = block[: len(block) // 4 * 4]
    header = b"\x90" + bytes(11) + profile + (len(block) // 4).to_bytes(2, "big")
    with contextlib.suppress(BadPacket):
        assert_valid(RtpPacket(header + block + b"payload"))


def assert_valid(packet: RtpPacket) -> None:
    assert 12 <= packet.payload_offset <= packet.payload_end <= len(packet.data)
    assert packet.payload_end + packet.padding == len(packet.data)
    for offset, length in packet.extensions.values():
        assert 12 < offset <= offset + length <= packet.payload_offset
    assert packet.mid is None or isinstance(packet.mid, str)
    assert packet.audio_level is None or 0 <= packet.audio_level.level <= 127


@given(
    st.integers(0, 63),
    u16,
    u32,
    u32,
    st.binary(max_size=50),
    st.booleans(),
    extensions,
)
def test_what_is_built_is_read_as_it_was(
    payload_type: int,
    sequence_number: int,
    timestamp: int,
    ssrc: int,
    payload: bytes,
    marker: bool,
    values: dict[int, bytes],
) -> None:
    data = build(
        payload_type,
        sequence_number,
        timestamp,
        ssrc,
        payload,
        marker=marker,
        extensions=values.items(),
    )
    packet = RtpPacket(data)
    assert packet.payload_type == payload_type
    assert packet.sequence_number == sequence_number
    assert packet.timestamp == timestamp
    assert packet.ssrc == ssrc
    assert packet.payload == payload
    assert packet.marker is marker
    found = {number: data[at : at + size] for number, (at, size) in packet.extensions.items()}
    assert found == values


def test_sources_and_padding_are_not_payload() -> None:
    data = b"\xa2\x60" + bytes(10) + b"AAAABBBB" + b"payload" + b"\0\0\3"
    packet = RtpPacket(data)
    assert packet.payload == b"payload"
    assert packet.padding == 3


@pytest.mark.parametrize("padding", [0, 8, 255])
def test_padding_that_does_not_fit_is_refused(padding: int) -> None:
    with pytest.raises(BadPacket):
        RtpPacket(b"\xa0" + bytes(11) + b"payload"[:6] + bytes((padding,)))


def test_two_byte_extensions_are_read() -> None:
    block = bytes((MID, 1)) + b"4" + bytes((AUDIO_LEVEL, 1, 0x80 | 30)) + b"\0\0"
    packet = RtpPacket(b"\x90" + bytes(11) + b"\x10\0\0\2" + block + b"x")
    assert packet.mid == "4"
    assert packet.audio_level == AudioLevel(30, voice=True)


def test_longer_mid_than_ours_is_told_but_never_written_over() -> None:
    packet = RtpPacket(build(OPUS, 1, 2, 3, b"x", extensions=[(MID, b"10")]))
    assert packet.mid == "10"
    assert packet.mid_offset == 0


def test_send_time_has_six_bits_before_the_point_and_eighteen_after() -> None:
    packet = RtpPacket(build(VP8, 1, 2, 3, b"x", extensions=[(ABS_SEND_TIME, bytes(3))]))
    buffer = bytearray(packet.data)
    stamp(buffer, packet, 64 + 1.25)
    offset, _ = packet.extensions[ABS_SEND_TIME]
    assert int.from_bytes(buffer[offset : offset + 3], "big") == 1.25 * 2**18


@pytest.mark.parametrize(
    ("kind", "expected"), [(191, False), (192, True), (200, True), (223, True), (96, False)]
)
def test_reports_are_told_from_media_on_one_port(kind: int, expected: bool) -> None:
    assert is_rtcp(bytes((0x80, kind))) is expected


@given(st.integers(0, 0xFFFF), st.lists(st.integers(-1000, 1000), max_size=60))
def test_numbers_that_wrap_around_are_followed(start: int, steps: list[int]) -> None:
    unwrapper = Unwrapper()
    highest = unwrapper.unwrap(start)
    for step in steps:
        index = highest + step
        assert unwrapper.unwrap(index & 0xFFFF) == index
        highest = max(highest, index)
