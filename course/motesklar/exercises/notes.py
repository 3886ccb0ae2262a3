"""What reviewers say about a hand-in, beside what nbgrader found by itself. Pure.

Reviewers write grades and comments in nbgrader's formgrader, about the hand-in that stands in the
gradebook. A note belongs to an answer: it is also told with another hand-in that has the same one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from motesklar.course import Module
from motesklar.store.models import Attempt


class Review(StrEnum):
    """How far a person has come with an answer; the value is what pages read."""

    NONE = "none"  # nobody needs to look
    WAITING = "waiting"  # somebody will look
    READ = "read"  # somebody has graded it
    ELSEWHERE = "elsewhere"  # somebody reads the answer of the hand-in that counts, not this one


@dataclass(frozen=True)
class Note:
    """What the gradebook has from people about one exercise.

    Args:
        score: given by hand, with extra credit; None where nobody gave one.
        comment: empty where there is none.
        waiting: somebody has to look.
    """

    score: float | None = None
    comment: str = ""
    waiting: bool = False

    def counted(self, automatic: float) -> float:
        """The points that count: those given by hand before those that nbgrader found."""
        return automatic if self.score is None else self.score


def notes_by_exercise(
    module: Module, grades: Mapping[str, Note], comments: Mapping[str, str]
) -> dict[str, Note]:
    """The notes of a module; `grades` and `comments` go by nbgrader's cells."""
    found = {}
    for exercise in module.exercises:
        grade = grades.get(exercise.id, Note())
        comment = comments.get(exercise.answer_cell, "")
        found[exercise.id] = Note(grade.score, comment, grade.waiting)
    return found


def same_answers(exercises: Iterable[str], one: Attempt, other: Attempt) -> set[str]:
    """The exercises that both hand-ins answer alike."""
    return {name for name in exercises if one.answers.get(name) == other.answers.get(name)}


def noted_results(
    module: Module, attempt: Attempt, counting: Attempt | None, notes: Mapping[str, Note]
) -> list[dict[str, Any]]:
    """An attempt's results with what people say: `review`, `comment` and the points they gave.

    `counting` is the hand-in in the gradebook, about which the notes are.
    """
    names = [result["exercise"] for result in attempt.results]
    same = same_answers(names, attempt, counting) if counting else set()
    return [
        _noted(module, attempt, result, notes.get(result["exercise"]), result["exercise"] in same)
        for result in attempt.results
    ]


def _noted(
    module: Module, attempt: Attempt, result: dict[str, Any], note: Note | None, same: bool
) -> dict[str, Any]:
    name = result["exercise"]
    by_person = any(one.id == name and one.manual for one in module.exercises)
    # to nbgrader an answer cell without an answer waits for a person, too
    empty = by_person and name not in attempt.answers
    if note is not None and same:
        read = Review.READ if note.score is not None else Review.NONE
        review = Review.WAITING if note.waiting and not empty else read
        told = {"review": review.value, "comment": note.comment}
        return result | told | {"score": note.counted(result["score"])}
    review = Review.ELSEWHERE if by_person and not empty else Review.NONE
    return result | {"review": review.value, "comment": ""}


def share_of(results: Iterable[Mapping[str, Any]], notes: Mapping[str, Note]) -> float:
    """The score of some results, from 0 to 1, with the points that people gave."""
    score = most = 0.0
    for result in results:
        score += notes.get(result["exercise"], Note()).counted(result["score"])
        most += result["max_score"]
    return score / (most or 1)
