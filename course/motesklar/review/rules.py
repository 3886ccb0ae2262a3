"""What completes a module: the five `moveOn` values of cmi5, applied to what is known here. Pure.

cmi5 10.2.4 speaks of an assignable unit that is *passed* (its judged part went well) and
*completed* (all of it was seen). Here a module is passed when enough of its points are there, and
completed when every step of it is done. Where nothing is graded, the steps stand for the points, so
that the default, `Passed`, is right for both kinds of modules.
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from motesklar.review.completion import State


class MoveOn(enum.StrEnum):
    """When a module counts as done; the value is cmi5's and stands in `course.toml`."""

    PASSED = "Passed"
    COMPLETED = "Completed"
    COMPLETED_AND_PASSED = "CompletedAndPassed"
    COMPLETED_OR_PASSED = "CompletedOrPassed"
    NOT_APPLICABLE = "NotApplicable"  # nothing is asked for: done from the start


@dataclass(frozen=True)
class Progress:
    """What one person has done in one module.

    Args:
        share: of the points, 0 to 1; None where nothing is handed in.
        handed_in_at: when the counting hand-in was made, UTC.
        steps_at: when the last step was done, UTC; None while one is left.
        graded: whether the module has anything to hand in.
    """

    share: float | None = None
    handed_in_at: datetime | None = None
    steps_at: datetime | None = None
    graded: bool = True


@dataclass(frozen=True)
class Earned:
    """What the progress comes to, before any reviewer says otherwise.

    Args:
        at: when it came so far, UTC; None where that isn't known.
        enough: it is enough for the certificate, which may ask for less than all points.
    """

    state: State
    at: datetime | None = None
    enough: bool = False


NOTHING = Earned(State.NOT_YET)


def starting_state(move_on: MoveOn) -> State:
    """The state of somebody who has done nothing."""
    return State.DONE if move_on is MoveOn.NOT_APPLICABLE else State.NOT_YET


def earned(move_on: MoveOn, progress: Progress, enough_share: float) -> Earned:
    """The state that a rule gives.

    Args:
        move_on: the module's rule.
        progress: what the person has done.
        enough_share: how much of the points is enough for the certificate, 0 to 1.
    """
    done, at = _holds(move_on, progress, 1.0)
    if done:
        return Earned(State.DONE, at, enough=True)
    enough, _ = _holds(move_on, progress, enough_share)
    if progress.share is not None and progress.graded:
        return Earned(State.HANDED_IN, progress.handed_in_at, enough)
    return Earned(State.NOT_YET, enough=enough)


def _holds(move_on: MoveOn, progress: Progress, share: float) -> tuple[bool, datetime | None]:
    """Whether the rule is met when `share` of the points is enough, and since when."""
    completed, completed_at = progress.steps_at is not None, progress.steps_at
    passed, passed_at = completed, completed_at
    if progress.graded:
        passed, passed_at = (progress.share or 0.0) >= share, progress.handed_in_at
    match move_on:
        case MoveOn.PASSED:
            return passed, passed_at
        case MoveOn.COMPLETED:
            return completed, completed_at
        case MoveOn.COMPLETED_AND_PASSED:
            return completed and passed, max(_known(completed_at, passed_at), default=None)
        case MoveOn.COMPLETED_OR_PASSED:
            since = _known(completed_at, passed_at if passed else None)
            return completed or passed, min(since, default=None)
        case MoveOn.NOT_APPLICABLE:
            return True, None


def _known(*times: datetime | None) -> Iterable[datetime]:
    return [at for at in times if at is not None]
