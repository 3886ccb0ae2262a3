"""The tables of the adoption page, and the same as files: what is shown is what is handed out."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook

from motesklar.web.table_xlsx import plain_cell

Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """A table as it is shown.

    Args:
        name: in addresses and file names.
        rows: the first cell of each is its heading; None is nothing to tell.
    """

    name: str
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def texts(self) -> list[list[str]]:
        """The rows as CSV has them."""
        return [["" if cell is None else str(cell) for cell in row] for row in self.rows]


def as_json(tables: Sequence[Table]) -> dict[str, Any]:
    """All tables; each row by its headings."""
    return {
        table.name: {
            "title": table.title,
            "rows": [dict(zip(table.header, row, strict=True)) for row in table.rows],
        }
        for table in tables
    }


def as_workbook(tables: Sequence[Table]) -> bytes:
    """An Excel workbook with a sheet for each; no cell of it is ever a formula."""
    book = Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(table.name)
        for row in (table.header, *table.rows):
            sheet.append([plain_cell(sheet, value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
