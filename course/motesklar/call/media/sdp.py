"""The one offer and the one answer of a connection, as text (RFC 8866, RFC 9429); no I/O.

Every line is in one bundle (RFC 9143), so the first line's transport is everybody's. Each line
has a stream of its own: a browser keeps the tracks of one stream in step, and what stands in two
slots at a time belongs to two people.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from motesklar.call.media.shape import Line, OutSlot
from motesklar.call.rtp.packet import ABS_SEND_TIME, AUDIO_LEVEL, MID, OPUS, RTX, VP8

#: An answer to nine lines has some 10,000 characters.
_ANSWER_MAX = 64 * 1024

_CODECS = {
    "audio": (
        f"a=rtpmap:{OPUS} opus/48000/2",
        # in-band correction for a lossy network; nothing but a hint now and then while silent
        f"a=fmtp:{OPUS} minptime=10;useinbandfec=1;usedtx=1",
    ),
    "video": (
        f"a=rtpmap:{VP8} VP8/90000",
        f"a=rtcp-fb:{VP8} nack",
        f"a=rtcp-fb:{VP8} nack pli",
        f"a=rtcp-fb:{VP8} goog-remb",
        f"a=rtpmap:{RTX} rtx/90000",
        f"a=fmtp:{RTX} apt={VP8}",
    ),
}
_FORMATS = {"audio": f"{OPUS}", "video": f"{VP8} {RTX}"}
_EXTENSIONS = {
    "audio": (
        f"a=extmap:{MID} urn:ietf:params:rtp-hdrext:sdes:mid",
        f"a=extmap:{AUDIO_LEVEL} urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    ),
    "video": (
        f"a=extmap:{MID} urn:ietf:params:rtp-hdrext:sdes:mid",
        f"a=extmap:{ABS_SEND_TIME} http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    ),
}
#: What must be understood to send us anything.
_NEEDED = {
    "audio": re.compile(rf"rtpmap:{OPUS} opus/48000", re.IGNORECASE),
    "video": re.compile(rf"rtpmap:{VP8} VP8/90000", re.IGNORECASE),
}

# RFC 8839 5.4 and RFC 8122 5: of what these consist
_USERNAME = re.compile(r"[A-Za-z0-9+/]{4,256}")
_PASSWORD = re.compile(r"[A-Za-z0-9+/]{22,256}")
_FINGERPRINT = re.compile(r"(sha-256|sha-384|sha-512) ((?:[0-9A-F]{2}:){31,63}[0-9A-F]{2})", re.I)

Role = Literal["client", "server"]


class BadDescription(ValueError):
    """Text that is no answer to our offer; says why."""


@dataclass(frozen=True)
class Transport:
    """Where we are and how the other side knows us.

    Args:
        candidates: RFC 8839 candidate lines, without the attribute's name.
        username: ICE user name fragment.
        password: ICE password.
        fingerprint: algorithm and value of our certificate.
    """

    candidates: Sequence[str]
    username: str
    password: str
    fingerprint: str


@dataclass(frozen=True)
class Sent:
    """The streams that the other side says it sends on a line; None where it doesn't say."""

    ssrc: int | None = None
    rtx_ssrc: int | None = None


@dataclass(frozen=True)
class Answer:
    """What an answer says that we need.

    Args:
        username: the other side's ICE user name fragment.
        password: its ICE password.
        role: its part in the DTLS handshake.
        fingerprints: algorithm and value of its certificate.
        sent: by mid.
    """

    username: str
    password: str
    role: Role
    fingerprints: Sequence[tuple[str, str]]
    sent: dict[str, Sent]


def offer(
    session: int, lines: Sequence[Line], slots: Sequence[OutSlot], cname: str, transport: Transport
) -> str:
    """The offer.

    Args:
        session: a random number that names this session (RFC 9429 5.2.1).
        lines: every line.
        slots: what we send, one for each line.
        cname: names us as a source; random, for privacy (RFC 7022).
        transport: everybody's.
    """
    head = (
        "v=0",
        f"o=- {session} 1 IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        f"a=group:BUNDLE {' '.join(line.mid for line in lines)}",
        "a=msid-semantic:WMS *",
    )
    sections = [
        text
        for line, slot in zip(lines, slots, strict=True)
        for text in _section(line, slot, cname, transport)
    ]
    return "".join(f"{text}\r\n" for text in (*head, *sections))


