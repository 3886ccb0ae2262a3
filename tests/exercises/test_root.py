"""nbgrader's folder is prepared once, stays as it is, and changes whole or not at all."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from motesklar.errors import ConfigError
from motesklar.exercises import nbgrader_calls
from motesklar.exercises.gradebook import GradebookReader
from motesklar.exercises.library import find_sources
from motesklar.exercises.nbgrader_root import prepare_course
from motesklar.paths import DataFolder
from tests.exercises.lessons import lesson, step, whole_lesson, write_module

pytestmark = pytest.mark.slow


@pytest.fixture
def tiny(tiny_course: tuple[Path, DataFolder], tmp_path: Path) -> tuple[Path, DataFolder]:
    """A prepared course of this test's own."""
    overlay, data = tiny_course
    shutil.copytree(overlay, tmp_path / "overlay")
    shutil.copytree(data.root, tmp_path / "data", symlinks=True)
    return tmp_path / "overlay", DataFolder(tmp_path / "data")


@pytest.fixture
def generated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The modules that nbgrader is asked to generate in the course's own folder."""
    asked: list[str] = []
    generate: Callable[[Path, str], None] = nbgrader_calls.generate

    def note(root: Path, module: str) -> None:
        if root.name == "course":
            asked.append(module)
        generate(root, module)

    monkeypatch.setattr(nbgrader_calls, "generate", note)
    return asked


def test_a_second_start_generates_nothing(
    tiny: tuple[Path, DataFolder], generated: list[str]
) -> None:
    overlay, data = tiny
    first = prepare_course(["m1", "m2"], data, overlay)
    assert generated == []
    assert prepare_course(["m1", "m2"], data, overlay) == first


def test_only_the_changed_module_is_generated_anew(
    tiny: tuple[Path, DataFolder], generated: list[str]
) -> None:
    overlay, data = tiny
    before = prepare_course(["m1", "m2"], data, overlay)
    notebook = whole_lesson()
    notebook.cells[1].source += "\nEn mening till."
    write_module(overlay / "modules", "m1", notebook)
    after = prepare_course(["m1", "m2"], data, overlay)
    assert generated == ["m1"]
    assert after.module("m1").version != before.module("m1").version
    assert after.module("m2") == before.module("m2")


def test_a_module_whose_release_is_gone_comes_back(
    tiny: tuple[Path, DataFolder], generated: list[str]
) -> None:
    overlay, data = tiny
    shutil.rmtree(data.nbgrader_root / "release" / "m2")
    prepare_course(["m1", "m2"], data, overlay)
    assert generated == ["m2"]
    assert (data.nbgrader_root / "release" / "m2" / "lesson.ipynb").exists()


def test_a_broken_module_leaves_everything_as_it_was(tiny: tuple[Path, DataFolder]) -> None:
    overlay, data = tiny
    release = data.nbgrader_root / "release" / "m1" / "lesson.ipynb"
    before = release.read_bytes(), (data.root / "grading" / "prepared.json").read_bytes()
    notebook = whole_lesson()
    # our own rules don't mind, nbgrader does: a solution outside a solution cell
    notebook.cells[0].source += "\n### BEGIN SOLUTION\n### END SOLUTION"
    write_module(overlay / "modules", "m1", notebook)
    with pytest.raises(ConfigError, match=r"m1/lesson\.ipynb: nbgrader: "):
        prepare_course(["m1", "m2"], data, overlay)
    assert (release.read_bytes(), (data.root / "grading" / "prepared.json").read_bytes()) == before
    assert list((data.root / "grading").glob("build-*")) == []


def test_modules_from_one_folder_are_linked_and_from_two_are_laid_together(
    tiny: tuple[Path, DataFolder],
) -> None:
    overlay, data = tiny
    source = data.nbgrader_root / "source"
    prepare_course(["m1", "m2"], data, overlay)
    assert source.readlink() == overlay / "modules"

    published = write_module(data.root / "published", "m2", lesson(step("new")))
    (published / "en.po").unlink()
    course = prepare_course(["m1", "m2"], data, overlay)
    assert not source.is_symlink()
    assert [s.id for s in course.module("m2").steps] == ["new"]
    # file by file: the catalogue is still the overlay's
    assert (source / "m2" / "en.po").read_bytes() == (
        overlay / "modules" / "m2" / "en.po"
    ).read_bytes()


def test_the_gradebook_has_the_indexes_nbgrader_lacks(tiny: tuple[Path, DataFolder]) -> None:
    _, data = tiny
    reader = GradebookReader(data.nbgrader_root)
    with sqlite3.connect(reader.path) as connection:
        connection.execute("DROP INDEX motesklar_grade")
    assert reader.add_indexes() == [
        "comment",
        "grade",
        "submitted_assignment",
        "submitted_notebook",
    ]
    with sqlite3.connect(reader.path) as connection:
        plan = connection.execute("EXPLAIN QUERY PLAN SELECT * FROM grade WHERE notebook_id = 'x'")
        assert "motesklar_grade" in str(plan.fetchall())


def test_the_stamp_remembers_the_overlay(tiny: tuple[Path, DataFolder]) -> None:
    overlay, data = tiny
    prepare_course(["m1", "m2"], data, overlay)
    stamp = json.loads((data.root / "grading" / "prepared.json").read_text())
    assert stamp["overlay"] == str(overlay)


def test_a_module_nobody_has_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no module '09-nothing'"):
        find_sources(["09-nothing"], [tmp_path])


def test_a_second_notebook_in_a_module_is_refused(tmp_path: Path) -> None:
    folder = write_module(tmp_path, "m1", whole_lesson())
    nbformat.write(whole_lesson(), folder / "lesson.en.ipynb")
    with pytest.raises(ConfigError, match="must have one notebook"):
        find_sources(["m1"], [tmp_path])


@pytest.mark.parametrize("content", ["", "{}", '{"cells": 1}', "ÿ"])
def test_what_is_no_notebook_is_told_by_name(tmp_path: Path, content: str) -> None:
    folder = write_module(tmp_path, "m1", whole_lesson())
    (folder / "lesson.ipynb").write_text(content, encoding="latin-1")
    [source] = find_sources(["m1"], [tmp_path])
    with pytest.raises(ConfigError, match=r"m1/lesson\.ipynb"):
        source.notebook()


def test_a_broken_catalogue_is_told_by_name(tmp_path: Path) -> None:
    write_module(tmp_path, "m1", whole_lesson(), english="msgid")
    [source] = find_sources(["m1"], [tmp_path])
    with pytest.raises(ConfigError, match=r"m1/en\.po"):
        source.module(tmp_path, b"")
