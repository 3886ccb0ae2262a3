import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motesklar.call.rtp.errors import BadPacket
from motesklar.call.rtp.vp8 import Vp8Descriptor


def parse(payload: bytes) -> Vp8Descriptor:
    return Vp8Descriptor(payload, 0, len(payload))


@given(st.binary(max_size=12), st.binary(max_size=3))
def test_any_bytes_are_a_descriptor_or_a_bad_packet(payload: bytes, behind: bytes) -> None:
    with contextlib.suppress(BadPacket):
        found = Vp8Descriptor(payload + behind, 0, len(payload))
        assert 0 < found.payload_offset < len(payload)
        assert found.picture_id_offset < found.payload_offset
        assert found.tl0_offset < found.payload_offset


@pytest.mark.parametrize(
    ("payload", "keyframe"),
    [(b"\x10\x00", True), (b"\x10\x01", False), (b"\x00\x00", False), (b"\x11\x00", False)],
)
def test_keyframe_starts_where_the_first_partition_of_one_starts(
    payload: bytes, keyframe: bool
) -> None:
    assert parse(payload).keyframe is keyframe


def test_picture_id_is_read_in_both_widths() -> None:
    narrow, wide = parse(b"\x90\x80\x7f\x01"), parse(b"\x90\x80\xff\xff\x01")
    assert (narrow.picture_id, narrow.picture_id_mask) == (0x7F, 0x7F)
    assert (wide.picture_id, wide.picture_id_mask) == (0x7FFF, 0x7FFF)
    assert narrow.picture_id_offset == wide.picture_id_offset == 2


def test_all_fields_together_are_found() -> None:
    found = parse(b"\x90\xf0\x81\x02\x33\x20\x01")
    assert (found.picture_id, found.tl0, found.tl0_offset) == (0x102, 0x33, 4)
    assert found.payload_offset == 6


@pytest.mark.parametrize(
    "payload", [b"", b"\x10", b"\x90", b"\x90\x80", b"\x90\x80\x81\x02", b"\x90\xf0\x01\x02\x03"]
)
def test_descriptor_that_ends_early_is_refused(payload: bytes) -> None:
    with pytest.raises(BadPacket):
        parse(payload)
