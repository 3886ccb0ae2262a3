"""RTCP on the wire: what others report, and what we report (RFC 3550 6, RFC 4585 6, RFC 5104 4.3).

`parse` turns a compound packet into small values; the functions below it build the packets that
we send, each a whole packet, to be joined into a compound one that starts with a report.
"""

import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from motesklar.call.rtp.errors import BadPacket

_SR, _RR, _SDES, _BYE, _RTPFB, _PSFB = 200, 201, 202, 203, 205, 206
_NACK, _PLI, _FIR, _APPLICATION = 1, 1, 4, 15
_CNAME = 1
_VERSION = 2

_HEADER = struct.Struct("!BBH")
_U32 = struct.Struct("!I")
_SENDER = struct.Struct("!QIII")
_BLOCK = struct.Struct("!IIIIII")
_FEEDBACK = struct.Struct("!II")
_PAIR = struct.Struct("!HH")
_REMB = struct.Struct("!4sBBH")
_REMB_NAME = b"REMB"
_MANTISSA_BITS = 18
#: Reports and feedback for more streams than this don't fit into one packet's counter.
COUNT_MAX = 31


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """How one stream reaches somebody (RFC 3550 6.4.1).

    Args:
        ssrc: the stream.
        fraction_lost: since the last report, 0 to 1, in steps of 1/256.
        lost: since the beginning; duplicates make it smaller.
        highest: the highest sequence number, with the count of its rounds above it.
        jitter: in ticks of the stream's clock.
        last_report: the middle of the NTP time of the last sender report that came; 0: none yet.
        delay: since then, in 1/65536 s.
    """

    ssrc: int
    fraction_lost: float
    lost: int
    highest: int
    jitter: int
    last_report: int
    delay: int


