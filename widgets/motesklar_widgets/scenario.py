"""A scene in which each choice leads on to another one."""

from collections.abc import Mapping, Sequence
from typing import Any

from traitlets import List, Unicode

from motesklar_widgets.exercises import ExerciseWidget

#: Longer ways through a scenario than anybody wants to walk.
MOST_CHOICES = 50


class Scenario(ExerciseWidget):
    """Find a way through something that happens, choice by choice.

    Args:
        scenes: scene to `{"text": words, "choices": {choice: (words, next scene)}}`; it begins
            with the first, and a scene without choices is an end. The answer's value is the list
            of choices from the first scene to an end, so that its last one names the end.

    Raises:
        ValueError: a choice leads nowhere or stands twice, a scene can't be reached, or there is
            a scene from which no end is reached.
    """

    _module_name = Unicode("scenario").tag(sync=True)
    #: `[scene, text, [[choice, words, next scene], …]]`, the first scene first.
    scenes: List[list[Any]] = List().tag(sync=True)

    def __init__(
        self, exercise: str, *, question: str, scenes: Mapping[str, Mapping[str, Any]]
    ) -> None:
        told = [
            [name, scene["text"], [[key, *choice] for key, choice in scene["choices"].items()]]
            for name, scene in scenes.items()
        ]
        problem = scenario_problem(
            {name: {key: goal for key, _, goal in choices} for name, _, choices in told},
            [key for _, _, choices in told for key, _, _ in choices],
        )
        if problem:
            raise ValueError(f"{exercise}: {problem}")
        super().__init__(exercise, question=question, scenes=told)


def scenario_problem(moves: Mapping[str, Mapping[str, str]], choices: Sequence[str]) -> str:
    """What is wrong with the ways through a scenario; empty where nothing is.

    Args:
        moves: scene to choice to the scene it leads to, the first scene first.
        choices: every choice, as often as it stands there.
    """
    if len(set(choices)) < len(choices):
        return "a choice stands twice"
    lost = [goal for ways in moves.values() for goal in ways.values() if goal not in moves]
    if lost:
        return f"there is no scene {lost[0]}"
    if len(moves) < 2 or not moves[next(iter(moves))]:
        return "the first scene needs choices"
    unseen = set(moves) - _reached(moves, [next(iter(moves))])
    if unseen:
        return f"no choice leads to {sorted(unseen)[0]}"
    back: dict[str, dict[str, str]] = {name: {} for name in moves}
    for name, ways in moves.items():
        for choice, goal in ways.items():
            back[goal][choice] = name
    stuck = set(moves) - _reached(back, [name for name, ways in moves.items() if not ways])
    return f"no way leads from {sorted(stuck)[0]} to an end" if stuck else ""


def walk(moves: Mapping[str, Mapping[str, str]], choices: Sequence[str]) -> str | None:
    """The scene that choices lead to from the first one; None where one of them is not there."""
    scene = next(iter(moves))
    for choice in choices:
        if choice not in moves[scene]:
            return None
        scene = moves[scene][choice]
    return scene


def _reached(moves: Mapping[str, Mapping[str, str]], starts: Sequence[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        scene = waiting.pop()
        if scene not in found:
            found.add(scene)
            waiting += moves[scene].values()
    return found
