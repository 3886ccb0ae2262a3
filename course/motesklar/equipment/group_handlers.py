"""The leader's side: how ready a workshop's participants are, and the tables' turns."""

from collections.abc import Callable

from tornado.web import RequestHandler

from motesklar.equipment.messages import TurnBody, TurnMessage, group_message
from motesklar.i18n import N_
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler
from motesklar.workshops.live_socket import LiveSocket

REMINDER = N_(
    "Hello!\n\n"
    "We will soon meet: %(title)s. Test sound, picture and network before that, on the device you "
    "will use. It takes about a minute:\n\n"
    "%(address)s\n\n"
    "If something does not work, the page says what to do. You can also call %(phone)s.\n\n"
    "See you!"
)


class GroupPage(CourseHandler):
    """`GET /workshops/<id>/equipment`: who has tested, before the day."""

    access = Access.LEADER

    def get(self, workshop_id: str) -> None:
        """Show it; the people come through the websocket."""
        workshop = self.services.workshops.get(workshop_id, self.person)
        self.render_page(
            "equipment/group.html",
            workshop=workshop,
            days=self.services.settings.equipment.days,
            reminder=self._reminder(workshop.title),
        )

    def _reminder(self, title: str) -> str:
        """What a leader sends before the day; they may change it."""
        text: str = self.translation.gettext(REMINDER)
        return text % {
            "title": title,
            "address": f"{self.services.public_url}/equipment",
            "phone": self.services.settings.help.phone,
        }


class LiveGroupSocket(LiveSocket):
    """`WS /api/workshops/<id>/equipment/live`: one leader's page."""

    access = Access.LEADER

    def prepare(self) -> None:
        """Refuse also those who lead other workshops."""
        super().prepare()
        self.services.workshops.get(self.path_args[0], self.person)

    def follow(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear of each verdict and of who comes."""
        return self.services.equipment.groups.subscribe(self.path_args[0], listener)

    def refresh(self) -> None:
        """Have the group read anew."""
        self.services.equipment.groups.forget(self.path_args[0])

    def read(self) -> tuple[str, bool]:
        """The group; it is the last when the workshop is over."""
        group = self.services.equipment.groups.get(self.path_args[0])
        return group_message(group).model_dump_json(), group.ended


class GroupTurn(CourseHandler):
    """`POST /api/workshops/<id>/equipment/turn`: the leader lets a table test."""

    access = Access.LEADER

    def post(self, workshop_id: str) -> None:
        """Pass the turn on; the same table twice is once."""
        body = self.read_json(TurnBody)
        self.services.workshops.get(workshop_id, self.person)
        self.services.equipment.set_turn(workshop_id, body.table)
        self.write_json({"turn": body.table})


class MyTurnSocket(LiveSocket):
    """`WS /api/equipment/turn`: whose turn it is where the reader is."""

    access = Access.SIGNED_IN

    def follow(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear of turns anywhere: the reader may join a workshop while the page is open."""
        return self.services.equipment.turns.subscribe(listener)

    def read(self) -> tuple[str, bool]:
        """The turn; it never ends by itself."""
        turn = self.services.equipment.turn_of(self.person.person_id)
        return TurnMessage(turn=turn).model_dump_json(), False


_WORKSHOP = r"(w-[a-z0-9]{1,18})"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (rf"/workshops/{_WORKSHOP}/equipment", GroupPage),
    (rf"/api/workshops/{_WORKSHOP}/equipment/live", LiveGroupSocket),
    (rf"/api/workshops/{_WORKSHOP}/equipment/turn", GroupTurn),
    (r"/api/equipment/turn", MyTurnSocket),
]
