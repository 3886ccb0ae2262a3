import pytest
from hypothesis import given
from hypothesis import strategies as st

from motesklar.call.rtp.packet import RTX, VP8, RtpPacket, build
from motesklar.call.rtp.rtx import RtxStream, unwrap_rtx

u16 = st.integers(0, 0xFFFF)
u32 = st.integers(0, 0xFFFFFFFF)
extensions = st.dictionaries(st.integers(1, 14), st.binary(min_size=1, max_size=16), max_size=4)


@given(u16, u32, st.binary(min_size=1, max_size=40), st.booleans(), extensions)
def test_retransmission_unwraps_to_what_was_wrapped(
    sequence_number: int, timestamp: int, payload: bytes, marker: bool, values: dict[int, bytes]
) -> None:
    media = build(
        VP8, sequence_number, timestamp, 7, payload, marker=marker, extensions=values.items()
    )
    stream = RtxStream(ssrc=8, sequence_number=0xFFFF)
    first = RtpPacket(bytes(stream.wrap(media, RtpPacket(media).payload_offset)))
    second = RtpPacket(bytes(stream.wrap(media, RtpPacket(media).payload_offset)))
    assert (first.ssrc, first.payload_type) == (8, RTX)
    assert (first.sequence_number, second.sequence_number) == (0xFFFF, 0)
    assert unwrap_rtx(first, 7) == media


@pytest.mark.parametrize("payload", [b"", b"x"])
def test_retransmission_without_a_packet_inside_is_padding(payload: bytes) -> None:
    assert unwrap_rtx(RtpPacket(build(RTX, 1, 2, 8, payload)), 7) is None
