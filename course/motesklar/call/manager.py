"""Decides who may call, gives each room a worker, and hands on what pages and workers say.

The workers have the rooms (`worker`); here is who is in them (`directory`), what practice brings
(`keeper`) and each page. A worker that dies takes its calls with it: their pages are asked to come
back, and find the conversation where it was.
"""

import asyncio
import dataclasses
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from motesklar.call.access import Access, AttendanceLike, NoAttendance, NoRooms
from motesklar.call.archive import Key
from motesklar.call.budget import Budgets
from motesklar.call.directory import MIRROR, Directory, Listener, Visit, WorkerNow, opaque_id
from motesklar.call.errors import CallsDown, NoSuchRoom
from motesklar.call.evidence import Totals
from motesklar.call.keeper import SAVE_SECONDS, Keeper, evidence_message
from motesklar.call.messages import (
    COME_BACK,
    OVER,
    AnyClientMessage,
    EvidenceMessage,
    Join,
    Restarting,
)
from motesklar.call.tasks import Tasks
from motesklar.call.turn import ice_servers, read_secret
from motesklar.call.worker import wire
from motesklar.call.worker.supervisor import Supervisor, WorkerEvents
from motesklar.config import CallSection
from motesklar.errors import Unavailable
from motesklar.i18n import LOCALE_DIR, Languages
from motesklar.store.database import Database
from motesklar.store.facts import FactLog
from motesklar.store.models import utcnow

log = logging.getLogger("motesklar.call")

#: Workers load for about a second, on a busy machine for longer.
WAIT_FOR_WORKER_SECONDS = 20.0
#: So long a new room waits for the further workers, which load when the first room opens.
SPREAD_SECONDS = 5.0

_PRACTICE, _ROOM = "practice ", "room "


@dataclass(frozen=True)
class Caller:
    """Who wants to come in.

    Args:
        person_id: signed in, as the handler has seen to.
        name: as others see it.
        language: of what they are told.
        listener: their page.
    """

    person_id: str
    name: str
    language: str
    listener: Listener


@dataclass(frozen=True)
class PersonNow:
    """Somebody who is in a room now.

    Args:
        since: when they came in, UTC without a zone.
    """

    person_id: str
    since: datetime


@dataclass(frozen=True)
class Surroundings:
    """What the machine and the installation give the calls.

    Args:
        loopback: sound and picture over 127.0.0.1 too, for a browser on this machine.
        turn_secret: the file with the secret shared with the relay.
        locale_folders: catalogues of what people are told.
    """

    loopback: bool = False
    turn_secret: Path | None = None
    locale_folders: Sequence[Path] = (LOCALE_DIR,)


MakeSupervisor = Callable[[Sequence[wire.Configure], WorkerEvents], Supervisor]


