"""Calls that are told to, and a workshop with people to divide."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from motesklar.call.rooms.attendance import Attendance
from motesklar.call.rooms.division import Group
from motesklar.call.rooms.manager import Rooms
from motesklar.call.rooms.passes import RoomAccess
from motesklar.course import Course, Exercise, ExerciseKind, Module
from motesklar.store.database import Database
from motesklar.web.sessions import SessionView
from tests.workshops.conftest import MODULE, Hall, make_course

CALL_MODULE = "03-call"


@dataclass(frozen=True)
class Somebody:
    """In a call."""

    person_id: str


@dataclass
class FakeCalls:
    """Remembers what it was told; its people are put in by hand."""

    inside: dict[str, list[Somebody]] = field(default_factory=dict)
    told: list[tuple[str, ...]] = field(default_factory=list)
    over: list[Callable[[str], None]] = field(default_factory=list)

    def enter(self, room_id: str, person_id: str) -> None:
        self.inside.setdefault(room_id, []).append(Somebody(person_id))

    def rooms_now(self) -> Mapping[str, Sequence[Somebody]]:
        return self.inside

    def announce(self, room_id: str, name: str, text: str) -> None:
        self.told.append(("announce", room_id, name, text))

    def end_room(self, room_id: str) -> None:
        self.told.append(("end", room_id))
        self.inside.pop(room_id, None)

    def mute(self, room_id: str, person_id: str, by_name: str) -> None:
        self.told.append(("mute", room_id, person_id, by_name))

    def remove(self, room_id: str, person_id: str) -> None:
        self.told.append(("remove", room_id, person_id))

    def confirm(self, person_id: str, module: str, task: str) -> None:
        self.told.append(("confirm", person_id, module, task))

    def on_room_over(self, listener: Callable[[str], None]) -> None:
        self.over.append(listener)

    def end_from_inside(self, room_id: str) -> None:
        """The leader presses the button in the call itself."""
        for listener in self.over:
            listener(room_id)


def make_course_with_call() -> Course:
    """The hall's modules, and one with a practice call."""
    exercise = Exercise("first-call", ExerciseKind.CALL_EVIDENCE, 1)
    call = Module(CALL_MODULE, Path(CALL_MODULE), "0" * 64, "Samtal", "Kort.", 10, (), (exercise,))
    return Course((*make_course().modules, call))


class Floor:
    """A running workshop with small rooms; the database can be left and entered anew."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.leader = hall.leader()
        self.workshop = hall.workshops.create(self.leader.person_id, "Tisdag", MODULE)
        self.start()

    def start(self) -> None:
        """As after a restart of the server: only the database is left."""
        now = self.hall.workshops.now
        database: Database = self.hall.database
        self.calls = FakeCalls()
        self.attendance = Attendance(database, now)
        self.access = RoomAccess(database, self.hall.workshops.languages, now)
        self.rooms = Rooms(
            database=database,
            workshops=self.hall.workshops,
            calls=self.calls,
            attendance=self.attendance,
            course=make_course_with_call,
        )

    def join(self, name: str, table: str = "") -> SessionView:
        person = self.hall.person(name)
        self.hall.workshops.join(self.workshop.join_code, person.person_id, table)
        return person

    def open(self, *groups: Sequence[SessionView]) -> list[str]:
        """Open a room for each group; returns their ids."""
        wanted = [Group(tuple(one.person_id for one in group)) for group in groups]
        self.rooms.open(self.workshop.id, wanted, self.leader)
        return [room.id for room in self.rooms.layout(self.workshop.id).rooms]

    def room_of(self, person: SessionView) -> str | None:
        room = self.rooms.layout(self.workshop.id).room_of.get(person.person_id)
        return room.id if room else None

    def may_enter(self, person: SessionView, room_id: str) -> bool:
        return self.access.access(room_id, person.person_id) is not None