@dataclass(frozen=True, slots=True)
class SenderReport:
    """How far one stream is: `ntp` (32.32 bits of seconds) and `timestamp` are the same moment."""

    ssrc: int
    ntp: int
    timestamp: int
    packets: int
    octets: int
    blocks: tuple[ReportBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiverReport:
    """How streams reach somebody who sends none."""

    ssrc: int
    blocks: tuple[ReportBlock, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """Names of streams' senders: SSRC to CNAME."""

    names: dict[int, str]


@dataclass(frozen=True, slots=True)
class Bye:
    """These streams have ended."""

    ssrcs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Nack:
    """Somebody misses these packets of a stream."""

    ssrc: int
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeyframeRequest:
    """Somebody can't show these streams before a keyframe comes (PLI or FIR)."""

    ssrcs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What somebody's line carries (REMB), in bit/s, for these streams together."""

    bitrate: int
    ssrcs: tuple[int, ...]


Message = SenderReport | ReceiverReport | Description | Bye | Nack | KeyframeRequest | Estimate


def parse(data: bytes) -> list[Message]:
    """What a compound packet says, in order; kinds that we have no use for are left out.

    Raises:
        BadPacket: it is not RTCP, or ends early.
    """
    found: list[Message] = []
    offset = 0
    while offset < len(data):
        if len(data) - offset < _HEADER.size:
            raise BadPacket("shorter than an RTCP header")
        first, kind, words = _HEADER.unpack_from(data, offset)
        end = offset + 4 + 4 * words
        if first >> 6 != _VERSION:
            raise BadPacket("not RTCP version 2")
        if end > len(data):
            raise BadPacket("shorter than its RTCP length")
        body = data[offset + 4 : end]
        if first & 0x20:
            body = _without_padding(body)
        message = _parse_one(kind, first & 0x1F, body)
        if message is not None:
            found.append(message)
        offset = end
    return found


def _without_padding(body: bytes) -> bytes:
    if not body or not 0 < body[-1] <= len(body):
        raise BadPacket("more padding than RTCP")
    return body[: -body[-1]]


def _parse_one(kind: int, count: int, body: bytes) -> Message | None:
    parser = _PARSERS.get(kind)
    if parser is None:
        return None
    try:
        return parser(count, body)
    except (struct.error, IndexError) as error:
        raise BadPacket(f"an RTCP packet of type {kind} ends early") from error


def _parse_sender_report(count: int, body: bytes) -> SenderReport:
    (ssrc,) = _U32.unpack_from(body)
    ntp, timestamp, packets, octets = _SENDER.unpack_from(body, 4)
    blocks = _parse_blocks(count, body, 4 + _SENDER.size)
    return SenderReport(ssrc, ntp, timestamp, packets, octets, blocks)


def _parse_receiver_report(count: int, body: bytes) -> ReceiverReport:
    return ReceiverReport(_U32.unpack_from(body)[0], _parse_blocks(count, body, 4))


def _parse_blocks(count: int, body: bytes, offset: int) -> tuple[ReportBlock, ...]:
    blocks = []
    for position in range(offset, offset + count * _BLOCK.size, _BLOCK.size):
        ssrc, lost, highest, jitter, last_report, delay = _BLOCK.unpack_from(body, position)
        # the lower 24 bits are signed
        cumulative = (lost & 0xFFFFFF ^ 0x800000) - 0x800000
        blocks.append(
            ReportBlock(ssrc, (lost >> 24) / 256, cumulative, highest, jitter, last_report, delay)
        )
    return tuple(blocks)


def _parse_description(count: int, body: bytes) -> Description:
    names = {}
    offset = 0
    for _ in range(count):
        (ssrc,) = _U32.unpack_from(body, offset)
        offset += 4
        while body[offset]:
            item, length = body[offset], body[offset + 1]
            value = body[offset + 2 : offset + 2 + length]
            if item == _CNAME:
                names[ssrc] = value.decode("utf-8", "replace")
            offset += 2 + length
        offset += 4 - offset % 4  # at least one zero ends it, up to the next word
    return Description(names)


def _parse_bye(count: int, body: bytes) -> Bye:
    return Bye(struct.unpack_from(f"!{count}I", body))


def _parse_transport_feedback(kind: int, body: bytes) -> Nack | None:
    if kind != _NACK:
        return None
    _, ssrc = _FEEDBACK.unpack_from(body)
    missing: list[int] = []
    for offset in range(_FEEDBACK.size, len(body), _PAIR.size):
        first, others = _PAIR.unpack_from(body, offset)
        missing.append(first)
        missing += [first + 1 + bit & 0xFFFF for bit in range(16) if others >> bit & 1]
    return Nack(ssrc, tuple(missing))


def _parse_payload_feedback(kind: int, body: bytes) -> KeyframeRequest | Estimate | None:
    _, ssrc = _FEEDBACK.unpack_from(body)
    if kind == _PLI:
        return KeyframeRequest((ssrc,))
    if kind == _FIR:
        entries = range(_FEEDBACK.size, len(body), 8)
        return KeyframeRequest(tuple(_U32.unpack_from(body, entry)[0] for entry in entries))
    if kind == _APPLICATION and body[8:12] == _REMB_NAME:
        _, count, high, low = _REMB.unpack_from(body, 8)
        bitrate = ((high & 0x03) << 16 | low) << (high >> 2)
        return Estimate(bitrate, struct.unpack_from(f"!{count}I", body, 8 + _REMB.size))
    return None


_PARSERS: dict[int, Callable[[int, bytes], Message | None]] = {
    _SR: _parse_sender_report,
    _RR: _parse_receiver_report,
    _SDES: _parse_description,
    _BYE: _parse_bye,
    _RTPFB: _parse_transport_feedback,
    _PSFB: _parse_payload_feedback,
}


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return _HEADER.pack(_VERSION << 6 | count, kind, len(body) // 4) + body


def _pack_blocks(blocks: Sequence[ReportBlock]) -> bytes:
    return b"".join(
        _BLOCK.pack(
            block.ssrc,
            min(255, int(block.fraction_lost * 256)) << 24 | _clamp_24(block.lost),
            block.highest & 0xFFFFFFFF,
            block.jitter & 0xFFFFFFFF,
            block.last_report,
            block.delay & 0xFFFFFFFF,
        )
        for block in blocks
    )


def _clamp_24(lost: int) -> int:
    return max(-0x800000, min(0x7FFFFF, lost)) & 0xFFFFFF


def sender_report(report: SenderReport) -> bytes:
    """A sender report; at most 31 blocks."""
    numbers = _SENDER.pack(
        report.ntp & 0xFFFFFFFFFFFFFFFF,
        report.timestamp & 0xFFFFFFFF,
        report.packets & 0xFFFFFFFF,
        report.octets & 0xFFFFFFFF,
    )
    body = _U32.pack(report.ssrc) + numbers + _pack_blocks(report.blocks)
    return _packet(_SR, len(report.blocks), body)


def receiver_report(ssrc: int, blocks: Sequence[ReportBlock] = ()) -> bytes:
    """A receiver report; at most 31 blocks."""
    return _packet(_RR, len(blocks), _U32.pack(ssrc) + _pack_blocks(blocks))


def description(names: Iterable[tuple[int, str]]) -> bytes:
    """The CNAME of each stream (RFC 3550 6.5); at most 31 streams."""
    chunks = []
    for ssrc, name in names:
        value = name.encode()
        chunk = _U32.pack(ssrc) + bytes((_CNAME, len(value))) + value
        chunks.append(chunk + bytes(4 - len(chunk) % 4))
    return _packet(_SDES, len(chunks), b"".join(chunks))


def nack(sender: int, ssrc: int, missing: Iterable[int]) -> bytes:
    """Ask for packets of `ssrc` again (RFC 4585 6.2.1); `missing` in the order of sending."""
    pairs: list[list[int]] = []
    for number in missing:
        behind = (number - pairs[-1][0] - 1) & 0xFFFF if pairs else 16
        if behind < 16:
            pairs[-1][1] |= 1 << behind
        else:
            pairs.append([number, 0])
    body = b"".join(_PAIR.pack(first, others) for first, others in pairs)
    return _packet(_RTPFB, _NACK, _FEEDBACK.pack(sender, ssrc) + body)


def picture_loss(sender: int, ssrc: int) -> bytes:
    """Ask for a keyframe of `ssrc` (PLI, RFC 4585 6.3.1)."""
    return _packet(_PSFB, _PLI, _FEEDBACK.pack(sender, ssrc))


def estimate(sender: int, bitrate: int, ssrcs: Sequence[int]) -> bytes:
    """Tell the sender of `ssrcs` what they may have together, in bit/s (REMB)."""
    shift = max(0, bitrate.bit_length() - _MANTISSA_BITS)
    mantissa = bitrate >> shift
    numbers = _REMB.pack(_REMB_NAME, len(ssrcs), shift << 2 | mantissa >> 16, mantissa & 0xFFFF)
    body = _FEEDBACK.pack(sender, 0) + numbers + struct.pack(f"!{len(ssrcs)}I", *ssrcs)
    return _packet(_PSFB, _APPLICATION, body)
