"""What a reviewer may decide about somebody's module. Pure.

What the exercises say stays on record: a decision stands over it, and can be taken back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from motesklar.errors import BadRequest, Conflict
from motesklar.i18n import N_
from motesklar.review.completion import State
from motesklar.review.projection import DecidedKind

#: `decision.words`
WORDS_MAX = 500
#: What a reviewer may set a module to.
SETTABLE = (State.DONE, State.NOT_YET)


@dataclass(frozen=True)
class Stand:
    """How somebody's module stands.

    Args:
        state: what counts now.
        earned: what it would be without anybody's decision.
        decided: what the decision that holds now did; None where none holds.
        number: of the last decision, 0 before the first; a form carries it.
        can_hand_in: the module has something to hand in.
    """

    state: State
    earned: State
    decided: DecidedKind | None = None
    number: int = 0
    can_hand_in: bool = True

    @property
    def can_approve(self) -> bool:
        """Whether something was handed in that a reviewer may find good enough."""
        return self.state is State.HANDED_IN

    @property
    def can_return(self) -> bool:
        """Whether there is something to do once more."""
        return self.can_hand_in and self.state is not State.NOT_YET

    @property
    def settable(self) -> list[State]:
        """What it can be set to: anything but what it is."""
        return [state for state in SETTABLE if state is not self.state]

    @property
    def can_take_back(self) -> bool:
        """Whether a decision holds."""
        return self.decided is not None


@dataclass(frozen=True)
class Wanted:
    """What a reviewer wants to decide.

    Args:
        seen: number of the last decision that the reviewer has seen.
        words: the comment or reason, as typed.
        state: what to set it to, only with `SET`.
    """

    kind: DecidedKind
    seen: int
    words: str = ""
    state: State | None = None


@dataclass(frozen=True)
class Made:
    """A decision as pages tell it.

    Args:
        by: who decided; empty where that person is gone.
    """

    module: str
    number: int
    kind: DecidedKind
    before: State
    after: State
    words: str
    by: str
    at: datetime


class Overtaken(Conflict):
    """Somebody else has decided since the page was shown; nothing is saved.

    Args:
        made: what the other did.
    """

    code = "overtaken"
    message = N_("%(name)s has decided about this part in the meantime.")
    next_step = N_("Look at the history below. If yours still holds, press the button once more.")

    def __init__(self, made: Made) -> None:
        self.made = made
        super().__init__(name=made.by or "?")


class NoDecision(BadRequest):
    """It can't be decided so; the sentences say why and what to do.

    Args:
        field: the field that is wrong; empty where none is.
    """

    code = "no_decision"

    def __init__(self, message: str, next_step: str, field: str = "") -> None:
        self.field = field
        super().__init__(message, next_step)


def decided(stand: Stand, wanted: Wanted) -> State:
    """The state after a decision.

    Raises:
        NoDecision: it can't be decided so.
    """
    if len(wanted.words) > WORDS_MAX:
        raise NoDecision(
            N_("The text is too long."), N_("Write 500 characters at most."), field="words"
        )
    match wanted.kind:
        case DecidedKind.APPROVED:
            return _approved(stand)
        case DecidedKind.RETURNED:
            return _returned(stand, wanted.words)
        case DecidedKind.SET:
            return _set(stand, wanted)
        case DecidedKind.TAKEN_BACK:
            return _taken_back(stand)


def why_not_approved(stand: Stand) -> NoDecision | None:
    """Why somebody's module can't be approved along with others; None where it can."""
    if stand.decided is DecidedKind.RETURNED:
        return NoDecision(
            N_("It was returned and has not been handed in again."),
            N_("Wait for the hand-in, or open the person's page and decide there."),
        )
    try:
        _approved(stand)
    except NoDecision as error:
        return error
    return None


def _approved(stand: Stand) -> State:
    if stand.state is State.DONE:
        raise NoDecision(N_("The part is done already."), N_("There is nothing to approve."))
    if not stand.can_approve:
        raise NoDecision(
            N_("Nothing has been handed in."),
            N_("If you know that the person can do this, set the part to Done and write why."),
        )
    return State.DONE


def _returned(stand: Stand, words: str) -> State:
    if not stand.can_return:
        raise NoDecision(
            N_("There is nothing to return."),
            N_("Only a part that was handed in can be done once more."),
        )
    if not words.strip():
        raise NoDecision(
            N_("The comment is missing."),
            N_("Write what the person is to do, so that it is clear what is left."),
            field="words",
        )
    return State.HANDED_IN


def _set(stand: Stand, wanted: Wanted) -> State:
    if wanted.state not in stand.settable:
        raise NoDecision(N_("It can't be set to that."), N_("Reload the page and choose again."))
    if not wanted.words.strip():
        raise NoDecision(
            N_("The reason is missing."),
            N_("Write why, so that whoever looks later understands it."),
            field="words",
        )
    return wanted.state


def _taken_back(stand: Stand) -> State:
    if not stand.can_take_back:
        raise NoDecision(
            N_("There is no decision to take back."),
            N_("The part stands as the person has done it."),
        )
    return stand.earned


def read_wanted(form: Mapping[str, str]) -> Wanted:
    """What a form asks for.

    Raises:
        BadRequest: no form of ours sends that.
    """
    kinds = {kind.value: kind for kind in DecidedKind}
    states = {state.value: state for state in SETTABLE}
    seen = form.get("seen", "")
    if form.get("kind") not in kinds or not (seen.isascii() and seen.isdigit() and len(seen) < 7):
        raise BadRequest
    state = form.get("state") or None
    if state is not None and state not in states:
        raise BadRequest
    return Wanted(
        kind=kinds[form["kind"]],
        seen=int(seen),
        words=form.get("words", "").replace("\r\n", "\n").strip(),
        state=states[state] if state else None,
    )
