"""Lessons' links to the glossary: each leads to a word, under any base URL."""

import re
from pathlib import Path

import nbformat
import pytest
from nbconvert.filters.markdown_mistune import MarkdownWithMath

from motesklar.glossary.words import load_words
from motesklar.pages.renderer import prose_renderer
from motesklar.paths import shipped_modules

LINK = re.compile(r"\[[^\]]*\]\(/glossary(?P<anchor>[^)]*)\)")
MODULES = sorted(path.parent for path in shipped_modules().glob("*/lesson.ipynb"))


@pytest.mark.parametrize("folder", MODULES, ids=lambda folder: str(folder.name))
def test_a_lesson_links_to_words_that_exist_and_to_each_once(folder: Path) -> None:
    notebook = nbformat.read(folder / "lesson.ipynb", as_version=4)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    linked = [match["anchor"] for match in LINK.finditer(prose) if match["anchor"]]
    assert len(set(linked)) == len(linked)
    assert set(linked) - {f"#{key}" for key in load_words()} == set()


@pytest.mark.parametrize(
    ("base", "written", "sent"),
    [
        ("/", "/glossary#vantrum", "/glossary#vantrum"),
        ("/kurs/", "/glossary#vantrum", "/kurs/glossary#vantrum"),
        ("/kurs/", "https://exempelstad.example/", "https://exempelstad.example/"),
        ("/kurs/", "//other.example/", "//other.example/"),
        ("/kurs/", "#step", "#step"),
    ],
)
def test_a_lessons_link_to_our_own_pages_gets_the_base_url(
    base: str, written: str, sent: str
) -> None:
    renderer = prose_renderer(base)(contents_manager=None)
    shown = MarkdownWithMath(renderer=renderer).render(f"[väntrum]({written})")
    assert f'href="{sent}"' in shown
