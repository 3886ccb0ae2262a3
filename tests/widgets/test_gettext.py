"""`_` in a module: the reader's language from the catalogue beside the notebook."""

from pathlib import Path

import polib
import pytest

from motesklar_widgets import _


@pytest.fixture
def module_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module's folder with an English catalogue, as the kernel's working directory."""
    write(tmp_path / "en.po", "Hej", "Hello")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MOTESKLAR_LANGUAGE", raising=False)
    return tmp_path


def write(path: Path, msgid: str, msgstr: str, flags: tuple[str, ...] = ()) -> None:
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid=msgid, msgstr=msgstr, flags=list(flags)))
    catalogue.save(str(path))


@pytest.mark.usefixtures("module_folder")
def test_the_text_itself_is_swedish() -> None:
    assert _("Hej") == "Hej"


@pytest.mark.usefixtures("module_folder")
def test_the_page_chooses_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTESKLAR_LANGUAGE", "en")
    assert _("Hej") == "Hello"
    assert _("Utan översättning") == "Utan översättning"


def test_an_authors_change_is_seen_without_a_new_kernel(
    module_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTESKLAR_LANGUAGE", "en")
    assert _("Hej") == "Hello"
    write(module_folder / "en.po", "Hej", "Good morning to you")
    assert _("Hej") == "Good morning to you"


def test_an_uncertain_translation_is_not_shown(
    module_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTESKLAR_LANGUAGE", "fi")
    write(module_folder / "fi.po", "Hej", "Terve", ("fuzzy",))
    assert _("Hej") == "Hej"


def test_the_language_is_never_a_way_out_of_the_folder(
    module_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = module_folder / "inner"
    inner.mkdir()
    monkeypatch.chdir(inner)
    monkeypatch.setenv("MOTESKLAR_LANGUAGE", "../en")
    assert _("Hej") == "Hej"
