"""Widgets for answering. The browser saves answers with the server; no kernel takes part."""

import random
import re
from collections.abc import Mapping
from typing import Any

from traitlets import Float, Integer, List, Unicode

from motesklar_widgets.base import CourseWidget

#: The same as nbgrader's grade_id, and a Python name when its hyphens become underscores.
_EXERCISE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

#: What the practice call asks for, in its order; an exercise may be about one of them.
CALL_TASKS = ("speak", "mute", "unmute", "camera", "chat", "hand", "screen", "failure")


class ExerciseWidget(CourseWidget):
    """What all exercises have.

    Args:
        exercise: its id, also the `grade_id` of its test cell, such as `first-meeting`.
        question: what is asked, in the reader's language.

    Raises:
        ValueError: the id has another form, or there is no question.
    """

    exercise = Unicode().tag(sync=True)
    question = Unicode().tag(sync=True)

    def __init__(self, exercise: str, *, question: str, **traits: Any) -> None:
        if not _EXERCISE.fullmatch(exercise):
            raise ValueError(f"{exercise!r} is no exercise id: use a-z, digits and hyphens")
        if not question.strip():
            raise ValueError(f"{exercise}: there is no question")
        super().__init__(exercise=exercise, question=question, **traits)


class _OptionsWidget(ExerciseWidget):
    """What is chosen among options, in the order in which they are written."""

    #: `[key, words]` in the order shown; a list, because JavaScript reorders objects' number-like
    #: keys.
    choices = List(List(Unicode())).tag(sync=True)

    def __init__(self, exercise: str, *, question: str, options: Mapping[str, str]) -> None:
        super().__init__(exercise, question=question, choices=_pairs(exercise, options))


class ChooseOne(_OptionsWidget):
    """Choose one of several.

    Args:
        options: key, which is the answer's value, to the words that are shown, in that order.

    Raises:
        ValueError: there are fewer than two options.
    """

    _module_name = Unicode("choose_one").tag(sync=True)


class ChooseSeveral(_OptionsWidget):
    """Choose every one that is right.

    Args:
        options: key to the words that are shown, in that order. The answer's value is the list of
            chosen keys, in the order of the options.

    Raises:
        ValueError: there are fewer than two options.
    """

    _module_name = Unicode("choose_several").tag(sync=True)


class Match(ExerciseWidget):
    """Find for each item the one it belongs to.

    Args:
        items: key to the words that are shown.
        targets: key to the words that may be chosen for each item; shown mixed, the same for
            everybody. The answer's value is item key to target key.

    Raises:
        ValueError: there are fewer than two items or targets.
    """

    _module_name = Unicode("match").tag(sync=True)
    items = List(List(Unicode())).tag(sync=True)
    targets = List(List(Unicode())).tag(sync=True)

    def __init__(
        self, exercise: str, *, question: str, items: Mapping[str, str], targets: Mapping[str, str]
    ) -> None:
        mixed = _mixed(_pairs(exercise, targets), seed=exercise)
        super().__init__(exercise, question=question, items=_pairs(exercise, items), targets=mixed)


class PutInOrder(ExerciseWidget):
    """Put items in order.

    They are shown mixed, the same for everybody, and never in the order given here, because that
    is often the right one. It doesn't leave Python.

    Args:
        items: key to the words that are shown. The answer's value is the list of keys in order.

    Raises:
        ValueError: there are fewer than two items.
    """

    _module_name = Unicode("put_in_order").tag(sync=True)
    #: `[key, words]` in the mixed order.
    items = List(List(Unicode())).tag(sync=True)

    def __init__(self, exercise: str, *, question: str, items: Mapping[str, str]) -> None:
        mixed = _mixed(_pairs(exercise, items), seed=exercise)
        super().__init__(exercise, question=question, items=mixed)


class CallEvidence(ExerciseWidget):
    """Shows what has reached the server in the practice call.

    Without a task, the figures count, and reaching one of them is enough. With a task, that task
    counts, in whichever of its equal ways it was done.

    Args:
        sound_seconds: how much sound is enough.
        picture_seconds: how much picture is enough.
        text_characters: how much text is enough.
        task: one of `CALL_TASKS`, instead of the figures.

    Raises:
        ValueError: there is no such task.
    """

    _module_name = Unicode("call_evidence").tag(sync=True)
    sound_seconds = Float().tag(sync=True)
    picture_seconds = Float().tag(sync=True)
    text_characters = Integer().tag(sync=True)
    task = Unicode().tag(sync=True)

    def __init__(
        self,
        exercise: str,
        *,
        question: str,
        sound_seconds: float = 3,
        picture_seconds: float = 3,
        text_characters: int = 20,
        task: str = "",
    ) -> None:
        if task and task not in CALL_TASKS:
            raise ValueError(
                f"{exercise}: {task!r} is no task of the call: {', '.join(CALL_TASKS)}"
            )
        super().__init__(
            exercise,
            question=question,
            sound_seconds=sound_seconds,
            picture_seconds=picture_seconds,
            text_characters=text_characters,
            task=task,
        )


class HandIn(CourseWidget):
    """Hands the module in, and shows how it went."""

    _module_name = Unicode("hand_in").tag(sync=True)


def _pairs(exercise: str, words: Mapping[str, str]) -> list[list[str]]:
    if len(words) < 2:
        raise ValueError(f"{exercise}: there must be at least two to choose from")
    return [[key, text] for key, text in words.items()]


def _mixed(pairs: list[list[str]], seed: str) -> list[list[str]]:
    mixed = list(pairs)
    random.Random(seed).shuffle(mixed)  # noqa: S311 - mixed alike for everybody, nothing secret
    return mixed if mixed != pairs else mixed[1:] + mixed[:1]
