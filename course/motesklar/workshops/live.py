"""The live board's websocket: sends the whole board at each change."""

from collections.abc import Callable

from motesklar.web.access import Access
from motesklar.workshops.live_socket import LiveSocket
from motesklar.workshops.messages import board_message


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
        live = self.services.workshops.board(self.path_args[0])
        modules = {module.name: module for module in self.services.course.modules}
        module = modules.get(live.module)
        titles = [module.text(step.title, self.language) for step in module.steps] if module else []
        message = board_message(live.board, steps=titles, ended=live.ended)
        return message.model_dump_json(), live.ended
