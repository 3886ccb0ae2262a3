"""The live board's websocket: sends the whole board at each change."""

from collections.abc import Callable

from motesklar.web.access import Access
from motesklar.workshops.board.messages import board_message, step_title
from motesklar.workshops.live_socket import LiveSocket


class LiveBoardSocket(LiveSocket):
    """`WS /api/workshops/<id>/live`: one leader's page; who may not see it gets no upgrade."""

    access = Access.LEADER

    def prepare(self) -> None:
        """Refuse also those who lead other workshops."""
        super().prepare()
        self.services.workshops.get(self.path_args[0], self.person)

    def follow(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear of each change of the board."""
        return self.services.workshops.subscribe(self.path_args[0], listener)

    def refresh(self) -> None:
        """Have the board built anew."""
        self.services.workshops.refresh(self.path_args[0])

    def read(self) -> tuple[str, bool]:
        """The board; it is the last when the workshop is over."""
        now = self.services.workshops.now()
        live = self.services.workshops.board(self.path_args[0])
        course = self.services.course
        titles = [step_title(course, step.module, step.step, self.language) for step in live.steps]
        message = board_message(live.board, steps=titles, ended=live.ended, now=now)
        return message.model_dump_json(), live.ended
