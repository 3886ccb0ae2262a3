"""Reads a list of expected participants, CSV or Excel. Pure: bytes in, people or errors out.

All or nothing, as with the file of people: every problem is told with its line, and a personal
identity number is refused wherever it stands. Leaders get such lists from others, so columns that
we have no use for are passed over and named; nothing of them is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from motesklar.accounts.people_csv import (
    NAME_MAX,
    at_most,
    check_email,
    harmless,
    headed_rows,
    heading_of,
    read_lines,
    refuse_identity_numbers,
    tidy,
    twice,
    unread_headings,
)
from motesklar.errors import BadCsv
from motesklar.i18n import N_
from motesklar.web.table_csv import write_csv

#: A workshop of eighty with room to spare; whoever brings more has chosen the wrong file.
MOST_PEOPLE = 10_000

_HEADINGS = {
    "name": ("namn", "name", "deltagare", "participant"),
    "first": ("förnamn", "firstname", "givenname"),
    "last": ("efternamn", "lastname", "surname", "familyname"),
    "email": ("epost", "epostadress", "email", "mail", "mejl", "mejladress", "emailaddress"),
    "department": ("avdelning", "förvaltning", "enhet", "department"),
}
_COLUMN_OF = {heading: column for column, known in _HEADINGS.items() for heading in known}


@dataclass(frozen=True)
class Expected:
    """Somebody in the list.

    Args:
        line: in the file, from 1.
        email: lower case; empty where the list has none, as is the department.
    """

    line: int
    name: str
    email: str = ""
    department: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """By what the same person is known again."""
        if self.email:
            return (self.email,)
        return (self.name.casefold(), self.department.casefold())


@dataclass(frozen=True)
class RosterFile:
    """The people of a file.

    Args:
        passed_over: headings of the columns that were not read.
    """

    people: tuple[Expected, ...]
    passed_over: tuple[str, ...] = ()


def read_roster(data: bytes) -> RosterFile:
    """All people of the file, or none.

    Raises:
        BadCsv: with the line and what to do; a `BadPeopleFile` when people were reached.
    """
    heading, rows = headed_rows(data, N_("Choose a file with one person on each line."))
    columns, passed_over = _columns(*heading)
    lines = at_most(
        rows,
        MOST_PEOPLE,
        N_("There are more than %(most)s people in the file."),
        N_("Choose the list of this workshop alone."),
    )
    people = read_lines(
        lines,
        lambda line, cells: _person(line, cells, columns),
        lambda people: twice(
            (one.key, one.line, one.email or harmless(one.name)) for one in people
        ),
    )
    if not people:
        raise BadCsv(
            N_("The file has a heading but no people."),
            N_("Write one person on each line below the heading."),
        )
    return RosterFile(tuple(people), passed_over)


def template_file(name: str, email: str, department: str) -> str:
    """An empty list to fill in, with these headings."""
    return write_csv((name, email, department), ())


def _columns(line: int, cells: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """The column of each cell, `""` for those that are passed over, and the headings of these."""
    columns = [_COLUMN_OF.get(heading_of(cell), "") for cell in cells]
    for column in filter(None, columns):
        if columns.count(column) > 1:
            raise BadCsv(
                N_("Line %(line)s: the column “%(value)s” is there twice."),
                N_("Remove one of the two columns and try again."),
                line=line,
                value=harmless(cells[columns.index(column)]),
            )
    if "name" not in columns and "first" not in columns:
        raise BadCsv(
            N_("Line %(line)s: there is no column for the name."),
            N_(
                "The first line must be a heading: name, e-mail, department. "
                "Only the name must be there."
            ),
            line=line,
        )
    return columns, unread_headings(cells, columns)


def _person(line: int, cells: Sequence[str], columns: Sequence[str]) -> Expected:
    refuse_identity_numbers(line, cells)
    values = dict(zip(columns, cells, strict=False))
    both = tidy(f"{values.get('first', '')} {values.get('last', '')}")
    name, email = values.get("name", "") or both, values.get("email", "").lower()
    department = values.get("department", "")
    if not name:
        raise BadCsv(
            N_("Line %(line)s: the name is missing."),
            N_("Fill it in, or remove the whole line."),
            line=line,
        )
    for value in (name, department):
        if len(value) > NAME_MAX or not value.isprintable():
            raise BadCsv(
                N_("Line %(line)s: “%(value)s” is too long or has characters that do not belong."),
                N_("Write at most 120 ordinary letters and signs."),
                line=line,
                value=harmless(value),
            )
    if email:
        check_email(line, email)
    return Expected(line, name, email, department)
