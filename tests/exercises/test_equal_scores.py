"""Whatever is handed in gets the same points from us as from stock `nbgrader autograde`.

`make test` compares one of each module; with MOTESKLAR_EQUAL_SCORES=520 it is 520 of them,
which takes stock nbgrader minutes.
"""

import asyncio
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from motesklar.config import load_settings
from motesklar.course import Course, Exercise, ExerciseKind, Module
from motesklar.exercises import worker
from motesklar.exercises.grader import JOB_SECONDS, grading_slot
from motesklar.exercises.handin import check_evidence
from motesklar.exercises.jobs import GradingJob
from motesklar.exercises.library import find_sources
from motesklar.exercises.nbgrader_root import GradingFolder, layers, prepare_course
from motesklar.exercises.nbgrader_settings import path_with_scripts
from motesklar.exercises.notebook import solutions_of
from motesklar.paths import DataFolder, shipped_settings
from motesklar.store.models import utcnow

pytestmark = pytest.mark.slow

HAND_INS = int(os.environ.get("MOTESKLAR_EQUAL_SCORES", "9"))
#: Stock nbgrader runs beside itself so many times, each with a root of its own.
STOCK_PROCESSES = 2
STOCK_SECONDS = 1800
#: What no page would let through, and a test must stand.
STRANGE: tuple[Any, ...] = (0, 1.5, True, "", "nothing like it", [], {}, [None, 1], {"a": "b"})

#: Person id to exercise to points.
Points = dict[str, dict[str, float]]


def an_answer(chance: random.Random, exercise: Exercise, right: Any) -> Any:
    """The right one, none, one that may be given, or one that may not."""
    way = chance.choice(["right", "right", "missing", "legal", "legal", "strange"])
    if way == "right" or (way == "legal" and exercise.kind not in LEGAL):
        return right
    if way == "missing":
        return None
    if way == "strange":
        return chance.choice(STRANGE)
    return LEGAL[exercise.kind](chance, exercise)


def evidence(chance: random.Random, _exercise: Exercise) -> Any:
    seconds = [chance.choice([0, 2.9, 3, 60]) for _ in range(2)]
    return check_evidence(
        {
            "sound_seconds": seconds[0],
            "picture_seconds": seconds[1],
            "text_characters": chance.choice([0, 19, 20, 400]),
            "tasks": {"mute": "button"} if chance.random() < 0.5 else {},
        }
    )


LEGAL = {
    ExerciseKind.CHOOSE_ONE: lambda chance, one: chance.choice(one.choices),
    ExerciseKind.CLICK_PLACE: lambda chance, one: chance.choice(one.choices),
    ExerciseKind.CHOOSE_SEVERAL: lambda chance, one: [
        key for key in one.choices if chance.random() < 0.5
    ],
    ExerciseKind.MATCH: lambda chance, one: {
        item: chance.choice(one.targets) for item in one.choices
    },
    ExerciseKind.FILL_IN: lambda chance, _one: chance.choice([0, 35, 80, 80.5, 1e6]),
    ExerciseKind.PUT_IN_ORDER: lambda chance, one: chance.sample(one.choices, len(one.choices)),
    ExerciseKind.FIX_PRACTICE: lambda chance, one: chance.sample(one.choices, 3),
    ExerciseKind.CALL_EVIDENCE: evidence,
}


def hand_ins(course: Course, data: DataFolder) -> dict[str, tuple[Module, dict[str, Any]]]:
    """Person id to module and answers, the same at each run."""
    chance = random.Random(20261129)
    sources = find_sources([m.name for m in course.modules], layers(data, None))
    right = {s.name: solutions_of(course.module(s.name), s.notebook()) for s in sources}
    made = {}
    for number in range(HAND_INS):
        module = course.modules[number % len(course.modules)]
        made[f"p{number:04}"] = (
            module,
            {e.id: an_answer(chance, e, right[module.name][e.id]) for e in module.exercises},
        )
    return made


async def our_points(
    given: dict[str, tuple[Module, dict[str, Any]]], data: DataFolder, submitted: Path
) -> Points:
    """Grade all; what was handed in is then under `submitted`, as stock nbgrader takes it."""
    points: Points = {}
    async with grading_slot(data.root / "grading.log") as (slot, kernels):
        for person, (module, answers) in given.items():
            with tempfile.TemporaryDirectory(dir=data.root) as staging:
                job = GradingJob.of_answers(
                    answers,
                    module,
                    staging=Path(staging),
                    root=data.nbgrader_root,
                    template=GradingFolder(data).template(module.name),
                    kernels=kernels,
                    person_id=person,
                    handed_in_at=utcnow(),
                )
                scores = await slot.run(worker.grade, job, JOB_SECONDS)
                shutil.copytree(Path(staging) / "submitted", submitted, dirs_exist_ok=True)
            points[person] = {score.exercise: score.score for score in scores}
    return points


def stock_points(root: Path) -> Points:
    """What the command makes of what lies in the root's `submitted`."""
    # it refuses a module of which nothing lies there
    for module in sorted({folder.name for folder in root.glob("submitted/*/*")}):
        subprocess.run(
            [sys.executable, "-m", "nbgrader", "autograde", module],
            cwd=root,
            env=os.environ | {"PATH": path_with_scripts()},
            check=True,
            capture_output=True,
            timeout=STOCK_SECONDS,
        )
    points: Points = {}
    with sqlite3.connect(root / "gradebook.db") as gradebook:
        for person, exercise, score in gradebook.execute(
            "SELECT submitted_assignment.student_id, base_cell.name, grade.auto_score"
            " FROM grade JOIN base_cell ON base_cell.id = grade.cell_id"
            " JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id"
            " JOIN submitted_assignment"
            " ON submitted_assignment.id = submitted_notebook.assignment_id"
        ):
            points.setdefault(person, {})[exercise] = score or 0
    return points


async def test_every_exercise_of_every_hand_in_has_the_same_points(tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "data")
    data.prepare()
    course = prepare_course(load_settings(shipped_settings()).course.modules, data)
    given = hand_ins(course, data)
    roots = [tmp_path / f"stock-{number}" for number in range(STOCK_PROCESSES)]
    for root in roots:
        shutil.copytree(data.nbgrader_root, root, symlinks=True)
    ours = await our_points(given, data, tmp_path / "submitted")
    for number, person in enumerate(given):
        shutil.move(
            tmp_path / "submitted" / person, roots[number % len(roots)] / "submitted" / person
        )
    stock = {}
    for points in await asyncio.gather(*(asyncio.to_thread(stock_points, root) for root in roots)):
        stock |= points
    assert len(ours) == len(stock) == HAND_INS
    assert ours == stock
    # both right and wrong ones are among them
    assert {True, False} == {bool(score) for one in ours.values() for score in one.values()}
