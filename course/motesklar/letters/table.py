"""Letters as a table, for a mail program that merges it into letters of its own."""

from collections.abc import Iterable

from motesklar.accounts.letters import Letter
from motesklar.store.models import Person
from motesklar.web.base import CourseHandler
from motesklar.web.table_csv import write_csv


def letters_csv(handler: CourseHandler, letters: Iterable[tuple[Person, Letter]]) -> None:
    """Answer with one row for each letter: to whom, the link, and the whole text."""
    gettext = handler.translation.gettext
    header = [
        gettext("Name"),
        gettext("E-mail address"),
        gettext("Link"),
        gettext("Subject"),
        gettext("Text"),
    ]
    rows = ((who.name, who.email or "", one.link, one.subject, one.text) for who, one in letters)
    handler.set_header("Content-Type", "text/csv; charset=utf-8")
    handler.set_header("Content-Disposition", 'attachment; filename="motesklar-letters.csv"')
    handler.finish(write_csv(header, rows))