class Calls:
    """All calls of this course.

    Args:
        settings: how many, how long and where.
        access: who may enter which room; without it there is none but practice.
        attendance: is told who comes and goes in rooms.
        is_led: whether a person has a leader now who may confirm what they practise.
        make_supervisor: has the workers; only tests give another.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        *,
        settings: CallSection,
        database: Database,
        facts: FactLog,
        languages: Languages,
        surroundings: Surroundings | None = None,
        access: Access | None = None,
        attendance: AttendanceLike | None = None,
        is_led: Callable[[str], bool] = lambda person_id: False,
        make_supervisor: MakeSupervisor = Supervisor,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.budgets = Budgets()
        self.keeper = Keeper(database, facts, self._show)
        self.access = access or NoRooms()
        self.attendance = attendance or NoAttendance()
        self._is_led = is_led
        self._surroundings = surroundings or Surroundings()
        self._languages = languages
        self._directory = Directory(settings, clock=clock, now=utcnow)
        self._practices: dict[str, Key] = {}
        events = WorkerEvents(self._on_report, self._on_lost, self._on_load)
        self._supervisor = make_supervisor(self._configurations(), events)
        self._over_listeners: list[Callable[[str], None]] = []
        self._jobs = Tasks()
        self._housekeeper: asyncio.Task[None] | None = None
        self._closing = False

    # -- the server's life

    def start(self) -> None:
        """Start the workers, without waiting for them."""
        self._supervisor.start()
        self._housekeeper = asyncio.create_task(self._keep_house())

    async def close(self) -> None:
        """Tell everybody, end every call and save what they brought; safe to call twice."""
        self._closing = True
        for visit in self._directory.visits.values():
            visit.listener.tell(Restarting())
        await self._supervisor.close()
        for visit in list(self._directory.visits.values()):
            self._end(visit, COME_BACK)
        if self._housekeeper is not None:
            self._housekeeper.cancel()
            await asyncio.wait([self._housekeeper])
        await self._jobs.close()
        await self.keeper.save()

    # -- people

    @property
    def people(self) -> int:
        """How many are in calls now."""
        return self._directory.people

    @property
    def mirrors(self) -> int:
        """How many measure their line now."""
        return self._directory.mirrors

    async def practise(self, caller: Caller, module: str, join: Join) -> Visit:
        """Let somebody in who practises alone with the partner.

        Cancelling it leaves no visit, unless it had begun already.

        Raises:
            TooMany, Conflict, Unavailable: there is no place for them now.
        """
        self.budgets.join(caller.person_id)
        key = (caller.person_id, module)
        stored = await self.keeper.load(key)
        led = await asyncio.to_thread(self._is_led, caller.person_id)
        room = _practice_key(caller.person_id, module)
        visit = await self._admit(caller, room)
        practised = self.keeper.hold(key, stored)
        self._practices[room] = key
        goes_on = practised.client_id == join.client_id
        practised.client_id = join.client_id
        self._send_in(
            visit,
            caller,
            join,
            kind="practice",
            title=self.settings.partner_name,
            leader=False,
            progress=practised.progress if goes_on else None,
            totals=dataclasses.asdict(practised.totals),
            led=led,
        )
        caller.listener.tell(evidence_message(practised.saved))
        self.keeper.record_once(key, "call_joined")
        return visit

    async def enter_room(self, caller: Caller, room_id: str, join: Join) -> Visit:
        """Let somebody into a room with others; cancelling is as for `practise`.

        Raises:
            NoSuchRoom: there is none, or it is none of theirs.
            TooMany, Conflict, Unavailable: there is no place for them now.
        """
        self.budgets.join(caller.person_id)
        granted = await asyncio.to_thread(
            self.access.access, room_id, caller.person_id, caller.language
        )
        if granted is None:
            raise NoSuchRoom
        visit = await self._admit(caller, _room_key(room_id))
        self._send_in(visit, caller, join, kind="room", title=granted.title, leader=granted.leader)
        self.attendance.entered(caller.person_id, room_id, visit.since)
        return visit

    async def mirror(self, caller: Caller, join: Join) -> Visit:
        """Send somebody's own packets back to them, so that they can measure their line.

        A person has one mirror: a new one replaces it. Cancelling is as for `practise`.

        Raises:
            TooMany, Unavailable: there is no place for them now.
        """
        self.budgets.join(caller.person_id)
        visit = await self._admit(caller, f"{MIRROR}{caller.person_id}")
        self._send_in(visit, caller, join, kind="mirror", title="", leader=False)
        return visit

    def say(self, visit: Visit, message: AnyClientMessage) -> None:
        """Hand on what a page has sent; a visit that has ended says nothing."""
        if visit.number in self._directory.visits:
            self._order(visit.room.key, wire.Say(visit=visit.number, message=message))

    def hang_up(self, visit: Visit) -> None:
        """The page has gone; safe to call twice."""
        if self._leave(visit):
            self._order(visit.room.key, wire.Exit(visit=visit.number))

    def dismiss(self, person_id: str) -> None:
        """End every call of somebody who is being erased; the others go on without their name."""
        # in all rooms: one that they have left a moment ago shows them as away
        for key in self._directory.rooms:
            self._order(key, wire.Remove(room=key, member=opaque_id("m", key, person_id)))
        for visit in list(self._directory.visits.values()):
            if visit.person_id == person_id:
                self._end(visit, OVER)

    # -- leaders

    def rooms_now(self) -> Mapping[str, list[PersonNow]]:
        """Room id to those who are in it now; practice is nobody's business."""
        return {
            key.removeprefix(_ROOM): [PersonNow(each.person_id, each.since) for each in present]
            for key, room in self._directory.rooms.items()
            if key.startswith(_ROOM) and (present := room.present)
        }

    def announce(self, room_id: str, name: str, text: str) -> None:
        """Show a message of the leader called `name` to everybody in the room."""
        key = _room_key(room_id)
        self._order(key, wire.Announce(room=key, name=name, text=text))

    def end_room(self, room_id: str) -> None:
        """End the room for everybody; whether they may come back says `access`."""
        key = _room_key(room_id)
        self._order(key, wire.EndRoom(room=key))

    def mute(self, room_id: str, person_id: str, by_name: str) -> None:
        """Turn off somebody's microphone, and say who did it."""
        key = _room_key(room_id)
        member = opaque_id("m", key, person_id)
        self._order(key, wire.MuteMember(room=key, member=member, name=by_name))

    def remove(self, room_id: str, person_id: str) -> None:
        """Have somebody leave the room; they may have another one now."""
        key = _room_key(room_id)
        self._order(key, wire.Remove(room=key, member=opaque_id("m", key, person_id)))

    def confirm(self, person_id: str, module: str, task: str) -> None:
        """Count a task of the practice call as done, because a leader saw it.

        It is saved soon, whether or not the person is in a call just now.
        """
        key = _practice_key(person_id, module)
        self._order(key, wire.Confirm(room=key, task=task))
        self._jobs.start(self.keeper.confirm((person_id, module), task))

    def on_room_over(self, listener: Callable[[str], None]) -> None:
        """Call `listener` with the room's id when its leader has ended it from inside."""
        self._over_listeners.append(listener)

    # -- coming in

    async def _admit(self, caller: Caller, key: str) -> Visit:
        if not self._supervisor.ready() and not self._closing:
            # the course has just started, or the only worker is being replaced
            await self._supervisor.wait_ready(WAIT_FOR_WORKER_SECONDS)
        self._supervisor.needed()
        if self._directory.rooms and key not in self._directory.rooms:
            # a room stays where it is put: many that open at once must not crowd the first worker
            await self._supervisor.wait_started(SPREAD_SECONDS)
        # from here to the visit being in its place nothing is awaited: nobody comes in between
        workers = [
            WorkerNow(keeper.number, keeper.load.share if keeper.load else 0.0)
            for keeper in self._supervisor.ready()
        ]
        if self._closing:
            raise Unavailable
        if not workers:
            raise CallsDown
        if key.startswith(MIRROR):
            self._directory.admit_mirror(key, workers)
        else:
            self._directory.admit(key, caller.person_id, workers)
        return self._directory.enter(key, caller.person_id, caller.listener, workers)

    def _send_in(self, visit: Visit, caller: Caller, join: Join, **about_room: Any) -> None:
        key = visit.room.key
        order = wire.Enter(
            visit=visit.number,
            room=key,
            shown_room=opaque_id("r", key),
            member=visit.member,
            name=caller.name,
            language=caller.language,
            join=join,
            ice_servers=self._ice_servers(),
            **about_room,
        )
        self._order(key, order)

    def _ice_servers(self) -> list[dict[str, Any]]:
        path = self._surroundings.turn_secret
        return ice_servers(
            self.settings.turn_urls,
            read_secret(path) if path else "",
            now=time.time(),
            seconds=self.settings.turn_hours * 3600,
        )

    # -- going

    def _leave(self, visit: Visit) -> bool:
        """The visit is over; False when it was before."""
        if not self._directory.leave(visit):
            return False
        key = visit.room.key
        if key.startswith(_ROOM):
            self.attendance.left(visit.person_id, key.removeprefix(_ROOM), utcnow())
        return True

    def _end(self, visit: Visit, code: int) -> None:
        if self._leave(visit):
            visit.listener.close_with(code)

    # -- what workers say

    def _on_report(self, number: int, report: wire.AnyReport) -> None:
        match report:
            case wire.Tell():
                for each in report.visits:
                    if (visit := self._directory.visits.get(each)) is not None:
                        visit.listener.tell_text(report.text)
            case wire.Bye():
                if (visit := self._directory.visits.get(report.visit)) is not None:
                    self._end(visit, report.code)
            case wire.Practised():
                if (key := self._practices.get(report.room)) is not None:
                    self.keeper.arrived(key, Totals(**report.totals), report.progress)
            case wire.RoomOver():
                for listener in self._over_listeners:
                    listener(report.room.removeprefix(_ROOM))

    def _on_load(self, number: int) -> None:
        load = self._supervisor.keepers[number].load
        if load is not None:
            self._directory.measured(number, load.share)

    def _on_lost(self, number: int) -> None:
        """A worker has died: its people come back, and another one takes them."""
        for visit in self._directory.lose_worker(number):
            visit.listener.close_with(COME_BACK)

    def _order(self, key: str, order: BaseModel) -> None:
        room = self._directory.rooms.get(key)
        if room is not None and room.worker is not None:
            self._supervisor.send(room.worker, order)

    # -- keeping house

    async def _keep_house(self) -> None:
        while True:
            await asyncio.sleep(SAVE_SECONDS)
            try:
                await self.keeper.save()
                self._forget_rooms()
            except Exception:
                # a database that is away for a moment: the next round saves everything
                log.exception("evidence could not be saved")

    def _forget_rooms(self) -> None:
        for room in self._directory.forgettable():
            self._order(room.key, wire.Forget(room=room.key))
            del self._directory.rooms[room.key]
            self._practices.pop(room.key, None)
        self.keeper.forget_all_but(set(self._practices.values()))

    def _show(self, key: Key, message: EvidenceMessage) -> None:
        room = self._directory.rooms.get(_practice_key(*key))
        for visit in room.present if room is not None else ():
            visit.listener.tell(message)

    def _configurations(self) -> list[wire.Configure]:
        settings, codes = self.settings, self._languages.codes()
        return [
            wire.Configure(
                addresses=[str(address) for address in settings.addresses],
                port=settings.port + number if settings.port else 0,
                loopback=self._surroundings.loopback,
                public_address=str(settings.public_address),
                languages=codes,
                locale_folders=[str(path) for path in self._surroundings.locale_folders],
                partner_name=settings.partner_name,
                minutes_max=settings.minutes_max,
            )
            for number in range(settings.workers or os.cpu_count() or 1)
        ]


def _room_key(room_id: str) -> str:
    return f"{_ROOM}{room_id}"


def _practice_key(person_id: str, module: str) -> str:
    return f"{_PRACTICE}{person_id} {module}"