def _section(line: Line, slot: OutSlot, cname: str, transport: Transport) -> Iterable[str]:
    ssrcs = [ssrc for ssrc in (slot.ssrc, slot.rtx_ssrc) if ssrc]
    yield f"m={line.media} 9 UDP/TLS/RTP/SAVPF {_FORMATS[line.media]}"
    yield "c=IN IP4 0.0.0.0"
    yield f"a={'sendrecv' if line.up else 'sendonly'}"
    yield f"a=mid:{line.mid}"
    yield from _EXTENSIONS[line.media]
    yield f"a=msid:slot-{line.mid} slot-{line.mid}"
    yield "a=rtcp-mux"
    if len(ssrcs) > 1:
        yield f"a=ssrc-group:FID {' '.join(map(str, ssrcs))}"
    for ssrc in ssrcs:
        yield f"a=ssrc:{ssrc} cname:{cname}"
    yield from _CODECS[line.media]
    yield f"a=ice-ufrag:{transport.username}"
    yield f"a=ice-pwd:{transport.password}"
    yield f"a=fingerprint:{transport.fingerprint}"
    yield "a=setup:actpass"
    # one line's are everybody's, but some clients look at the last line of a bundle only
    yield from (f"a=candidate:{each}" for each in transport.candidates)
    yield "a=end-of-candidates"


@dataclass
class _Section:
    """The attributes of the session or of one line, in order; candidates are left out."""

    first: str
    attributes: list[str] = field(default_factory=list)

    def values(self, name: str) -> Iterable[str]:
        prefix = f"{name}:"
        return (each[len(prefix) :] for each in self.attributes if each.startswith(prefix))

    def value(self, name: str) -> str | None:
        return next(iter(self.values(name)), None)


def answer(text: str, lines: Sequence[Line]) -> Answer:
    """Read the answer to an offer of `lines`.

    Raises:
        BadDescription: it is none; nothing in it is trusted before it has been looked at.
    """
    if len(text) > _ANSWER_MAX:
        raise BadDescription("too long")
    head, *sections = _sections(text)
    if len(sections) != len(lines):
        raise BadDescription(f"{len(sections)} lines in place of {len(lines)}")
    if not any(_bundles(group, lines) for group in head.values("group")):
        raise BadDescription("not one bundle")
    for line, section in zip(lines, sections, strict=True):
        _check_line(line, section)
    # every line says the same, or leaves it to the session (RFC 9143 7.1.3: the first counts)
    first = sections[0]
    fingerprints = [*first.values("fingerprint")] or [*head.values("fingerprint")]
    return Answer(
        username=_matching(_USERNAME, first, head, "ice-ufrag"),
        password=_matching(_PASSWORD, first, head, "ice-pwd"),
        role=_role(first.value("setup") or head.value("setup")),
        fingerprints=_fingerprints(fingerprints),
        sent={line.mid: _sent(part) for line, part in zip(lines, sections, strict=True) if line.up},
    )


def _sections(text: str) -> list[_Section]:
    sections = [_Section("")]
    for line in text.splitlines():
        if line.startswith("m="):
            sections.append(_Section(line))
        elif line.startswith("a=") and not line.startswith("a=candidate:"):
            sections[-1].attributes.append(line[2:])
    return sections


def _bundles(group: str, lines: Sequence[Line]) -> bool:
    semantics, _, mids = group.partition(" ")
    return semantics == "BUNDLE" and {line.mid for line in lines} <= {*mids.split()}


def _check_line(line: Line, section: _Section) -> None:
    kind, port, *_ = f"{section.first[2:]} ".split(" ")
    if kind != line.media or section.value("mid") != line.mid:
        raise BadDescription(f"line {line.mid} is another one")
    if port == "0" and "bundle-only" not in section.attributes:
        raise BadDescription(f"line {line.mid} is refused")
    if "rtcp-mux" not in section.attributes:
        raise BadDescription(f"line {line.mid} has no rtcp-mux")
    if not any(_NEEDED[line.media].match(each) for each in section.attributes):
        raise BadDescription(f"line {line.mid} has no codec of ours")


def _matching(pattern: re.Pattern[str], first: _Section, head: _Section, name: str) -> str:
    value = first.value(name) or head.value(name) or ""
    if not pattern.fullmatch(value):
        raise BadDescription(f"no usable {name}")
    return value


def _role(setup: str | None) -> Role:
    if setup == "active":
        return "client"
    if setup == "passive":
        return "server"
    # RFC 5763 5: an answerer decides
    raise BadDescription(f"setup is {setup!r}")


def _fingerprints(values: Sequence[str]) -> list[tuple[str, str]]:
    found = [match.groups() for match in map(_FINGERPRINT.fullmatch, values) if match]
    if not found:
        raise BadDescription("no usable fingerprint")
    return [(algorithm.lower(), value.upper()) for algorithm, value in found]


def _sent(section: _Section) -> Sent:
    for group in section.values("ssrc-group"):
        semantics, _, rest = group.partition(" ")
        ssrcs = rest.split()
        if semantics == "FID" and len(ssrcs) == 2:
            return Sent(_ssrc(ssrcs[0]), _ssrc(ssrcs[1]))
    named = section.value("ssrc")
    return Sent(_ssrc(named.split(" ")[0])) if named else Sent()


def _ssrc(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < (number := int(text)) < 1 << 32):
        raise BadDescription("no usable ssrc")
    return number
