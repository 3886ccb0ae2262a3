"""A running course whose people write and hand in: backed up, destroyed, restored, gone on with."""

import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from motesklar.config import load_settings
from motesklar.doctor.installation import check_installation
from motesklar.doctor.report import Level
from motesklar.paths import DataFolder, shipped_settings
from motesklar.store.models import AuditEntry, Role
from tests.conftest import RunningCourse, free_port

pytestmark = pytest.mark.slow

MODULE = "01-why-meet-online"
GRADED_SECONDS = 120


@pytest.fixture
def living(tmp_path: Path) -> Iterator[RunningCourse]:
    """A course of its own, which a test may destroy."""
    running = RunningCourse(DataFolder(tmp_path / "data"), free_port())
    running.start()
    yield running
    running.stop()


class Learner:
    """Answers and hands in, again and again, until told to stop."""

    def __init__(self, course: RunningCourse, name: str) -> None:
        self.id = course.person(name)
        self.token = course.session_of(self.id)
        self.client = course.client(self.id)
        #: When each hand-in was acknowledged.
        self.acknowledged: dict[str, float] = {}
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._go_on)

    def _go_on(self) -> None:
        while not self.stop.is_set():
            value = ("wait", "online")[len(self.acknowledged) % 2]
            path = f"/api/modules/{MODULE}"
            self.client.put(f"{path}/answers/first-meeting", json={"value": value})
            attempt = str(uuid4())
            answer = self.client.post(f"{path}/hand-in", json={"id": attempt})
            if answer.status_code == 202:
                self.acknowledged[attempt] = time.monotonic()
            else:
                assert answer.status_code == 429, answer.text  # three wait already
                self.stop.wait(0.1)


def states(course: RunningCourse) -> dict[str, str]:
    with closing(sqlite3.connect(course.data.root / "course.db")) as connection:
        return dict(connection.execute("SELECT id, state FROM attempt").fetchall())


def assert_the_parts_agree(data: DataFolder) -> None:
    found = {
        one.name: one for one in check_installation(data, load_settings(shipped_settings()), None)
    }
    for name in ("hand-ins", "references"):
        assert found[name].level is Level.OK, found[name].sentence


def test_a_course_in_use_comes_back_whole(living: RunningCourse, tmp_path: Path) -> None:
    learners = [Learner(living, f"Lärande {number}") for number in range(3)]
    administrator = living.client(living.person("Ada", Role.ADMINISTRATOR))
    for learner in learners:
        learner.thread.start()
    for number in range(3):
        while not all(len(one.acknowledged) > number for one in learners):
            assert all(one.thread.is_alive() for one in learners)
            time.sleep(0.05)
        begun = time.monotonic()
        made = administrator.post("/administration/backups")
        assert made.status_code == 303, made.text
    page = administrator.get("/administration/backups").text
    names = re.findall(r"/administration/backups/(motesklar-[\d-]+\.tar\.gz)", page)
    away = tmp_path / "away.tar.gz"
    away.write_bytes(administrator.get(f"/administration/backups/{names[0]}").content)
    for learner in learners:
        learner.stop.set()
        learner.thread.join()
    assert living.process
    living.process.kill()  # no chance to tidy up
    living.process.wait()
    shutil.rmtree(living.data.root)

    program = Path(sys.executable).parent / "motesklar"
    command = [program, "restore", away, "--data", living.data.root]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert_the_parts_agree(living.data)
    for learner in learners:
        promised = {id_ for id_, at in learner.acknowledged.items() if at < begun}
        assert promised
        assert promised <= set(states(living))

    living.start()
    deadline = time.monotonic() + GRADED_SECONDS
    while set(states(living).values()) != {"graded"}:
        assert time.monotonic() < deadline, states(living)
        time.sleep(0.2)
    assert_the_parts_agree(living.data)
    for learner in learners:
        cookies = {"motesklar_session": learner.token}
        answer = httpx.get(f"{living.url}/api/me", cookies=cookies)
        assert answer.json()["person"]["id"] == learner.id  # still signed in

    grades = tmp_path / "grades.csv"
    command = [program, "nbgrader", "--data", living.data.root, "export", "--to", grades]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for learner in learners:
        assert f"{learner.id}" in grades.read_text()


def test_a_backup_in_the_browser_is_noted_and_is_for_administrators_alone(
    course: RunningCourse,
) -> None:
    ada = course.person("Ada", Role.ADMINISTRATOR)
    administrator, learner = course.client(ada), course.client(course.person("Lea"))
    assert administrator.post("/administration/backups").status_code == 303
    page = administrator.get("/administration/backups?done=1").text
    name = re.findall(r"/administration/backups/(motesklar-[\d-]+\.tar\.gz)", page)[0]
    assert learner.get(f"/administration/backups/{name}").status_code == 403
    taken = administrator.get(f"/administration/backups/{name}")
    assert taken.headers["Content-Type"] == "application/gzip"
    assert int(taken.headers["Content-Length"]) == len(taken.content)
    with course.database().transaction() as session:
        actions = [entry.action for entry in session.query(AuditEntry).filter_by(actor_id=ada)]
    assert actions == ["backup", "backup taken"]
    unknown = "/administration/backups/motesklar-19990101-000000.tar.gz"
    assert administrator.get(unknown).status_code == 404


def test_a_folder_that_cannot_be_written_is_told_on_the_page(course: RunningCourse) -> None:
    administrator = course.client(course.person("Ada", Role.ADMINISTRATOR))
    place = course.data.root / "backups"
    aside = place.with_name("backups-aside")
    if place.exists():
        place.rename(aside)
    place.write_text("a file stands in the way")
    try:
        answer = administrator.post("/administration/backups", headers={"Accept-Language": "en"})
        assert answer.status_code == 503
        assert "säkerhetskopia" in answer.text
        assert 'role="alert"' in answer.text
    finally:
        place.unlink()
        if aside.exists():
            aside.rename(place)


def test_settings_are_told_in_words_and_secrets_never(course: RunningCourse) -> None:
    page = course.client(course.person("Ada", Role.ADMINISTRATOR)).get("/settings").text
    assert "Inga mejl skickas" in page
    assert "pass_share" in page
    assert "följer med kursen" in page
