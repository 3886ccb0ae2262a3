"""Pages and JSON of workshops: the leader's board, joining, the raised hand."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Literal

import segno
from babel.dates import LOCALTZ, format_date, format_time
from pydantic import BaseModel, ConfigDict, Field
from tornado.web import RequestHandler

from motesklar.clock import local
from motesklar.errors import MotesklarError, UnknownCode
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler
from motesklar.workshops.board.live import LiveBoardSocket
from motesklar.workshops.board.messages import step_title
from motesklar.workshops.codes import show_join_code
from motesklar.workshops.help.topics import WORDS_MAX, Topic
from motesklar.workshops.manager import TITLE_MAX, BadTitle
from motesklar.workshops.participation import Hand, WorkshopFull
from motesklar.workshops.sheet.messages import place_path
from motesklar.workshops.sheet.plan import Plan
from motesklar.workshops.sheet.sheet import SheetItem


class HandBody(BaseModel):
    """Whether the hand is to be up; one that is up without anything else is enough.

    Args:
        topic: what it is about; left out, it stays as it is.
        words: what is written with it, likewise.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    raised: bool
    topic: Literal["sound", "picture", "network", "account", "course", "other"] | None = None
    words: str | None = None


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

    def place_title(self, module: str, step: str) -> str:
        """The heading of where an item goes; empty for nowhere."""
        return step_title(self.services.course, module, step, self.language) if module else ""

    def moment(self, at: datetime) -> str:
        """A time of the database as the reader writes it, on the server's clock."""
        here = local(at)
        day = format_date(here, format="medium", locale=self.language)
        return f"{day} {format_time(here, format='short', locale=self.language)}"

    def go(self, path: str) -> None:
        """Send the browser on with GET."""
        self.redirect(self.url(path), status=303)


class BoardPage(WorkshopHandler):
    """`GET /workshops/<id>`: the code for the hall, and the live board."""

    access = Access.LEADER
    #: What was typed and wrong in the form that gives parts; see `help.handlers`.
    typed_email, typed_part = "", "helper"
    parts_error: dict[str, str] | None = None
    #: Likewise in the form that changes the name.
    typed_title: str | None = None
    title_error: dict[str, str] | None = None

    def get(self, workshop_id: str) -> None:
        """Show it; the board itself comes through the websocket."""
        workshop = self.services.workshops.get(workshop_id, self.person)
        self.render_page(
            "workshops/board.html",
            workshop=workshop,
            module_titles=[self.module_title(name) for name in workshop.modules],
            code=show_join_code(workshop.join_code),
            join_page=join_page(self.services.public_url),
            qr=qr_picture(workshop.join_url),
            sheet=planned_times(workshop.plan),
            titles=[self.place_title(item.module, item.step) for item in workshop.plan.sheet],
            panel=self.services.rooms.panel(workshop),
            given=self.services.workshops.roles.of(workshop_id),
            page=self,
            words_max=WORDS_MAX,
            title_max=TITLE_MAX,
        )


class RenameWorkshop(BoardPage):
    """`POST /workshops/<id>/name`."""

    def post(self, workshop_id: str) -> None:
        """Give it another name and show the board; or show what was wrong."""
        title = self.field("title")
        try:
            self.services.workshops.rename(workshop_id, title, self.person)
        except BadTitle as error:
            self.typed_title, self.title_error = title, self.told(error, "title")
            self.get(workshop_id)
        else:
            self.go(f"/workshops/{workshop_id}")


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
                module_titles=[self.module_title(name) for name in workshop.modules],
            )

    def post(self, typed: str) -> None:
        """Join and go to the workshop's part of the course."""
        try:
            workshop = self.services.workshops.join(
                typed,
                self.person.person_id,
                self.field("table"),
                remote={"hall": False, "remote": True}.get(self.field("where")),
            )
        except (UnknownCode, WorkshopFull) as error:
            self.ask_for_code(typed, error)
        else:
            # late-comers land where the group is
            place = self.services.workshops.running.state(workshop.id).place
            self.go(place_path(*(place or (workshop.module, ""))))


class RaisedHand(WorkshopHandler):
    """`GET /api/hand`, `POST /api/hand`: one's own hand, and its place in the queue."""

    access = Access.SIGNED_IN

    def get(self) -> None:
        """`{hand: {workshop_id, title, module, raised, place}}`, null in no workshop."""
        self._answer(self.services.workshops.hand(self.person.person_id))

    def post(self) -> None:
        """Raise or lower it; twice is once."""
        body = self.read_json(HandBody)
        hand = self.services.workshops.set_hand(
            self.person.person_id,
            raised=body.raised,
            topic=None if body.topic is None else Topic(body.topic),
            words=body.words,
        )
        self._answer(hand)

    def _answer(self, hand: Hand | None) -> None:
        self.write_json({"hand": asdict(hand) if hand else None})


def join_page(public_url: str) -> str:
    """The address to type, without what browsers add by themselves."""
    return f"{public_url}/join".split("://", 1)[1]


def planned_times(plan: Plan) -> list[tuple[SheetItem, str]]:
    """Each item with the time at which it should begin: of the day, or from the start on."""
    passed = 0
    told = []
    for item in plan.sheet:
        if plan.starts_at is None:
            time = f"{passed // 60}:{passed % 60:02}"
        else:
            at = plan.starts_at.replace(tzinfo=UTC) + timedelta(minutes=passed)
            time = at.astimezone(LOCALTZ).strftime("%H:%M")
        told.append((item, time))
        passed += item.minutes
    return told


def qr_picture(url: str) -> str:
    """An address as an SVG in a data address, dark on light so that cameras can read it."""
    picture = segno.make(url, micro=False, error="m")
    address: str = picture.svg_data_uri(scale=8, border=4, dark="#000", light="#fff")
    return address


_WORKSHOP = r"(w-[a-z0-9]{1,18})"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (rf"/workshops/{_WORKSHOP}", BoardPage),
    (rf"/workshops/{_WORKSHOP}/name", RenameWorkshop),
    (rf"/workshops/{_WORKSHOP}/end", EndWorkshop),
    (rf"/api/workshops/{_WORKSHOP}/live", LiveBoardSocket),
    (rf"/api/workshops/{_WORKSHOP}/helped", Helped),
    (r"/join", Join),
    (r"/w/([^/]{1,60})", JoinByCode),
    (r"/api/hand", RaisedHand),
]
