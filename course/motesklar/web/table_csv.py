"""Writes a table as CSV that a Swedish spreadsheet program opens by a double click. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

#: Without it, Excel takes UTF-8 for the machine's old encoding.
_BYTE_ORDER_MARK = "\ufeff"
#: A cell that begins so is run as a formula (OWASP, "CSV Injection").
_FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The table, separated by `;`, every cell plain text."""
    return "".join(csv_lines(header, rows))


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The same line by line, for a table that is too long to be held."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    yield _BYTE_ORDER_MARK
    for row in chain([header], rows):
        writer.writerow([_safe(cell) for cell in row])
        yield text.getvalue()
        text.seek(0)
        text.truncate()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_BEGINNINGS) else cell
