"""Reads nbgrader's gradebook with plain SQL, and gives it the indexes it lacks.

Its schema is known here and nowhere else. Scores are computed as nbgrader does: a grade given
by hand counts before the automatic one, extra credit is added.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    Select,
    column,
    create_engine,
    event,
    or_,
    select,
    text,
)

from motesklar.course import Module
from motesklar.exercises.nbgrader_settings import GRADEBOOK_FILE
from motesklar.exercises.notes import Note, notes_by_exercise

#: nbgrader has none on its foreign keys: finding one grade of 700,000 took 200 ms, with these 4.
_INDEXES = (
    ("grade", "grade", "notebook_id"),
    ("comment", "comment", "notebook_id"),
    ("submitted_notebook", "submitted_notebook", "assignment_id"),
    ("submitted_assignment", "submitted_assignment", "student_id"),
    # whoever reads answers goes through them in the order in which they came
    ("line", "submitted_assignment", "assignment_id, timestamp, student_id"),
)
#: Which exercises have answers that wait: told without looking at those that don't.
_WAITING_INDEX = (
    "CREATE INDEX IF NOT EXISTS motesklar_waiting ON grade (cell_id) WHERE needs_manual_grade"
)

#: Between a module's name and the version that was set aside when its exercises changed.
ARCHIVE_MARK = "@"

# Used as a subquery: what is asked of it is pushed down to the grouped columns, so that one person
# costs no walk through all grades (of 700,000: 10 ms instead of 900).
_COMPLETIONS = (
    text("""
    SELECT submitted_assignment.student_id, assignment.name, submitted_assignment.timestamp,
           SUM(COALESCE(grade.manual_score, grade.auto_score, 0)
               + CASE WHEN grade.manual_score IS NULL AND grade.auto_score IS NULL
                      THEN 0 ELSE COALESCE(grade.extra_credit, 0) END) AS score,
           SUM(grade_cells.max_score) AS max_score,
           MAX(grade.needs_manual_grade) AS waiting
    FROM submitted_assignment
    JOIN assignment ON assignment.id = submitted_assignment.assignment_id
    JOIN submitted_notebook ON submitted_notebook.assignment_id = submitted_assignment.id
    JOIN grade ON grade.notebook_id = submitted_notebook.id
    JOIN grade_cells ON grade_cells.id = grade.cell_id
    GROUP BY submitted_assignment.id, submitted_assignment.student_id, assignment.name,
             submitted_assignment.timestamp
""")
    .columns(
        column("student_id"),
        column("name"),
        column("timestamp", DateTime),
        column("score"),
        column("max_score"),
        column("waiting"),
    )
    .subquery("completion")
)

_CELLS = text("""
    SELECT source_cell.name, MAX(grade_cells.max_score) AS max_score
    FROM source_cell
    JOIN notebook ON notebook.id = source_cell.notebook_id
    JOIN assignment ON assignment.id = notebook.assignment_id
    LEFT JOIN base_cell ON base_cell.notebook_id = notebook.id
                       AND base_cell.name = source_cell.name
    LEFT JOIN grade_cells ON grade_cells.id = base_cell.id
    WHERE assignment.name = :module
    -- an answer that a person reads is two cells to nbgrader, of which one has points
    GROUP BY source_cell.name
""")

_COMMENTS = text("""
    SELECT assignment.name, comment.manual_comment
    FROM comment
    JOIN submitted_notebook ON submitted_notebook.id = comment.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    JOIN assignment ON assignment.id = submitted_assignment.assignment_id
    WHERE submitted_assignment.student_id = :student AND comment.manual_comment IS NOT NULL
    ORDER BY assignment.name, comment.manual_comment
""")

_HAND_GRADES = text("""
    SELECT base_cell.name, grade.needs_manual_grade,
           CASE WHEN grade.manual_score IS NOT NULL OR grade.extra_credit IS NOT NULL
                THEN COALESCE(grade.manual_score, grade.auto_score, 0)
                     + COALESCE(grade.extra_credit, 0) END AS score
    FROM grade
    JOIN base_cell ON base_cell.id = grade.cell_id
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    JOIN assignment ON assignment.id = submitted_assignment.assignment_id
    WHERE submitted_assignment.student_id = :student AND assignment.name = :module
""")

_HAND_COMMENTS = text("""
    SELECT base_cell.name, comment.manual_comment
    FROM comment
    JOIN base_cell ON base_cell.id = comment.cell_id
    JOIN submitted_notebook ON submitted_notebook.id = comment.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    JOIN assignment ON assignment.id = submitted_assignment.assignment_id
    WHERE submitted_assignment.student_id = :student AND assignment.name = :module
      AND comment.manual_comment IS NOT NULL
""")

_SUBMITTED = text("""
    SELECT COUNT(*) FROM submitted_assignment
    JOIN assignment ON assignment.id = submitted_assignment.assignment_id
    WHERE assignment.name = :module
