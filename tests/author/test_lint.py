"""What `motesklar lint` says to an author, and the lesson that `motesklar new module` starts."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from motesklar.cli import main

pytestmark = pytest.mark.slow

NAME = "09-our-own"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An organisation's course with one new module."""
    made = CliRunner().invoke(main, ["new", "module", str(tmp_path / "modules" / NAME)])
    assert made.exit_code == 0, made.output
    (tmp_path / "course.toml").write_text(f'[course]\nmodules = ["{NAME}"]\n')
    return tmp_path


def linted(own: Path) -> tuple[int, str]:
    told = CliRunner().invoke(main, ["lint", "--course", str(own)])
    return told.exit_code, told.output


def change(own: Path, old: str, new: str) -> None:
    for name in ("lesson.ipynb", "en.po"):
        path = own / "modules" / NAME / name
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_new_module_is_in_order_as_it_is(own: Path) -> None:
    assert linted(own) == (0, "1 modules are in order.\n")


def test_a_new_module_never_replaces_one(own: Path) -> None:
    again = CliRunner().invoke(main, ["new", "module", str(own / "modules" / NAME)])
    assert again.exit_code == 1
    assert "is there already" in again.output


@pytest.mark.parametrize("name", ["our-own", "09 Our own", "9-own", "09-"])
def test_a_folder_that_is_no_modules_name_is_told(tmp_path: Path, name: str) -> None:
    told = CliRunner().invoke(main, ["new", "module", str(tmp_path / name)])
    assert told.exit_code == 1
    assert "09-our-own" in told.output


@pytest.mark.parametrize(
    ("old", "new", "remark"),
    [
        ("Säg du.", "Säg du till {button.roof}.", "{button.roof}, which the profile generic"),
        ("picture.svg", "photo.png", "shows photo.png, which does not lie beside it"),
        (
            "En rund sol ovanför en kulle. Bilden är ett exempel, byt den mot din egen.",
            "Sol",
            "not",
        ),
        ("Säg du.", "Säg du. Se [sidan](sida.html).", "links to 'sida.html'"),
        ("Säg du.", "Se [ordet](/glossary#finns-inte).", "lacks: finns-inte"),
        ("Säg du.", "Ord " * 30 + ".", "sentence of over 25 words"),
        (
            "Säg du.",
            "Implementeringsprocessen dokumenteras kontinuerligt. " * 9,
            "reads at LIX",
        ),
    ],
)
def test_what_keeps_somebody_out_is_told(own: Path, old: str, new: str, remark: str) -> None:
    change(own, old, new)
    code, told = linted(own)
    assert code == 1
    assert remark in told


def test_a_solution_that_earns_nothing_is_told(own: Path) -> None:
    path = own / "modules" / NAME / "lesson.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = [
            line.replace('question = "short"', 'question = "long"') for line in cell["source"]
        ]
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    code, told = linted(own)
    assert code == 1
    assert "our-own-question" in told


def test_the_shipped_course_is_in_order_with_every_profile() -> None:
    told = CliRunner().invoke(main, ["lint"])
    assert told.exit_code == 0, told.output
