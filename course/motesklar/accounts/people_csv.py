"""Reads a list of people, CSV or Excel. Pure: bytes in, rows or errors out.

All or nothing: a file with one problem gives no rows, but every problem is told with its line,
so that it can be corrected in one go. A personal identity number is refused wherever it stands,
and never repeated in the error.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from motesklar.accounts.sight import EVERYBODY
from motesklar.errors import BadCsv
from motesklar.i18n import N_
from motesklar.store.models import Role
from motesklar.workshops.workbook import is_workbook, workbook_rows

Read = TypeVar("Read")

_HEADERS = {
    "name": ("namn", "name"),
    "email": ("epost", "epostadress", "email", "mail", "emailaddress"),
    "department": ("avdelning", "förvaltning", "department"),
    "role": ("roll", "role"),
    "sees": ("ser", "sees"),
}
_COLUMN_OF = {header: column for column, headers in _HEADERS.items() for header in headers}
_ROLES = {
    "": Role.LEARNER,
    "learner": Role.LEARNER,
    "deltagare": Role.LEARNER,
    "kursdeltagare": Role.LEARNER,
    "medarbetare": Role.LEARNER,
    "elev": Role.LEARNER,
    "leader": Role.LEADER,
    "ledare": Role.LEADER,
    "kursledare": Role.LEADER,
    "workshopledare": Role.LEADER,
    "reviewer": Role.REVIEWER,
    "granskare": Role.REVIEWER,
    "administrator": Role.ADMINISTRATOR,
    "administratör": Role.ADMINISTRATOR,
}
#: What stands in the column `sees` for all departments.
_ALL = ("*", "alla", "all")
#: Between two departments in that column: a comma may stand in a name.
_BETWEEN = "|"
_DELIMITERS = ";,\t"
#: ASCII only: an å in an address is a slip of the pen in every organisation we know of.
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+"
)
#: (YY)YYMMDD-NNNN, coordination numbers (day + 60) too. Its check digit is not asked for: a number
#: typed wrong is still about one person.
_IDENTITY_NUMBER = re.compile(
    r"(?<!\d)(?:18|19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])"
    r"[-+–\s]?\d{4}(?!\d)"
)
#: How a formula begins in Excel, and what stands there when one has gone wrong.
_FORMULA = re.compile(r"[=+@]|-[^\s]|#[A-ZÅÄÖ/0]+[!?]?$|#N/A|#SAKNAS")
NAME_MAX = 120
_EMAIL_MAX = 254


@dataclass(frozen=True)
class PersonRow:
    """One person of the file.

    Args:
        line: the line in the file, from 1, for messages about this person.
        email: lower case.
        role_given: False when the file says nothing about the role, so that an existing one stays.
        sees: departments that a reviewer sees beside the own one; `*` for all.
    """

    line: int
    name: str
    email: str
    department: str
    role: Role = Role.LEARNER
    role_given: bool = True
    department_given: bool = True
    sees: tuple[str, ...] = ()
    sees_given: bool = False


#: The line in the file, and its cells.
Row = tuple[int, list[str]]


class BadPeopleFile(BadCsv):
    """A file with at least one problem; itself tells the first.

    Args:
        problems: all of them, in the order of their lines.
    """

    def __init__(self, problems: Iterable[BadCsv]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(first.message, first.next_step, **first.params)


def parse_people(data: bytes) -> list[PersonRow]:
    """Read all people of the file, or none.

    Raises:
        BadCsv: with the line and what to do; a `BadPeopleFile` when rows were reached.
    """
    header, rows = headed_rows(data, N_("Choose a file with one person on each line."))
    columns = _columns(*header)
    people = read_lines(
        rows,
        lambda line, cells: _person(line, cells, columns),
        lambda people: twice((row.email, row.line, row.email) for row in people),
    )
    if not people:
        raise BadCsv(
            N_("The file has a heading but no people."),
            N_("Write one person on each line below the heading."),
        )
    return people


def _file_rows(data: bytes) -> Iterator[Row]:
    """Every line of a CSV or an Excel workbook that isn't blank.

    Raises:
        BadCsv: it is neither.
    """
    if is_workbook(data):
        return ((line, [tidy(cell) for cell in cells]) for line, cells in workbook_rows(data))
    return rows_of(_decode(data))


def headed_rows(data: bytes, next_step: str) -> tuple[Row, Iterator[Row]]:
    """The heading of a file and the rows below it.

    Args:
        data: of a CSV or an Excel workbook.
        next_step: what to do when the file is empty.

    Raises:
        BadCsv: it is empty, or neither of them.
    """
    rows = _file_rows(data)
    heading = next(rows, None)
    if heading is None:
        raise BadCsv(N_("The file is empty."), next_step)
    return heading, rows


def at_most(rows: Iterable[Row], most: int, message: str, next_step: str) -> list[Row]:
    """All rows.

    Raises:
        BadCsv: there are more than `most`; `message` and `next_step` say what that means.
    """
    lines = list(islice(rows, most + 1))
    if len(lines) > most:
        raise BadCsv(message, next_step, most=most)
    return lines


def is_email(text: str) -> bool:
    """Whether `text` is written as a whole e-mail address."""
    return len(text) <= _EMAIL_MAX and _EMAIL.fullmatch(text) is not None


def tidy(text: str) -> str:
    """Composed letters (a Mac writes ö as two) and single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def has_identity_number(text: str) -> bool:
    """Whether a Swedish personal identity number stands in `text`."""
    return _IDENTITY_NUMBER.search(text) is not None


