"""Answers as data, never as code: checked against their exercise, then written as literals. Pure.

What a browser sends is compared with the keys that the course itself lists; only such keys, and
what the call server measured, ever reach a notebook, and only as Python literals.
"""

import ast
import copy
import math
import re
from collections.abc import Mapping
from typing import Any

from motesklar.course import Exercise, ExerciseKind, Module
from motesklar.errors import BadAnswer
from motesklar.i18n import N_
from motesklar_widgets.drawn_computer import MOST_ACTIONS

#: What the call server measures, in the order it stands in the notebook.
EVIDENCE = ("sound_seconds", "picture_seconds", "text_characters", "tasks")

#: A task of the call, and a way to do it.
_WORD = re.compile(r"[a-z_]{1,20}")


def check_answer(exercise: Exercise, value: Any) -> Any:
    """The answer as it is kept; `value` is parsed JSON of any shape.

    Raises:
        BadAnswer: it is no answer to this exercise.
    """
    if exercise.kind is ExerciseKind.CHOOSE_ONE:
        return _one_choice(exercise, value)
    if exercise.kind is ExerciseKind.PUT_IN_ORDER:
        return _every_item_once(exercise, value)
    if exercise.kind is ExerciseKind.FIX_PRACTICE:
        return _known_actions(exercise, value)
    raise BadAnswer(
        N_("This exercise is answered in the practice call."),
        N_("Open the practice call, and let Kim hear, see or read you."),
    )


def check_evidence(measured: Mapping[str, Any]) -> dict[str, Any]:
    """What the server measured, as a `CallEvidence` exercise's answer; what is missing is 0."""
    tasks = measured.get("tasks", {})
    return {
        "sound_seconds": round(float(_finite(measured.get("sound_seconds", 0))), 1),
        "picture_seconds": round(float(_finite(measured.get("picture_seconds", 0))), 1),
        "text_characters": int(_finite(measured.get("text_characters", 0))),
        "tasks": {
            task: way
            for task, way in sorted(tasks.items())
            if _WORD.fullmatch(task) and _WORD.fullmatch(way)
        },
    }


def _finite(number: float) -> float:
    return number if math.isfinite(number) else 0


def answers_that_fit(
    module: Module, given: Mapping[str, Any], measured: Mapping[str, Any]
) -> dict[str, Any]:
    """The hand-in of a module: exercise id to answer, without what is missing.

    A saved answer may have been given to an older version of the module; one that no longer
    fits counts as not given.
    """
    answers: dict[str, Any] = {}
    for exercise in module.exercises:
        if exercise.kind is ExerciseKind.CALL_EVIDENCE:
            answers[exercise.id] = check_evidence(measured)
        elif exercise.id in given and _fits(exercise, given[exercise.id]):
            answers[exercise.id] = check_answer(exercise, given[exercise.id])
    return answers


def build_submission(module: Module, released: Any, answers: Mapping[str, Any]) -> Any:
    """A copy of the released notebook whose answer cells are `variable = <literal>`.

    The released notebook is not changed. `answers` are those that `answers_that_fit` let
    through; an exercise without one gets `None`.
    """
    notebook = copy.deepcopy(released)
    sources = {
        exercise.answer_cell: f"{exercise.variable} = {literal(answers.get(exercise.id))}"
        for exercise in module.exercises
    }
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id in sources:
            cell["source"] = sources[grade_id]
    return notebook


def literal(value: Any) -> str:
    """The value as a Python literal that reads back as exactly itself.

    Raises:
        BadAnswer: it does not.
    """
    text = repr(value)
    try:
        same = _identical(ast.literal_eval(text), value)
    except (ValueError, SyntaxError):  # such as nan, inf, or an object's repr
        same = False
    if not same:
        raise BadAnswer
    return text


def _one_choice(exercise: Exercise, value: Any) -> str:
    if not isinstance(value, str) or value not in exercise.choices:
        raise BadAnswer(
            N_("The answer is not one of the choices."), N_("Choose one of them and save again.")
        )
    return value


def _every_item_once(exercise: Exercise, value: Any) -> list[str]:
    if (
        not isinstance(value, list)
        or len(value) != len(exercise.choices)
        or not all(isinstance(item, str) for item in value)
        or sorted(value) != sorted(exercise.choices)
    ):
        raise BadAnswer(
            N_("The order must have every line once."), N_("Put the lines in order and save again.")
        )
    return list(value)


def _known_actions(exercise: Exercise, value: Any) -> list[str]:
    if (
        not isinstance(value, list)
        or not 0 < len(value) <= MOST_ACTIONS
        or not all(isinstance(action, str) and action in exercise.choices for action in value)
    ):
        raise BadAnswer(
            N_("These are not things that can be done on the drawn computer."),
            N_("Reload the page and do the rehearsal again."),
        )
    return list(value)


def _fits(exercise: Exercise, value: Any) -> bool:
    try:
        check_answer(exercise, value)
    except BadAnswer:
        return False
    return True


def _identical(left: Any, right: Any) -> bool:
    """Equal in value and in every type, so that True is not 1 and 1.0 is not 1."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(map(_identical, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(_identical(left[k], right[k]) for k in left)
    return bool(left == right)
