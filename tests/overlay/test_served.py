"""A running course with an organisation's own folder: its words, texts, pictures and language."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from motesklar.overlay.folder import OwnCourse
from motesklar.overlay.shipped import Shipped
from motesklar.paths import DataFolder
from tests.conftest import RunningCourse, free_port
from tests.overlay.conftest import write_catalogue

pytestmark = pytest.mark.slow

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>'


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def own_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCourse]:
    """A course that an organisation has made its own, with Finnish beside Swedish and English."""
    folder = tmp_path_factory.mktemp("own") / "course"
    OwnCourse(folder, Shipped.installed()).create()
    _write(
        folder / "course.toml",
        '[course]\nlanguages = ["sv", "en", "fi"]\nmodules = ["01-why-meet-online"]\n'
        '[organisation]\nname = "Sjöstad"\n',
    )
    write_catalogue(folder / "locale" / "fi" / "all.po", {"Help": "Apua"})
    write_catalogue(folder / "locale" / "sv" / "ours.po", {"Privacy": "Dina uppgifter"})
    _write(
        folder / "texts" / "sv" / "help.md",
        "# Hjälp i Sjöstad\n\n![Sjöstads vapen](/pictures/logo.svg)\n",
    )
    _write(folder / "pictures" / "logo.svg", LOGO)
    data = DataFolder(tmp_path_factory.mktemp("data"))
    running = RunningCourse(data, free_port(), arguments=("--demo", "--course", str(folder)))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def visitor(own_running: RunningCourse) -> httpx.Client:
    return own_running.client()


def _in(language: str) -> dict[str, str]:
    return {"Cookie": f"motesklar_language={language}"}


def test_the_organisations_name_and_words_stand_on_every_page(visitor: httpx.Client) -> None:
    page = visitor.get("/sign-in").text
    assert "Sjöstad" in page
    assert ">Dina uppgifter</a>" in page


def test_a_third_language_is_spoken_without_any_code(visitor: httpx.Client) -> None:
    page = visitor.get("/sign-in", headers=_in("fi")).text
    assert '<html lang="fi"' in page
    assert ">Apua</a>" in page
    assert 'lang="fi"' in visitor.get("/sign-in", headers=_in("sv")).text, "a way to switch to it"


def test_an_own_text_replaces_the_page_of_its_language_alone(visitor: httpx.Client) -> None:
    swedish = visitor.get("/help", headers=_in("sv")).text
    assert swedish.count("<h1") == 1
    assert "<h1>Hjälp i Sjöstad</h1>" in swedish
    assert '<img src="/pictures/logo.svg" alt="Sjöstads vapen"' in swedish
    assert "Sjöstads vapen" not in visitor.get("/help", headers=_in("en")).text


def test_a_picture_is_served_to_everybody_and_can_run_nothing(visitor: httpx.Client) -> None:
    answer = visitor.get("/pictures/logo.svg")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text == LOGO
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    again = visitor.get("/pictures/logo.svg", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "address",
    ["/pictures/none.png", "/pictures/..%2fcourse.toml", "/pictures/README.md", "/pictures/"],
)
def test_nothing_else_of_the_folder_has_an_address(visitor: httpx.Client, address: str) -> None:
    assert visitor.get(address).status_code == 404
