"""The course as data: modules, their steps and exercises. Pure: files are read elsewhere."""

import enum
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from motesklar.errors import NotFound
from motesklar.i18n import N_
from motesklar_widgets.course_facts import fill_words


class ExerciseKind(enum.StrEnum):
    """The ways to answer; the value is the widget class that shows it."""

    CHOOSE_ONE = "ChooseOne"  # value: one option key (str)
    CHOOSE_SEVERAL = "ChooseSeveral"  # value: the chosen keys, in the options' order (list of str)
    CLICK_PLACE = "ClickPlace"  # value: one place key (str)
    MATCH = "Match"  # value: item key to target key (dict of str)
    FILL_IN = "FillIn"  # value: a number (int or float) where it has a unit, otherwise a str
    SCENARIO = "Scenario"  # value: the choices from the first scene to an end (list of str)
    INVITATION = "Invitation"  # value: what stands in a calendar file (dict)
    SHORT_TEXT = "ShortText"  # value: a text (str), graded by a person
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
        choices: accepted keys of options, items, places or actions.
        explanation: Swedish msgid of what is told after grading.
        step: the step it stands in.
        targets: accepted keys that items may be matched with.
        moves: scene to choice to the scene it leads to, the first scene first.
        numeric: the answer is a number.
    """

    id: str
    kind: ExerciseKind
    points: float
    choices: tuple[str, ...] = ()
    explanation: str = ""
    step: str = ""
    targets: tuple[str, ...] = ()
    moves: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    numeric: bool = False

    @property
    def variable(self) -> str:
        """The Python name its answer has in the notebook."""
        return self.id.replace("-", "_")

    @property
    def version(self) -> str:
        """Changes with whatever its answers refer to; not with words, which may be mended."""
        keys = [sorted(self.choices), sorted(self.targets)]
        moves = {scene: dict(choices) for scene, choices in self.moves.items()}
        told = json.dumps([self.kind, keys, moves, self.numeric], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    @property
    def manual(self) -> bool:
        """Whether a person grades it: its answer cell is the graded one."""
        return self.kind is ExerciseKind.SHORT_TEXT

    @property
    def answer_cell(self) -> str:
        """`grade_id` of the solution cell that takes the answer."""
        return self.id if self.manual else f"{self.id}-answer"


@dataclass(frozen=True)
class Step:
    """A numbered stop in a module.

    Args:
        id: unique in its module.
        kind: read, test, try or answer.
        title: Swedish heading, a msgid of the module's catalogues.
        short: it belongs to the shortest way through the course.
    """

    id: str
    kind: str
    title: str
    short: bool = False


@dataclass(frozen=True)
class Module:
    """One nbgrader assignment and one page.

    Args:
        name: folder and assignment name, such as `02-test-your-equipment`.
        folder: where its source notebook lies.
        version: SHA-256 hex of its released notebook and catalogues.
        texts: language to {Swedish msgid: translation}.
        words: language to {placeholder: the organisation's own words}, such as `button.hand`.
        short_minutes: of its short steps together; 0 where it has none.
        final: the last test of the course, whose answers are told only after the hand-in.
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
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    short_minutes: int = 0
    final: bool = False

    def text(self, msgid: str, language: str) -> str:
        """A sentence of the module in `language`; Swedish where there is no translation."""
        return self.filled(self.texts.get(language, {}).get(msgid, msgid), language)

    def filled(self, text: str, language: str) -> str:
        """A text of the module with the organisation's own words in place of `{button.hand}`."""
        return fill_words(text, self.words.get(language, {}))

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
