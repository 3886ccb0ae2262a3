"""One room's media: takes each packet that a member sends to everybody who is to have it.

Packets take the short way: parse once, write a few numbers for each receiver, send. Who is shown
to whom is decided apart from that, when something changes and each tick.
"""

from collections.abc import Callable, Sequence

from motesklar.call.forwarding.outlet import Outlet
from motesklar.call.forwarding.receiver import Receiver
from motesklar.call.forwarding.selection import Selection
from motesklar.call.forwarding.sender import CNAME, Sender
from motesklar.call.forwarding.slots import Choice
from motesklar.call.forwarding.source import Source
from motesklar.call.forwarding.voice import Voice
from motesklar.call.media.shape import Track
from motesklar.call.messages import Quality, Slots, Speaking
from motesklar.call.rtp import rtcp
from motesklar.call.rtp.packet import BadPacket
from motesklar.call.rtp.rtcp import (
    Estimate,
    KeyframeRequest,
    Nack,
    ReceiverReport,
    SenderReport,
)

#: Between two reports to one member.
REPORT_SECONDS = 1.0
#: Reports to a room's members are spread over this many ticks.
_SPREAD = 10


class Forwarding:
    """One room.

    Single-threaded; never waits. A member who hasn't joined, or has left, is not an error in any
    method: packets and wishes cross with people's comings and goings.

    Args:
        clock: seconds that only ever go forward, the same as of the packets' arrivals.
        tell: takes what a member is to be told: its own slots, and who speaks. It must not call
            back: what follows from it has to wait until the call that told it has returned.
        selection: who is shown to whom; without one, all are equal.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        tell: Callable[[str, Slots | Speaking], None],
        selection: Selection | None = None,
    ) -> None:
        self._clock = clock
        self._tell = tell
        self._senders: dict[str, Sender] = {}
        self._receivers: dict[str, Receiver] = {}
        self._outlets: dict[str, Outlet] = {}
        self._report_at: dict[str, float] = {}
        self._selection = selection or Selection()
        self._speaking: tuple[str, ...] = ()

    # -- coming and going

    def join(self, member: str, outlet: Outlet) -> None:
        """Let a member send and receive; an earlier connection of the same one is forgotten."""
        self.leave(member)
        self._senders[member] = Sender(member, outlet)
        self._receivers[member] = Receiver(outlet)
        self._outlets[member] = outlet
        spread = len(self._outlets) % _SPREAD / _SPREAD
        self._report_at[member] = self._clock() + REPORT_SECONDS * spread
        self._arrange([member])
        if self._speaking:
            self._tell(member, Speaking(members=list(self._speaking)))

    def leave(self, member: str) -> None:
        """Forget a member; whoever was shown them is shown somebody else."""
        sender = self._senders.pop(member, None)
        receiver = self._receivers.pop(member, None)
        if sender is None:
            return
        self._outlets.pop(member, None)
        self._report_at.pop(member, None)
        for source in sender.sources.values():
            self._selection.turn_off(source, self._clock())
        self._selection.forget(member)
        if receiver is not None:
            receiver.close()
        self._arrange_all()

    def add_voice(self, member: str) -> Voice:
        """Let a member without a connection speak; it leaves like any other."""
        self.leave(member)
        sender = self._senders[member] = Sender(member, None)
        self._selection.turn_on(sender.sources[Track.MICROPHONE], self._clock())
        self._arrange_all()
        return Voice(lambda packet: self.rtp(member, Track.MICROPHONE, packet, self._clock()))

    # -- packets

    def rtp(self, member: str, track: Track, packet: bytes, arrival: float) -> None:
        """Take a packet on."""
        sender = self._senders.get(member)
        if sender is None:
            return
        source = sender.sources[track]
        parsed = source.receive(packet, arrival)
        if parsed is None or not source.on:
            return
        if track is Track.MICROPHONE:
            self._selection.hear(source, parsed)
        else:
            sender.came(parsed)
            if source.gaps.is_new:
                sender.ask_for_packets(source, arrival, self._round_trip(member))
        if source.outs:
            source.forward(parsed, self._clock())

    def rtcp(self, member: str, packet: bytes) -> None:
        """Take a member's reports and requests; one that can't be read is dropped."""
        sender, receiver = self._senders.get(member), self._receivers.get(member)
        if sender is None or receiver is None:
            return
        try:
            messages = rtcp.parse(packet)
        except BadPacket:
            return
        now = self._clock()
        for message in messages:
            match message:
                case SenderReport():
                    sender.reported(message, now)
                    receiver.reported(message.blocks, now)
                case ReceiverReport():
                    receiver.reported(message.blocks, now)
                case Nack():
                    receiver.send_again(message, now)
                case KeyframeRequest():
                    self._want_keyframes(receiver, message, now)
                case Estimate():
                    receiver.estimated(message.bitrate, now)
                case _:
                    pass  # names and farewells: signalling tells us both

    def _want_keyframes(self, receiver: Receiver, request: KeyframeRequest, now: float) -> None:
        for ssrc in request.ssrcs:
            out = receiver.out_of(ssrc)
            if out is not None and out.source is not None:
                self._request_keyframe(out.source, now)

    def request_keyframe(self, member: str, track: Track) -> None:
        """Ask a member for a keyframe, soon if one was asked for just now."""
        sender = self._senders.get(member)
        if sender is not None:
            self._request_keyframe(sender.sources[track], self._clock())

    def _request_keyframe(self, source: Source, now: float) -> None:
        source.keyframes.want()
        self._senders[source.member].ask_for_keyframe(source, now)

    def _round_trip(self, member: str) -> float:
        receiver = self._receivers.get(member)
        return 0.0 if receiver is None else receiver.round_trip_or_guess

    # -- who is shown to whom

    def set_sending(self, member: str, track: Track, on: bool) -> None:
        """A member has turned a stream on or off; off, its slots are free at once."""
        sender = self._senders.get(member)
        if sender is None or sender.sources[track].on is on:
            return
        change = self._selection.turn_on if on else self._selection.turn_off
        change(sender.sources[track], self._clock())
        self._arrange_all()

    def set_view(
        self, member: str, *, pinned: str | None, videos: Sequence[str], count: int, hall: bool
    ) -> None:
        """A member says whom it wants to see, and whether it sits in the hall."""
        receiver = self._receivers.get(member)
        if receiver is not None:
            receiver.choice = Choice(pinned, tuple(videos), count, hall)
            self._arrange([member])

    def _arrange_all(self) -> None:
        self._arrange(list(self._receivers))

    def _arrange(self, members: Sequence[str]) -> None:
        for member in members:
            self._seat(member, self._receivers[member])
        for source in self._selection.pictures:
            self._senders[source.member].ask_for_keyframe(source, self._clock())

    def _seat(self, member: str, receiver: Receiver) -> None:
        """Decide what one member gets, and tell it if that has changed."""
        shown = self._selection.shown_to(member, receiver.choice, receiver.places)
        receiver.wanted = shown.pictures
        self._bear(receiver, self._selection.caps())
        screens = len(shown.screens)
        flowing = receiver.wanted[: receiver.flowing]
        receiver.show("audio", shown.voices)
        receiver.show("screen", flowing[:screens])
        receiver.show("video", flowing[screens:])
        slots = receiver.slots()
        if slots != receiver.told:
            receiver.told = slots
            self._tell(member, slots)

    def _bear(self, receiver: Receiver, kinds: dict[Track, int]) -> bool:
        """Decide how many of the wanted pictures a receiver's line bears; whether that is new."""
        caps = [kinds[each.track] for each in receiver.wanted]
        floors = [each.least(cap) for each, cap in zip(receiver.wanted, caps, strict=True)]
        before = receiver.flowing
        receiver.flowing = receiver.downlink.decide(floors, caps, self._clock())
        return receiver.flowing != before

    # -- time

    def tick(self) -> None:
        """Let time pass; call it each 100 ms."""
        now = self._clock()
        if self._selection.listen(now):
            self._arrange_all()
        self._tell_who_speaks()
        caps = self._selection.caps()
        for member, receiver in self._receivers.items():
            receiver.tick()
            if self._bear(receiver, caps):
                self._seat(member, receiver)
        self._limit(caps, now)
        for member, sender in self._senders.items():
            sender.tick(now)
            sender.ask(now, self._round_trip(member))
        for member in self._outlets:
            if now >= self._report_at[member]:
                self._report_at[member] = max(now, self._report_at[member] + REPORT_SECONDS)
                self._report(member, now)

    def _tell_who_speaks(self) -> None:
        if self._selection.speaking != self._speaking:
            self._speaking = self._selection.speaking
            for member in self._receivers:
                self._tell(member, Speaking(members=list(self._speaking)))

    def _limit(self, caps: dict[Track, int], now: float) -> None:
        """Tell each sender what its viewers can take."""
        shares: dict[Source, list[int | None]] = {}
        for receiver in self._receivers.values():
            share = receiver.downlink.share(receiver.flowing)
            for source in receiver.wanted[: receiver.flowing]:
                shares.setdefault(source, []).append(share)
        for sender in self._senders.values():
            sender.limit(shares, caps, now)

    def _report(self, member: str, now: float) -> None:
        """Send a member its reports, as one compound packet (RFC 3550 6.1)."""
        outlet = self._outlets[member]
        us = outlet.rtcp_ssrc
        reports = self._receivers[member].reports(now)
        names = dict.fromkeys((us, *(report.ssrc for report in reports)), CNAME)
        outlet.send_rtcp(
            b"".join(rtcp.sender_report(report) for report in reports)
            + rtcp.receiver_report(us, self._senders[member].report_blocks(now))
            + rtcp.description(names.items())
        )

    def quality(self, member: str) -> Quality:
        """What is measured of a member's line; nothing of one who is not here."""
        sender, receiver = self._senders.get(member), self._receivers.get(member)
        if sender is None or receiver is None:
            return Quality(up_loss=0.0, down_loss=0.0, rtt_ms=None, jitter_ms=0.0)
        seconds = receiver.round_trip
        return Quality(
            up_loss=sender.loss,
            down_loss=receiver.loss,
            rtt_ms=None if seconds is None else seconds * 1000,
            jitter_ms=sender.jitter * 1000,
        )
