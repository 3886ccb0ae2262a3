"""The start page as data: what a person has done, and the one thing to do next. Pure."""

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from motesklar.course import Module
from motesklar.store.models import Attempt, AttemptState


class ModuleProgress(enum.StrEnum):
    """How far a person has come in a module."""

    NEW = "new"  # nothing is done yet
    STARTED = "started"  # some steps are left
    HAND_IN = "hand_in"  # every step is done, but the answers have not been handed in
    CHECKING = "checking"  # handed in, the result is on its way
    DONE = "done"  # enough is right, or every step is done and the answers, if any, are checked


@dataclass(frozen=True)
class ModuleCard:
    """A module as the start page shows it.

    Args:
        number: its place in the course, from 1.
        path: where to go on: the page, with the step to resume at.
        resume_title: heading of that step; empty where it is the beginning.
        done: how many of its `total` steps are done.
        score: points of the last checked hand-in and their maximum, if there is one.
        on_way: whether it lies on the way that the person has chosen.
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
    on_way: bool = True


@dataclass(frozen=True)
class Way:
    """A way through the course.

    Args:
        parts: how many modules it has.
        minutes: of all of them together.
    """

    parts: int
    minutes: int


@dataclass(frozen=True)
class StartPage:
    """The modules in order, and the card of the next one; None when all is done.

    Args:
        whole: the way through everything.
        short: the shortest way; None where the course has none.
        is_short: the person has chosen the short one.
    """

    modules: tuple[ModuleCard, ...]
    next: ModuleCard | None
    whole: Way
    short: Way | None = None
    is_short: bool = False

    @property
    def done(self) -> int:
        """How many modules are done."""
        return sum(card.progress is ModuleProgress.DONE for card in self.modules)

    @property
    def is_short_done(self) -> bool:
        """Whether the chosen short way is walked to its end, and more is left."""
        return self.is_short and self.next is not None and not self.next.on_way


def build_start_page(
    modules: Sequence[Module],
    states: Mapping[str, Mapping[str, Any]],
    language: str,
    *,
    passed: Collection[str] = (),
    short_way: Collection[str] = (),
    is_short: bool = False,
    returned: Collection[str] = (),
) -> StartPage:
    """What the start page shows.

    Args:
        modules: the course's modules in order.
        states: module name to `{"steps": {step: "started" | "done"}, "attempt": Attempt | None}`,
            as the exercises' manager tells it; the attempt is the newest.
        language: the reader's.
        passed: modules of which enough is right, whatever was read.
        short_way: modules of the shortest way.
        is_short: the person has chosen it.
        returned: modules that a reviewer asks to hand in once more.
    """
    short = [module for module in modules if module.name in short_way]
    is_short = is_short and bool(short)
    cards = tuple(
        _short_card(number, module, states[module.name], language, module.name in passed)
        if is_short and module in short
        else _card(number, module, states[module.name], language, module.name in passed)
        for number, module in enumerate(modules, start=1)
    )
    cards = tuple(
        replace(card, progress=ModuleProgress.HAND_IN) if card.name in returned else card
        for card in cards
    )
    if is_short:
        on_way = {module.name for module in short}
        cards = tuple(replace(card, on_way=card.name in on_way) for card in cards)
    return StartPage(
        cards,
        _next(cards),
        whole=Way(len(modules), sum(module.minutes for module in modules)),
        short=Way(len(short), sum(_short_minutes(module) for module in short)) if short else None,
        is_short=is_short,
    )


def _short_minutes(module: Module) -> int:
    return module.short_minutes or module.minutes


def _short_card(
    number: int, module: Module, state: Mapping[str, Any], language: str, passed: bool
) -> ModuleCard:
    """A module on the short way: only its short steps count, where it has any."""
    steps = tuple(step for step in module.steps if step.short)
    if not steps:
        return _card(number, module, state, language, passed)
    # nothing is handed in on the short way
    part = replace(module, steps=steps, exercises=(), minutes=_short_minutes(module))
    card = _card(number, part, state, language, passed)
    path, _, step = card.path.partition("#")
    return replace(card, path=f"{path}?only=short" + (f"#{step}" if step else ""))


def _next(cards: Sequence[ModuleCard]) -> ModuleCard | None:
    """The first that is left on the chosen way, then of the others."""
    # what is being checked needs nothing more from the person
    waiting = (ModuleProgress.DONE, ModuleProgress.CHECKING)
    left = [card for card in cards if card.progress not in waiting]
    return next((card for card in left if card.on_way), next(iter(left), None))


def _card(
    number: int, module: Module, state: Mapping[str, Any], language: str, passed: bool
) -> ModuleCard:
    steps: Mapping[str, str] = state["steps"]
    done = sum(steps.get(step.id) == "done" for step in module.steps)
    progress = ModuleProgress.DONE if passed else _progress(module, steps, done, state["attempt"])
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
