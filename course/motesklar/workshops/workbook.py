"""Reads the first sheet of an Excel workbook. Pure: bytes in, lines of text or an error out.

A workbook is a ZIP of XML, so it is looked at before openpyxl opens it: nothing that grows beyond
`MOST_UNPACKED`, nothing with programs in it. openpyxl follows no links and computes no formulas (it
takes the values that Excel has saved), and refuses XML entities with defusedxml.
"""

import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from openpyxl import DEFUSEDXML, load_workbook

from motesklar.errors import BadCsv
from motesklar.i18n import N_

#: 10,000 people with ten columns are about 6 MB of XML.
MOST_UNPACKED = 24 * 1024 * 1024
#: A workbook with pictures and many sheets has a few hundred.
_MOST_PARTS = 2000
#: A list of participants has a handful.
_MOST_COLUMNS = 60
#: Parts that hold programs, whatever the file is called.
_PROGRAMS = ("vbaproject.bin", "vbadata.xml", "/macrosheets/", "/activex/")
_BEGINNING = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def is_workbook(data: bytes) -> bool:
    """Whether it begins as workbooks do, old and new ones."""
    return data.startswith((_BEGINNING, _OLD_EXCEL))


def workbook_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every line of the first sheet that isn't blank.

    Raises:
        BadCsv: it is too old, too big, has programs in it, or is no workbook.
    """
    if data.startswith(_OLD_EXCEL):
        raise BadCsv(
            N_("This workbook is locked with a password, or made by an old Excel."),
            N_("Open it in Excel, choose Save as and the type Excel Workbook (.xlsx)."),
        )
    _look_inside(data)
    assert DEFUSEDXML
    try:
        with warnings.catch_warnings():  # about styles and lists that are of no use here
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            yield from _lines(book)
    except BadCsv:
        raise
    except Exception as error:  # openpyxl raises anything at a file that is broken
        raise _no_workbook() from error


def _lines(book: Any) -> Iterator[tuple[int, list[str]]]:
    if not book.worksheets:
        raise _no_workbook()
    rows = book.worksheets[0].iter_rows(max_col=_MOST_COLUMNS, values_only=True)
    for line, cells in enumerate(rows, start=1):
        told = [_text(cell) for cell in cells]
        if any(told):
            while not told[-1]:
                told.pop()
            yield line, told


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _look_inside(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _no_workbook() from error
    # Python unpacks no more of a part than its own heading says
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise BadCsv(
            N_("The workbook is too big to be opened."),
            N_("Copy the list of people to a new workbook, save it and use that file."),
        )
    if any(program in f"/{part.filename.lower()}" for part in parts for program in _PROGRAMS):
        raise BadCsv(
            N_("There are programs (macros) in the workbook, so it is not opened."),
            N_("Open it in Excel, choose Save as and the type Excel Workbook (.xlsx)."),
        )


def _no_workbook() -> BadCsv:
    return BadCsv(
        N_("The file is not a workbook that we can read."),
        N_("Save the list as an Excel workbook (.xlsx) or as CSV UTF-8, and use the new file."),
    )
