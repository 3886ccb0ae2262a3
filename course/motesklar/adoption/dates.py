"""Reads dates as meeting services write them in their lists. Pure."""

import enum
import re
from collections.abc import Iterable
from datetime import date

#: How lists say that something has never happened.
_NEVER = {"", "-", "–", "n/a", "null", "none", "never", "aldrig"}
_YEAR_FIRST = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ].*)?"
)  # the text is in small letters
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: .*)?")
_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[, ].*)?")
_MONTH_WORD = re.compile(r"([a-zåäö]{3})[a-zåäö]*\.? (\d{1,2}),? (\d{4})(?:[, ].*)?")
_DAY_WORD = re.compile(r"(\d{1,2}) ([a-zåäö]{3})[a-zåäö]*\.? (\d{4})(?:[, ].*)?")
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "maj": 5, "may": 5, "jun": 6, "jul": 7, "aug": 8,
    "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip


class Order(enum.Enum):
    """What stands first in 3/4/2026."""

    DAY = "day"
    MONTH = "month"
    UNKNOWN = "unknown"  # every such date of the list could be read both ways


def order_of(texts: Iterable[str]) -> Order:
    """What all dates of a list together say: a number above twelve is a day."""
    for text in texts:
        found = _SLASHES.fullmatch(text)
        if found and int(found[1]) > 12:
            return Order.DAY
        if found and int(found[2]) > 12:
            return Order.MONTH
    return Order.UNKNOWN


def is_either(text: str) -> bool:
    """Whether it is a date that is read by its list's order."""
    return _SLASHES.fullmatch(text) is not None


def read_date(text: str, order: Order) -> date | None:
    """The day of a date or moment; None where it has never happened.

    Raises:
        ValueError: it is no date, or one that can be read in two ways.
    """
    text = text.strip().casefold()
    if text in _NEVER:
        return None
    if found := _YEAR_FIRST.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.fullmatch(text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if found := _MONTH_WORD.fullmatch(text):
        return date(int(found[3]), _month(found[1]), int(found[2]))
    if found := _DAY_WORD.fullmatch(text):
        return date(int(found[3]), _month(found[2]), int(found[1]))
    if (found := _SLASHES.fullmatch(text)) and order is not Order.UNKNOWN:
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        return date(year, second, first) if order is Order.DAY else date(year, first, second)
    raise ValueError(text)


def _month(word: str) -> int:
    if word not in _MONTHS:
        raise ValueError(word)
    return _MONTHS[word]
