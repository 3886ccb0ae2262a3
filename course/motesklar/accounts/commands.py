"""`motesklar people …` and `motesklar administrator-link`. They work while the server runs."""

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click

from motesklar.accounts.manager import Accounts
from motesklar.accounts.people_csv import BadPeopleFile
from motesklar.accounts.records import forget_hand_ins
from motesklar.config import load_settings
from motesklar.i18n import LOCALE_DIR, load_languages
from motesklar.options import course_option, data_option
from motesklar.paths import DataFolder, shipped_settings
from motesklar.privacy.ledger import ErasureLedger
from motesklar.store.database import Database
from motesklar.store.facts import FactLog
from motesklar.web.sessions import SessionStore

_OPTIONS = (
    data_option,
    course_option,
    click.option(
        "--public-url",
        default="http://localhost:8000",
        envvar="PUBLIC_URL",
        show_default=True,
        help="Where people reach the course; stands in the links.",
    ),
)


def _course_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@contextmanager
def _opened(data: Path, overlay: Path | None, public_url: str) -> Iterator[Accounts]:
    """The accounts of a data folder, made when it is new."""
    settings = load_settings(shipped_settings(), overlay / "course.toml" if overlay else None)
    folders = [LOCALE_DIR, *([overlay / "locale"] if overlay else [])]
    folder = DataFolder(data.resolve())
    folder.prepare()
    database = Database(folder.database_url)
    try:
        database.migrate()
        yield Accounts(
            settings=settings,
            database=database,
            sessions=SessionStore(database, settings.signin),
            languages=load_languages(
                settings.course.languages, folders, settings.course.default_language
            ),
            facts=FactLog(database),
            ledger=ErasureLedger(folder.erasures_file),
            public_url=public_url.rstrip("/"),
        )
    finally:
        database.close()


@click.group()
def people() -> None:
    """Import people, make sign-in links, export or erase a person."""


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would happen.")
@_course_options
def import_command(
    file: Path, dry_run: bool, data: Path, overlay: Path | None, public_url: str
) -> None:
    """Add and change people from a FILE, CSV or Excel (name, e-mail, department, role, sees)."""
    with _opened(data, overlay, public_url) as accounts:
        try:
            run = accounts.plan_import if dry_run else accounts.import_people
            plan = run(file.read_bytes())
        except BadPeopleFile as error:
            for problem in error.problems:
                click.echo(f"{problem}\n  {problem.next_step}", err=True)
            click.echo("Nothing has been saved.", err=True)
            sys.exit(1)
    click.echo(
        f"added {len(plan.added)}, changed {len(plan.changed)}, unchanged {plan.unchanged}, "
        f"not in the file {len(plan.missing)}" + (" (dry run, nothing saved)" if dry_run else "")
    )


@people.command("list")
@click.argument("text", default="")
@_course_options
def list_command(text: str, data: Path, overlay: Path | None, public_url: str) -> None:
    """List people, tab-separated: id, name, e-mail, department, role. TEXT searches."""
    with _opened(data, overlay, public_url) as accounts:
        for one in accounts.roster.search(text):
            click.echo("\t".join((one.id, one.name, one.email, one.department, one.role.value)))


@people.command("link")
@click.argument("who", nargs=-1)
@click.option("--all", "everybody", is_flag=True, help="A link for each person in the course.")
@click.option("--letter", is_flag=True, help="The whole letter instead of the link alone.")
@_course_options
def link_command(
    who: tuple[str, ...],
    everybody: bool,
    letter: bool,
    data: Path,
    overlay: Path | None,
    public_url: str,
) -> None:
    """Make a sign-in link for each WHO (e-mail or id): name, e-mail and link, tab-separated."""
    if bool(who) == everybody:
        raise click.UsageError("Name one or more people by e-mail or id, or use --all.")
    with _opened(data, overlay, public_url) as accounts:
        ids = [line.id for line in accounts.roster.search()] if everybody else who
        # everybody is found before the first link is made
        for person in [accounts.roster.find(one) for one in ids]:
            made = accounts.letter_for(person)
            line = "\t".join((person.name, person.email or "", made.link))
            click.echo(f"{made.subject}\n\n{made.text}" if letter else line)


@people.command("export")
@click.argument("who")
@_course_options
def export_command(who: str, data: Path, overlay: Path | None, public_url: str) -> None:
    """Print all that is known about WHO (e-mail or id) as JSON."""
    with _opened(data, overlay, public_url) as accounts:
        person = accounts.roster.find(who)
        known = accounts.export_person(person.id, DataFolder(data.resolve()))
    click.echo(json.dumps(known, ensure_ascii=False, indent=2))


@people.command("erase")
@click.argument("who")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_course_options
def erase_command(who: str, yes: bool, data: Path, overlay: Path | None, public_url: str) -> None:
    """Remove WHO (e-mail or id) and all that is known about them, for ever."""
    with _opened(data, overlay, public_url) as accounts:
        person = accounts.roster.find(who)
        if not yes:
            click.confirm(f"Erase {person.name} ({person.id}) and all their results?", abort=True)
        forget = partial(forget_hand_ins, DataFolder(data.resolve()))
        asyncio.run(accounts.erase_person(person.id, forget))
        click.echo(f"erased {person.id}")


@click.command("administrator-link")
@_course_options
def administrator_link(data: Path, overlay: Path | None, public_url: str) -> None:
    """Print the link that makes the first administrator; works once, for a day."""
    with _opened(data, overlay, public_url) as accounts:
        click.echo(accounts.administrator_link())