""")


@dataclass(frozen=True)
class Completion:
    """A person's result in a module, as it stands in nbgrader's gradebook.

    Args:
        at: when the counting attempt was handed in, UTC.
        waiting: an answer to the module as it is now waits for somebody to read it.
        archived: the mark of the version that was set aside, if it is about one.
    """

    score: float
    max_score: float
    at: datetime | None
    waiting: bool = False
    archived: str = ""

    @property
    def done(self) -> bool:
        """Whether all points are there."""
        return self.max_score > 0 and self.score >= self.max_score

    @property
    def share(self) -> float:
        """Score from 0 to 1."""
        return self.score / self.max_score if self.max_score else 0.0


class GradebookReader:
    """The gradebook of an nbgrader root, seen without importing nbgrader."""

    def __init__(self, root: Path) -> None:
        self.path = root / GRADEBOOK_FILE
        self.engine: Engine = create_engine(f"sqlite:///{self.path}")
        event.listen(self.engine, "connect", _wait_for_writers)
        self._watch: Connection | None = None

    def add_indexes(self) -> list[str]:
        """Add the missing indexes; returns the tables that now have one."""
        with self.engine.begin() as connection:
            for name, table, columns in _INDEXES:
                connection.execute(
                    text(f"CREATE INDEX IF NOT EXISTS motesklar_{name} ON {table} ({columns})")
                )
            connection.execute(text(_WAITING_INDEX))
            found = connection.execute(
                text(
                    "SELECT DISTINCT tbl_name FROM sqlite_master"
                    " WHERE name LIKE 'motesklar\\_%' ESCAPE '\\'"
                )
            )
            return sorted(found.scalars())

    def completions(
        self,
        person_id: str | None = None,
        *,
        people: Collection[str] | None = None,
        module: str | None = None,
    ) -> dict[str, dict[str, Completion]]:
        """Person id to module to result, of everybody, one person or some; one query.

        Args:
            person_id: one person's alone.
            people: ids of at most some thousands; None is everybody.
            module: only this one.

        Where a module's exercises have changed, the better of the results before and after
        counts: nobody loses what they have completed.
        """
        wanted = [person_id] if person_id is not None else people
        found: dict[str, dict[str, Completion]] = {}
        with self.engine.connect() as connection:
            for student, assignment, at, score, most, waiting in connection.execute(
                _completions_query(wanted, module)
            ):
                results = found.setdefault(student, {})
                name, _, archived = assignment.partition(ARCHIVE_MARK)
                new = Completion(score, most, at, bool(waiting) and not archived, archived)
                old = results.get(name)
                results[name] = new if old is None else _better(old, new)
        return found

    def change_mark(self) -> int:
        """Differs from before when another connection has written, whichever program it is.

        SQLite tells it without reading any table. Only one thread at a time may ask.
        """
        if self._watch is None:
            self._watch = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        return int(self._watch.exec_driver_sql("PRAGMA data_version").scalar_one())

    def comments(self, person_id: str) -> list[tuple[str, str]]:
        """(assignment, comment) of what reviewers have written to one person."""
        with self.engine.connect() as connection:
            rows = connection.execute(_COMMENTS, {"student": person_id})
            return [(assignment, comment) for assignment, comment in rows]

    def notes(self, person_id: str, module: Module) -> dict[str, Note]:
        """What people say about a person's hand-in of a module as it is now, by exercise."""
        asked = {"student": person_id, "module": module.name}
        with self.engine.connect() as connection:
            grades = {
                row.name: Note(row.score, waiting=bool(row.needs_manual_grade))
                for row in connection.execute(_HAND_GRADES, asked)
            }
            comments = {
                row.name: row.manual_comment for row in connection.execute(_HAND_COMMENTS, asked)
            }
        return notes_by_exercise(module, grades, comments) if grades else {}

    def cells(self, module: str) -> dict[str, float | None]:
        """The cells nbgrader watches in a module: name to points, None where there are none."""
        with self.engine.connect() as connection:
            rows = connection.execute(_CELLS, {"module": module})
            return {row.name: row.max_score for row in rows}

    def has_submissions(self, module: str) -> bool:
        """Whether anybody's hand-in of this module is in the gradebook."""
        with self.engine.connect() as connection:
            return bool(connection.execute(_SUBMITTED, {"module": module}).scalar_one())

    def close(self) -> None:
        """Close every connection; safe to call twice."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()
        self.engine.dispose()


def _better(old: Completion, new: Completion) -> Completion:
    """The result that counts; an answer that waits does so whichever of the two it stands in."""
    best = new if new.share > old.share else old
    return replace(best, waiting=old.waiting or new.waiting)


def _completions_query(people: Collection[str] | None, module: str | None) -> Select[Any]:
    name, query = _COMPLETIONS.c.name, select(_COMPLETIONS)
    if people is not None:
        query = query.where(_COMPLETIONS.c.student_id.in_(people))
    if module is not None:
        archived = name.startswith(module + ARCHIVE_MARK, autoescape=True)
        query = query.where(or_(name == module, archived))
    return query


def _wait_for_writers(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA busy_timeout=10000")
