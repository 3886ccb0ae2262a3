"""Leading a workshop that goes on: the run sheet's buttons, and the big screen."""

from collections.abc import Callable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from tornado.web import RequestHandler

from motesklar.store.models import AccountState, MeetingAccount, Participant
from motesklar.web.access import Access
from motesklar.workshops.board.watching import LiveBoard
from motesklar.workshops.codes import show_join_code
from motesklar.workshops.handlers import WorkshopHandler, join_page, qr_picture
from motesklar.workshops.live_socket import LiveSocket, end_all
from motesklar.workshops.sheet.messages import screen_message, sheet_message
from motesklar.workshops.sheet.running import SheetState
from motesklar.workshops.sheet.sheet import BoardStep

_Index = Annotated[int, Field(ge=0, lt=1000)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class MoveBody(_Body):
    """To which item, and which one went on when the button was pressed."""

    to: _Index
    seen: _Index | None


class MediaBody(_Body):
    """What the hall's network has room for."""

    media: str = Field(max_length=8)


class TimerBody(_Body):
    """How long; 0 takes the timer away."""

    minutes: int


class RunningHandler(WorkshopHandler):
    """One press of a leader; the run sheet itself comes back through the websocket."""

    access = Access.LEADER

    def done(self) -> None:
        """Tell that it is so now."""
        self.write_json({"done": True})


class SheetMove(RunningHandler):
    """`POST /api/workshops/<id>/sheet`."""

    def post(self, workshop_id: str) -> None:
        """Go to an item."""
        body = self.read_json(MoveBody)
        self.services.workshops.running.move(workshop_id, body.to, body.seen, self.person)
        self.done()


class SheetHolder(RunningHandler):
    """`POST /api/workshops/<id>/holder`."""

    def post(self, workshop_id: str) -> None:
        """Hold the run sheet from now on."""
        self.services.workshops.running.take_over(workshop_id, self.person)
        self.done()


class HallMedia(RunningHandler):
    """`POST /api/workshops/<id>/media`."""

    def post(self, workshop_id: str) -> None:
        """Say what the hall's network has room for."""
        media = self.read_json(MediaBody).media
        self.services.workshops.running.set_media(workshop_id, media, self.person)
        self.done()


class SheetTimer(RunningHandler):
    """`POST /api/workshops/<id>/timer`."""

    def post(self, workshop_id: str) -> None:
        """Count down for everybody, or stop it."""
        minutes = self.read_json(TimerBody).minutes
        self.services.workshops.running.set_timer(workshop_id, minutes, self.person)
        self.done()


class LiveSheetSocket(LiveSocket):
    """`WS /api/workshops/<id>/sheet/live`: one leader's run sheet."""

    access = Access.LEADER

    def prepare(self) -> None:
        """Refuse also those who lead other workshops."""
        super().prepare()
        self.services.workshops.get(self.path_args[0], self.person)

    def follow(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear of each move."""
        return self.services.workshops.running.subscribe(self.path_args[0], listener)

    def read(self) -> tuple[str, bool]:
        """The run sheet; it is the last when the workshop is over."""
        state = self.services.workshops.running.state(self.path_args[0])
        return sheet_message(state, self.person.person_id).model_dump_json(), state.ended


class ScreenPage(WorkshopHandler):
    """`GET /workshops/<id>/screen`: for the projector, and the remote leader's copy of it."""

    access = Access.LEADER

    def get(self, workshop_id: str) -> None:
        """Show it; what changes comes through the websocket."""
        workshop = self.services.workshops.get(workshop_id, self.person)
        self.render_page(
            "workshops/screen.html",
            workshop=workshop,
            code=show_join_code(workshop.join_code),
            join_page=join_page(self.services.public_url),
            qr=qr_picture(workshop.join_url),
        )


class LiveScreenSocket(LiveSheetSocket):
    """`WS /api/workshops/<id>/screen/live`: sums alone, nobody is named."""

    def follow(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear of each move, and of what people do."""
        workshops, workshop_id = self.services.workshops, self.path_args[0]
        return end_all(
            workshops.running.subscribe(workshop_id, listener),
            workshops.subscribe(workshop_id, listener),
        )

    def read(self) -> tuple[str, bool]:
        """The sums; they are the last when the workshop is over."""
        workshops, workshop_id = self.services.workshops, self.path_args[0]
        state, live = workshops.running.state(workshop_id), workshops.board(workshop_id)
        message = screen_message(
            state,
            people=len(live.board.rows),
            done=_done_here(state, live),
            hands=live.board.hands,
            accounts=self._accounts(workshop_id),
        )
        return message.model_dump_json(), state.ended

    def _accounts(self, workshop_id: str) -> int:
        """How many of those who take part have an account that works."""
        query = (
            select(func.count())
            .select_from(Participant)
            .join(MeetingAccount, MeetingAccount.person_id == Participant.person_id)
            .where(
                Participant.workshop_id == workshop_id,
                MeetingAccount.state.in_((AccountState.OPENED, AccountState.MET)),
            )
        )
        with self.services.database.transaction() as session:
            return int(session.execute(query).scalar_one())


def _done_here(state: SheetState, live: LiveBoard) -> int | None:
    """How many have what goes on behind them; None where it is no part of the course."""
    if state.item is None or not state.items[state.item].module:
        return None
    item = state.items[state.item]
    if item.step:
        steps = [BoardStep(item.module, item.step)]
    else:
        steps = [step for step in live.steps if step.module == item.module]
    return sum(row.has_done(steps) for row in live.board.rows)


_WORKSHOP = r"(w-[a-z0-9]{1,18})"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (rf"/workshops/{_WORKSHOP}/screen", ScreenPage),
    (rf"/api/workshops/{_WORKSHOP}/sheet", SheetMove),
    (rf"/api/workshops/{_WORKSHOP}/holder", SheetHolder),
    (rf"/api/workshops/{_WORKSHOP}/media", HallMedia),
    (rf"/api/workshops/{_WORKSHOP}/timer", SheetTimer),
    (rf"/api/workshops/{_WORKSHOP}/sheet/live", LiveSheetSocket),
    (rf"/api/workshops/{_WORKSHOP}/screen/live", LiveScreenSocket),
]
