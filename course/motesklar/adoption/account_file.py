"""Reads the meeting service's list of accounts, CSV or Excel. Pure: bytes in, accounts out.

Such lists come from the service's administration pages, so columns that we have no use for are
passed over and named; nothing of them is kept. All or nothing, as with the file of people: every
problem is told with its line, and a personal identity number is refused wherever it stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from motesklar.accounts.people_csv import (
    at_most,
    check_email,
    harmless,
    headed_rows,
    heading_of,
    read_lines,
    refuse_identity_numbers,
    twice,
    unread_headings,
)
from motesklar.adoption.dates import Order, is_either, order_of, read_date
from motesklar.errors import BadCsv
from motesklar.i18n import N_

#: The biggest municipality of the country has about as many.
MOST_ACCOUNTS = 50_000

_HEADINGS = {
    "email": (
        "epost", "epostadress", "mejl", "mejladress", "användarnamn", "email", "mail",
        "emailaddress", "useremail", "username", "userprincipalname", "upn", "användarensnamn",
    ),
    "created": (
        "skapad", "skapaddatum", "skapadden", "registrerad", "registreradden", "registreringsdatum",
        "created", "createddate", "createddateutc", "createddatetime", "createdat", "dateadded",
        "joindate", "registered", "registereddate", "registrationdate",
    ),
    "used": (
        "senastaktiv", "senasteaktivitet", "senastanvänd", "senastinloggad", "senasteinloggning",
        "datumförsenasteaktivitet", "senasteaktivitetsdatum",
        "lastactive", "lastactivity", "lastactivitydate", "lastactivitydateutc", "lastlogin",
        "lastlogindate", "lastloginutc", "lastlogintime", "lastsignin", "lastsignindate",
        "lastsignindatetime", "lastsigninutc", "lastused", "lastseen",
    ),
    "day": ("reportrefreshdate", "rapportdatum", "uppdateringsdatumförrapport", "reportdate"),
    "deleted": ("isdeleted", "borttagen", "ärborttagen", "deleted"),
}  # fmt: skip
_COLUMN_OF = {heading: column for column, known in _HEADINGS.items() for heading in known}
_DATES = ("created", "used", "day")
_YES = {"true", "yes", "ja", "sant", "1"}


@dataclass(frozen=True)
class Account:
    """An account in the service.

    Args:
        line: in the file, from 1.
        email: lower case.
        used: the day it was last used; None where it never was.
    """

    line: int
    email: str
    used: date | None = None


@dataclass(frozen=True)
class AccountFile:
    """The accounts of a list.

    Args:
        day: what the list itself says that it tells of; None where it says nothing.
        newest: the newest date in it; the list can't be older.
        deleted: lines that were left out, because their account is closed.
        passed_over: headings of the columns that were not read.
    """

    accounts: tuple[Account, ...]
    day: date | None = None
    newest: date | None = None
    deleted: int = 0
    passed_over: tuple[str, ...] = ()


def read_accounts(data: bytes) -> AccountFile:
    """All accounts of the list, or none.

    Raises:
        BadCsv: with the line and what to do; a `BadPeopleFile` when accounts were reached.
    """
    heading, rows = headed_rows(data, N_("Choose a file with one account on each line."))
    columns, passed_over = _columns(*heading)
    lines = at_most(
        rows,
        MOST_ACCOUNTS,
        N_("There are more than %(most)s accounts in the file."),
        N_("Choose the list of your own organisation alone."),
    )
    return _Reader(columns, passed_over, lines).read()


class _Reader:
    def __init__(
        self,
        columns: Sequence[str],
        passed_over: tuple[str, ...],
        lines: Sequence[tuple[int, list[str]]],
    ) -> None:
        self.columns = columns
        self.passed_over = passed_over
        self.lines = lines
        self.order = order_of(
            cell
            for _, cells in lines
            for cell, column in zip(cells, columns, strict=False)
            if column in _DATES
        )
        self.dates: set[date] = set()
        self.days: set[date] = set()

    def read(self) -> AccountFile:
        found = read_lines(self.lines, self._account, _twice)
        accounts = [account for account in found if account is not None]
        if not accounts:
            raise BadCsv(
                N_("The file has a heading but no accounts."),
                N_("Choose a file with one account on each line below the heading."),
            )
        return AccountFile(
            tuple(accounts),
            day=max(self.days, default=None),
            newest=max(self.dates, default=None),
            deleted=len(found) - len(accounts),
            passed_over=self.passed_over,
        )

    def _account(self, line: int, cells: Sequence[str]) -> Account | None:
        values = dict(zip(self.columns, cells, strict=False))
        dates = {name: self._date(line, values.get(name, "")) for name in _DATES}
        # a moment written without signs looks like such a number
        others = [c for c, name in zip_longest(cells, self.columns) if name not in _DATES]
        refuse_identity_numbers(line, filter(None, others))
        email = values.get("email", "").lower()
        check_email(line, email)
        if values.get("deleted", "").casefold() in _YES:
            return None
        self.dates.update(day for day in dates.values() if day)
        if dates["day"]:
            self.days.add(dates["day"])
        return Account(line, email, dates["used"])

    def _date(self, line: int, text: str) -> date | None:
        try:
            return read_date(text, self.order)
        except ValueError as error:
            if is_either(text) and self.order is Order.UNKNOWN:
                raise BadCsv(
                    N_("Line %(line)s: “%(value)s” can be read as two different dates."),
                    N_("Write the dates of the list as year-month-day, such as 2026-11-24."),
                    line=line,
                    value=harmless(text),
                ) from error
            raise BadCsv(
                N_("Line %(line)s: “%(value)s” is not a date."),
                N_("Write it as year-month-day, such as 2026-11-24, or leave it empty."),
                line=line,
                value=harmless(text),
            ) from error


def _columns(line: int, cells: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """The column of each cell, `""` for those that are passed over, and the headings of these."""
    columns = [_COLUMN_OF.get(heading_of(cell), "") for cell in cells]
    for column in filter(None, columns):
        if columns.count(column) > 1:
            both = [cell for cell, found in zip(cells, columns, strict=True) if found == column]
            raise BadCsv(
                N_("Line %(line)s: the columns “%(first)s” and “%(second)s” mean the same."),
                N_("Remove one of the two columns and try again."),
                line=line,
                first=harmless(both[0]),
                second=harmless(both[1]),
            )
    if "email" not in columns:
        raise BadCsv(
            N_("Line %(line)s: there is no column for the e-mail address."), _FORM, line=line
        )
    if "used" not in columns:
        raise BadCsv(
            N_("Line %(line)s: there is no column that says when an account was last used."),
            _FORM,
            line=line,
        )
    return columns, unread_headings(cells, columns)


_FORM = N_(
    "The first line must be a heading with at least e-mail and last active, "
    "as in the list that the meeting service makes."
)


def _twice(found: Sequence[Account | None]) -> list[BadCsv]:
    return twice((one.email, one.line, one.email) for one in found if one is not None)
