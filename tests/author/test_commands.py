"""Publishing changes all or nothing; the author's server is for one person at this machine."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from motesklar.author import publishing
from motesklar.config import load_settings
from motesklar.exercises.nbgrader_root import GradingFolder, prepare_course
from motesklar.paths import DataFolder, shipped_settings
from motesklar.store.database import Database
from motesklar.store.models import AuditEntry
from tests.author.conftest import MOTESKLAR, Motesklar, english
from tests.conftest import free_port
from tests.exercises.lessons import choose, lesson, order, step, write_module

pytestmark = pytest.mark.slow

SERVER_SECONDS = 150


def module(folder: Path, *, title: str = "En lektion", text: str | None = None) -> Path:
    """A module, as an author might hand it over."""
    notebook = lesson(step("new"), *choose(), *order(), title=title)
    return write_module(folder, "m1", notebook, text if text is not None else english())


def published(data: DataFolder, overlay: Path) -> list[str]:
    """The steps that a start would show now."""
    course = prepare_course(["m1"], data, overlay)
    return [s.id for s in course.module("m1").steps]


def audit(data: DataFolder) -> list[tuple[str, str]]:
    database = Database(data.database_url)
    with database.transaction() as session:
        return [(entry.action, entry.subject) for entry in session.query(AuditEntry)]


def test_a_published_folder_counts_from_the_next_start(
    motesklar: Motesklar, data: DataFolder, overlay: Path, tmp_path: Path
) -> None:
    module(tmp_path / "new")
    done = motesklar("publish", tmp_path / "new")
    assert done.returncode == 0, done.stderr
    assert "Published: m1" in done.stdout
    assert published(data, overlay) == ["new"]
    assert audit(data) == [("published", "m1")]


def test_a_faulty_module_changes_nothing(
    motesklar: Motesklar, data: DataFolder, overlay: Path, tmp_path: Path
) -> None:
    module(tmp_path / "new", text=english("Ett steg"))
    done = motesklar("publish", tmp_path / "new")
    assert done.returncode == 1
    assert "not translated into en" in done.stderr
    assert "Traceback" not in done.stderr
    assert not GradingFolder(data).published.exists()
    assert published(data, overlay) == ["read"]
    assert list(GradingFolder(data).root.glob("publish-*")) == []


def test_a_module_the_course_does_not_name_is_refused(
    motesklar: Motesklar, data: DataFolder, tmp_path: Path
) -> None:
    module(tmp_path).rename(tmp_path / "m9")
    done = motesklar("publish", tmp_path / "m9")
    assert done.returncode == 1
    assert "course.modules: does not name m9" in done.stderr


def test_the_publication_before_is_kept_and_no_older_one(
    data: DataFolder, overlay: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # what is checked is not the matter here
    monkeypatch.setattr(publishing, "check_modules", lambda *_: [])
    settings = load_settings(shipped_settings(), overlay / "course.toml")
    for number in range(3):
        module(tmp_path / str(number))
        publishing.publish(tmp_path / str(number), data, settings)
    kept = sorted(path.name for path in (data.root / "publications").iterdir())
    assert kept == ["2", "3"]
    assert GradingFolder(data).published.readlink() == Path("publications/3")
    assert published(data, overlay) == ["new"]


def test_a_folder_without_a_course_is_told(motesklar: Motesklar, tmp_path: Path) -> None:
    done = motesklar("publish", "--data", tmp_path / "nowhere", tmp_path)
    assert done.returncode == 1
    assert "is not there" in done.stderr


def _hear_ctrl_c() -> None:
    """Tests run in the background are born deaf to Ctrl-C, and so would their children be."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Server:
    """`motesklar author` or `formgrader` as a child process."""

    def __init__(self, data: DataFolder, folder: Path, *arguments: str | Path) -> None:
        self.port = free_port()
        self.log = folder / "server.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [MOTESKLAR, *map(str, arguments), "--port", str(self.port), "--no-browser"],
                env={"DATA": str(data.root), "PATH": os.defpath, "HOME": str(folder)},
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_hear_ctrl_c,
            )
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}",
            headers={"Authorization": f"token {self._token()}"},
            follow_redirects=True,
            timeout=60,
        )

    def _token(self) -> str:
        deadline = time.monotonic() + SERVER_SECONDS
        while not (found := re.search(r"token=([0-9a-f]+)", self.log.read_text())):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)
        return found[1]

    def stop(self) -> None:
        self.client.close()
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(60)
        finally:
            if self.process.poll() is None:
                self.process.kill()


@pytest.fixture
def author(data: DataFolder, tmp_path: Path) -> Iterator[Server]:
    server = Server(data, tmp_path, "author")
    yield server
    server.stop()


@pytest.mark.timeout(400)  # makes a copy of the course, packs, refuses and publishes
def test_the_author_works_on_a_copy_with_invented_learners(
    author: Server, motesklar: Motesklar, data: DataFolder, overlay: Path, tmp_path: Path
) -> None:
    assert author.client.get("/lab").status_code == 200
    [assignment] = author.client.get("/formgrader/api/assignments").json()
    assert (assignment["name"], assignment["num_submissions"]) == ("m1", 2)
    submissions = author.client.get("/formgrader/api/submissions/m1").json()
    assert {(s["student"], s["score"], s["autograded"]) for s in submissions} == {
        ("exempel-klar", 3.0, True),
        ("exempel-halvvags", 1.0, True),
    }
    # the widgets' scripts, so that modules look as they will
    assert author.client.get("/motesklar-widgets/lib/page.js").status_code == 200
    nobody = httpx.get(f"http://127.0.0.1:{author.port}/api/contents", follow_redirects=False)
    assert nobody.status_code in (302, 403)

    mine = data.root / "author" / "source"
    assert not mine.is_symlink()
    module(mine, title="Min egen")
    assert published(data, overlay) == ["read"], "the copy is the author's alone"
    refused = motesklar("author", "bundle", tmp_path / "b.zip", "m1")
    assert refused.returncode == 1
    assert "Min egen" in refused.stderr, "the new title is not translated"
    module(mine)
    packed = motesklar("author", "bundle", tmp_path / "b.zip")
    assert packed.returncode == 0, packed.stderr
    assert motesklar("publish", tmp_path / "b.zip").returncode == 0
    assert published(data, overlay) == ["new"]


def test_formgrader_opens_the_courses_own_gradebook_and_is_noted(
    data: DataFolder, tmp_path: Path
) -> None:
    server = Server(data, tmp_path, "formgrader")
    try:
        assert server.client.get("/formgrader").status_code == 200
        [assignment] = server.client.get("/formgrader/api/assignments").json()
        assert assignment["name"] == "m1"
        for door in ("/lab", "/api/terminals"):
            assert server.client.get(door).status_code == 404
    finally:
        server.stop()
    assert audit(data) == [("formgrader", "gradebook")]


def test_a_folder_that_is_no_authors_copy_is_left_alone(
    motesklar: Motesklar, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    done = motesklar("author", "--dir", tmp_path / "mine", "--no-browser")
    assert done.returncode == 1
    assert "is not empty" in done.stderr
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["letter.txt"]
