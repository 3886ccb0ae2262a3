import itertools
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from motesklar.call.rtp.history import History
from motesklar.call.rtp.packet import MID, VIDEO_CLOCK, VP8, RtpPacket, Unwrapper, build
from motesklar.call.rtp.rewriter import StreamRewriter
from motesklar.call.rtp.vp8 import Vp8Descriptor

SSRC = 42
FRAME_TICKS = 3000


def packet(
    index: int, timestamp: int, arrival: float, picture_id: int = 0, tl0: int = 0
) -> RtpPacket:
    """A packet of some source, as its follower hands it on."""
    payload = b"\x90\xc0" + (0x8000 | picture_id & 0x7FFF).to_bytes(2, "big")
    payload += bytes((tl0 & 0xFF, 0)) + index.to_bytes(8, "big", signed=True)
    data = build(VP8, index & 0xFFFF, timestamp & 0xFFFFFFFF, 7, payload, extensions=[(MID, b"3")])
    parsed = RtpPacket(data)
    parsed.index, parsed.arrival = index, arrival
    parsed.vp8 = Vp8Descriptor(data, parsed.payload_offset, parsed.payload_end)
    return parsed


@dataclass
class Sent:
    """What a rewriter lets through."""

    rewriter: StreamRewriter = field(
        default_factory=lambda: StreamRewriter(
            SSRC, VIDEO_CLOCK, "5", sequence_number=0xFFF0, timestamp=0xFFFFF000
        )
    )
    packets: list[RtpPacket] = field(default_factory=list)

    def pass_on(self, *sources: RtpPacket) -> list[RtpPacket]:
        through = []
        for source in sources:
            buffer = bytearray(source.data)
            if self.rewriter.rewrite(source, buffer):
                through.append(RtpPacket(bytes(buffer)))
            else:
                assert buffer == source.data
        self.packets += through
        return through

    def start(self, source: RtpPacket, history: History | None = None) -> list[RtpPacket]:
        self.rewriter.start(source, history)
        return self.pass_on(source)


def vp8(sent: RtpPacket) -> Vp8Descriptor:
    return Vp8Descriptor(sent.data, sent.payload_offset, sent.payload_end)


def test_stream_is_the_slots_own() -> None:
    (sent,) = Sent().start(packet(100, 5000, 1.0))
    assert (sent.ssrc, sent.mid) == (SSRC, "5")
    assert (sent.sequence_number, sent.timestamp) == (0xFFF0, 0xFFFFF000)


def test_nothing_passes_before_the_start_and_while_held() -> None:
    sent = Sent()
    assert sent.pass_on(packet(1, 0, 0.0)) == []
    sent.start(packet(2, 0, 0.0))
    sent.rewriter.hold()
    assert sent.pass_on(packet(3, 0, 0.0)) == []


def test_packets_from_before_the_piece_are_dropped() -> None:
    sent = Sent()
    sent.start(packet(100, 5000, 1.0))
    assert sent.pass_on(packet(99, 4000, 1.0)) == []


def test_packet_that_comes_late_gets_the_number_that_was_left_for_it() -> None:
    sent = Sent()
    sent.start(packet(100, 5000, 1.0))
    later, late = sent.pass_on(packet(102, 11_000, 1.1), packet(101, 8000, 1.11))
    assert (later.sequence_number, late.sequence_number) == (0xFFF2, 0xFFF1)
    assert late.timestamp == (0xFFFFF000 + 3000) & 0xFFFFFFFF


def test_next_piece_goes_on_after_the_last_with_the_time_that_has_passed() -> None:
    sent = Sent()
    (first,) = sent.start(packet(100, 5000, arrival=1.0, picture_id=7, tl0=250))
    (second,) = sent.start(packet(9, 123, arrival=3.0, picture_id=30_000, tl0=3))
    assert second.sequence_number == first.sequence_number + 1
    assert (second.timestamp - first.timestamp) & 0xFFFFFFFF == 2 * VIDEO_CLOCK
    assert vp8(second).picture_id == (vp8(first).picture_id + 1) & 0x7FFF
    assert vp8(second).tl0 == (vp8(first).tl0 + 1) & 0xFF


