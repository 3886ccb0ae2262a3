"""The review table as files: CSV, an Excel workbook and JSON, each written row by row.

The columns of all of them are decided here, from the same lines as the page shows.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from motesklar.clock import local_day
from motesklar.i18n import N_, Translation
from motesklar.review.completion import Line, State
from motesklar.web.table_csv import csv_lines
from motesklar.web.table_xlsx import plain_cell

STATE_NAMES = {
    State.DONE: N_("Done"),
    State.HANDED_IN: N_("Handed in, not all right yet"),
    State.NOT_YET: N_("Not yet"),
}
#: Kind of file to its media type.
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json; charset=utf-8",
}
#: How many characters are gathered before they go on.
_GATHERED = 64 * 1024


def iso_date(at: datetime) -> str:
    """The day on the server's clock, as spreadsheets and screens' machinery read it."""
    return local_day(at).isoformat()


class TableWords:
    """The table in one language.

    Args:
        titles: of the modules, in the order of the course.
        left: with a column of when somebody left.
    """

    def __init__(self, translation: Translation, titles: Sequence[str], *, left: bool) -> None:
        self.gettext = translation.gettext
        self.titles = titles
        self.left = left

    def header(self) -> list[str]:
        """What stands above the columns."""
        gettext = self.gettext
        header = [gettext("Name"), gettext("Department"), gettext("Parts done")]
        if self.left:
            header.append(gettext("Left on"))
        for title in self.titles:
            header += [
                title,
                gettext("%(title)s, date") % {"title": title},
                gettext("%(title)s, version") % {"title": title},
                gettext("%(title)s, set by") % {"title": title},
            ]
        return header

    def row(self, line: Line) -> list[str]:
        """A person's cells."""
        cells = [line.name, line.department, str(line.done)]
        if self.left:
            cells.append(iso_date(line.left_at) if line.left_at else "")
        for cell in line.cells:
            cells += [
                self.gettext(STATE_NAMES[cell.state]),
                iso_date(cell.at) if cell.at else "",
                cell.version,
                cell.set_by,
            ]
        return cells


def csv_text(words: TableWords, lines: Iterable[Line]) -> Iterator[str]:
    """The table as CSV, some at a time."""
    return _gathered(csv_lines(words.header(), map(words.row, lines)))


def json_text(modules: Sequence[str], lines: Iterable[Line], *, left: bool) -> Iterator[str]:
    """The table as a list of people in JSON, some at a time; states stand as in addresses."""
    return _gathered(_json_parts(modules, lines, left=left))


def write_xlsx(words: TableWords, lines: Iterable[Line], path: Path) -> None:
    """The table as an Excel workbook, which is a ZIP and so can only be written whole.

    Raises:
        OSError: the disk is full, say.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Mötesklar")
    sheet.freeze_panes = "B2"

    sheet.append([plain_cell(sheet, text) for text in words.header()])
    for line in lines:
        sheet.append([plain_cell(sheet, text) if text else None for text in words.row(line)])
    book.save(path)


def write_table(
    kind: str, words: TableWords, modules: Sequence[str], lines: Iterable[Line], path: Path
) -> None:
    """The table as a file of that kind.

    Raises:
        OSError: the disk is full, say.
    """
    if kind == "xlsx":
        write_xlsx(words, lines, path)
        return
    parts = text_of(kind, words, modules, lines)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(parts)


def text_of(
    kind: str, words: TableWords, modules: Sequence[str], lines: Iterable[Line]
) -> Iterator[str]:
    """The table as text of that kind, some at a time."""
    if kind == "csv":
        return csv_text(words, lines)
    return json_text(modules, lines, left=words.left)


def counted(lines: Iterable[Line], every: int, tell: Callable[[int], None]) -> Iterator[Line]:
    """The same lines; `tell` is called with how many have gone by after each `every` of them."""
    for number, line in enumerate(lines, 1):
        yield line
        if number % every == 0:
            tell(number)


def _json_parts(modules: Sequence[str], lines: Iterable[Line], *, left: bool) -> Iterator[str]:
    between = "["
    for line in lines:
        told: dict[str, Any] = {
            "name": line.name,
            "department": line.department,
            "done": line.done,
        }
        if left:
            told["left_on"] = iso_date(line.left_at) if line.left_at else None
        told["modules"] = {
            module: {
                "state": cell.state.value,
                "date": iso_date(cell.at) if cell.at else None,
                "version": cell.version or None,
                "set_by": cell.set_by or None,
            }
            for module, cell in zip(modules, line.cells, strict=True)
        }
        yield f"{between}\n{json.dumps(told, ensure_ascii=False)}"
        between = ","
    yield "[]\n" if between == "[" else "\n]\n"


def _gathered(parts: Iterable[str]) -> Iterator[str]:
    held: list[str] = []
    size = 0
    for part in parts:
        held.append(part)
        size += len(part)
        if size >= _GATHERED:
            yield "".join(held)
            held, size = [], 0
    if held:
        yield "".join(held)
