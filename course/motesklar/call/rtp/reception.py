"""How one stream reaches us, as receiver reports tell it (RFC 3550 6.4, appendix A.3 and A.8)."""

from motesklar.call.rtp.rtcp import ReportBlock, SenderReport


class Reception:
    """Statistics of one incoming stream.

    Args:
        clock_rate: ticks of its timestamps in a second.

    Attributes:
        received: packets so far; those that came again on request don't count.
        octets: of their payload.
        jitter: in ticks.
        clock_rate: ticks in a second.
    """

    __slots__ = (
        "_base",
        "_expected_before",
        "_highest",
        "_last_report",
        "_received_before",
        "_report_arrival",
        "_transit",
        "clock_rate",
        "jitter",
        "octets",
        "received",
    )

    def __init__(self, clock_rate: int) -> None:
        self.clock_rate = clock_rate
        self._base: int | None = None
        self._highest = 0
        self._transit = 0.0
        self._expected_before = 0
        self._received_before = 0
        self._last_report = 0
        self._report_arrival = 0.0
        self.received = 0
        self.octets = 0
        self.jitter = 0.0

    def came(self, index: int, timestamp: int, arrival: float, octets: int) -> None:
        """Count a packet: its index without wrapping around, and when it came, in seconds."""
        self.received += 1
        self.octets += octets
        transit = arrival * self.clock_rate - timestamp
        if self._base is None:
            self._base = self._highest = index
        else:
            # a timestamp that wraps around, or a break of the stream, is not jitter
            change = abs(transit - self._transit)
            if change < self.clock_rate:
                self.jitter += (change - self.jitter) / 16
            if index > self._highest:
                self._highest = index
        self._transit = transit

    def reported(self, report: SenderReport, arrival: float) -> None:
        """Note the sender's own report: ours says which was the last."""
        self._last_report = report.ntp >> 16 & 0xFFFFFFFF
        self._report_arrival = arrival

    def report(self, ssrc: int, now: float) -> ReportBlock | None:
        """The block for this moment, which ends an interval; None before the first packet."""
        if self._base is None:
            return None
        expected = self._highest - self._base + 1
        wanted = expected - self._expected_before
        got = self.received - self._received_before
        self._expected_before, self._received_before = expected, self.received
        delay = round((now - self._report_arrival) * 65536) if self._last_report else 0
        return ReportBlock(
            ssrc=ssrc,
            fraction_lost=max(0, wanted - got) / wanted if wanted > 0 else 0.0,
            lost=expected - self.received,
            highest=self._highest & 0xFFFFFFFF,
            jitter=int(self.jitter),
            last_report=self._last_report,
            delay=delay,
        )


#: The weight of a new figure in the mean.
_SMOOTHING = 0.3


class Losses:
    """What gets lost on one way, over all streams on it, by the reports about them.

    Args:
        packets: how many at least make a figure: of three packets one lost says nothing.

    Attributes:
        mean: of the figures so far, the latest weighing most.
    """

    __slots__ = ("_expected", "_lost", "_packets", "_reported", "_weight", "mean")

    def __init__(self, packets: int = 30) -> None:
        self._packets = packets
        self.mean = 0.0
        self._weight = 1.0
        self._reported: dict[int, tuple[int, int]] = {}
        self._expected = self._lost = 0

    def reported(self, block: ReportBlock) -> None:
        """Note what is reported of one stream."""
        before = self._reported.get(block.ssrc)
        self._reported[block.ssrc] = (block.highest, block.lost)
        if before is not None:
            highest, lost = before
            self._expected += max(0, block.highest - highest)
            self._lost += max(0, block.lost - lost)

    def take(self) -> float | None:
        """The part that was lost since the last figure, 0 to 1; None while there is none."""
        if self._expected < self._packets:
            return None
        part = min(1.0, self._lost / self._expected)
        self.mean += (part - self.mean) * self._weight
        self._weight = _SMOOTHING
        self._expected = self._lost = 0
        return part
