"""One member as a receiver: its slots, who is in them, and what it says of them."""

from collections.abc import Iterable, Sequence

from motesklar.call.forwarding.out import Out
from motesklar.call.forwarding.outlet import Outlet
from motesklar.call.forwarding.slots import Choice, seat
from motesklar.call.forwarding.source import Source
from motesklar.call.media.shape import Kind
from motesklar.call.messages import Slots
from motesklar.call.rtp.bandwidth import Downlink
from motesklar.call.rtp.clocks import round_trip
from motesklar.call.rtp.rate import Rate
from motesklar.call.rtp.reception import Losses
from motesklar.call.rtp.rtcp import Nack, ReportBlock, SenderReport

#: Until the first report comes.
_ROUND_TRIP_SECONDS = 0.1
#: Packets sent again to one member in one tick, whatever it asks for: an answer is much larger
#: than the question.
_AGAIN_PER_TICK = 60


class Receiver:
    """What one member gets.

    Args:
        outlet: the way to it.

    Attributes:
        places: how many of each kind can be sent to it.
        choice: whom it wants to see.
        wanted: what is to be shown to it, the most important first: the screen, then cameras.
        flowing: how many of `wanted` its line bears.
        told: the slots as it was last told of them.
        round_trip: in seconds; None until it is known.
    """

    def __init__(self, outlet: Outlet) -> None:
        self._outs: dict[Kind, list[Out]] = {"audio": [], "video": [], "screen": []}
        for slot in outlet.slots:
            self._outs[slot.kind].append(Out(slot, outlet))
        self.places = {kind: len(outs) for kind, outs in self._outs.items()}
        self._by_ssrc = {out.slot.ssrc: out for outs in self._outs.values() for out in outs}
        self.choice = Choice()
        self.downlink = Downlink()
        self.wanted: list[Source] = []
        self.flowing = 0
        self.told: Slots | None = None
        self.round_trip: float | None = None
        self._losses = Losses()
        self._again = 0
        self._rate = Rate()

    def show(self, kind: Kind, sources: Sequence[Source]) -> None:
        """Send exactly these on the slots of `kind`; who is in a slot already stays in it."""
        outs = self._outs[kind]
        by_member = {source.member: source for source in sources}
        now = [None if out.source is None else out.source.member for out in outs]
        for out, member in zip(outs, seat(now, list(by_member)), strict=True):
            out.show(None if member is None else by_member[member])

    def slots(self) -> Slots:
        """Who is in which slot."""
        screen = self._members("screen")
        return Slots(
            audio=self._members("audio"),
            video=self._members("video"),
            screen=screen[0] if screen else None,
        )

    def _members(self, kind: Kind) -> list[str | None]:
        return [None if out.source is None else out.source.member for out in self._outs[kind]]

    def out_of(self, ssrc: int) -> Out | None:
        """The slot whose stream is named so."""
        return self._by_ssrc.get(ssrc)

    def tick(self) -> None:
        """Let a little more be asked for again, and measure; call it each 100 ms."""
        self._again = 0
        pictures = (*self._outs["video"], *self._outs["screen"])
        self._rate.read(sum(out.octets for out in pictures))

    def send_again(self, request: Nack, now: float) -> None:
        """Send what is missing, as far as it is kept and not just on its way."""
        out = self._by_ssrc.get(request.ssrc)
        if out is None:
            return
        for number in request.missing:
            if self._again >= _AGAIN_PER_TICK:
                return
            if out.send_again(number, now, self.round_trip_or_guess):
                self._again += 1

    @property
    def round_trip_or_guess(self) -> float:
        """Seconds to it and back."""
        return _ROUND_TRIP_SECONDS if self.round_trip is None else self.round_trip

    def reported(self, blocks: Iterable[ReportBlock], now: float) -> None:
        """The member says how our streams reach it."""
        ours = [block for block in blocks if block.ssrc in self._by_ssrc]
        for block in ours:
            self._losses.reported(block)
            seconds = round_trip(block.last_report, block.delay, now)
            if seconds is not None:
                self.round_trip = seconds
        part = self._losses.take()
        if part is not None:
            self.downlink.lost(part, self._rate.bitrate, now)

    @property
    def loss(self) -> float:
        """The part of what is sent to it that doesn't arrive, 0 to 1."""
        return self._losses.mean

    def estimated(self, bitrate: int, now: float) -> None:
        """The member says what its line carries."""
        self.downlink.estimated(bitrate, self._rate.bitrate, now)

    def reports(self, now: float) -> list[SenderReport]:
        """How far each stream is that was sent since the last time."""
        reports = [out.report(now) for out in self._by_ssrc.values()]
        return [report for report in reports if report is not None]

    def close(self) -> None:
        """Take nothing any more."""
        for out in self._by_ssrc.values():
            out.show(None)