def _decode(data: bytes) -> str:
    """The file's text, whichever of Excel's encodings it is in."""
    try:
        text = data.decode(_encoding(data))
    except UnicodeDecodeError as error:
        raise _not_text() from error
    if "\x00" in text:
        raise _not_text()
    return text


def _encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # UTF-16 without its mark: every Latin letter has a zero byte beside it
    if len(data) >= 2 and 0 in data[:2]:
        return "utf-16-be" if data[0] == 0 else "utf-16-le"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _not_text() -> BadCsv:
    return BadCsv(
        N_("The file is neither an Excel workbook nor a text file that we can read."),
        N_("Save the list as an Excel workbook (.xlsx) or as CSV UTF-8, and use the new file."),
    )


def rows_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every line that isn't blank; Excel leaves `;;;` where people were."""
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            tidied = [tidy(cell) for cell in cells]
            # Excel's own way to name the delimiter, before the heading
            hint = line == 1 and text[:4].casefold() == "sep="
            if any(tidied) and not hint:
                yield line, tidied
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadCsv(
            N_("Line %(line)s can't be read."),
            N_("Look for a quotation mark too many on that line, correct it and try again."),
            line=line,
        ) from error


def _delimiter(text: str) -> str:
    """The delimiter that gives the heading the most columns we know."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    if lines and lines[0][:4].casefold() == "sep=":
        named = lines[0][4:5]
        return named if named and named in _DELIMITERS else ";"
    heading = lines[0] if lines else ""

    def known(delimiter: str) -> int:
        return sum(heading_of(cell.strip('"')) in _COLUMN_OF for cell in heading.split(delimiter))

    return max(_DELIMITERS, key=lambda d: (known(d), heading.count(d)))


def heading_of(cell: str) -> str:
    """A heading's letters, small: what it is known by."""
    return re.sub(r"[^a-zåäö]", "", tidy(cell).casefold())


def unread_headings(cells: Sequence[str], columns: Sequence[str]) -> tuple[str, ...]:
    """The headings of columns that are not read, where any are allowed; `""` stands for those."""
    pairs = zip(cells, columns, strict=True)
    return tuple(harmless(cell) for cell, column in pairs if cell and not column)


def _columns(line: int, cells: list[str]) -> list[str]:
    """The column of each cell, `""` for an empty heading."""
    columns: list[str] = []
    for cell in cells:
        column = _COLUMN_OF.get(heading_of(cell), "")
        if cell and not column:
            raise BadCsv(
                N_("Line %(line)s: we do not know the column “%(value)s”."),
                N_("The columns are name, e-mail, department, role and sees. Remove the others."),
                line=line,
                value=harmless(cell),
            )
        if column and column in columns:
            raise BadCsv(
                N_("Line %(line)s: the column “%(value)s” is there twice."),
                N_("Remove one of the two columns and try again."),
                line=line,
                value=cell,
            )
        columns.append(column)
    missing = [column for column in ("name", "email") if column not in columns]
    if missing:
        raise BadCsv(
            _MISSING_COLUMN[missing[0]],
            N_(
                "The first line must be a heading: name, e-mail, department, role. "
                "The department and the role may be left out."
            ),
            line=line,
        )
    return columns


_MISSING_COLUMN = {
    "name": N_("Line %(line)s: there is no column for the name."),
    "email": N_("Line %(line)s: there is no column for the e-mail address."),
}
_MISSING_VALUE = {
    "name": N_("Line %(line)s: the name is missing."),
    "email": N_("Line %(line)s: the e-mail address is missing."),
    "department": N_("Line %(line)s: the department is missing."),
}


