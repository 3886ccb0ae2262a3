"""The table of completion tells the same as `nbgrader export` of the same gradebook."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from motesklar.review.completion import State
from motesklar.store.review_tables import CompletionRow
from tests.review.conftest import GRADED, Office

pytestmark = pytest.mark.slow


def exported(office: Office, target: Path) -> dict[tuple[str, str], tuple[float, float]]:
    """(person, module) to score and most, as nbgrader's own command writes them."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "nbgrader",
            "export",
            f"--db=sqlite:///{office.reader.path}",
            f"--to={target}",
        ],
        check=True,
        capture_output=True,
        cwd=target.parent,
        env=os.environ | {"HOME": str(target.parent)},
    )
    with target.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["timestamp"]]
    return {
        (row["student_id"], row["assignment"]): (float(row["score"]), float(row["max_score"]))
        for row in rows
    }


def test_the_same_scores_give_the_same_states(office: Office, tmp_path: Path) -> None:
    ada, bo, cia, dag = (office.person(name) for name in ("Ada", "Bo", "Cia", "Dag"))
    office.hand_in(ada, GRADED[0], 1, 1)
    office.hand_in(ada, GRADED[1], 0, 1)
    office.hand_in(bo, GRADED[0], 0, 0)
    office.hand_in(cia, GRADED[0], 1, 0)
    office.hand_in(dag, GRADED[1], 0, 0)
    # what people give by hand counts in both
    office.gradebook.find_grade("two", "lesson", GRADED[0], cia).manual_score = 1
    extra = office.gradebook.find_grade("one", "lesson", GRADED[1], ada)
    extra.extra_credit = 1
    office.gradebook.db.commit()
    office.projection.refresh()
    with office.database.transaction() as session:
        ours = {
            (row.person_id, row.module): row.state for row in session.scalars(select(CompletionRow))
        }
    theirs = {
        key: State.DONE if score >= most else State.HANDED_IN
        for key, (score, most) in exported(office, tmp_path / "grades.csv").items()
    }
    assert ours == theirs
    assert sorted(theirs.values()) == sorted([State.DONE] * 3 + [State.HANDED_IN] * 2)
