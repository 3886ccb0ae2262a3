"""Join codes: six characters that people read off a screen and type, or scan. Pure.

28^6 codes, of which a handful are open at a time: nothing is won by guessing, since joining shows
only a course page, but wrong tries are counted all the same.
"""

from motesklar.accounts.tokens import new_code, read_code

JOIN_CODE_LENGTH = 6
_GROUP = 3


def new_join_code() -> str:
    """A code as it is stored: `K7M4QX`."""
    return new_code(JOIN_CODE_LENGTH)


def show_join_code(code: str) -> str:
    """The code as people see it: `K7M 4QX`."""
    return f"{code[:_GROUP]} {code[_GROUP:]}"


def read_join_code(typed: str) -> str | None:
    """The code somebody typed or scanned, or None when it can't be one.

    Case, spaces, dashes and letters taken for a look-alike digit don't matter.
    """
    return read_code(typed, JOIN_CODE_LENGTH)
