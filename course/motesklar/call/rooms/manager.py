"""Decides about small rooms: dividing, opening, moving, ending, and who is told."""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from motesklar.call.partner.tasks import Task
from motesklar.call.rooms.attendance import Attendance, Attended
from motesklar.call.rooms.calls import RoomCalls
from motesklar.call.rooms.directory import RoomDirectory
from motesklar.call.rooms.division import SIZE_MAX, SIZE_MIN, Group, Way, divide
from motesklar.call.rooms.layout import Layout, Who, read_layout
from motesklar.call.rooms.messages import NEW_ROOM, TEXT_MAX
from motesklar.course import Course, ExerciseKind
from motesklar.errors import BadRequest, Conflict, NotFound
from motesklar.i18n import N_
from motesklar.store.database import Database
from motesklar.store.models import AuditEntry, Participant, Person
from motesklar.web.sessions import SessionView
from motesklar.workshops.manager import Workshops, WorkshopView
from motesklar.workshops.tables import read_table

#: Another process may have changed the rooms; a layout is trusted so long.
TRUST_SECONDS = 10.0

#: Tasks of the practice call that a leader can confirm, those that somebody can be seen doing, and
#: what they are called.
CONFIRMABLE: Mapping[str, str] = {
    Task.SPEAK: N_("Spoke so that others heard it"),
    Task.MUTE: N_("Turned off the microphone"),
    Task.UNMUTE: N_("Turned on the microphone again"),
    Task.CAMERA: N_("Turned on the camera"),
    Task.SCREEN: N_("Shared the screen"),
    Task.CHAT: N_("Wrote in the chat"),
    Task.HAND: N_("Raised the hand"),
}

Listener = Callable[[], None]


class WorkshopOver(Conflict):
    """Nothing can be done with the rooms of a workshop that has ended."""

    code = "workshop_over"
    message = N_("The workshop has ended, and its rooms with it.")
    next_step = N_("Start a new workshop if you want to go on.")


class RoomNotOpen(NotFound):
    """A room that is not open, or none of this workshop's."""

    code = "room_not_open"
    message = N_("There is no such room, or it has been closed.")
    next_step = N_("Look at the list of rooms and choose again.")


class NoSuchPerson(NotFound):
    """Somebody who is not in the workshop."""

    code = "no_such_person"
    message = N_("There is no such person in the workshop.")
    next_step = N_("Look at the list of participants and choose again.")


class NobodyToPlace(Conflict):
    """Rooms without anybody."""

    code = "nobody_to_place"
    message = N_("There is nobody to divide into rooms yet.")
    next_step = N_("Show the code to the room, and divide when people have joined.")


@dataclass(frozen=True)
class Panel:
    """What the leader's panel offers.

    Args:
        sizes: how many can be in a room.
        text_max: characters of a message.
        tasks: task of the practice call to the msgid of its name; none without a practice call.
    """

    sizes: Sequence[int]
    text_max: int
    tasks: Mapping[str, str]


@dataclass(frozen=True)
class RoomsNow:
    """All that a leader sees of the rooms.

    Args:
        here: person id to the room whose call they are in now.
        visitors: room id to names of those in its call who are no participants.
        attended: person id to their time in calls.
    """

    ended: bool
    layout: Layout
    here: dict[str, str]
    visitors: dict[str, list[str]]
    attended: dict[str, Attended]


@dataclass
class _Known:
    layout: Layout
    at: float


