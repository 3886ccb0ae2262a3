"""What a run sheet tells leaders, the big screen and participants. Pure.

`static/js/sheet_panel.js`, `screen.js` and `follow.js` read these. All times are UTC in ISO 8601
with a `Z`, and `now` is the server's, because clocks of tablets go wrong.
"""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from motesklar.store.models import iso
from motesklar.workshops.sheet.running import SheetState
from motesklar.workshops.sheet.sheet import real_time


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True)


class SheetMessage(_Message):
    """Where the workshop is.

    Args:
        item: index of the item that goes on; None before the first.
        planned_end: when it should end by the plan, counted from the first item's beginning.
        behind: seconds later than planned; negative is time saved. None before the first item.
        end: when everything will be over.
        holder: whoever moves the run sheet on; None while nobody does.
        holds: the reader does.
        real: seconds that each item has really taken; None where it never began.
    """

    ended: bool
    now: str
    item: int | None
    planned_end: str | None
    behind: int | None
    end: str | None
    holder: str | None
    holds: bool
    media: str
    timer_ends_at: str | None
    real: list[int | None]


class ScreenMessage(_Message):
    """The big screen: nobody is named.

    Args:
        steps: how many have the step that goes on behind them, of `people`; None where no step is.
        accounts: how many of those here have an account that works.
        goal: how many there should be; None where nobody has said it.
    """

    ended: bool
    now: str
    item: int | None
    planned_end: str | None
    timer_ends_at: str | None
    people: int
    done: int | None
    hands: int
    accounts: int
    goal: int | None


class PlaceMessage(_Message):
    """Where everybody is asked to go: an address without the base URL, and what it is called."""

    path: str
    module: str
    step: str
    title: str


class FollowMessage(_Message):
    """What a participant's page shows of the workshop."""

    now: str
    place: PlaceMessage | None
    media: str
    timer_ends_at: str | None


def sheet_message(state: SheetState, person_id: str) -> SheetMessage:
    """The run sheet as a leader's page reads it."""
    clock = state.clock
    return SheetMessage(
        ended=state.ended,
        now=iso(state.at),
        item=state.item,
        planned_end=iso(clock.planned_end) if clock else None,
        behind=round(clock.behind.total_seconds()) if clock else None,
        end=iso(clock.end) if clock else None,
        holder=state.holder[1] if state.holder else None,
        holds=state.holder is not None and state.holder[0] == person_id,
        media=state.media,
        timer_ends_at=_iso(state.timer_ends_at),
        real=[_seconds(state, index) for index in range(len(state.items))],
    )


def screen_message(
    state: SheetState, *, people: int, done: int | None, hands: int, accounts: int
) -> ScreenMessage:
    """The run sheet as the big screen shows it."""
    clock = state.clock
    return ScreenMessage(
        ended=state.ended,
        now=iso(state.at),
        item=state.item,
        planned_end=iso(clock.planned_end) if clock else None,
        timer_ends_at=_iso(state.timer_ends_at),
        people=people,
        done=done,
        hands=hands,
        accounts=accounts,
        goal=state.account_goal,
    )


def follow_message(state: SheetState, title: str) -> FollowMessage:
    """What a participant sees; `title` is of the place where everybody is asked to go."""
    place = None
    if state.place is not None and title:
        module, step = state.place
        place = PlaceMessage(path=place_path(module, step), module=module, step=step, title=title)
    return FollowMessage(
        now=iso(state.at),
        place=place,
        media=state.media,
        timer_ends_at=_iso(state.timer_ends_at),
    )


def place_path(module: str, step: str) -> str:
    """The address of a step, or of a whole module."""
    return f"/m/{module}#step-{step}" if step else f"/m/{module}"


def _seconds(state: SheetState, item: int) -> int | None:
    taken = real_time(state.runs, item, state.at)
    return None if taken is None else round(taken.total_seconds())


def _iso(at: datetime | None) -> str | None:
    return iso(at) if at else None
