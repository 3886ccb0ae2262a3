"""`motesklar course init`, `copy` and `accept`."""

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from motesklar.cli import main
from motesklar.config import load_settings
from motesklar.errors import ConfigError, Conflict, NotFound
from motesklar.overlay.fit import STAMP_FILE
from motesklar.overlay.folder import OwnCourse
from motesklar.overlay.shipped import Shipped
from motesklar.paths import shipped_settings

MODULE = "02-test-your-equipment"


def test_a_new_folder_changes_no_setting(own_course: OwnCourse) -> None:
    settings = load_settings(shipped_settings(), own_course.root / "course.toml")
    assert settings == load_settings(shipped_settings())


def test_every_suggested_setting_is_accepted_once_its_sign_is_taken_away(
    own_course: OwnCourse,
) -> None:
    path = own_course.root / "course.toml"
    suggested = re.compile(r"^# (?=[a-z_]+ = )", re.MULTILINE)
    text, count = suggested.subn("", path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")
    assert count == sum(len(section) for section in tomllib.loads(text).values())
    assert load_settings(shipped_settings(), path).organisation.name == "Exempelstad"


def test_a_folder_that_holds_something_is_refused_and_left_alone(
    release: Shipped, tmp_path: Path
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    with pytest.raises(Conflict, match="is not an empty folder"):
        OwnCourse(tmp_path / "full", release).create()
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]


def test_a_file_in_the_folders_place_is_refused(release: Shipped, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(Conflict, match="is not an empty folder"):
        OwnCourse(tmp_path / "file", release).create()


def test_an_empty_folder_is_welcome(release: Shipped, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    OwnCourse(tmp_path / "empty", release).create()
    assert (tmp_path / "empty" / "course.toml").is_file()


def test_a_copied_module_is_the_shipped_one_and_is_remembered(own_course: OwnCourse) -> None:
    target = own_course.copy(MODULE)
    shipped = own_course.shipped.modules / MODULE
    assert {p.name: p.read_bytes() for p in target.iterdir()} == {
        p.name: p.read_bytes() for p in shipped.iterdir()
    }
    stamp = own_course.stamp()
    assert stamp is not None
    assert set(stamp.files) == {f"modules/{MODULE}/lesson.ipynb", f"modules/{MODULE}/en.po"}


def test_a_second_copy_does_not_overwrite_the_organisations_work(own_course: OwnCourse) -> None:
    own_course.copy(MODULE)
    (own_course.modules / MODULE / "en.po").write_text("ours")
    with pytest.raises(Conflict, match="is there already"):
        own_course.copy(MODULE)
    assert (own_course.modules / MODULE / "en.po").read_text() == "ours"


@pytest.mark.parametrize("module", ["99-none", "..", "../release/modules/" + MODULE])
def test_only_a_shipped_modules_name_can_be_copied(own_course: OwnCourse, module: str) -> None:
    with pytest.raises(NotFound, match="The shipped ones are: 00-welcome, 01-why-meet-online, 02-"):
        own_course.copy(module)


def test_nothing_is_copied_into_a_folder_that_is_no_course(
    release: Shipped, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    with pytest.raises(NotFound, match="is no course folder"):
        OwnCourse(tmp_path / "other", release).copy(MODULE)
    assert list((tmp_path / "other").iterdir()) == []


def test_a_module_that_the_organisation_does_not_have_cannot_be_accepted(
    own_course: OwnCourse,
) -> None:
    with pytest.raises(NotFound, match="has no module"):
        own_course.accept(MODULE)


def test_a_broken_stamp_is_told_and_not_overwritten(own_course: OwnCourse) -> None:
    (own_course.root / STAMP_FILE).write_text("{not json")
    with pytest.raises(ConfigError, match="can't be read"):
        own_course.copy(MODULE)
    assert (own_course.root / STAMP_FILE).read_text() == "{not json"


def test_the_command_line_tells_what_to_do_next_without_a_traceback(tmp_path: Path) -> None:
    run = CliRunner()
    made = run.invoke(main, ["course", "init", str(tmp_path / "own")])
    assert made.exit_code == 0
    assert "motesklar serve --course" in made.output
    again = run.invoke(main, ["course", "init", str(tmp_path / "own")])
    assert again.exit_code == 1
    assert "Choose a folder that is empty" in again.output
    copied = run.invoke(main, ["course", "copy", str(tmp_path / "own"), MODULE])
    assert copied.exit_code == 0
    assert (tmp_path / "own" / "modules" / MODULE / "lesson.ipynb").is_file()