class Rooms:
    """The small rooms of all workshops. Lives on one event loop."""

    def __init__(
        self,
        *,
        database: Database,
        workshops: Workshops,
        calls: RoomCalls,
        attendance: Attendance,
        course: Callable[[], Course],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.database = database
        self.workshops = workshops
        self.calls = calls
        self.attendance = attendance
        self.course = course
        self.directory = RoomDirectory(database, workshops.now)
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._listeners: dict[str, list[Listener]] = defaultdict(list)
        workshops.subscribe_end(self._on_workshop_end)
        attendance.subscribe(self._tell)
        calls.on_room_over(self._on_room_over)

    # The leader's side

    def panel(self, workshop: WorkshopView) -> Panel:
        """What can be chosen on a workshop's page."""
        return Panel(
            sizes=range(SIZE_MIN, SIZE_MAX + 1),
            text_max=TEXT_MAX,
            tasks=CONFIRMABLE if self.call_module(workshop.modules) else {},
        )

    def now(self, workshop_id: str) -> RoomsNow:
        """How it stands; nobody is named once the workshop is over.

        Raises:
            NotFound: there is no such workshop.
        """
        if self.workshops.board(workshop_id).ended:
            return RoomsNow(True, Layout({}, ()), {}, {}, {})
        layout = self.layout(workshop_id)
        inside = self.calls.rooms_now()
        here = {one.person_id: room.id for room in layout.rooms for one in inside.get(room.id, ())}
        names = self._names(here.keys() - layout.people.keys())
        visitors: dict[str, list[str]] = defaultdict(list)
        for person_id, name in sorted(names.items(), key=lambda one: one[1].casefold()):
            visitors[here[person_id]].append(name)
        attended = self.attendance.of_workshop(workshop_id)
        return RoomsNow(False, layout, here, dict(visitors), attended)

    def division(
        self, workshop_id: str, way: Way, size: int, asking: SessionView, turn: int = 0
    ) -> list[Group]:
        """A proposal; opens nothing.

        Raises:
            NotFound: the workshop isn't theirs.
            WorkshopOver: it has ended.
            NobodyToPlace: nobody has joined.
        """
        self._led(workshop_id, asking)
        people = self.layout(workshop_id).attendees
        if not people:
            raise NobodyToPlace
        rounds, met = self.directory.history(workshop_id)
        seed = f"{workshop_id}/{rounds}/{turn}"
        return divide(people, way, size, seed=seed, met=met)

    def open(self, workshop_id: str, groups: Sequence[Group], asking: SessionView) -> None:
        """Open a room for each group that has people; the rooms before are ended.

        Raises:
            NotFound: the workshop isn't theirs.
            WorkshopOver: it has ended.
            NobodyToPlace: no group has anybody.
            NoSuchPerson: one of them is not in the workshop.
            BadRequest: somebody is in two of them.
        """
        self._led(workshop_id, asking)
        wanted = [group for group in groups if group.people]
        placed = [person_id for group in wanted for person_id in group.people]
        if not wanted:
            raise NobodyToPlace
        if len(set(placed)) < len(placed):
            raise BadRequest
        if not set(placed) <= self.layout(workshop_id).people.keys():
            raise NoSuchPerson
        self._end_calls(self.directory.open(workshop_id, wanted))
        self._changed(workshop_id)

    def place(
        self, workshop_id: str, person_id: str, room_id: str | None, asking: SessionView
    ) -> None:
        """Move somebody to another room, to a new one (`NEW_ROOM`) or out of all (None).

        Raises:
            NotFound: the workshop isn't theirs.
            WorkshopOver: it has ended.
            NoSuchPerson: they are not in it.
            RoomNotOpen: that room is not open.
        """
        self._participant(workshop_id, person_id, asking)
        if room_id == NEW_ROOM:
            room_id = self.directory.add_room(workshop_id)
        try:
            before = self.directory.place(workshop_id, person_id, room_id)
        except KeyError as error:
            raise RoomNotOpen from error
        if before is not None:
            self.calls.remove(before, person_id)
        self._changed(workshop_id)

    def set_table(self, workshop_id: str, person_id: str, typed: str, asking: SessionView) -> None:
        """Write down the table at which somebody sits; empty takes it away.

        Raises:
            NotFound: the workshop isn't theirs.
            WorkshopOver: it has ended.
            NoSuchPerson: they are not in it.
        """
        self._participant(workshop_id, person_id, asking)
        with self.database.transaction() as session:
            participant = session.get_one(Participant, (workshop_id, person_id))
            participant.table_number = read_table(typed)
        self._changed(workshop_id)

    def end(self, workshop_id: str, room_id: str | None, asking: SessionView) -> None:
        """End a room, or all of them when `room_id` is None. Ending it again changes nothing.

        Raises:
            NotFound: the workshop isn't theirs.
        """
        self.workshops.get(workshop_id, asking)
        self._end_calls(self.directory.close(workshop_id, room_id))
        self._changed(workshop_id)

    def announce(
        self, workshop_id: str, room_id: str | None, text: str, asking: SessionView
    ) -> None:
        """Show a message to those in a room's call, or in all of them when `room_id` is None.

        Raises:
            NotFound: the workshop isn't theirs.
            WorkshopOver: it has ended.
            RoomNotOpen: that room is not open.
        """
        self._led(workshop_id, asking)
        rooms = [one.id for one in self.layout(workshop_id).rooms if room_id in (None, one.id)]
        if room_id is not None and not rooms:
            raise RoomNotOpen
        for one in rooms:
            self.calls.announce(one, asking.name, text)

    def mute(self, workshop_id: str, person_id: str, asking: SessionView) -> None:
        """Turn off somebody's microphone; only they can turn it on again.

        Raises:
            NotFound: the workshop isn't theirs.
            WorkshopOver: it has ended.
            NoSuchPerson: they are in no call of it.
        """
        self._participant(workshop_id, person_id, asking)
        room_id = self.now(workshop_id).here.get(person_id)
        if room_id is None:
            raise NoSuchPerson
        self.calls.mute(room_id, person_id, asking.name)

    def confirm(self, workshop_id: str, person_id: str, task: str, asking: SessionView) -> None:
        """Count a task of the practice call as done, because the leader has seen it done.

        Raises:
            NotFound: the workshop isn't theirs.
            WorkshopOver: it has ended.
            NoSuchPerson: they are not in it.
            BadRequest: there is no such task, or no practice call in the course.
        """
        workshop = self._participant(workshop_id, person_id, asking)
        module = self.call_module(workshop.modules)
        if task not in CONFIRMABLE or module is None:
            raise BadRequest
        self.calls.confirm(person_id, module, task)

    def attendance_of(self, workshop_id: str, asking: SessionView) -> list[tuple[Who, Attended]]:
        """Every participant and their time in calls, also after the workshop; the look is noted.

        Raises:
            NotFound: the workshop isn't theirs.
        """
        self.workshops.get(workshop_id, asking)
        attended = self.attendance.of_workshop(workshop_id)
        self.refresh(workshop_id)
        with self.database.transaction() as session:
            session.add(
                AuditEntry(
                    actor_id=asking.person_id, action="attendance exported", subject=workshop_id
                )
            )
        return [
            (who, attended.get(who.person_id, Attended()))
            for who in self.layout(workshop_id).people.values()
        ]

    def call_module(self, modules: Collection[str]) -> str | None:
        """The module whose practice call a workshop means: its own, or the course's first."""
        names = [
            one.name
            for one in self.course().modules
            if any(exercise.kind is ExerciseKind.CALL_EVIDENCE for exercise in one.exercises)
        ]
        return next((name for name in names if name in modules), next(iter(names), None))

    # Both sides

    def layout(self, workshop_id: str) -> Layout:
        """Participants and open rooms; read again after a change, or when it is old."""
        known = self._known.get(workshop_id)
        if known is None or self._clock() - known.at > TRUST_SECONDS:
            layout = read_layout(self.database, self.directory, workshop_id)
            known = self._known[workshop_id] = _Known(layout, self._clock())
        return known.layout

    def refresh(self, workshop_id: str) -> None:
        """Have the layout read anew: somebody has joined, or another process has changed it."""
        self._known.pop(workshop_id, None)

    def subscribe(self, workshop_id: str, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each change; returns what ends it, once."""
        self._listeners[workshop_id].append(listener)

        def end() -> None:
            self._listeners[workshop_id].remove(listener)
            if not self._listeners[workshop_id]:
                del self._listeners[workshop_id]

        return end

    # Inside

    def _led(self, workshop_id: str, asking: SessionView) -> WorkshopView:
        """The open workshop of somebody who may lead it."""
        workshop = self.workshops.get(workshop_id, asking)
        if not workshop.open:
            raise WorkshopOver
        # decided on what is there now, not on what was there ten seconds ago
        self.refresh(workshop_id)
        return workshop

    def _participant(self, workshop_id: str, person_id: str, asking: SessionView) -> WorkshopView:
        """The open workshop, once it is known that the person is in it."""
        workshop = self._led(workshop_id, asking)
        if person_id not in self.layout(workshop_id).people:
            raise NoSuchPerson
        return workshop

    def _names(self, people: set[str]) -> dict[str, str]:
        if not people:
            return {}
        with self.database.transaction() as session:
            found = session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
            return {row.id: row.name for row in found}

    def _on_workshop_end(self, workshop_id: str) -> None:
        self._end_calls(self.directory.forget(workshop_id))
        self._changed(workshop_id)

    def _on_room_over(self, room_id: str) -> None:
        """A leader has ended it from inside the call."""
        workshop_id = self.directory.workshop_of(room_id)
        if workshop_id is not None and self.directory.close(workshop_id, room_id):
            self._changed(workshop_id)

    def _end_calls(self, room_ids: Sequence[str]) -> None:
        for room_id in room_ids:
            self.calls.end_room(room_id)

    def _changed(self, workshop_id: str) -> None:
        self.refresh(workshop_id)
        self._tell(workshop_id)

    def _tell(self, workshop_id: str) -> None:
        for listener in list(self._listeners.get(workshop_id, ())):
            listener()
