"""The start page as data: what a person has done, and the one thing to do next. Pure."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from motesklar.course import Module
from motesklar.store.models import Attempt, AttemptState


class ModuleProgress(enum.StrEnum):
    """How far a person has come in a module."""

    NEW = "new"  # nothing is done yet
    STARTED = "started"  # some steps are left
    HAND_IN = "hand_in"  # every step is done, but the answers have not been handed in
    CHECKING = "checking"  # handed in, the result is on its way
    DONE = "done"  # every step is done, and the answers, if it has any, are checked


@dataclass(frozen=True)
class ModuleCard:
    """A module as the start page shows it.

    Args:
        number: its place in the course, from 1.
        path: where to go on: the page, with the step to resume at.
        resume_title: heading of that step; empty where it is the beginning.
        done: how many of its `total` steps are done.
        score: points of the last checked hand-in and their maximum, if there is one.
    """

    number: int
    name: str
    title: str
    summary: str
    minutes: int
    done: int
    total: int
    progress: ModuleProgress
    path: str
    resume_title: str
    score: tuple[float, float] | None = None


@dataclass(frozen=True)
class StartPage:
    """The modules in order, and the card of the next one; None when all is done."""

    modules: tuple[ModuleCard, ...]
    next: ModuleCard | None

    @property
    def done(self) -> int:
        """How many modules are done."""
        return sum(card.progress is ModuleProgress.DONE for card in self.modules)


def build_start_page(
    modules: Sequence[Module], states: Mapping[str, Mapping[str, Any]], language: str
) -> StartPage:
    """What the start page shows.

    Args:
        modules: the course's modules in order.
        states: module name to `{"steps": {step: "started" | "done"}, "attempt": Attempt | None}`,
            as the exercises' manager tells it; the attempt is the newest.
        language: the reader's.
    """
    cards = tuple(
        _card(number, module, states[module.name], language)
        for number, module in enumerate(modules, start=1)
    )
    # what is being checked needs nothing more from the person
    waiting = (ModuleProgress.DONE, ModuleProgress.CHECKING)
    return StartPage(cards, next((card for card in cards if card.progress not in waiting), None))


def _card(number: int, module: Module, state: Mapping[str, Any], language: str) -> ModuleCard:
    steps: Mapping[str, str] = state["steps"]
    done = sum(steps.get(step.id) == "done" for step in module.steps)
    progress = _progress(module, steps, done, state["attempt"])
    resume = _resume(module, steps, progress)
    titles = {step.id: step.title for step in module.steps}
    return ModuleCard(
        number=number,
        name=module.name,
        title=module.text(module.title, language),
        summary=module.text(module.summary, language),
        minutes=module.minutes,
        done=done,
        total=len(module.steps),
        progress=progress,
        path=f"/m/{module.name}" + (f"#step-{resume}" if resume else ""),
        resume_title=module.text(titles[resume], language) if resume else "",
        score=_score(state["attempt"]),
    )


def _progress(
    module: Module, steps: Mapping[str, str], done: int, attempt: Attempt | None
) -> ModuleProgress:
    if done < len(module.steps):
        begun = any(step.id in steps for step in module.steps)
        return ModuleProgress.STARTED if begun else ModuleProgress.NEW
    if not module.exercises:
        return ModuleProgress.DONE
    if attempt is None:
        return ModuleProgress.HAND_IN
    # a hand-in that could not be checked stays with us: it is kept and checked again
    return ModuleProgress.DONE if attempt.state is AttemptState.GRADED else ModuleProgress.CHECKING


def _resume(module: Module, steps: Mapping[str, str], progress: ModuleProgress) -> str:
    """Id of the step to go on at; empty for the beginning of the page."""
    if progress is ModuleProgress.STARTED:
        return next(step.id for step in module.steps if steps.get(step.id) != "done")
    if progress is ModuleProgress.HAND_IN:
        return module.exercises[-1].step
    return ""


def _score(attempt: Attempt | None) -> tuple[float, float] | None:
    if attempt is None or attempt.score is None or attempt.max_score is None:
        return None
    return attempt.score, attempt.max_score
