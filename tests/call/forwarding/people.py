"""People in a room whose browsers are replaced by lists: what they send, and what they get."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from motesklar.call.forwarding.forwarding import Forwarding
from motesklar.call.media.shape import ROOM, OutSlot, Shape, Track, lines_of
from motesklar.call.messages import Slots, Speaking
from motesklar.call.rtp import rtcp
from motesklar.call.rtp.packet import (
    ABS_SEND_TIME,
    AUDIO_LEVEL,
    MID,
    OPUS,
    RTX,
    VP8,
    RtpPacket,
    build,
)
from motesklar.call.rtp.rtx import unwrap_rtx

PACKET_SECONDS = 0.02
FRAME_SECONDS = 0.04
LOUD, SILENT = 20, 127
#: S bit, no partition, extended; picture id in 15 bits; then the first byte of VP8's own header.
_KEYFRAME, _INTERFRAME = 0x00, 0x01


@dataclass
class FakeOutlet:
    """A connection that keeps what is sent on it, or hands it on to `line`."""

    slots: Sequence[OutSlot]
    incoming: Mapping[Track, int] = field(default_factory=dict)
    rtcp_ssrc: int = 1
    packets: list[bytes] = field(default_factory=list)
    reports: list[bytes] = field(default_factory=list)
    line: Callable[[bytes], None] | None = None

    def send_rtp(self, packet: bytes | bytearray) -> None:
        (self.line or self.packets.append)(bytes(packet))

    def send_rtcp(self, packet: bytes) -> None:
        self.reports.append(packet)


def slots_of(shape: Shape, base: int) -> list[OutSlot]:
    return [
        OutSlot(
            kind=line.kind,
            index=line.index,
            mid=line.mid,
            ssrc=base + number,
            rtx_ssrc=0 if line.kind == "audio" else base + 100 + number,
            payload_type=OPUS if line.kind == "audio" else VP8,
            rtx_payload_type=0 if line.kind == "audio" else RTX,
        )
        for number, line in enumerate(lines_of(shape))
    ]


class House:
    """A room with its own time."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.told: dict[str, list[Slots | Speaking]] = {}
        self.forwarding = Forwarding(
            clock=lambda: self.now,
            tell=lambda member, message: self.told.setdefault(member, []).append(message),
        )
        self.people: dict[str, Person] = {}

    def enter(self, name: str, shape: Shape = ROOM, **on: bool) -> "Person":
        person = Person(self, name, len(self.people) + 1, shape)
        self.people[name] = person
        self.forwarding.join(name, person.outlet)
        for track, is_on in on.items():
            self.forwarding.set_sending(name, Track(track), is_on)
        return person

    def wait(self, seconds: float) -> None:
        """Let time pass in ticks."""
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            self.forwarding.tick()


class Person:
    """One member, as its browser would behave."""

    def __init__(self, house: House, name: str, number: int, shape: Shape) -> None:
        self.house = house
        self.name = name
        self.base = number * 1000
        self.ssrcs = {track: self.base + 500 + i for i, track in enumerate(Track)}
        self.outlet = FakeOutlet(slots_of(shape, self.base), dict(self.ssrcs), self.base + 999)
        self.sequence_numbers = dict.fromkeys(Track, 65_000)
        self.timestamps = dict.fromkeys(Track, 4_294_960_000)
        self.picture_id = 32_760

    # -- sending

    def say(self, level: int = LOUD, times: int = 1) -> None:
        for _ in range(times):
            self.send(Track.MICROPHONE, self.sound(level))
            self.house.now += PACKET_SECONDS

    def sound(self, level: int = LOUD) -> bytes:
        extensions = ((MID, b"0"), (AUDIO_LEVEL, bytes((level,))))
        return self._build(Track.MICROPHONE, b"sound", OPUS, extensions, 960)

    def picture(self, *, key: bool = False, track: Track = Track.CAMERA) -> bytes:
        self.picture_id = (self.picture_id + 1) & 0x7FFF
        descriptor = b"\x90\x80" + (0x8000 | self.picture_id).to_bytes(2, "big")
        payload = descriptor + bytes((_KEYFRAME if key else _INTERFRAME,)) + b"picture"
        mid = b"3" if track is Track.CAMERA else b"8"
        return self._build(track, payload, VP8, ((MID, mid), (ABS_SEND_TIME, bytes(3))), 3600)

    def show(self, *, key: bool = False, track: Track = Track.CAMERA, times: int = 1) -> None:
        for _ in range(times):
            self.send(track, self.picture(key=key, track=track))
            self.house.now += FRAME_SECONDS

    def send(self, track: Track, packet: bytes) -> None:
        self.house.forwarding.rtp(self.name, track, packet, self.house.now)

    def report(self, *packets: bytes) -> None:
        self.house.forwarding.rtcp(self.name, b"".join(packets))

    def _build(
        self,
        track: Track,
        payload: bytes,
        payload_type: int,
        extensions: Sequence[tuple[int, bytes]],
        ticks: int,
    ) -> bytes:
        packet = build(
            payload_type,
            self.sequence_numbers[track],
            self.timestamps[track],
            self.ssrcs[track],
            payload,
            marker=track is not Track.MICROPHONE,
            extensions=extensions,
        )
        self.sequence_numbers[track] = (self.sequence_numbers[track] + 1) & 0xFFFF
        self.timestamps[track] = (self.timestamps[track] + ticks) & 0xFFFFFFFF
        return packet

    # -- receiving

    def slot(self, kind: str, index: int = 0) -> OutSlot:
        return next(s for s in self.outlet.slots if (s.kind, s.index) == (kind, index))

    def received(self, kind: str, index: int = 0) -> list[RtpPacket]:
        """What has come on one slot, first transmissions alone."""
        ssrc = self.slot(kind, index).ssrc
        packets = [RtpPacket(packet) for packet in self.outlet.packets]
        return [packet for packet in packets if packet.ssrc == ssrc]

    def received_again(self, kind: str, index: int = 0) -> list[RtpPacket]:
        """What has been sent again on one slot, unwrapped."""
        slot = self.slot(kind, index)
        packets = [RtpPacket(packet) for packet in self.outlet.packets]
        unwrapped = [unwrap_rtx(p, slot.ssrc) for p in packets if p.ssrc == slot.rtx_ssrc]
        return [RtpPacket(data) for data in unwrapped if data is not None]

    def reported(self) -> list[rtcp.Message]:
        """What it was told by RTCP."""
        return [message for data in self.outlet.reports for message in rtcp.parse(data)]

    def keyframe_requests(self) -> int:
        return sum(isinstance(message, rtcp.KeyframeRequest) for message in self.reported())

    @property
    def slots(self) -> Slots:
        """Who is in its slots, as it was told last."""
        return [m for m in self.house.told[self.name] if isinstance(m, Slots)][-1]

    @property
    def speaking(self) -> list[str]:
        """Who speaks, as it was told last."""
        told = [m for m in self.house.told[self.name] if isinstance(m, Speaking)]
        return told[-1].members if told else []
