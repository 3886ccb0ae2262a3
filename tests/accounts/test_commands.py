"""The command line, beside a server that runs on the same data."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from motesklar.cli import main
from motesklar.store.models import Role
from tests.accounts.conftest import Site, path_of

FILE = "Namn;E-post;Avdelning\nÅsa Ö;asa@x.se;Vård\nBo;bo@x.se;Kultur\n"


async def run(site: Site, *arguments: str, expect: int = 0) -> Result:
    """A command in a thread of its own, while the server goes on."""
    environment = {"DATA": str(site.town.data.root)}
    result = await asyncio.to_thread(CliRunner().invoke, main, arguments, env=environment)
    assert result.exit_code == expect, result.output
    return result


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "personer.csv"
    path.write_text(FILE, encoding="cp1252")
    return path


@pytest.fixture
def bad_file(file: Path) -> Path:
    file.write_text(FILE + "Eva;eva;K\n;u@x.se;K\n")
    return file


async def test_people_imported_on_the_command_line_can_sign_in_at_once(
    site: Site, file: Path
) -> None:
    assert (
        "added 2, changed 0, unchanged 0" in (await run(site, "people", "import", str(file))).output
    )
    printed = (
        await run(site, "people", "link", "ASA@x.se", "--public-url", "https://k.example/")
    ).output
    name, email, link = printed.strip().split("\t")

    assert (name, email) == ("Åsa Ö", "asa@x.se")
    assert link.startswith("https://k.example/link/")
    browser = site.browser()
    assert (await browser.post(path_of(link))).status_code == 303
    assert browser.name == "Åsa Ö"


async def test_links_for_everybody_and_as_letters(site: Site, file: Path) -> None:
    await run(site, "people", "import", str(file))
    assert len((await run(site, "people", "link", "--all")).output.splitlines()) == 2
    letter = (await run(site, "people", "link", "bo@x.se", "--letter")).output
    assert "Hej Bo!" in letter
    assert "/link/" in letter
    await run(site, "people", "link", expect=2)
    await run(site, "people", "link", "bo@x.se", "--all", expect=2)
    assert "no such person" in (await run(site, "people", "link", "x@x.se", expect=1)).output


async def test_a_dry_run_saves_nothing(site: Site, file: Path) -> None:
    assert "nothing saved" in (await run(site, "people", "import", str(file), "--dry-run")).output
    assert (await run(site, "people", "list")).output == ""


async def test_each_problem_of_a_file_is_printed(site: Site, bad_file: Path) -> None:
    output = (await run(site, "people", "import", str(bad_file), expect=1)).output

    assert "Line 4: “eva” is not a whole e-mail address." in output
    assert "Line 5: the name is missing." in output
    assert (await run(site, "people", "list")).output == ""


async def test_people_are_listed_exported_and_erased(site: Site, file: Path) -> None:
    await run(site, "people", "import", str(file))
    assert [
        line.split("\t")[1] for line in (await run(site, "people", "list")).output.splitlines()
    ] == [
        "Bo",
        "Åsa Ö",
    ]
    known = json.loads((await run(site, "people", "export", "asa@x.se")).output)
    assert known["person"]["department"] == "Vård"

    await run(site, "people", "erase", "asa@x.se", expect=1)  # nobody answered the question
    assert len((await run(site, "people", "list")).output.splitlines()) == 2
    await run(site, "people", "erase", "asa@x.se", "--yes")
    assert len((await run(site, "people", "list")).output.splitlines()) == 1


async def test_the_first_administrators_link_is_printed_until_there_is_one(site: Site) -> None:
    old = (await run(site, "administrator-link")).output.strip()
    new = (await run(site, "administrator-link")).output.strip()
    browser = site.browser()
    assert (await browser.post(path_of(old), name="Ada")).status_code == 404
    assert (await browser.post(path_of(new), name="Ada", email="ada@x.se")).status_code == 303
    assert browser.session is not None
    assert browser.session.role is Role.ADMINISTRATOR

    assert (
        "already has an administrator" in (await run(site, "administrator-link", expect=1)).output
    )
