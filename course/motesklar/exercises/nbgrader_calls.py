"""Every call into nbgrader's own code. Its converters and gradebook decide; nothing is copied.

nbgrader is pinned exactly, because these are not all public: `tests/exercises` cover each use.
Importing this module takes a second, so it is imported where it is needed.
"""

import copy
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    Execute,
    SaveAutoGrades,
)
from nbgrader.utils import determine_grade, is_grade, is_solution
from sqlalchemy import text
from sqlalchemy.orm import scoped_session, sessionmaker
from traitlets.config import Config
from traitlets.log import get_logger

from motesklar.exercises.jobs import GradingFailed, HandGrade, HandGradeJob, Score
from motesklar.exercises.nbgrader_settings import (
    COURSE_ID,
    GRADEBOOK_FILE,
    NOTEBOOK_ID,
    SETTINGS,
    path_with_scripts,
    timestamp_text,
)

#: Steps of nbgrader not taken for each hand-in: two write to the gradebook, which we do when
#: it is promoted, and the cells' metadata, which no answer can change, have been checked before.
_DONE_ELSEWHERE = (SaveAutoGrades, AssignLatePenalties, CheckCellMetadata)

#: At most so long another one's writing to the gradebook is waited for.
BUSY_SECONDS = 30

#: Errors that stand in a cell when the kernel, not the answer, was at fault.
_KERNEL_FAULTS = ("KeyboardInterrupt",)


def make_gradebook(path: Path) -> None:
    """Make an empty gradebook. Slow: nbgrader asks the `alembic` program for its version."""
    with _scripts_on_path(), Gradebook(f"sqlite:///{path}", COURSE_ID):
        pass


def generate(root: Path, module: str) -> None:
    """Make the released version of a module and note its cells in the root's gradebook.

    The gradebook is there already, see `make_gradebook`.

    Raises:
        GradingFailed: the source notebook is not a valid assignment.
    """
    with _nbgrader_log() as told:
        coursedir = _course_directory(root, module)
        _run(GenerateAssignment(coursedir=coursedir, config=_config(), force=True), told)


def ready_notebook(released: Any, root: Path, module: str) -> Any:
    """What nbgrader makes of any hand-in before it runs it: with the hidden tests, without outputs.

    `root` has a gradebook that knows the module. Hand-ins differ in their answer cells alone, which
    nbgrader leaves as they are, so this is done once for all of them.
    """
    names = {"student": "", "assignment": module, "notebook": NOTEBOOK_ID}
    resources = {"nbgrader": names | {"db_url": _database(root)}}
    notebook = copy.deepcopy(released)
    for step in Autograde(config=_config()).sanitize_preprocessors:
        notebook, resources = step(config=_config())(notebook, resources)
    return notebook


def runnable_cells(notebook: Any) -> tuple[list[str | None], int]:
    """Each cell's source, None where nbgrader runs nothing; and how many stand before an answer."""
    sources = [_runnable(cell) for cell in notebook.cells]
    answers = [number for number, cell in enumerate(notebook.cells) if is_solution(cell)]
    return sources, min(answers, default=len(sources))


class Replay(Execute):  # type: ignore[misc]
    """nbgrader's own execution, of cells that have been run elsewhere.

    Args:
        records: what each cell did.
        language: of the kernel, as notebooks have it.
    """

    def __init__(
        self, records: Sequence[dict[str, Any]], language: dict[str, Any], **traits: Any
    ) -> None:
        super().__init__(**traits)
        self.records = records
        self.language = language

    def preprocess(self, nb: Any, resources: Any = None, km: Any = None) -> tuple[Any, Any]:
        """Give each code cell its outputs."""
        NotebookClient.__init__(self, nb, km)
        self.reset_execution_trackers()
        nb.metadata["language_info"] = self.language
        count = 0
        for index, (cell, record) in enumerate(zip(nb.cells, self.records, strict=True)):
            if _runnable(cell) is None:
                continue
            count += 1
            self.clear_before_next_output = False
            for message in record["messages"]:
                self.process_message(message, cell, index)
            self.on_cell_executed(cell=cell, execute_reply={"content": record["reply"]})
            cell.execution_count = count
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = count
        return nb, resources


def graded_notebook(
    notebook: Any, records: Sequence[dict[str, Any]], language: dict[str, Any]
) -> Any:
    """A ready notebook with answers, as nbgrader leaves it after it was run.

    Raises:
        GradingFailed: something other than an answer went wrong.
    """
    resources: Any = {}
    for step in Autograde(config=_config()).autograde_preprocessors:
        if step is Execute:
            notebook, resources = Replay(records, language, config=_config())(notebook, resources)
        elif step not in _DONE_ELSEWHERE:
            notebook, resources = step(config=_config())(notebook, resources)
    _check_unbroken(notebook)
    return notebook


def scores_of(notebook: Any) -> list[Score]:
    """The points that nbgrader sees in a graded notebook."""
    found = []
    for cell in notebook.cells:
        if is_grade(cell):
            score, most = determine_grade(cell)
            found.append(Score(cell.metadata.nbgrader.grade_id, float(score or 0), float(most)))
    return found


