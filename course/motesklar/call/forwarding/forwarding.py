"""One room's media: takes each packet that a member sends to everybody who is to have it.

Packets take the short way: parse once, write a few numbers for each receiver, send. Who is shown
to whom is decided apart from that, when something changes and each tick.
"""

from collections.abc import Callable, Sequence

from motesklar.call.forwarding.outlet import Outlet
from motesklar.call.forwarding.receiver import Receiver
from motesklar.call.forwarding.sender import CNAME, Sender
from motesklar.call.forwarding.slots import (
    Choice,
    Recent,
    screen_for,
    videos_for,
    voices_for,
)
from motesklar.call.forwarding.source import Source
from motesklar.call.forwarding.voice import Voice
from motesklar.call.media.shape import Track
from motesklar.call.messages import Quality, Slots, Speaking
from motesklar.call.rtp import rtcp
from motesklar.call.rtp.bandwidth import limits_for
from motesklar.call.rtp.loudest import Loudest
from motesklar.call.rtp.packet import BadPacket
from motesklar.call.rtp.rtcp import (
    Estimate,
    KeyframeRequest,
    Nack,
    ReceiverReport,
    SenderReport,
)

#: How many voices are heard at once.
VOICES = 3
#: Between two reports to one member.
REPORT_SECONDS = 1.0
#: Of a packet that doesn't say how loud it is: a voice, but one that gives way to others.
_LEVEL_UNKNOWN = 50
#: Reports to a room's members are spread over this many ticks.
_SPREAD = 10


class Forwarding:
    """One room.

    Single-threaded; never waits. A member who hasn't joined, or has left, is not an error in any
    method: packets and wishes cross with people's comings and goings.

    Args:
        clock: seconds that only ever go forward, the same as of the packets' arrivals.
        tell: takes what a member is to be told: its own slots, and who speaks.
    """

    def __init__(
        self, *, clock: Callable[[], float], tell: Callable[[str, Slots | Speaking], None]
    ) -> None:
        self._clock = clock
        self._tell = tell
        self._senders: dict[str, Sender] = {}
        self._receivers: dict[str, Receiver] = {}
        self._outlets: dict[str, Outlet] = {}
        self._report_at: dict[str, float] = {}
        self._loudest = Loudest[str](VOICES)
        self._recent = Recent()
        self._speaking: tuple[str, ...] = ()
        #: whose camera and whose screen may be shown, in the order of beginning
        self._cameras: dict[str, Source] = {}
        self._screens: dict[str, Source] = {}

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
        for track in Track:
            self._switch(sender.sources[track], False)
        self._recent.forget(member)
        if receiver is not None:
            receiver.close()
        self._arrange_all()

    def add_voice(self, member: str) -> Voice:
        """Let a member without a connection speak; it leaves like any other."""
        self.leave(member)
        sender = self._senders[member] = Sender(member, None)
        self._switch(sender.sources[Track.MICROPHONE], True)
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
            level = parsed.audio_level
            self._loudest.hear(member, _LEVEL_UNKNOWN if level is None else level.level)
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
        if sender is not None and sender.sources[track].on is not on:
            self._switch(sender.sources[track], on)
            self._arrange_all()

    def _switch(self, source: Source, on: bool) -> None:
        source.on = on
        if source.track is Track.MICROPHONE:
            change = self._loudest.add if on else self._loudest.remove
            change(source.member, self._clock())
            return
        source.gaps.forget()
        shown = self._cameras if source.track is Track.CAMERA else self._screens
        if on:
            shown[source.member] = source
        else:
            shown.pop(source.member, None)

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
        for source in (*self._cameras.values(), *self._screens.values()):
            self._senders[source.member].ask_for_keyframe(source, self._clock())

    def _seat(self, member: str, receiver: Receiver) -> None:
        """Decide what one member gets, and tell it if that has changed."""
        choice = receiver.choice
        voices = voices_for(member, choice, self._loudest.chosen, receiver.places("audio"))
        microphones = [self._senders[each].sources[Track.MICROPHONE] for each in voices]
        receiver.show("audio", microphones)
        screen = (
            screen_for(member, choice, list(self._screens)) if receiver.places("screen") else None
        )
        videos = videos_for(member, choice, self._cameras, self._recent, receiver.places("video"))
        screens = [] if screen is None else [self._screens[screen]]
        receiver.wanted = screens + [self._cameras[each] for each in videos]
        self._bear(receiver)
        flowing = receiver.wanted[: receiver.flowing]
        receiver.show("screen", flowing[: len(screens)])
        receiver.show("video", flowing[len(screens) :])
        slots = receiver.slots()
        if slots != receiver.told:
            receiver.told = slots
            self._tell(member, slots)

    def _bear(self, receiver: Receiver) -> bool:
        """Decide how many of the wanted pictures a receiver's line bears; whether that is new."""
        kinds = self._caps()
        caps = [kinds[each.track] for each in receiver.wanted]
        floors = [each.least(cap) for each, cap in zip(receiver.wanted, caps, strict=True)]
        flowing = receiver.downlink.decide(floors, caps, self._clock())
        changed = flowing != receiver.flowing
        receiver.flowing = flowing
        return changed

    def _caps(self) -> dict[Track, int]:
        limits = limits_for(len(self._cameras))
        return {Track.CAMERA: limits.bitrate, Track.SCREEN: limits.screen_bitrate}

    # -- time

    def tick(self) -> None:
        """Let time pass; call it each 100 ms."""
        now = self._clock()
        self._listen(now)
        for member, receiver in self._receivers.items():
            receiver.tick()
            if self._bear(receiver):
                self._seat(member, receiver)
        self._limit(now)
        for member, sender in self._senders.items():
            sender.tick(now)
            sender.ask(now, self._round_trip(member))
        for member in self._outlets:
            if now >= self._report_at[member]:
                self._report_at[member] += REPORT_SECONDS
                self._report(member, now)

    def _listen(self, now: float) -> None:
        """Find out who speaks, and who is heard."""
        chosen = self._loudest.chosen
        self._loudest.close_interval(now)
        settled = self._recent.spoke(self._loudest.speaking, now)
        if settled or self._loudest.chosen != chosen:
            self._arrange_all()
        if self._loudest.speaking != self._speaking:
            self._speaking = self._loudest.speaking
            for member in self._receivers:
                self._tell(member, Speaking(members=list(self._speaking)))

    def _limit(self, now: float) -> None:
        """Tell each sender what its viewers can take."""
        shares: dict[Source, list[int | None]] = {}
        for receiver in self._receivers.values():
            share = receiver.downlink.share(receiver.flowing)
            for source in receiver.wanted[: receiver.flowing]:
                shares.setdefault(source, []).append(share)
        caps = self._caps()
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
