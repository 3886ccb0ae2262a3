"""Sign-in tokens and the short codes people type. Pure: nothing is stored here.

A token is 32 random bytes and travels in a link. A code is eight characters and travels by eye
and hand, so its alphabet has no look-alikes and its input forgives case, spaces and dashes.
28^8 codes, each living for minutes, leave nothing to guess even for one who throws away the
cookie by which wrong tries are counted.
"""

import re
import secrets

#: Without 0, O, 1, I and L; of 2/Z, 5/S and 8/B the digit is kept and the letter read as it.
CODE_ALPHABET = "ACDEFGHJKMNPQRTUVWXY23456789"
CODE_LENGTH = 8
_GROUP = 4
_READ_AS = str.maketrans("ZSB", "258")
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—_.·]+")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """A token for a link: 32 random bytes, safe in an address."""
    return secrets.token_urlsafe(32)


def is_token(text: str) -> bool:
    """Whether `text` has the shape of a token, so that junk costs no database look-up."""
    return _TOKEN.fullmatch(text) is not None


def new_code(length: int = CODE_LENGTH) -> str:
    """A code for people to type, without its groups."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def show_code(code: str) -> str:
    """The code as people see it: `K7M4-QX9P`."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def read_code(typed: str, length: int = CODE_LENGTH) -> str | None:
    """The code that somebody typed, or None when it can't be one."""
    code = _SEPARATORS.sub("", typed).upper().translate(_READ_AS)
    if len(code) != length or not set(code) <= set(CODE_ALPHABET):
        return None
    return code