class OpenGradebook:
    """A gradebook that one process writes to again and again.

    nbgrader opens one for each step and saves after each cell. Here a hand-in is one transaction:
    it is in the gradebook whole, or not at all.
    """

    def __init__(self, root: Path) -> None:
        self.database = _database(root)
        self.gradebook = Gradebook(self.database, COURSE_ID)
        self.gradebook.db.remove()

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """Nbgrader's gradebook; what is done inside is saved at the end, or not at all."""
        before = self.gradebook.db
        with self.gradebook.engine.connect() as connection, connection.begin():
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
            # takes the lock at once: two that have read could both wait for the other to let go
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            self.gradebook.db = scoped_session(
                sessionmaker(
                    connection,
                    future=True,
                    expire_on_commit=False,
                    join_transaction_mode="rollback_only",
                )
            )
            try:
                yield self.gradebook
            finally:
                self.gradebook.db.remove()
                self.gradebook.db = before

    def save(
        self,
        module: str,
        person_id: str,
        handed_in_at: datetime,
        notebook: Any,
        changed: Sequence[tuple[str, str]] = (),
    ) -> dict[str, str]:
        """Write a graded notebook's points.

        A grade that somebody gave by hand to the same answer stays. Where the answer has changed
        (`changed`: test cell and answer cell), it no longer counts and somebody is asked to look.

        Returns:
            Test cell to the comment put aside, empty where there was only a grade.
        """
        with _nbgrader_log(), self.transaction() as gradebook:
            gradebook.update_or_create_student(person_id)
            known = _is_in(gradebook, module, person_id, handed_in_at)
            gradebook.update_or_create_submission(
                module, person_id, timestamp=timestamp_text(handed_in_at)
            )
            where = (NOTEBOOK_ID, module, person_id)
            # what was said since it was saved is about this very hand-in
            aside = {} if known else _put_aside(gradebook, changed, where)
            graded = _graded_by_hand(gradebook, notebook, where)
            saving = SaveAutoGrades()
            saving.gradebook = gradebook
            saving.student_id, saving.assignment_id = person_id, module
            saving.notebook_id = NOTEBOOK_ID
            for index, cell in enumerate(notebook.cells):
                saving.preprocess_cell(cell, {}, index)
            # nbgrader asks for another look at each grade by hand, whatever the answer
            for grade in graded:
                grade.needs_manual_grade = False
            for cell_name in aside:
                gradebook.find_grade(cell_name, *where).needs_manual_grade = True
            gradebook.db.commit()
        return aside

    def grade_by_hand(self, job: HandGradeJob) -> bool:
        """Write what a person says about an answer, as nbgrader's formgrader does.

        Returns False, with everything as it was, where the hand-in, its grade or its comment is
        not what that person has seen: another program, or somebody else, was quicker.
        """
        where = (NOTEBOOK_ID, job.module, job.person_id)
        with _nbgrader_log(), self.transaction() as gradebook:
            try:
                grade = gradebook.find_grade(job.test_cell, *where)
                comment = gradebook.find_comment(job.answer_cell, *where)
            except MissingEntry:
                return False
            stands = HandGrade(grade.manual_score, comment.manual_comment or "")
            if stands != job.seen or grade.assignment.timestamp != job.handed_in_at:
                return False
            grade.manual_score = job.given.points
            grade.needs_manual_grade = job.given.points is None and grade.auto_score is None
            comment.manual_comment = job.given.comment or None
            gradebook.db.commit()
        return True


def _is_in(gradebook: Any, module: str, person_id: str, handed_in_at: datetime) -> bool:
    """Whether this very hand-in has been saved before."""
    try:
        saved = gradebook.find_submission(module, person_id).timestamp
    except MissingEntry:
        return False
    return bool(saved == handed_in_at)


def _put_aside(
    gradebook: Any, changed: Sequence[tuple[str, str]], where: tuple[str, str, str]
) -> dict[str, str]:
    aside = {}
    for test_cell, answer_cell in changed:
        grade = gradebook.find_grade(test_cell, *where)
        comment = gradebook.find_comment(answer_cell, *where)
        given = (grade.manual_score, grade.extra_credit, comment.manual_comment or None)
        if any(one is not None for one in given):
            aside[test_cell] = comment.manual_comment or ""
            grade.manual_score = grade.extra_credit = comment.manual_comment = None
    return aside


def _graded_by_hand(gradebook: Any, notebook: Any, where: tuple[str, str, str]) -> list[Any]:
    """The grades that somebody gave by hand, of which none waits for another look."""
    cells = [cell.metadata.nbgrader.grade_id for cell in notebook.cells if is_grade(cell)]
    grades = [gradebook.find_grade(cell, *where) for cell in cells]
    return [
        grade for grade in grades if grade.manual_score is not None and not grade.needs_manual_grade
    ]


