"""The file that spreadsheet programs open."""

import csv
import io

import pytest

from motesklar.web.table_csv import write_csv


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def test_it_begins_with_the_mark_by_which_excel_knows_utf_8() -> None:
    assert write_csv(["Å"], []).encode() == b"\xef\xbb\xbf\xc3\x85\r\n"


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_run_as_a_formula(beginning: str) -> None:
    cell = f'{beginning}HYPERLINK("http://evil.example")'
    assert read(write_csv([cell], [[cell]])) == [[f"'{cell}"], [f"'{cell}"]]


def test_separators_quotes_and_line_breaks_stay_in_their_cell() -> None:
    row = ["Ek; Bo", 'kallad "Bosse"', "två\nrader", "", "8-16"]
    assert read(write_csv(["a", "b", "c", "d", "e"], [row]))[1] == row
