"""A browser's answer to a server's offer, as far as a server looks at it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One media line of an offer.

    Args:
        kind: `audio` or `video`.
        mid: its name.
        head: the `m=` line, which the answer repeats.
        formats: what is said of its payload types and header extensions.
        direction: the server's: `sendrecv`, `sendonly` or `recvonly`.
    """

    kind: str
    mid: str
    head: str
    formats: tuple[str, ...]
    direction: str


@dataclass(frozen=True)
class Ours:
    """What an answer says of us (RFC 8839, RFC 8842)."""

    username: str
    password: str
    fingerprint: str


_FORMATS = ("a=rtpmap:", "a=fmtp:", "a=rtcp-fb:", "a=extmap:")
_DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
_ANSWERED = {"sendonly": "recvonly", "recvonly": "sendonly"}


def lines_of(offer: str) -> list[Line]:
    """Its media lines, in order."""
    _, *sections = offer.replace("\r\n", "\n").split("\nm=")
    return [_line("m=" + section) for section in sections]


def _line(section: str) -> Line:
    head, *rest = section.strip().split("\n")
    return Line(
        kind=head.removeprefix("m=").split()[0],
        mid=next(line.removeprefix("a=mid:") for line in rest if line.startswith("a=mid:")),
        head=head,
        formats=tuple(line for line in rest if line.startswith(_FORMATS)),
        direction=next((d for d in _DIRECTIONS if f"a={d}" in rest), "sendrecv"),
    )


def answer_to(offer: str, ours: Ours, sources: Mapping[str, int]) -> str:
    """Accept every line, bundled.

    Args:
        offer: the server's.
        ours: who answers.
        sources: mid to the SSRC that we may send there; on other lines we only receive.
    """
    lines = lines_of(offer)
    told = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0"]
    told += [f"a=group:BUNDLE {' '.join(line.mid for line in lines)}"]
    for line in lines:
        told += _section(line, ours, sources.get(line.mid))
    return "\r\n".join(told) + "\r\n"


def _section(line: Line, ours: Ours, ssrc: int | None) -> list[str]:
    direction = _ANSWERED.get(line.direction, line.direction)
    if direction == "sendrecv" and ssrc is None:
        direction = "recvonly"
    section = [line.head, "c=IN IP4 0.0.0.0", f"a=mid:{line.mid}", f"a={direction}", *line.formats]
    section += [f"a=ice-ufrag:{ours.username}", f"a=ice-pwd:{ours.password}"]
    section += [f"a=fingerprint:sha-256 {ours.fingerprint}", "a=setup:active", "a=rtcp-mux"]
    return section + ([f"a=ssrc:{ssrc} cname:{ours.username}"] if ssrc else [])
