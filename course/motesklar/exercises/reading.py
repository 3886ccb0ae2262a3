"""Answers that wait for a person, as nbgrader's gradebook has them; plain SQL, no file is opened.

To nbgrader a grade waits until somebody has given one (`needs_manual_grade`). The order is the
order in which people handed in, and an index follows it: of 13,000 people the next one is found
without walking through the others.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import DateTime, Engine, TextClause, bindparam, column, text

from motesklar.course import Exercise

# `CROSS JOIN` keeps SQLite to this order, which follows the index. Left to itself it begins with
# everybody's grades of the exercise: two seconds a step where 6,500 of 13,000 people wait.
_SUBMITTED = """
    FROM submitted_assignment
    CROSS JOIN submitted_notebook ON submitted_notebook.assignment_id = submitted_assignment.id
    CROSS JOIN grade ON grade.notebook_id = submitted_notebook.id AND grade.cell_id = :cell
    WHERE submitted_assignment.assignment_id = :assignment
      AND submitted_assignment.timestamp IS NOT NULL
"""

_CELL = text("""
    SELECT assignment.id AS assignment, base_cell.id AS cell, grade_cells.max_score
    FROM assignment
    JOIN notebook ON notebook.assignment_id = assignment.id
    JOIN base_cell ON base_cell.notebook_id = notebook.id
    JOIN grade_cells ON grade_cells.id = base_cell.id
    WHERE assignment.name = :module AND base_cell.name = :exercise
""")

_ONE = text("""
    SELECT submitted_assignment.timestamp AS at, grade.needs_manual_grade, grade.manual_score,
           grade.auto_score, grade.extra_credit, comment.manual_comment
    FROM submitted_assignment
    JOIN submitted_notebook ON submitted_notebook.assignment_id = submitted_assignment.id
    JOIN grade ON grade.notebook_id = submitted_notebook.id AND grade.cell_id = :cell
    LEFT JOIN base_cell ON base_cell.notebook_id = submitted_notebook.notebook_id
                       AND base_cell.name = :answer_cell AND base_cell.type = 'SolutionCell'
    LEFT JOIN comment ON comment.notebook_id = submitted_notebook.id
                     AND comment.cell_id = base_cell.id
    WHERE submitted_assignment.assignment_id = :assignment
      AND submitted_assignment.student_id = :person
""").columns(column("at", DateTime))


@dataclass(frozen=True)
class GradedCell:
    """An exercise as nbgrader knows it: its ids, and the most points."""

    assignment: str
    cell: str
    max_score: float


@dataclass(frozen=True, order=True)
class Place:
    """Where somebody's hand-in stands in the line."""

    at: datetime
    person_id: str


@dataclass(frozen=True)
class Reading:
    """What a person has said about an answer so far; told back when it is saved.

    Args:
        at: when the hand-in was made, UTC.
        points: given by hand, without extra credit; None where nobody has.
        automatic: what nbgrader found; None where it can't.
        extra: extra credit, which only nbgrader's own pages give.
        comment: to the learner, empty where there is none.
    """

    at: datetime
    waiting: bool
    points: float | None
    automatic: float | None
    extra: float | None
    comment: str

    @property
    def mark(self) -> str:
        """Changes whenever somebody says something else, or hands in anew."""
        said = [self.at.isoformat(), self.waiting, self.points, self.extra, self.comment]
        return json.dumps(said, ensure_ascii=True)


class ReadingLine:
    """Who waits for a person to read an answer.

    Args:
        engine: of the gradebook.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def cell(self, module: str, exercise: str) -> GradedCell | None:
        """The exercise in nbgrader's books; None where nbgrader doesn't know it."""
        with self.engine.connect() as connection:
            row = connection.execute(_CELL, {"module": module, "exercise": exercise}).first()
        return GradedCell(row.assignment, row.cell, row.max_score) if row else None

    def cells_waiting(self) -> set[str]:
        """Ids of the cells in which anybody's answer waits."""
        asked = text("SELECT DISTINCT cell_id FROM grade WHERE needs_manual_grade")
        with self.engine.connect() as connection:
            return set(connection.scalars(asked))

    def waiting(self, cell: GradedCell) -> list[Place]:
        """Everybody whose answer waits, in order."""
        return self._places(cell, "AND grade.needs_manual_grade ORDER BY at, person_id", {})

    def after(self, cell: GradedCell, place: Place | None, most: int) -> list[Place]:
        """The next who wait, behind `place` or from the beginning."""
        beyond = "AND grade.needs_manual_grade"
        if place is not None:
            beyond += " AND (submitted_assignment.timestamp, student_id) > (:at, :person)"
        return self._some(cell, place, most, beyond, "at, person_id")

    def before(self, cell: GradedCell, place: Place | None, most: int) -> list[Place]:
        """Those before `place` or the end, nearest first, whether they wait or not."""
        beyond = ""
        if place is not None:
            beyond = "AND (submitted_assignment.timestamp, student_id) < (:at, :person)"
        return self._some(cell, place, most, beyond, "at DESC, person_id DESC")

    def reading(self, cell: GradedCell, exercise: Exercise, person_id: str) -> Reading | None:
        """What is said about a person's answer; None where nothing of theirs is in the books."""
        asked = {
            "cell": cell.cell,
            "assignment": cell.assignment,
            "answer_cell": exercise.answer_cell,
            "person": person_id,
        }
        with self.engine.connect() as connection:
            row = connection.execute(_ONE, asked).first()
        if row is None:
            return None
        return Reading(
            row.at,
            bool(row.needs_manual_grade),
            row.manual_score,
            row.auto_score,
            row.extra_credit,
            row.manual_comment or "",
        )

    def _some(
        self,
        cell: GradedCell,
        place: Place | None,
        most: int,
        beyond: str,
        order: str,
    ) -> list[Place]:
        given: dict[str, object] = {"most": most}
        if place is not None:
            given |= {"at": place.at, "person": place.person_id}
        return self._places(cell, f"{beyond} ORDER BY {order} LIMIT :most", given)

    def _places(self, cell: GradedCell, end: str, given: dict[str, object]) -> list[Place]:
        statement: TextClause = text(
            "SELECT submitted_assignment.timestamp AS at,"
            f" submitted_assignment.student_id AS person_id {_SUBMITTED} {end}"
        )
        if "at" in given:
            statement = statement.bindparams(bindparam("at", type_=DateTime))
        given |= {"cell": cell.cell, "assignment": cell.assignment}
        with self.engine.connect() as connection:
            rows = connection.execute(statement.columns(column("at", DateTime)), given)
            return [Place(row.at, row.person_id) for row in rows]
