"""What an exercise's widget asks for, read from the call that shows it. Pure; nothing is run."""

import ast
from collections.abc import Mapping
from typing import Any

from motesklar.course import ExerciseKind
from motesklar_widgets.drawn_computer import FAULTS, all_actions
from motesklar_widgets.meeting_window import PLACES
from motesklar_widgets.scenario import scenario_problem

#: Which argument of a widget lists what may be chosen.
_CHOICES = {
    ExerciseKind.CHOOSE_ONE: "options",
    ExerciseKind.CHOOSE_SEVERAL: "options",
    ExerciseKind.PUT_IN_ORDER: "items",
    ExerciseKind.MATCH: "items",
    ExerciseKind.CLICK_PLACE: "places",
}


def asked_for(kind: ExerciseKind, call: ast.Call) -> dict[str, Any]:
    """Fields of `motesklar.course.Exercise` that the call `kind("id", …)` decides.

    Raises:
        ValueError: an argument is missing or wrong; says which, to an author.
    """
    if kind is ExerciseKind.FIX_PRACTICE:
        if constant(_given(call, "fault")) not in FAULTS:
            raise ValueError(f"FixPractice needs fault=, one of {', '.join(FAULTS)}")
        return {"choices": tuple(all_actions())}
    if kind is ExerciseKind.FILL_IN:
        return {"numeric": _given(call, "unit") is not None}
    if kind is ExerciseKind.SCENARIO:
        return {"moves": _moves(call)}
    asked: dict[str, Any] = {}
    if kind in _CHOICES:
        asked["choices"] = _keys(kind, call, _CHOICES[kind])
    if kind is ExerciseKind.MATCH:
        asked["targets"] = _keys(kind, call, "targets")
    if kind is ExerciseKind.CLICK_PLACE:
        unknown = [key for key in asked["choices"] if key not in PLACES]
        if unknown:
            raise ValueError(f"ClickPlace has no place {unknown[0]!r}; use {', '.join(PLACES)}")
    return asked


def constant(node: ast.expr | None) -> Any:
    """The value of a constant; None for anything else."""
    return node.value if isinstance(node, ast.Constant) else None


def marked(node: ast.AST) -> str | None:
    """The text of `_("…")`."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "_"
        and len(node.args) == 1
        and isinstance(text := constant(node.args[0]), str)
    ):
        return text
    return None


def _given(call: ast.Call, argument: str) -> ast.expr | None:
    return next((k.value for k in call.keywords if k.arg == argument), None)


def _keys(kind: ExerciseKind, call: ast.Call, argument: str) -> tuple[str, ...]:
    given = _given(call, argument)
    keys = [constant(key) for key in given.keys] if isinstance(given, ast.Dict) else []
    if len(keys) < 2 or not all(isinstance(key, str) and key for key in keys):
        raise ValueError(f'{kind} needs {argument}={{"key": _("…"), …}} with two keys or more')
    if len(set(keys)) < len(keys):
        raise ValueError(f"{kind} has the same key twice in {argument}")
    return tuple(str(key) for key in keys)


_SCENES = (
    'Scenario needs scenes={"start": {"text": _("…"), "choices": {"go": (_("…"), "next"), …}}, …}'
)


def _moves(call: ast.Call) -> Mapping[str, Mapping[str, str]]:
    """Scene to choice to scene."""
    moves: dict[str, dict[str, str]] = {}
    choices: list[str] = []
    for name, scene in _pairs(_given(call, "scenes")):
        about = dict(_pairs(scene))
        if set(about) != {"text", "choices"} or marked(about["text"]) is None or name in moves:
            raise ValueError(_SCENES)
        moves[name] = {}
        for choice, told in _pairs(about["choices"]):
            choices.append(choice)
            moves[name][choice] = _goal(told)
    problem = scenario_problem(moves, choices)
    if problem:
        raise ValueError(f"Scenario: {problem}")
    return moves


def _goal(told: ast.expr) -> str:
    if isinstance(told, ast.Tuple) and len(told.elts) == 2 and marked(told.elts[0]) is not None:
        goal = constant(told.elts[1])
        if isinstance(goal, str):
            return goal
    raise ValueError(_SCENES)


def _pairs(node: ast.expr | None) -> list[tuple[str, ast.expr]]:
    """Key and value of a dict that is written out."""
    if not isinstance(node, ast.Dict):
        raise ValueError(_SCENES)
    pairs = [(constant(key), value) for key, value in zip(node.keys, node.values, strict=True)]
    if not all(isinstance(key, str) and key for key, _ in pairs):
        raise ValueError(_SCENES)
    return pairs
