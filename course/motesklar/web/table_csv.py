"""Writes a table as CSV that a Swedish spreadsheet program opens by a double click. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence

#: Without it, Excel takes UTF-8 for the machine's old encoding.
_BYTE_ORDER_MARK = "\ufeff"
#: A cell that begins so is run as a formula (OWASP, "CSV Injection").
_FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The table, separated by `;`, every cell plain text."""
    text = io.StringIO(_BYTE_ORDER_MARK, newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_safe(cell) for cell in header])
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_BEGINNINGS) else cell
