"""The course as data: modules, their steps and exercises. Pure: files are read elsewhere."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from motesklar.errors import NotFound
from motesklar.i18n import N_


class ExerciseKind(enum.StrEnum):
    """The ways to answer; the value is the widget class that shows it."""

    CHOOSE_ONE = "ChooseOne"  # value: one option key (str)
    PUT_IN_ORDER = "PutInOrder"  # value: every item key once, in the chosen order (list of str)
    FIX_PRACTICE = "FixPractice"  # value: the actions that were done, in order (list of str)
    CALL_EVIDENCE = "CallEvidence"  # value: made by the server from evidence (dict of numbers)


@dataclass(frozen=True)
class Exercise:
    """A graded item.

    Args:
        id: nbgrader's `grade_id`, such as `first-meeting`.
        kind: how it is answered.
        points: nbgrader points.
        choices: accepted keys of options, items or actions.
        explanation: Swedish msgid of what is told after grading.
        step: the step it stands in.
    """

    id: str
    kind: ExerciseKind
    points: float
    choices: tuple[str, ...] = ()
    explanation: str = ""
    step: str = ""

    @property
    def variable(self) -> str:
        """The Python name its answer has in the notebook."""
        return self.id.replace("-", "_")

    @property
    def answer_cell(self) -> str:
        """`grade_id` of the solution cell that takes the answer."""
        return f"{self.id}-answer"


@dataclass(frozen=True)
class Step:
    """A numbered stop in a module.

    Args:
        id: unique in its module.
        kind: read, test, try or answer.
        title: Swedish heading, a msgid of the module's catalogues.
    """

    id: str
    kind: str
    title: str


@dataclass(frozen=True)
class Module:
    """One nbgrader assignment and one page.

    Args:
        name: folder and assignment name, such as `02-test-your-equipment`.
        folder: where its source notebook lies.
        version: SHA-256 hex of its released notebook and catalogues.
        texts: language to {Swedish msgid: translation}.
    """

    name: str
    folder: Path
    version: str
    title: str
    summary: str
    minutes: int
    steps: tuple[Step, ...]
    exercises: tuple[Exercise, ...]
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def text(self, msgid: str, language: str) -> str:
        """A sentence of the module in `language`; Swedish where there is no translation."""
        return self.texts.get(language, {}).get(msgid, msgid)

    def exercise(self, exercise_id: str) -> Exercise:
        """The exercise with that id.

        Raises:
            NotFound: there is none.
        """
        for exercise in self.exercises:
            if exercise.id == exercise_id:
                return exercise
        raise NotFound(N_("This module has no such exercise."))

    @property
    def max_score(self) -> float:
        """All points together."""
        return sum(exercise.points for exercise in self.exercises)


@dataclass(frozen=True)
class Course:
    """The ordered modules."""

    modules: tuple[Module, ...]

    def module(self, name: str) -> Module:
        """The module with that name.

        Raises:
            NotFound: the course has none.
        """
        for module in self.modules:
            if module.name == name:
                return module
        raise NotFound(N_("The course has no such module."))
