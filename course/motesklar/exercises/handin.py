"""Answers as data, never as code: checked against their exercise, then written as literals. Pure.

What a browser sends is compared with the keys that the course itself lists; only such keys, and
what the call server measured, ever reach a notebook, and only as Python literals.
"""

import ast
import copy
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from motesklar.course import Exercise, ExerciseKind, Module
from motesklar.errors import BadAnswer
from motesklar.exercises.calendar_file import read_invitation
from motesklar.i18n import N_
from motesklar_widgets.drawn_computer import MOST_ACTIONS
from motesklar_widgets.filling_in import TEXT_CHARACTERS, WORD_CHARACTERS
from motesklar_widgets.scenario import MOST_CHOICES, walk

#: What the call server measures, in the order it stands in the notebook.
EVIDENCE = ("sound_seconds", "picture_seconds", "text_characters", "tasks")

#: Above any number that an exercise asks for; keeps out inf and nan as well.
_MOST = 1e12
#: A task of the call, and a way to do it.
_WORD = re.compile(r"[a-z_]{1,20}")


def check_answer(exercise: Exercise, value: Any) -> Any:
    """The answer as it is kept; `value` is parsed JSON of any shape.

    Raises:
        BadAnswer: it is no answer to this exercise.
    """
    check = _CHECKS.get(exercise.kind)
    if check is not None:
        return check(exercise, value)
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
    try:
        text = repr(value)
        same = _identical(ast.literal_eval(text), value)
    # such as nan, an object's repr, a number of 5000 digits, or lists a thousand deep
    except (ValueError, SyntaxError, RecursionError, MemoryError):
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


def _some_choices(exercise: Exercise, value: Any) -> list[str]:
    if (
        not isinstance(value, list)
        or not 0 < len(value) <= len(exercise.choices)
        or not all(isinstance(key, str) and key in exercise.choices for key in value)
        or len(set(value)) < len(value)
    ):
        raise BadAnswer(
            N_("The answer is not one of the choices."), N_("Choose one or more and save again.")
        )
    return sorted(value, key=exercise.choices.index)


def _every_item_matched(exercise: Exercise, value: Any) -> dict[str, str]:
    if (
        not isinstance(value, dict)
        or set(value) != set(exercise.choices)
        or not all(isinstance(key, str) and key in exercise.targets for key in value.values())
    ):
        raise BadAnswer(
            N_("Something is not matched yet."), N_("Choose one for every line and save again.")
        )
    return {item: value[item] for item in exercise.choices}


def _filled_in(exercise: Exercise, value: Any) -> Any:
    if not exercise.numeric:
        return _text(value, WORD_CHARACTERS)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _MOST:
        raise BadAnswer(N_("That is not a number."), N_("Write a number, such as 40."))
    return value


def _written(_exercise: Exercise, value: Any) -> str:
    return _text(value, TEXT_CHARACTERS)


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadAnswer(N_("Nothing is written yet."), N_("Write an answer and save again."))
    text = value.strip()
    # a lone half of a surrogate pair is no text: no file can hold it
    if len(text) > most or text.encode("utf-8", "ignore").decode() != text:
        raise BadAnswer(N_("The text is too long."), N_("Make it shorter and save again."))
    return text


def _way_through(exercise: Exercise, value: Any) -> list[str]:
    if (
        isinstance(value, list)
        and 0 < len(value) <= MOST_CHOICES
        and all(isinstance(choice, str) for choice in value)
    ):
        end = walk(exercise.moves, value)
        if end is not None and not exercise.moves[end]:
            return list(value)
    raise BadAnswer(N_("The way is not walked to its end."), N_("Go on to the end, or start over."))


def _invitation(_exercise: Exercise, value: Any) -> dict[str, Any]:
    return read_invitation(value)


_CHECKS: Mapping[ExerciseKind, Callable[[Exercise, Any], Any]] = {
    ExerciseKind.CHOOSE_ONE: _one_choice,
    ExerciseKind.CLICK_PLACE: _one_choice,
    ExerciseKind.CHOOSE_SEVERAL: _some_choices,
    ExerciseKind.PUT_IN_ORDER: _every_item_once,
    ExerciseKind.MATCH: _every_item_matched,
    ExerciseKind.FILL_IN: _filled_in,
    ExerciseKind.SCENARIO: _way_through,
    ExerciseKind.FIX_PRACTICE: _known_actions,
    ExerciseKind.INVITATION: _invitation,
    ExerciseKind.SHORT_TEXT: _written,
}


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
