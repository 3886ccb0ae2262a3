"""Cells of Excel workbooks that are never formulas, whoever wrote what stands in them."""

from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE


def plain_cell(sheet: Any, value: str | int | float | None) -> Any:
    """A cell of a write-only sheet; characters that no workbook takes are left out."""
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
    cell.data_type = "s"  # openpyxl takes what begins with = for a formula
    return cell
