"""The list of accounts as services write it, and everything that can be wrong with it."""

import io
from datetime import date

import pytest
from openpyxl import Workbook

from motesklar.adoption.account_file import read_accounts
from motesklar.adoption.dates import Order, order_of, read_date
from motesklar.errors import BadCsv

AUTUMN = date(2026, 11, 3)


@pytest.mark.parametrize(
    "heading",
    [
        "E-post;Senast aktiv",
        "User Principal Name,Last Activity Date",
        "Email\tLast Login(UTC)",
        "Användarnamn;Senaste inloggning",
        "userPrincipalName,lastSignInDateTime",
    ],
)
def test_columns_are_known_by_the_names_that_services_give_them(heading: str) -> None:
    delimiter = next(one for one in ";,\t" if one in heading)
    found = read_accounts(f"{heading}\nAnna@x.example{delimiter}2026-11-03T10:00:00Z".encode())
    assert [(one.email, one.used) for one in found.accounts] == [("anna@x.example", AUTUMN)]


def test_a_workbook_is_read_and_its_other_columns_are_named_and_dropped() -> None:
    book = Workbook()
    book.active.append(["E-post", "Senast aktiv", "Telefon"])
    book.active.append(["anna@x.example", AUTUMN, "anknytning 12"])
    file = io.BytesIO()
    book.save(file)
    found = read_accounts(file.getvalue())
    assert found.accounts[0].used == AUTUMN
    assert found.passed_over == ("Telefon",)


def test_closed_accounts_are_left_out_and_the_list_tells_its_own_day() -> None:
    heading = "Report Refresh Date,User Principal Name,Is Deleted,Last Activity Date"
    lines = "2026-11-20,a@x.example,False,\n2026-11-20,b@x.example,True,2026-01-01"
    found = read_accounts(f"{heading}\n{lines}".encode())
    assert found.day == date(2026, 11, 20)
    assert found.deleted == 1
    assert [one.used for one in found.accounts] == [None]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_excels_encodings_are_read(encoding: str) -> None:
    text = "Användarnamn;Senaste inloggning\na@x.example;2026-11-03"
    assert read_accounts(text.encode(encoding)).accounts[0].used == AUTUMN


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ("Namn;Senast aktiv\nA;2026-11-03", "no column for the e-mail"),
        ("E-post;Namn\na@x.example;A", "no column that says when"),
        ("E-post;Senast aktiv;Last login\na@x.example;;", "mean the same"),
        ("E-post;Senast aktiv\n", "no accounts"),
        ("E-post;Senast aktiv\na@x.example;\na@x.example;", "already on line"),
        ("E-post;Senast aktiv\na@x.example;igår", "is not a date"),
        ("E-post;Senast aktiv\na@x.example;2026-02-30", "is not a date"),
        ("E-post;Senast aktiv\na@x.example;3/4/2026", "two different dates"),
        ("E-post;Senast aktiv\n=cmd|' /C calc'!A0;2026-11-03", "not a whole e-mail"),
        ("E-post;Senast aktiv;Id\na@x.example;;850101-1234", "personal identity number"),
        ("E-post;Senast aktiv\na@x.example;;850101-1234", "personal identity number"),
    ],
)
def test_what_is_wrong_is_told_and_never_repeats_an_identity_number(text: str, told: str) -> None:
    with pytest.raises(BadCsv) as caught:
        read_accounts(text.encode())
    assert told in str(caught.value)
    assert "1234" not in str(caught.value)


def test_no_text_file_is_told() -> None:
    with pytest.raises(BadCsv):
        read_accounts(b"\x89PNG\x00\x01\x02")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-03", AUTUMN),
        ("2026-11-03 08:15:00", AUTUMN),
        ("3.11.2026", AUTUMN),
        ("Nov 3, 2026 08:15 AM", AUTUMN),
        ("3 november 2026", AUTUMN),
        ("Aldrig", None),
        ("", None),
    ],
)
def test_dates_are_read_as_they_are_written(text: str, day: date | None) -> None:
    assert read_date(text, Order.UNKNOWN) == day


def test_one_day_above_twelve_tells_the_order_of_the_whole_list() -> None:
    assert order_of(["3/4/2026", "13/4/2026"]) is Order.DAY
    assert order_of(["3/4/2026", "4/13/2026"]) is Order.MONTH
    assert read_date("3/4/2026", Order.DAY) == date(2026, 4, 3)
    assert read_date("3/4/2026", Order.MONTH) == date(2026, 3, 4)