def test_time_goes_forward_even_if_two_pieces_meet() -> None:
    sent = Sent()
    (first,) = sent.start(packet(100, 5000, arrival=1.0))
    (second,) = sent.start(packet(9, 123, arrival=1.0))
    assert 0 < (second.timestamp - first.timestamp) & 0xFFFFFFFF < VIDEO_CLOCK


def test_narrow_picture_ids_stay_narrow() -> None:
    data = build(VP8, 1, 2, 3, b"\x90\x80\x7f\x00")
    source = RtpPacket(data)
    source.vp8 = Vp8Descriptor(data, source.payload_offset, source.payload_end)
    (sent,) = Sent().start(source)
    assert vp8(sent).picture_id_mask == 0x7F


def test_packets_of_this_piece_and_the_one_before_can_be_rendered_again() -> None:
    sent = Sent()
    old, new = History(), History()
    sources = [packet(100 + n, 5000 + n * FRAME_TICKS, 1.0 + n / 30) for n in range(3)]
    for source in sources:
        old.store(source)
    sent.start(sources[0], old)
    sent.pass_on(*sources[1:])
    beginning = packet(7, 0, 2.0)
    new.store(beginning)
    sent.start(beginning, new)
    for before in sent.packets:
        again = sent.rewriter.again(before.sequence_number)
        assert again is not None
        assert again[1] == before.data


def test_number_that_was_never_sent_is_not_rendered() -> None:
    sent = Sent()
    assert sent.rewriter.again(5) is None
    history = History()
    source = packet(100, 0, 0.0)
    history.store(source)
    (first,) = sent.start(source, history)
    assert sent.rewriter.again(first.sequence_number + 1) is None
    assert sent.rewriter.again(first.sequence_number - 1) is None


step = st.tuples(
    st.sampled_from(["next", "next", "next", "late", "lost", "switch", "hold"]),
    st.integers(1, 5),
)


@given(st.lists(step, max_size=80), st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF))
def test_any_order_of_events_makes_one_stream_without_doubles(
    steps: list[tuple[str, int]], index: int, timestamp: int
) -> None:
    sent = Sent()
    late: list[RtpPacket] = []
    now = 0.0
    held = True
    # the order of each source within the whole: (piece, index in it)
    order: list[tuple[int, int]] = []
    piece = 0

    for kind, amount in steps:
        now += amount / 30
        if kind == "switch":
            piece += 1
            index, timestamp, late = (index * 31 + 65_530) & 0xFFFF, timestamp * 7 & 0xFFFFFFFF, []
            sent.rewriter.hold()
            held = True
        elif kind == "hold":
            sent.rewriter.hold()
            piece += 1
            held, late = True, []
        elif kind == "late":
            for source in late[:amount]:
                order += [(piece, source.index)] * len(sent.pass_on(source))
            late = late[amount:]
        else:
            index, timestamp = index + 1, timestamp + amount * FRAME_TICKS
            source = packet(index, timestamp, now, picture_id=index, tl0=index)
            if kind == "lost":
                late.append(source)
                continue
            if held:
                held, late = False, []
                passed = sent.start(source)
            else:
                passed = sent.pass_on(source)
            order += [(piece, index)] * len(passed)

    unwrapper, clock = Unwrapper(), Unwrapper(32)
    numbers = [unwrapper.unwrap(each.sequence_number) for each in sent.packets]
    times = [clock.unwrap(each.timestamp) for each in sent.packets]
    assert len(set(numbers)) == len(numbers)
    in_source_order = sorted(zip(order, numbers, times, strict=True))
    for (_, number, time), (_, next_number, next_time) in itertools.pairwise(in_source_order):
        assert number < next_number
        assert time < next_time
