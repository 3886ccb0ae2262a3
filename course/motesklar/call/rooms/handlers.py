"""Pages and JSON of small rooms: what leaders do with them, and the page that people meet on."""

from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from tornado.web import RequestHandler

from motesklar.call.errors import NoSuchRoom
from motesklar.call.rooms.division import Group
from motesklar.call.rooms.live import LiveRoomsSocket, MyRoomSocket
from motesklar.call.rooms.messages import (
    ConfirmBody,
    DivisionMessage,
    DivisionQuery,
    GroupMessage,
    NoticeBody,
    OpenBody,
    PersonBody,
    PlaceBody,
    RoomBody,
    TableBody,
)
from motesklar.call.rooms.passes import room_title
from motesklar.clock import moment_text
from motesklar.errors import BadRequest
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler
from motesklar.web.table_csv import write_csv

Query = TypeVar("Query", bound=BaseModel)


class RoomPage(CourseHandler):
    """`GET /rooms/<id>`: the page on which a small room meets."""

    access = Access.SIGNED_IN

    def get(self, room_id: str) -> None:
        """Show it to those whose room it is, and to the workshop's leaders; others meet nothing."""
        room = self.services.room_access.access(room_id, self.person.person_id, self.language)
        if room is None:
            raise NoSuchRoom
        self.render_page("call/room.html", room=room)


class LeaderHandler(CourseHandler):
    """What a leader does; the manager refuses those who lead other workshops."""

    access = Access.LEADER

    def done(self) -> None:
        """Answer that it is done; the panel's websocket tells what has changed."""
        self.write_json({"done": True})


class Division(LeaderHandler):
    """`GET /api/workshops/<id>/rooms/division?way=…&size=…&turn=…`: a proposal."""

    def get(self, workshop_id: str) -> None:
        """Divide, without opening anything."""
        try:
            asked = DivisionQuery.model_validate(
                {name: self.get_query_argument(name) for name in self.request.query_arguments}
            )
        except ValidationError as error:
            raise BadRequest from error
        groups = self.services.rooms.division(
            workshop_id, asked.way, asked.size, self.person, turn=asked.turn
        )
        told = DivisionMessage(
            groups=[
                GroupMessage(
                    title=room_title(self.translation, number, group.table_number),
                    table=group.table_number,
                    people=list(group.people),
                )
                for number, group in enumerate(groups, start=1)
            ]
        )
        self.write_json(told.model_dump())


class OpenRooms(LeaderHandler):
    """`POST /api/workshops/<id>/rooms/open`."""

    def post(self, workshop_id: str) -> None:
        """Open the rooms as the leader wants them; earlier ones end."""
        groups = [Group(tuple(one.people), one.table) for one in self.read_json(OpenBody).groups]
        self.services.rooms.open(workshop_id, groups, self.person)
        self.done()


class PlacePerson(LeaderHandler):
    """`POST /api/workshops/<id>/rooms/place`."""

    def post(self, workshop_id: str) -> None:
        """Move somebody."""
        body = self.read_json(PlaceBody)
        self.services.rooms.place(workshop_id, body.person, body.room, self.person)
        self.done()


class SetTable(LeaderHandler):
    """`POST /api/workshops/<id>/rooms/table`."""

    def post(self, workshop_id: str) -> None:
        """Write down where somebody sits."""
        body = self.read_json(TableBody)
        self.services.rooms.set_table(workshop_id, body.person, body.table, self.person)
        self.done()


class EndRooms(LeaderHandler):
    """`POST /api/workshops/<id>/rooms/end`."""

    def post(self, workshop_id: str) -> None:
        """End a room, or all of them."""
        self.services.rooms.end(workshop_id, self.read_json(RoomBody).room, self.person)
        self.done()


class Notice(LeaderHandler):
    """`POST /api/workshops/<id>/rooms/notice`."""

    def post(self, workshop_id: str) -> None:
        """Tell those in a room, or in all of them."""
        body = self.read_json(NoticeBody)
        self.services.rooms.announce(workshop_id, body.room, body.text, self.person)
        self.done()


class MutePerson(LeaderHandler):
    """`POST /api/workshops/<id>/rooms/mute`."""

    def post(self, workshop_id: str) -> None:
        """Turn off somebody's microphone."""
        self.services.rooms.mute(workshop_id, self.read_json(PersonBody).person, self.person)
        self.done()


class ConfirmTask(LeaderHandler):
    """`POST /api/workshops/<id>/rooms/confirm`."""

    def post(self, workshop_id: str) -> None:
        """Count a task of the practice call as done."""
        body = self.read_json(ConfirmBody)
        self.services.rooms.confirm(workshop_id, body.person, body.task, self.person)
        self.done()


class AttendanceCsv(LeaderHandler):
    """`GET /workshops/<id>/attendance.csv`: who was in calls of the workshop, and how long."""

    def get(self, workshop_id: str) -> None:
        """Hand out the file, also after the workshop."""
        lines = self.services.rooms.attendance_of(workshop_id, self.person)
        gettext = self.translation.gettext
        header = [
            gettext("Name"),
            gettext("Department"),
            gettext("Minutes in calls"),
            gettext("First time in a call"),
            gettext("Last time in a call"),
        ]
        rows = [
            (
                who.name,
                who.department,
                str(attended.minutes),
                _moment(attended.first_at),
                _moment(attended.last_at),
            )
            for who, attended in lines
        ]
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("Content-Disposition", 'attachment; filename="motesklar-attendance.csv"')
        self.finish(write_csv(header, rows))


def _moment(at: datetime | None) -> str:
    """A time on the server's clock, as spreadsheets read it."""
    if at is None:
        return ""
    return moment_text(at)


_WORKSHOP = r"(w-[a-z0-9]{1,18})"
_ROOMS = rf"/api/workshops/{_WORKSHOP}/rooms"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/rooms/(r-[a-z0-9]{1,18})", RoomPage),
    (r"/api/my-room", MyRoomSocket),
    (rf"{_ROOMS}/live", LiveRoomsSocket),
    (rf"{_ROOMS}/division", Division),
    (rf"{_ROOMS}/open", OpenRooms),
    (rf"{_ROOMS}/place", PlacePerson),
    (rf"{_ROOMS}/table", SetTable),
    (rf"{_ROOMS}/end", EndRooms),
    (rf"{_ROOMS}/notice", Notice),
    (rf"{_ROOMS}/mute", MutePerson),
    (rf"{_ROOMS}/confirm", ConfirmTask),
    (rf"/workshops/{_WORKSHOP}/attendance\.csv", AttendanceCsv),
]
