"""Reads nbgrader's gradebook with plain SQL, and gives it the indexes it lacks.

Its schema is known here and nowhere else. Scores are computed as nbgrader does: a grade given
by hand counts before the automatic one, extra credit is added.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Engine, Select, column, create_engine, event, or_, select, text

from motesklar.exercises.nbgrader_settings import GRADEBOOK_FILE

#: nbgrader has none on its foreign keys: finding one grade of 700,000 took 200 ms, with these 4.
_INDEXES = (
    ("grade", "notebook_id"),
    ("comment", "notebook_id"),
    ("submitted_notebook", "assignment_id"),
    ("submitted_assignment", "student_id"),
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
           SUM(grade_cells.max_score) AS max_score
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
    )
    .subquery("completion")
)

_CELLS = text("""
    SELECT source_cell.name, grade_cells.max_score
    FROM source_cell
    JOIN notebook ON notebook.id = source_cell.notebook_id
    JOIN assignment ON assignment.id = notebook.assignment_id
    LEFT JOIN base_cell ON base_cell.notebook_id = notebook.id
                       AND base_cell.name = source_cell.name
    LEFT JOIN grade_cells ON grade_cells.id = base_cell.id
    WHERE assignment.name = :module
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
    """

    score: float
    max_score: float
    at: datetime | None

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

    def add_indexes(self) -> list[str]:
        """Add the missing indexes; returns the tables that now have one."""
        with self.engine.begin() as connection:
            for table, column in _INDEXES:
                connection.execute(
                    text(f"CREATE INDEX IF NOT EXISTS motesklar_{table} ON {table} ({column})")
                )
            found = connection.execute(
                text(
                    "SELECT tbl_name FROM sqlite_master WHERE name LIKE 'motesklar\\_%' ESCAPE '\\'"
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
            for student, assignment, at, score, most in connection.execute(
                _completions_query(wanted, module)
            ):
                results = found.setdefault(student, {})
                new = Completion(score, most, at)
                old = results.get(name := assignment.split(ARCHIVE_MARK)[0])
                if old is None or new.share > old.share:
                    results[name] = new
        return found

    def comments(self, person_id: str) -> list[tuple[str, str]]:
        """(assignment, comment) of what reviewers have written to one person."""
        with self.engine.connect() as connection:
            rows = connection.execute(_COMMENTS, {"student": person_id})
            return [(assignment, comment) for assignment, comment in rows]

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
        self.engine.dispose()


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
