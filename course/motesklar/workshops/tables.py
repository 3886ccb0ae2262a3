"""The table somebody sits at, however they write it. Pure."""

import re

TABLE_MAX = 20
_NUMBER = re.compile(r"(\d{1,9})\s*([^\W\d_]?)(?![^\W_])")


def read_table(typed: str) -> str:
    """One spelling of a table for all who sit there.

    `4` for "Bord 4" and "table 04", `4B` for "4 b"; a table without a number keeps its words.
    What can't be shown, and what is longer than `TABLE_MAX`, becomes `""`.
    """
    words = " ".join(typed.split())
    if len(words) > TABLE_MAX or not words.isprintable():
        return ""
    found = _NUMBER.search(words)
    return f"{int(found[1])}{found[2].upper()}" if found else words.capitalize()
