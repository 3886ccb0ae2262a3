"""Which exercises are hard, for those who write the course; without names. Pure.

Only first hand-ins count: later ones tell what people learnt meanwhile. Nothing is told about fewer
than five people, and nothing of what people have written themselves.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from motesklar.course import Exercise, ExerciseKind, Module
from motesklar.exercises.questions import OWN_WORDS

#: Fewer people could be known from what is told about them.
FEWEST = 5
#: Wrong answers that are told of one exercise.
MOST_WRONG = 3


@dataclass(frozen=True)
class FirstTry:
    """Somebody's first hand-in of a module.

    Args:
        answers: exercise id to value.
        right: exercise id to whether nbgrader found it right, of those that were graded.
    """

    answers: Mapping[str, Any]
    right: Mapping[str, bool]


@dataclass(frozen=True)
class Hardness:
    """How one exercise went.

    Args:
        people: who handed in; None where they are fewer than five.
        right: the share of them that was right at once, 0 to 1; None where nothing is told.
        wrong: (answer in words, how many), the most common first.
    """

    exercise: Exercise
    people: int | None = None
    right: float | None = None
    wrong: tuple[tuple[str, int], ...] = ()


@dataclass
class _Count:
    people: int = 0
    right: int = 0
    wrong: Counter[str] = field(default_factory=Counter)


def hardness(
    module: Module,
    tries: Iterable[FirstTry],
    in_words: Callable[[Exercise, Any], str],
) -> list[Hardness]:
    """How each graded exercise of a module went, the hardest first.

    Args:
        module: as it is now.
        tries: everybody's first.
        in_words: tells an answer.
    """
    graded = [one for one in module.exercises if one.points > 0]
    counts = {one.id: _Count() for one in graded}
    for one in tries:
        for exercise in graded:
            if exercise.id in one.right:
                _count(counts[exercise.id], exercise, one, in_words)
    found = [_told(one, counts[one.id]) for one in graded]
    return sorted(found, key=lambda one: (one.right is None, one.right or 0.0))


def _count(
    count: _Count, exercise: Exercise, one: FirstTry, in_words: Callable[[Exercise, Any], str]
) -> None:
    count.people += 1
    if one.right[exercise.id]:
        count.right += 1
    elif exercise.id in one.answers and _is_chosen(exercise, one.answers[exercise.id]):
        count.wrong[in_words(exercise, one.answers[exercise.id])] += 1


def _told(exercise: Exercise, count: _Count) -> Hardness:
    if count.people < FEWEST:
        return Hardness(exercise)
    wrong = tuple(
        (words, many) for words, many in count.wrong.most_common(MOST_WRONG) if many >= FEWEST
    )
    return Hardness(exercise, count.people, count.right / count.people, wrong)


def _is_chosen(exercise: Exercise, value: Any) -> bool:
    """Whether an answer was chosen among what the exercise offers now."""
    if exercise.kind in OWN_WORDS or exercise.kind is ExerciseKind.CALL_EVIDENCE:
        return False
    if exercise.kind is ExerciseKind.FILL_IN:
        # words could be anybody's own; a number is nobody's
        return exercise.numeric
    if exercise.kind in (ExerciseKind.CHOOSE_ONE, ExerciseKind.CLICK_PLACE):
        return value in exercise.choices
    if exercise.kind is ExerciseKind.MATCH:
        return set(value) <= set(exercise.choices)
    return exercise.kind is ExerciseKind.SCENARIO or set(value) <= set(exercise.choices)
