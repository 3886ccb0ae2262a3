"""docs/device-tests.md tells every threshold, every finding, and the test that proves each."""

import ast
import re
from functools import cache
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).parents[2]
EQUIPMENT = ROOT / "widgets" / "motesklar_widgets" / "static" / "lib" / "equipment"
LOCALE = ROOT / "course" / "motesklar" / "locale" / "sv"
CHECKS = ["browser", "speaker", "microphone", "camera", "network"]

NUMBER = re.compile(
    r"^export const ([A-Z_]+) = (?:/\*\* @type \{const\} \*/ \(\[)?(.+?)(?:\]\))?;$", re.MULTILINE
)
FINDING = re.compile(
    r'^  "?([a-z-]+)"?: \(\) =>\s*(pass|warn|fail|skipped)\(\s*t\(\s*"([^"]*)"', re.MULTILINE
)
CLAUSE_CHARACTERS = 25
PROOF = re.compile(r"`(test_\w+)`")


def document() -> str:
    return (ROOT / "docs" / "device-tests.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text under a heading, to the next of its rank or above."""
    ranks = len(title.split()[0])
    below = document().split(f"\n{title}\n", 1)[1]
    return re.split(rf"^#{{2,{ranks}}} ", below, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of a table's rows, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


@cache
def findings(check: str) -> dict[str, tuple[str, str]]:
    """Name to verdict and sentence."""
    source = (EQUIPMENT / f"findings_{check}.js").read_text(encoding="utf-8")
    found = {name: (verdict, sentence) for name, verdict, sentence in FINDING.findall(source)}
    assert len(found) == source.count("() =>"), "an entry is written in another way"
    return found


@cache
def all_tests() -> dict[str, str]:
    """Each test of the repository, with the source of what it uses of its own file."""
    return {
        name: source
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for name, source in _tests_of(path).items()
    }


def _tests_of(path: Path) -> dict[str, str]:
    text = path.read_text(encoding="utf-8")
    parts: dict[str, ast.stmt] = {}
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            parts[statement.name] = statement
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            parts |= {target.id: statement for target in targets if isinstance(target, ast.Name)}
    return {name: _with_what_it_uses(name, parts) for name in parts if name.startswith("test_")}


def _with_what_it_uses(name: str, parts: dict[str, ast.stmt]) -> str:
    taken: dict[str, str] = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in taken or current not in parts:
            continue
        taken[current] = ast.unparse(parts[current])
        nodes = ast.walk(parts[current])
        waiting += [node.id for node in nodes if isinstance(node, ast.Name)]
    return "\n".join(taken.values())


@cache
def in_swedish() -> dict[str, str]:
    catalogues = [polib.pofile(str(path)) for path in sorted(LOCALE.glob("*.po"))]
    return {entry.msgid: entry.msgstr for catalogue in catalogues for entry in catalogue}


def reaches(source: str, finding: str, sentence: str) -> bool:
    """Whether a test names the finding, or what is said of it in either language."""
    said = [_beginning(words) for words in (sentence, in_swedish()[sentence])]
    return f"'{finding}'" in source or any(words in source for words in said)


def _beginning(sentence: str) -> str:
    """The first clause, if that alone can't be another sentence's."""
    clause = re.split("[.,]", sentence)[0]
    return clause if len(clause) >= CLAUSE_CHARACTERS else sentence.split(".")[0]


def test_every_threshold_is_told_with_the_value_that_counts() -> None:
    source = (EQUIPMENT / "thresholds.js").read_text(encoding="utf-8")
    told = {name.strip("`"): value for name, value, *_ in rows(section("## Thresholds"))}
    assert told == dict(NUMBER.findall(source))
    assert len(told) == source.count("export ")


@pytest.mark.parametrize("check", CHECKS)
def test_every_finding_is_told_with_its_verdict_and_sentence(check: str) -> None:
    told = {
        name.strip("`"): (verdict, sentence)
        for name, verdict, sentence, _ in rows(section(f"### {check.capitalize()}"))
    }
    assert told == findings(check)
    assert list(told) == list(findings(check))


@pytest.mark.parametrize("check", CHECKS)
def test_every_finding_is_reached_by_a_test(check: str) -> None:
    unproven = []
    for name, _, _, proof in rows(section(f"### {check.capitalize()}")):
        finding = name.strip("`")
        source = all_tests().get(proof.strip("`"), "")
        if not reaches(source, finding, findings(check)[finding][1]):
            unproven.append((finding, proof))
    assert unproven == []


def test_each_row_of_the_comparison_is_proven_by_a_test_that_there_is() -> None:
    compared = rows(section("## Against others"))
    assert [number for number, *_ in compared] == [str(n) for n in range(1, 33)]
    unproven = {number for number, *_, proof in compared if proof.strip("`") not in all_tests()}
    # the one row that says so itself
    assert unproven == {number for number, *_, ours, _ in compared if ours.startswith("not built")}


def test_every_test_that_is_named_exists() -> None:
    assert [name for name in PROOF.findall(document()) if name not in all_tests()] == []
