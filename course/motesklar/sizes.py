"""Numbers of bytes as people read them."""

from babel.numbers import format_decimal

#: Of a thousand bytes each time, as disks are sold.
_UNITS = ("kB", "MB", "GB", "TB")


def shown_size(count: int, language: str) -> str:
    """`count` bytes in the unit that fits, with the digits that mean something: 3.2 MB, 13 GB."""
    power = min(max(1, (len(str(count)) - 1) // 3), len(_UNITS))
    value = count / 1000**power
    digits = "0.#" if value < 10 else "0"
    return f"{format_decimal(value, digits, locale=language)} {_UNITS[power - 1]}"
