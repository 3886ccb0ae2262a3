"""The shipped modules with the right answers that stand in their notebooks."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from motesklar.config import load_settings
from motesklar.course import Exercise, ExerciseKind, Module
from motesklar.exercises.library import find_sources
from motesklar.exercises.notebook import solutions_of
from motesklar.paths import shipped_modules, shipped_settings

MODULES = load_settings(shipped_settings()).course.modules


@dataclass(frozen=True)
class Lesson:
    """A module with its right answers."""

    module: Module
    solutions: dict[str, Any]

    @property
    def answerable(self) -> list[Exercise]:
        """What needs no call."""
        return [one for one in self.module.exercises if one.kind is not ExerciseKind.CALL_EVIDENCE]

    @property
    def written(self) -> list[str]:
        """What stands in the invitations, in the author's own language."""
        invitations = [value for value in self.solutions.values() if isinstance(value, dict)]
        return [str(words) for invitation in invitations for words in invitation.values()]

    @property
    def needs_call(self) -> bool:
        return len(self.answerable) < len(self.module.exercises)

    @property
    def evidence(self) -> dict[str, Any]:
        """What a call has to measure; empty where none is needed."""
        called = [one for one in self.module.exercises if one.kind is ExerciseKind.CALL_EVIDENCE]
        return {name: value for one in called for name, value in self.solutions[one.id].items()}


def lesson_of(name: str) -> Lesson:
    """The shipped module of that name."""
    [source] = find_sources([name], [shipped_modules()])
    module = source.module(Path(), b"")
    return Lesson(module, solutions_of(module, source.notebook()))