#: A module that was set aside when its exercises changed has its version after the name.
_FORGET_COMMENTS = text("""
    UPDATE comment SET manual_comment = NULL WHERE notebook_id IN (
        SELECT submitted_notebook.id FROM submitted_notebook
        JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
        JOIN assignment ON assignment.id = submitted_assignment.assignment_id
        WHERE submitted_assignment.student_id = :person
          AND (assignment.name = :module OR assignment.name LIKE :module || '@%')
    )
""")


def forget_student(root: Path, person_id: str) -> None:
    """Remove a person with all submissions from the gradebook; nothing if they aren't there."""
    with _erasure(root) as gradebook:
        try:
            gradebook.remove_student(person_id)
        except MissingEntry:
            return


def merge_students(root: Path, gone: str, kept: str, take_over: Callable[[str], None]) -> None:
    """Give `kept` the submissions of `gone` that are better or the only ones, and forget `gone`.

    `take_over` brings the files of a module along; it is called before anything is saved.
    """
    with OpenGradebook(root).transaction() as gradebook:
        try:
            student = gradebook.find_student(gone)
        except MissingEntry:
            return
        heir = gradebook.update_or_create_student(kept)
        for submission in list(student.submissions):
            module = submission.assignment.name
            try:
                mine = gradebook.find_submission(module, kept)
            except MissingEntry:
                mine = None
            if mine is not None:
                if _rank(mine) >= _rank(submission):
                    continue
                gradebook.remove_submission(module, kept)
            take_over(module)
            submission.student = heir
        gradebook.db.commit()
        gradebook.db.expire_all()
        gradebook.remove_student(gone)


def _rank(submission: Any) -> tuple[float, datetime]:
    """As `attempts.outranks` has it: more of the points, then the later one."""
    share = submission.score / submission.max_score if submission.max_score else 0.0
    return share, submission.timestamp or datetime.min


def forget_comments(root: Path, person_id: str, module: str) -> None:
    """Remove what people have said about somebody's answers in a module; the points stay."""
    with _erasure(root) as gradebook:
        gradebook.db.execute(_FORGET_COMMENTS, {"person": person_id, "module": module})
        gradebook.db.commit()


@contextmanager
def _erasure(root: Path) -> Iterator[Gradebook]:
    """The gradebook, in which nothing of what is removed can be found in the file afterwards.

    SQLite only marks rows as free, so it is told to overwrite them and to empty its journal.
    """
    with Gradebook(_database(root), COURSE_ID) as gradebook:
        gradebook.db.execute(text("PRAGMA secure_delete=ON"))
        yield gradebook
        gradebook.db.commit()
        gradebook.db.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


def archive_assignment(root: Path, module: str, archived: str) -> None:
    """Give the module's entry in the gradebook, with its submissions, another name."""
    with Gradebook(_database(root), COURSE_ID) as gradebook:
        gradebook.find_assignment(module).name = archived
        gradebook.db.commit()


def _database(root: Path) -> str:
    return f"sqlite:///{root / GRADEBOOK_FILE}"


def _config() -> Config:
    return Config({section: dict(settings) for section, settings in SETTINGS.items()})


def _course_directory(root: Path, module: str, **names: str) -> Any:
    return CourseDirectory(
        config=_config(),
        root=str(root),
        db_url=_database(root),
        assignment_id=module,
        **names,
    )


def _run(converter: Any, told: list[str]) -> None:
    try:
        converter.start()
    except Exception as error:
        # whatever it is, it must be told whole, and its class may not cross processes
        raise GradingFailed("\n".join([*told, f"{type(error).__name__}: {error}"])) from error


def _runnable(cell: Any) -> str | None:
    skipped = Execute.skip_cells_with_tag.default_value in cell.metadata.get("tags", [])
    if cell.cell_type != "code" or skipped or not cell.source.strip():
        return None
    return str(cell.source)


def _check_unbroken(notebook: Any) -> None:
    """Refuse a notebook in which something other than an answer went wrong.

    Answers are literals, so an error outside the test cells is the course's own fault.
    """
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            if output.output_type != "error":
                continue
            if not is_grade(cell) or output.ename in _KERNEL_FAULTS:
                raise GradingFailed(f"cell {number}: {output.ename}: {output.evalue}")


class _Told(logging.Handler):
    def __init__(self, told: list[str]) -> None:
        super().__init__(logging.ERROR)
        self.told = told

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.getMessage())


@contextmanager
def _nbgrader_log() -> Iterator[list[str]]:
    """What nbgrader logs as errors while inside, instead of on the terminal."""
    told: list[str] = []
    handler, log = _Told(told), logging.getLogger(get_logger().name)
    log.addHandler(handler)
    propagate, log.propagate = log.propagate, False
    try:
        yield told
    finally:
        log.removeHandler(handler)
        log.propagate = propagate


@contextmanager
def _scripts_on_path() -> Iterator[None]:
    before = os.environ.get("PATH")
    os.environ["PATH"] = path_with_scripts()
    try:
        yield
    finally:
        if before is None:
            del os.environ["PATH"]
        else:
            os.environ["PATH"] = before
