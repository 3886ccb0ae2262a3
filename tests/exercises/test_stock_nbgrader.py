"""The stock tools work on a running course's folder, from a shell with nothing set up."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from tests.exercises.conftest import Classroom

pytestmark = pytest.mark.slow

SCRIPTS = Path(sys.executable).parent


def run(folder: Path, *command: str | Path) -> str:
    """Run in `folder` with a bare environment; returns all that was printed."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={"PATH": f"{SCRIPTS}:/usr/bin:/bin", "HOME": str(folder.parent)},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


async def test_autograde_feedback_and_export_take_what_was_handed_in_on_the_page(
    classroom: Classroom,
) -> None:
    person = classroom.person()
    classroom.answer(person, first="a")
    await classroom.hand_in(person, "attempt-1")
    await classroom.assert_graded("attempt-1", 2)
    root = classroom.data.nbgrader_root

    # what formgrader asks before it shows a submission as graded
    config = Config(CourseDirectory={"root": str(root), "course_id": "motesklar"})
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    assert api.get_autograded_students("m1") == {person}
    run(root, "nbgrader", "autograde", "m1", "--force")
    assert classroom.exercises.completions()[person]["m1"].score == 2
    run(root, "nbgrader", "generate_feedback", "m1")
    feedback = (root / "feedback" / person / "m1" / "lesson.html").read_text(encoding="utf-8")
    assert "first-meeting" in feedback
    run(root, "nbgrader", "export", "--to", root / "grades.csv")
    with (root / "grades.csv").open() as file:
        rows = {(row["student_id"], row["assignment"]): row for row in csv.DictReader(file)}
    assert rows[person, "m1"]["score"] == "2.0"
    assert rows[person, "m1"]["max_score"] == "3.0"


async def test_validate_and_generate_assignment_take_the_source(classroom: Classroom) -> None:
    root = classroom.data.nbgrader_root
    told = run(root, "nbgrader", "validate", root / "source" / "m1" / "lesson.ipynb")
    assert "passes all the tests" in told
    before = (root / "release" / "m1" / "lesson.ipynb").read_bytes()
    run(root, "nbgrader", "generate_assignment", "m1", "--force")
    assert (root / "release" / "m1" / "lesson.ipynb").read_bytes() == before


async def test_our_verb_is_nbgrader_in_the_courses_folder(
    classroom: Classroom, tmp_path: Path
) -> None:
    told = run(
        tmp_path,
        SCRIPTS / "motesklar",
        "nbgrader",
        "--data",
        classroom.data.root,
        "db",
        "assignment",
        "list",
    )
    assert "m1" in told
    assert "m2" in told
