"""`motesklar course check`: what an upgrade leaves as it is, and what it says."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from motesklar.cli import main
from motesklar.errors import ConfigError, NotFound
from motesklar.overlay.checking import check_course
from motesklar.overlay.fit import Weight, judge_settings, must_change
from motesklar.overlay.folder import OwnCourse
from motesklar.overlay.shipped import Shipped
from tests.overlay.conftest import write_catalogue, write_lesson

MODULE = "02-test-your-equipment"


def told(own: OwnCourse, weight: Weight = Weight.MUST) -> dict[str, str]:
    """Place to sentence of the findings of one weight."""
    return {f.place: f.sentence for f in check_course(own) if f.weight is weight}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def change_settings(own: OwnCourse, text: str) -> None:
    (own.root / "course.toml").write_text(text, encoding="utf-8")


def test_a_new_folder_fits(own_course: OwnCourse) -> None:
    assert check_course(own_course) == []


def test_an_upgrade_keeps_every_file_and_names_those_whose_original_has_changed(
    own_course: OwnCourse, next_release: Shipped
) -> None:
    own_course.copy(MODULE)
    own_course.copy("01-why-meet-online")
    write_lesson(own_course.modules / MODULE, "Hos oss möts vi i Blå rummet.")
    before = contents(own_course.root)

    write_lesson(next_release.modules / MODULE, "Ny text i nästa utgåva.")
    upgraded = OwnCourse(own_course.root, next_release)
    findings = told(upgraded)

    assert contents(own_course.root) == before
    assert set(findings) == {f"modules/{MODULE}/en.po", f"modules/{MODULE}/lesson.ipynb"}
    assert all("has changed since" in sentence for sentence in findings.values())
    assert "made for Mötesklar 0.1.0, this is 0.2.0" in str(told(upgraded, Weight.NOTE))


def test_once_compared_and_accepted_a_module_fits_again(
    own_course: OwnCourse, next_release: Shipped
) -> None:
    own_course.copy(MODULE)
    write_lesson(own_course.modules / MODULE, "Hos oss.")
    write_lesson(next_release.modules / MODULE, "Ny text.")
    upgraded = OwnCourse(own_course.root, next_release)
    assert must_change(check_course(upgraded))
    upgraded.accept(MODULE)
    assert check_course(upgraded) == []


def test_a_file_that_already_is_like_the_new_original_needs_nothing(
    own_course: OwnCourse, next_release: Shipped
) -> None:
    own_course.copy(MODULE)
    for folder in (own_course.modules, next_release.modules):
        write_lesson(folder / MODULE, "Samma text.")
    assert told(OwnCourse(own_course.root, next_release)) == {}


def test_a_copied_file_whose_original_is_gone_is_named(
    own_course: OwnCourse, next_release: Shipped
) -> None:
    own_course.copy(MODULE)
    (next_release.modules / MODULE / "en.po").unlink()
    findings = told(OwnCourse(own_course.root, next_release))
    assert "is no longer there" in findings[f"modules/{MODULE}/en.po"]


def test_a_file_overlaid_by_hand_is_noted_because_an_upgrade_cannot_tell(
    own_course: OwnCourse,
) -> None:
    sentences = {"Börja här": "Begin", "Vi möts på webben.": "x", "Börja": "y", "Kort": "z"}
    write_catalogue(own_course.modules / MODULE / "en.po", sentences)
    notes = told(own_course, Weight.NOTE)
    assert "motesklar course accept" in notes[f"modules/{MODULE}/en.po"]
    assert told(own_course) == {}


def test_every_setting_that_is_not_accepted_is_named_with_the_accepted_ones(
    own_course: OwnCourse,
) -> None:
    change_settings(own_course, "[signin]\nlink_dayz = 3\nsession_days = 0\n[call]\npeople_max=9\n")
    sentences = [f.sentence for f in check_course(own_course)]
    assert len(sentences) == 2
    assert any("signin.link_dayz" in s and "link_days" in s for s in sentences)
    assert any("signin.session_days" in s and "greater than or equal to 1" in s for s in sentences)


def test_a_renamed_setting_is_told_with_its_new_name() -> None:
    error = ConfigError("course.toml", "call.max_people", "there is no such setting")
    [finding] = judge_settings([error], {"call.max_people": "call.people_max"})
    assert "call.max_people: is now called call.people_max" in finding.sentence


def test_settings_that_are_no_toml_are_told(own_course: OwnCourse) -> None:
    change_settings(own_course, "[course\n")
    assert "is not valid TOML" in str(told(own_course))


def test_a_language_that_does_not_exist_is_told_before_a_page_meets_it(
    own_course: OwnCourse,
) -> None:
    change_settings(own_course, '[course]\nlanguages = ["sv", "xx"]\n')
    assert "no language has the code xx" in str(told(own_course))


def test_a_default_language_that_the_course_does_not_speak_is_told(own_course: OwnCourse) -> None:
    change_settings(own_course, '[course]\ndefault_language = "fi"\n')
    assert "must be one of sv, en" in str(told(own_course))


def test_a_module_that_nobody_has_is_told_with_those_that_there_are(
    own_course: OwnCourse,
) -> None:
    change_settings(own_course, '[course]\nmodules = ["01-why-meet-online", "04-rooms"]\n')
    assert "names 04-rooms, which does not exist; there are: 00-" in told(own_course)["course.toml"]


def test_an_own_module_counts_like_a_shipped_one(own_course: OwnCourse) -> None:
    write_lesson(own_course.modules / "04-rooms")
    assert told(own_course, Weight.NOTE) == {
        "modules/04-rooms": "is not in course.modules, so nobody sees it"
    }
    change_settings(own_course, '[course]\nmodules = ["04-rooms"]\n')
    assert check_course(own_course) == []


def test_a_notebook_that_is_none_is_told(own_course: OwnCourse) -> None:
    (own_course.modules / "04-rooms").mkdir()
    (own_course.modules / "04-rooms" / "lesson.ipynb").write_text("{}")
    assert "can't be used" in told(own_course)["modules/04-rooms"]


def test_a_notebook_without_a_step_is_told(own_course: OwnCourse) -> None:
    write_lesson(own_course.modules / "04-rooms")
    lesson = own_course.modules / "04-rooms" / "lesson.ipynb"
    content = json.loads(lesson.read_text())
    del content["cells"][0]["metadata"]["motesklar"]
    lesson.write_text(json.dumps(content))
    assert "at least one step" in told(own_course)["modules/04-rooms"]


def test_sentences_without_a_translation_are_counted(own_course: OwnCourse) -> None:
    write_lesson(own_course.modules / "04-rooms")
    write_catalogue(own_course.modules / "04-rooms" / "en.po", {"Börja": "Start"})
    assert "3 of 4 sentences have no translation into en" in told(own_course)["modules/04-rooms"]


def test_a_third_language_needs_pages_and_modules_translated(own_course: OwnCourse) -> None:
    change_settings(
        own_course, '[course]\nlanguages = ["sv", "en", "fi"]\nmodules = ["01-why-meet-online"]\n'
    )
    assert set(told(own_course)) == {"locale/fi", "modules/01-why-meet-online"}
    write_catalogue(own_course.root / "locale" / "fi" / "all.po", {"Start": "Alku"})
    write_catalogue(
        own_course.modules / "01-why-meet-online" / "fi.po",
        {"Börja här": "A", "Vi möts på webben.": "B", "Börja": "C", "Kort": "D"},
    )
    assert check_course(own_course) == []


def test_a_catalogue_that_is_none_is_told(own_course: OwnCourse) -> None:
    path = own_course.root / "locale" / "sv" / "ours.po"
    path.parent.mkdir()
    path.write_text('msgid "Start\nmsgstr')
    assert "is no valid catalogue" in told(own_course)[str(path)]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("help.md", "Ring oss.\n", "must begin with a line '# Heading'"),
        ("help.md", "# Hjälp\n\n# Mer\n", "have no other"),
        ("contact.md", "# Hej\n", "accepted: help.md, privacy.md, accessibility.md"),
        ("help.md", "# Hjälp\n\n![x](https://elsewhere.example/x.png)\n", "from another server"),
        ("help.md", "# Hjälp\n\n![x](//elsewhere.example/x.png)\n", "from another server"),
    ],
)
def test_a_text_that_no_page_can_show_is_told(
    own_course: OwnCourse, name: str, text: str, sentence: str
) -> None:
    path = own_course.root / "texts" / "sv" / name
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    assert sentence in told(own_course)[f"texts/sv/{name}"]


def test_a_text_in_one_language_only_is_noted(own_course: OwnCourse) -> None:
    path = own_course.root / "texts" / "sv" / "help.md"
    path.parent.mkdir()
    path.write_text("# Hjälp\n", encoding="utf-8")
    assert list(told(own_course, Weight.NOTE)) == ["texts/en/help.md"]
    assert told(own_course) == {}


def test_own_words_of_the_glossary_need_every_language_and_a_form_that_can_be_read(
    own_course: OwnCourse,
) -> None:
    path = own_course.root / "glossary.toml"
    path.write_text('[brukare]\nsv = { word = "brukare", meaning = "Den vi hjälper." }\n')
    assert told(own_course) == {"glossary.toml": "en: brukare has no words in that language"}
    path.write_text('[brukare]\nsv = "brukare"\n')
    assert told(own_course)["glossary.toml"].startswith("brukare.sv: ")


def test_a_folder_that_does_not_exist_is_told(release: Shipped, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        check_course(OwnCourse(tmp_path / "none", release))


def test_the_exit_status_says_whether_something_must_be_changed(tmp_path: Path) -> None:
    run = CliRunner()
    folder = tmp_path / "own"
    run.invoke(main, ["course", "init", str(folder)])
    fits = run.invoke(main, ["course", "check", str(folder)])
    assert (fits.exit_code, fits.output) == (0, f"{folder} fits Mötesklar 0.1.0.\n")
    (folder / "course.toml").write_text("[call]\npeople = 3\n")
    wrong = run.invoke(main, ["course", "check", str(folder)])
    assert wrong.exit_code == 1
    assert wrong.output.startswith("change  ")
    assert "call.people" in wrong.output
