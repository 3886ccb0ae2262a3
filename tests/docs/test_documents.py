"""The documents lead where they say, and name what exists."""

import re
import subprocess
from pathlib import Path

import click
import pytest

from motesklar import __version__
from motesklar.cli import main
from tests.docs.test_catalogues import extracted

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    # `make vendor` fetches foreign code, whose documents are its own
    *(p for p in sorted((ROOT / "course").rglob("*.md")) if "node_modules" not in p.parts),
]
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"\bmotesklar ((?:[a-z][a-z-]* )*[a-z][a-z-]*)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_every_link_to_a_file_leads_to_one(path: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]+`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    inside = [target for target in LINK.findall(text) if "://" not in target]
    missing = [t for t in inside if not t.startswith("/") and not (path.parent / t).exists()]
    assert missing == []


def _quoted(text: str) -> list[str]:
    """Commands in code spans and blocks, with continued lines joined."""
    blocks = re.findall(r"```(?:sh|ini)\n(.*?)```", text, re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return lines + re.findall(r"`([^`\n]+)`", text)


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_every_command_and_option_that_is_told_exists(path: Path) -> None:
    for line in _quoted(path.read_text(encoding="utf-8")):
        found = COMMAND.search(line)
        if not found or "motesklar-" in line:
            continue
        options = {option for command in _commands(found[1].split()) for option in command}
        told = OPTION.findall(line[found.start() :].split("#")[0])
        assert set(told) <= options, line


def _commands(words: list[str]) -> list[set[str]]:
    """Options of the verb that the words name, and of the groups above it."""
    command: click.Command = main
    context = click.Context(main)
    options = []
    for word in words:
        options.append({name for option in command.params for name in option.opts} | {"--help"})
        if not isinstance(command, click.Group):
            break
        inner = command.get_command(context, word)
        assert inner is not None, f"there is no verb {' '.join(words)}"
        command = inner
    options.append({name for option in command.params for name in option.opts} | {"--help"})
    return options


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_every_make_verb_that_is_told_exists(path: Path) -> None:
    verbs = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for line in _quoted(path.read_text(encoding="utf-8")):
        for verb in re.findall(r"(?:^|\s)make ([a-z]+)", line):
            assert verb in verbs, line


def test_the_guides_call_buttons_and_pages_by_the_names_they_have() -> None:
    sentences = {part for s in extracted() for part in ([s] if isinstance(s, str) else s)}
    for guide in sorted((ROOT / "docs" / "guides").glob("*.md")):
        text = " ".join(guide.read_text(encoding="utf-8").split())
        for name in re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", text):
            found = any(
                sentence == name or sentence.startswith(f"{name},") for sentence in sentences
            )
            assert found, f"{guide.name}: nothing is called {name}"


def test_the_changelog_begins_with_this_version() -> None:
    headings = re.findall(
        r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert headings[0] == __version__
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_decisions_are_numbered_dated_and_have_their_three_parts() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [record.name[:4] for record in records]
    assert numbers == [f"{number:04}" for number in range(1, len(records) + 1)]
    for record in records:
        text = record.read_text(encoding="utf-8")
        assert text.startswith(f"# {record.name[:4]} ")
        assert re.search(r"^\d{4}-\d{2}-\d{2}\. \w+", text, re.MULTILINE), record.name
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
            "Context",
            "Decision",
            "Consequences",
        ]


def test_the_nginx_example_passes_what_the_doctor_looks_for() -> None:
    text = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    for header in ("Host", "X-Forwarded-Proto", "Upgrade", "Connection"):
        assert re.search(rf"proxy_set_header {header}\s", text)


def test_make_lists_its_verbs() -> None:
    listed = subprocess.run(["make", "-C", ROOT], capture_output=True, text=True, check=True)
    assert "make serve" in listed.stdout
    assert "make test" in listed.stdout
