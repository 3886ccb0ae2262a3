"""Reads a lesson notebook as data: its steps and exercises. Pure, and nothing in it is run.

An exercise `first-meeting` is three code cells in this order: the widget that shows it, the
answer cell `first-meeting-answer` (nbgrader: solution) and the test cell `first-meeting`
(nbgrader: grade). One that a person reads has a single cell (nbgrader: solution and grade) instead
of the two. Choices and explanation are found in the source by `ast`.
"""

import ast
import hashlib
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from motesklar.course import Exercise, ExerciseKind, Module, Step
from motesklar.errors import ConfigError
from motesklar.exercises.widget_calls import asked_for, constant, marked

LESSON = "lesson.ipynb"
STEP_KINDS = ("read", "test", "try", "answer")

_ID = re.compile(r"[a-z][a-z0-9-]{0,59}")
_SOLUTION = ("### BEGIN SOLUTION", "### END SOLUTION")
_HIDDEN_TESTS = ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")


@dataclass(frozen=True)
class _Cell:
    """A cell and how to blame it."""

    number: int  # from 1, as people count
    module: str
    kind: str
    source: str
    metadata: Mapping[str, Any]

    @property
    def nbgrader(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.metadata.get("nbgrader", {})
        return found

    @property
    def grade_id(self) -> str:
        return str(self.nbgrader.get("grade_id", ""))

    def fault(self, problem: str) -> ConfigError:
        return ConfigError(f"{self.module}/{LESSON}", f"cell {self.number}", problem)

    def tree(self) -> ast.Module:
        try:
            return ast.parse(self.source)
        except SyntaxError as error:
            raise self.fault(f"is not valid Python: {error.msg}, line {error.lineno}") from error


@dataclass
class _Reading:
    """What has been met so far, from the top of the notebook."""

    module: str
    steps: list[Step] = field(default_factory=list)
    exercises: list[Exercise] = field(default_factory=list)
    widgets: dict[str, tuple[ExerciseKind, Mapping[str, Any]]] = field(default_factory=dict)
    answers: dict[str, _Cell] = field(default_factory=dict)
    grade_ids: set[str] = field(default_factory=set)


def parse_module(
    name: str,
    folder: Path,
    notebook: Mapping[str, Any],
    version: str,
    texts: Mapping[str, Mapping[str, str]],
) -> Module:
    """The module that a source notebook (as `nbformat.read` gives it, version 4) describes.

    `version` is made by `version_of`; `texts` is language to {Swedish msgid: translation}.

    Raises:
        ConfigError: something is missing or wrong; names the module and the cell.
    """
    title, summary, minutes = _about(name, notebook)
    reading = _Reading(name)
    for cell in _cells(name, notebook):
        if cell.kind == "markdown":
            _read_step(reading, cell)
        elif cell.kind == "code":
            _read_code(reading, cell)
    _check_whole(reading)
    return Module(
        name=name,
        folder=folder,
        version=version,
        title=title,
        summary=summary,
        minutes=minutes,
        steps=tuple(reading.steps),
        exercises=tuple(reading.exercises),
        texts=texts,
        short_minutes=int(notebook["metadata"]["motesklar"].get("short_minutes", 0)),
        final=notebook["metadata"]["motesklar"].get("final") is True,
    )


def solutions_of(module: Module, notebook: Mapping[str, Any]) -> dict[str, Any]:
    """The right answers written in the source's answer cells: exercise id to value.

    Raises:
        ConfigError: a solution is no Python literal.
    """
    cells = {cell.grade_id: cell for cell in _cells(module.name, notebook) if cell.grade_id}
    return {
        exercise.id: _assigned(cells[exercise.answer_cell], exercise.variable)[-1]
        for exercise in module.exercises
    }


def version_of(released: bytes, catalogues: Mapping[str, bytes]) -> str:
    """SHA-256 hex of a released notebook and its catalogues (file name to content)."""
    digest = hashlib.sha256(hashlib.sha256(released).digest())
    for file_name, content in sorted(catalogues.items()):
        digest.update(file_name.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()


def _about(name: str, notebook: Mapping[str, Any]) -> tuple[str, str, int]:
    about = notebook.get("metadata", {}).get("motesklar", {})
    where = (f"{name}/{LESSON}", "metadata.motesklar")
    for key in ("title", "summary"):
        if not isinstance(about.get(key), str) or not about[key].strip():
            raise ConfigError(*where, f"needs {key}, a text")
    minutes = about.get("minutes")
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 1 <= minutes <= 480:
        raise ConfigError(*where, "needs minutes, a whole number from 1 to 480")
    return about["title"], about["summary"], minutes


def _cells(module: str, notebook: Mapping[str, Any]) -> Iterator[_Cell]:
    for number, cell in enumerate(notebook.get("cells", []), start=1):
        source = cell.get("source", "")
        text = source if isinstance(source, str) else "".join(source)
        yield _Cell(number, module, cell["cell_type"], text, cell.get("metadata", {}))


def _read_step(reading: _Reading, cell: _Cell) -> None:
    about = cell.metadata.get("motesklar", {})
    if "step" not in about:
        return
    step_id, kind = str(about["step"]), about.get("kind")
    heading = cell.source.split("\n", 1)[0]
    if not _ID.fullmatch(step_id):
        raise cell.fault(f"step {step_id!r}: use small letters, digits and hyphens")
    if any(step.id == step_id for step in reading.steps):
        raise cell.fault(f"step {step_id!r} is there twice")
    if kind not in STEP_KINDS:
        raise cell.fault(f"step {step_id!r} has kind {kind!r}; use one of {', '.join(STEP_KINDS)}")
    if not heading.startswith("## "):
        raise cell.fault(f"step {step_id!r} must begin with a line '## Heading'")
    title = heading.removeprefix("## ").strip()
    reading.steps.append(Step(step_id, kind, title, short=about.get("short") is True))


def _read_code(reading: _Reading, cell: _Cell) -> None:
    if not cell.nbgrader:
        _read_widgets(reading, cell)
        return
    if cell.grade_id in reading.grade_ids:
        raise cell.fault(f"grade_id {cell.grade_id!r} is there twice")
    reading.grade_ids.add(cell.grade_id)
    if cell.nbgrader.get("grade"):
        if cell.nbgrader.get("solution"):
            reading.answers[cell.grade_id] = cell
        _read_exercise(reading, cell)
    elif cell.nbgrader.get("solution"):
        reading.answers[cell.grade_id] = cell


def _read_widgets(reading: _Reading, cell: _Cell) -> None:
    for node in ast.walk(cell.tree()):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id not in set(ExerciseKind):
            continue
        kind = ExerciseKind(node.func.id)
        exercise_id = constant(node.args[0]) if node.args else None
        if not isinstance(exercise_id, str) or not _ID.fullmatch(exercise_id):
            raise cell.fault(f"{kind} needs the exercise's id as its first argument")
        if exercise_id in reading.widgets:
            raise cell.fault(f"exercise {exercise_id!r} is shown twice")
        try:
            reading.widgets[exercise_id] = (kind, asked_for(kind, node))
        except ValueError as error:
            raise cell.fault(str(error)) from error


def _read_exercise(reading: _Reading, cell: _Cell) -> None:
    exercise_id = cell.grade_id
    variable = exercise_id.replace("-", "_")
    if not _ID.fullmatch(exercise_id) or keyword.iskeyword(variable):
        raise cell.fault(f"grade_id {exercise_id!r}: use small letters, digits and hyphens")
    if not reading.steps:
        raise cell.fault(f"exercise {exercise_id!r} stands before the first step")
    if exercise_id not in reading.widgets:
        raise cell.fault(f"exercise {exercise_id!r} has no widget above its test")
    kind, asked = reading.widgets[exercise_id]
    exercise = Exercise(exercise_id, kind, points=0, step=reading.steps[-1].id, **asked)
    if exercise.answer_cell not in reading.answers:
        raise cell.fault(_no_answer_cell(exercise))
    _check_answer_cell(reading.answers[exercise.answer_cell], variable)
    if not exercise.manual:
        exercise = replace(exercise, points=_points(cell), explanation=_explanation(cell))
    elif cell.nbgrader.get("points") != 0:
        raise cell.fault(f"exercise {exercise_id!r} is read by a person and must have 0 points")
    reading.exercises.append(exercise)


def _no_answer_cell(exercise: Exercise) -> str:
    if exercise.manual:
        return f"exercise {exercise.id!r}: its cell must be solution and grade (manually graded)"
    return f"exercise {exercise.id!r} has no answer cell {exercise.answer_cell} above its test"


def _check_answer_cell(cell: _Cell, variable: str) -> None:
    _check_marks(cell, _SOLUTION)
    values = _assigned(cell, variable)
    if len(values) != 2 or values[0] is not None:
        raise cell.fault(f"must be '{variable} = None' and then, as the solution, the right value")


def _points(cell: _Cell) -> float:
    points = cell.nbgrader.get("points")
    if isinstance(points, bool) or not isinstance(points, int | float) or not 0 < points <= 1000:
        raise cell.fault(f"exercise {cell.grade_id!r} needs points, more than 0")
    return float(points)


def _explanation(cell: _Cell) -> str:
    _check_marks(cell, _HIDDEN_TESTS)
    for statement in cell.tree().body:
        if isinstance(statement, ast.Assign) and _names(statement) == ["explanation"]:
            text = marked(statement.value)
            if text:
                return text
    raise cell.fault(f'exercise {cell.grade_id!r} needs explanation = _("…") in its hidden tests')


def _check_marks(cell: _Cell, marks: tuple[str, str]) -> None:
    lines = [line.strip() for line in cell.source.splitlines()]
    if [line for line in lines if line in marks] != list(marks):
        raise cell.fault(f"needs one '{marks[0]}' and then one '{marks[1]}'")


def _assigned(cell: _Cell, variable: str) -> list[Any]:
    """The literals given to `variable`, from the top."""
    values = []
    for statement in cell.tree().body:
        if isinstance(statement, ast.Assign) and _names(statement) == [variable]:
            try:
                values.append(ast.literal_eval(statement.value))
            except ValueError as error:
                raise cell.fault(f"{variable} must be given a plain value, not code") from error
    return values


def _names(statement: ast.Assign) -> list[str]:
    return [target.id for target in statement.targets if isinstance(target, ast.Name)]


def _check_whole(reading: _Reading) -> None:
    where = f"{reading.module}/{LESSON}"
    if not reading.steps:
        raise ConfigError(where, "cells", "needs at least one step (a cell with motesklar.step)")
    known = {exercise.id for exercise in reading.exercises}
    untested = _first(exercise for exercise in reading.widgets if exercise not in known)
    if untested:
        raise ConfigError(where, "cells", f"exercise {untested!r} has no test cell")
    answers = {exercise.answer_cell for exercise in reading.exercises}
    lonely = _first(cell for cell in reading.answers if cell not in answers)
    if lonely:
        raise ConfigError(where, "cells", f"answer cell {lonely!r} belongs to no exercise")


def _first(items: Iterable[str]) -> str | None:
    return next(iter(items), None)