def _person(line: int, cells: list[str], columns: list[str]) -> PersonRow:
    refuse_identity_numbers(line, cells)
    if any(cells[len(columns) :]) or any(
        cell for cell, column in zip(cells, columns, strict=False) if not column
    ):
        raise BadCsv(
            N_("Line %(line)s: there is more on the line than the heading has columns."),
            N_("Look for a separator too many, or put quotation marks around the value."),
            line=line,
        )
    values = dict.fromkeys(_HEADERS, "") | dict(zip(columns, cells, strict=False))
    _check_values(line, values, columns)
    return PersonRow(
        line,
        values["name"],
        values["email"].lower(),
        values["department"],
        _role(line, values["role"]),
        role_given=bool(values["role"]),
        department_given="department" in columns,
        sees=_sees(values["sees"]),
        sees_given="sees" in columns,
    )


def _sees(value: str) -> tuple[str, ...]:
    names = [name.strip() for name in value.split(_BETWEEN) if name.strip()]
    return (EVERYBODY,) if any(name.casefold() in _ALL for name in names) else tuple(names)


def _check_values(line: int, values: dict[str, str], columns: list[str]) -> None:
    for column, message in _MISSING_VALUE.items():
        if column in columns and not values[column]:
            raise BadCsv(message, N_("Fill it in, or remove the whole line."), line=line)
    for column in ("name", "department", "sees"):
        value = values[column]
        if column != "sees" and _FORMULA.match(value):
            raise BadCsv(
                N_("Line %(line)s: “%(value)s” is a formula, or what a broken one leaves behind."),
                N_("Write the name itself in the cell."),
                line=line,
                value=harmless(value),
            )
        if len(value) > NAME_MAX or not value.isprintable():
            raise BadCsv(
                N_("Line %(line)s: “%(value)s” is too long or has characters that do not belong."),
                N_("Write at most 120 ordinary letters and signs."),
                line=line,
                value=harmless(value),
            )
    check_email(line, values["email"])


def _role(line: int, value: str) -> Role:
    try:
        return _ROLES[value.casefold()]
    except KeyError:
        raise BadCsv(
            N_("Line %(line)s: there is no role “%(value)s”."),
            N_("Write learner, leader, reviewer or administrator, or leave it empty for learner."),
            line=line,
            value=harmless(value),
        ) from None


def read_lines(
    rows: Iterable[tuple[int, list[str]]],
    read: Callable[[int, list[str]], Read],
    check: Callable[[list[Read]], list[BadCsv]],
) -> list[Read]:
    """What each line holds, or every problem of the file.

    Args:
        rows: (line, cells), without the heading.
        read: one line; raises what is wrong with it.
        check: what is wrong with lines that are well each by itself.

    Raises:
        BadPeopleFile: there is at least one problem.
    """
    found: list[Read] = []
    problems: list[BadCsv] = []
    for line, cells in rows:
        try:
            found.append(read(line, cells))
        except BadCsv as problem:
            problems.append(problem)
    problems += check(found)
    if problems:
        raise BadPeopleFile(sorted(problems, key=lambda problem: int(problem.params["line"])))
    return found


def twice(rows: Iterable[tuple[Hashable, int, str]]) -> list[BadCsv]:
    """A problem for each line whose key stood on an earlier one: (key, line, as it is told)."""
    first: dict[Hashable, int] = {}
    return [
        BadCsv(
            N_("Line %(line)s: %(value)s is already on line %(earlier)s."),
            N_("Keep one of the two lines."),
            line=line,
            value=told,
            earlier=first[key],
        )
        for key, line, told in rows
        if first.setdefault(key, line) != line
    ]


def refuse_identity_numbers(line: int, cells: Iterable[str]) -> None:
    """Stop at a personal identity number, without repeating it.

    Raises:
        BadCsv: there is one.
    """
    if any(has_identity_number(cell) for cell in cells):
        raise BadCsv(
            N_("Line %(line)s: there is something that looks like a personal identity number."),
            N_("Remove it. The course must not have personal identity numbers."),
            line=line,
        )


def check_email(line: int, email: str) -> None:
    """Stop at half an e-mail address.

    Raises:
        BadCsv: it is no whole one.
    """
    if not is_email(email):
        raise BadCsv(
            N_("Line %(line)s: “%(value)s” is not a whole e-mail address."),
            N_("Write it as name@organisation.se, without å, ä and ö."),
            line=line,
            value=harmless(email),
        )


def harmless(value: str) -> str:
    """A value short enough to be read in a message, identity numbers blotted out."""
    value = _IDENTITY_NUMBER.sub("…", value)
    printable = "".join(character if character.isprintable() else "?" for character in value)
    return printable if len(printable) <= 60 else printable[:59] + "…"
