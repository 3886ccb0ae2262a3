"""Pages and JSON of workshops: the leader's list and board, joining, the raised hand."""

from dataclasses import asdict
from datetime import UTC, datetime

import segno
from babel.dates import LOCALTZ, format_date, format_time
from pydantic import BaseModel, ConfigDict, Field
from tornado.web import RequestHandler

from motesklar.errors import MotesklarError, UnknownCode
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler
from motesklar.workshops.codes import show_join_code
from motesklar.workshops.live import LiveBoardSocket
from motesklar.workshops.manager import TITLE_MAX, BadTitle, UnknownModule, WorkshopView
from motesklar.workshops.participation import Hand


class HandBody(BaseModel):
    """Whether the hand is to be up."""

    model_config = ConfigDict(extra="forbid", strict=True)

    raised: bool


class HelpedBody(BaseModel):
    """Who has been helped."""

    model_config = ConfigDict(extra="forbid", strict=True)

    person: str = Field(max_length=20)


class WorkshopHandler(CourseHandler):
    """What the pages below have in common."""

    def field(self, name: str) -> str:
        """A field of the form, `""` when it was left out."""
        return str(self.get_body_argument(name, ""))

    def told(self, error: MotesklarError, field: str) -> dict[str, str]:
        """The error in the visitor's language, for the field it is about."""
        self.set_status(error.status)
        gettext = self.translation.gettext
        return {
            "field": field,
            "message": gettext(error.message),
            "next_step": gettext(error.next_step),
        }

    def module_title(self, name: str) -> str:
        """The module's title; its name when it has been taken out of the course."""
        for module in self.services.course.modules:
            if module.name == name:
                return module.text(module.title, self.language)
        return name

    def moment(self, at: datetime) -> str:
        """A time of the database as the reader writes it, on the server's clock."""
        local = at.replace(tzinfo=UTC).astimezone(LOCALTZ)
        day = format_date(local, format="medium", locale=self.language)
        return f"{day} {format_time(local, format='short', locale=self.language)}"

    def go(self, path: str) -> None:
        """Send the browser on with GET."""
        self.redirect(self.url(path), status=303)


class WorkshopList(WorkshopHandler):
    """`GET /workshops`, `POST /workshops`: the leader's workshops, and a new one."""

    access = Access.LEADER

    def get(self) -> None:
        """Show them."""
        self._show()

    def post(self) -> None:
        """Make a workshop and open its board."""
        title, module = self.field("title"), self.field("module")
        try:
            made = self.services.workshops.create(self.person.person_id, title, module)
        except BadTitle as error:
            self._show(title, module, self.told(error, "title"))
        except UnknownModule as error:
            self._show(title, "", self.told(error, "module"))
        else:
            self.go(f"/workshops/{made.id}")

    def _show(self, title: str = "", module: str = "", error: dict[str, str] | None = None) -> None:
        modules = [(m.name, self.module_title(m.name)) for m in self.services.course.modules]
        self.render_page(
            "workshops/list.html",
            workshops=self.services.workshops.list_of(self.person),
            modules=modules,
            module_title=self.module_title,
            moment=self.moment,
            title=title,
            chosen=module,
            title_max=TITLE_MAX,
            error=error,
        )


class BoardPage(WorkshopHandler):
    """`GET /workshops/<id>`: the code for the hall, and the live board."""

    access = Access.LEADER

    def get(self, workshop_id: str) -> None:
        """Show it; the board itself comes through the websocket."""
        workshop = self.services.workshops.get(workshop_id, self.person)
        self.render_page(
            "workshops/board.html",
            workshop=workshop,
            module_title=self.module_title(workshop.module),
            code=show_join_code(workshop.join_code),
            join_page=f"{self.services.public_url}/join".split("://", 1)[1],
            qr=_qr_picture(workshop),
            panel=self.services.rooms.panel(workshop),
        )


