"""Modules and what people have done in them, for the tests of our pages."""

from pathlib import Path
from typing import Any

from motesklar.course import Exercise, ExerciseKind, Module, Step
from motesklar.store.models import Attempt, AttemptState


def make_module(name: str, title: str, kinds: tuple[str, ...], *, graded: bool = False) -> Module:
    """A module whose steps are `steg-1` and so on; graded ones ask `fraga` in the last step."""
    steps = tuple(
        Step(f"steg-{number}", kind, f"Rubrik {number}: så gör du när mötet börjar")
        for number, kind in enumerate(kinds, start=1)
    )
    question = Exercise("fraga", ExerciseKind.CHOOSE_ONE, 2.0, ("a", "b"), "", steps[-1].id)
    return Module(
        name=name,
        folder=Path(name),
        version="0" * 64,
        title=title,
        summary="Du lär dig vad som händer i ett möte på webben, steg för steg och i egen takt.",
        minutes=15,
        steps=steps,
        exercises=(question,) if graded else (),
        texts={"en": {title: f"{title} (in English)"}},
    )


MODULES = (
    make_module("01-varfor", "Varför mötas på webben?", ("read", "answer"), graded=True),
    make_module("02-utrustning", "Prova din utrustning", ("read", "test", "test", "try")),
    make_module("03-samtal", "Ditt första övningssamtal", ("read", "try", "answer"), graded=True),
)


def state(steps: dict[str, str] | None = None, attempt: Attempt | None = None) -> dict[str, Any]:
    """What a person has done in a module, as the exercises' manager tells it."""
    return {"steps": steps or {}, "attempt": attempt}


def graded(score: float, max_score: float) -> Attempt:
    """A checked hand-in."""
    return Attempt(state=AttemptState.GRADED, score=score, max_score=max_score)
