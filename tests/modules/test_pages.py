"""What the running course makes of each lesson, in each of its languages."""

from html.parser import HTMLParser

import pytest

from motesklar.config import load_settings
from motesklar.paths import shipped_settings
from tests.conftest import RunningCourse
from tests.modules.conftest import Lesson

pytestmark = pytest.mark.slow

LANGUAGES = load_settings(shipped_settings()).course.languages


class Page(HTMLParser):
    """The parts of a page that a lesson decides."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.language = ""
        self.steps: list[str] = []
        self.headings: list[str] = []
        self.pictures: list[tuple[str, str]] = []
        self._in_heading = False
        self._in_step = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = found["lang"]
        elif tag == "section":
            self._in_step = "data-step" in found
            if self._in_step:
                self.steps.append(found["data-step"])
        elif tag == "h2" and self._in_step:
            self._in_heading = True
            self.headings.append("")
        elif tag == "img":
            self.pictures.append((found["alt"], found["src"]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "h2":
            self._in_heading = False

    def handle_data(self, data: str) -> None:
        if self._in_heading:
            self.headings[-1] += data


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_each_step_and_picture_in_the_readers_language(
    lesson: Lesson, language: str, course: RunningCourse
) -> None:
    client = course.client(course.person("Birgitta Berg"))
    assert client.post("/language", data={"language": language, "next": "/"}).status_code < 400
    answer = client.get(f"/m/{lesson.name}")
    assert answer.status_code == 200, answer.text
    page = Page(answer.text)
    assert page.language == language
    assert page.steps == [step.id for step in lesson.module.steps]
    assert page.headings == [
        lesson.module.text(step.title, language) for step in lesson.module.steps
    ]
    drawings = list(lesson.folder.glob("*.svg"))
    assert len(page.pictures) == len(drawings)
    for alt, source in page.pictures:
        assert source.startswith("data:image/svg+xml;base64,")
        described = [
            msgid
            for msgid in lesson.module.texts["en"]
            if lesson.module.text(msgid, language).startswith(f"![{alt}](")
        ]
        assert len(described) == 1, alt
