"""What a STUN message says before anybody believes it (RFC 8489), at the price of a few slices.

A flood must cost less to refuse than to send: nothing is hashed or built here.
"""

import enum

_HEADER = 20
_COOKIE = b"\x21\x12\xa4\x42"
_USERNAME = 0x0006
#: Longer than any user name of ours with the other side's behind it (RFC 8839 5.4: 256 each).
_USERNAME_MAX = 513


class Kind(enum.Enum):
    """What a message is."""

    CHECK = enum.auto()
    """A binding request: the other side's connectivity check."""
    ANSWER = enum.auto()
    """A binding response or error: the answer to a check of ours."""


_KINDS = {b"\x00\x01": Kind.CHECK, b"\x01\x01": Kind.ANSWER, b"\x01\x11": Kind.ANSWER}


def kind_of(data: bytes) -> Kind | None:
    """What `data` is, or None when it is no STUN message that ICE uses (RFC 8489 5)."""
    if len(data) < _HEADER or data[4:8] != _COOKIE or len(data) & 3:
        return None
    if (data[2] << 8 | data[3]) != len(data) - _HEADER:
        return None
    return _KINDS.get(data[:2])


def local_username(data: bytes) -> bytes | None:
    """The part of USERNAME before the colon: whom a check is for (RFC 8445 7.2.2)."""
    position = _HEADER
    while position + 4 <= len(data):
        length = data[position + 2] << 8 | data[position + 3]
        value = position + 4
        if (data[position] << 8 | data[position + 1]) == _USERNAME:
            if length > _USERNAME_MAX:
                return None
            name, colon, _ = data[value : value + length].partition(b":")
            return name if colon else None
        position = value + (length + 3 & ~3)
    return None