class EndWorkshop(WorkshopHandler):
    """`POST /workshops/<id>/end`."""

    access = Access.LEADER

    def post(self, workshop_id: str) -> None:
        """End it and show what is left of it."""
        self.services.workshops.end(workshop_id, self.person)
        self.go(f"/workshops/{workshop_id}")


class Helped(WorkshopHandler):
    """`POST /api/workshops/<id>/helped`: the leader lowers a hand."""

    access = Access.LEADER

    def post(self, workshop_id: str) -> None:
        """Lower it; a hand that is down stays down."""
        body = self.read_json(HelpedBody)
        self.services.workshops.lower_hand(workshop_id, body.person, self.person)
        self.write_json({"helped": True})


class JoinHandler(WorkshopHandler):
    """Pages for those who have a code."""

    access = Access.SIGNED_IN

    def ask_for_code(self, typed: str = "", error: MotesklarError | None = None) -> None:
        """Show the page with the field, and beside it what was wrong."""
        told = self.told(error, "code") if error else None
        self.render_page("workshops/join.html", typed=typed, error=told)


class Join(JoinHandler):
    """`GET /join`: type the code; `?code=` comes from the start page's form."""

    def get(self) -> None:
        """Ask for the code, or go where it leads."""
        typed = self.get_query_argument("code", "")
        if not typed.strip():
            self.ask_for_code()
            return
        try:
            workshop = self.services.workshops.find(typed, self.person.person_id)
        except UnknownCode as error:
            self.ask_for_code(typed, error)
        else:
            self.go(f"/w/{workshop.join_code}")


class JoinByCode(JoinHandler):
    """`GET /w/<code>`, `POST /w/<code>`: looking never joins; the button does."""

    def get(self, typed: str) -> None:
        """Show which workshop it is."""
        try:
            workshop = self.services.workshops.find(typed, self.person.person_id)
        except UnknownCode as error:
            self.ask_for_code(typed, error)
        else:
            self.render_page(
                "workshops/invitation.html",
                workshop=workshop,
                module_title=self.module_title(workshop.module),
            )

    def post(self, typed: str) -> None:
        """Join and go to the workshop's part of the course."""
        try:
            workshop = self.services.workshops.join(
                typed, self.person.person_id, self.field("table")
            )
        except UnknownCode as error:
            self.ask_for_code(typed, error)
        else:
            self.go(f"/m/{workshop.module}")


class RaisedHand(WorkshopHandler):
    """`GET /api/hand`, `POST /api/hand`: one's own hand, and its place in the queue."""

    access = Access.SIGNED_IN

    def get(self) -> None:
        """`{hand: {workshop_id, title, module, raised, place}}`, null in no workshop."""
        self._answer(self.services.workshops.hand(self.person.person_id))

    def post(self) -> None:
        """Raise or lower it; twice is once."""
        body = self.read_json(HandBody)
        self._answer(self.services.workshops.set_hand(self.person.person_id, raised=body.raised))

    def _answer(self, hand: Hand | None) -> None:
        self.write_json({"hand": asdict(hand) if hand else None})


def _qr_picture(workshop: WorkshopView) -> str:
    """The join address as an SVG in a data address, dark on light so that cameras can read it."""
    picture = segno.make(workshop.join_url, micro=False, error="m")
    address: str = picture.svg_data_uri(scale=8, border=4, dark="#000", light="#fff")
    return address


_WORKSHOP = r"(w-[a-z0-9]{1,18})"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/workshops", WorkshopList),
    (rf"/workshops/{_WORKSHOP}", BoardPage),
    (rf"/workshops/{_WORKSHOP}/end", EndWorkshop),
    (rf"/api/workshops/{_WORKSHOP}/live", LiveBoardSocket),
    (rf"/api/workshops/{_WORKSHOP}/helped", Helped),
    (r"/join", Join),
    (r"/w/([^/]{1,60})", JoinByCode),
    (r"/api/hand", RaisedHand),
]
