"""A worker: does what the server orders, and has the rooms, their people and their media."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from motesklar.call.errors import as_message
from motesklar.call.evidence.budget import DecodeBudget
from motesklar.call.media.peer import Peer, PeerEvents
from motesklar.call.media.port import MediaPort
from motesklar.call.media.shape import Shape
from motesklar.call.messages import COME_BACK, OVER, ErrorMessage, ServerMessage
from motesklar.call.tasks import Tasks
from motesklar.call.worker import wire
from motesklar.call.worker.link import Link
from motesklar.call.worker.practice import Practice
from motesklar.call.worker.pulse import Processor, Pulse, resident_bytes
from motesklar.call.worker.room import Room
from motesklar.call.worker.seat import PeerLike, Seat
from motesklar.call.worker.voices import Voices
from motesklar.errors import BadRequest, MotesklarError
from motesklar.i18n import Languages

log = logging.getLogger("motesklar.call")

#: So often a worker without rooms tells its load.
REST_SECONDS = 1.0


class Worker:
    """All rooms of this process.

    Args:
        link: to the server.
        port: for media.
        configuration: what the server said first.
        languages: for what people are told.
        voices: the partner's.
        make_peer: makes a connection; only tests give another.
    """

    def __init__(
        self,
        link: Link[wire.AnyOrder],
        port: MediaPort,
        *,
        configuration: wire.Configure,
        languages: Languages,
        voices: Voices,
        make_peer: Callable[[MediaPort, Shape, PeerEvents], PeerLike] = Peer,
    ) -> None:
        self._link = link
        self._port = port
        self._configuration = configuration
        self._languages = languages
        self._voices = voices
        self._decoding = DecodeBudget()
        self._make_peer = make_peer
        self._rooms: dict[str, Room] = {}
        self._room_came = asyncio.Event()
        self._visits: dict[int, tuple[Room, Seat]] = {}
        self._tasks = Tasks()
        self._processor = Processor()
        self._pulse = Pulse(voices=self._speak, rooms=self._tick, load=self._report_load)

    async def run(self) -> None:
        """Work until the server says stop, or is gone; then end every call."""
        pulse = asyncio.create_task(self._keep_time())
        try:
            while (order := await self._link.receive()) is not None:
                if isinstance(order, wire.Stop):
                    break
                self._obey(order)
        finally:
            pulse.cancel()
            await asyncio.wait([pulse])
            for room in self._rooms.values():
                room.close()
            await self._tasks.close()

    # -- what rooms need of us

    @staticmethod
    def clock() -> float:
        """Seconds that only grow, the same as of packets' arrivals."""
        return time.monotonic()

    def make_peer(self, shape: Shape, events: PeerEvents) -> PeerLike:
        """A connection over this worker's port."""
        return self._make_peer(self._port, shape, events)

    def tell(self, visits: Sequence[int], message: ServerMessage) -> None:
        """Send a message to these pages."""
        self._link.send(wire.Tell(visits=list(visits), text=message.model_dump_json()))

    def report(self, report: wire.AnyReport) -> None:
        """Tell the server."""
        self._link.send(report)

    def explain(self, error: MotesklarError, language: str) -> ErrorMessage:
        """The error in the person's language."""
        return as_message(error, self._languages[language])

    def left(self, visit: int, code: int) -> None:
        """A visit has ended here."""
        if self._visits.pop(visit, None) is not None:
            self._link.send(wire.Bye(visit=visit, code=code))

    def start(self, job: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Run a small job, and wait for it at the end."""
        return self._tasks.start(job)

    # -- what the server orders

    def _obey(self, order: wire.AnyOrder) -> None:
        """Do it; a fault of ours costs one visit or one order, never the others' calls."""
        try:
            self._do(order)
        except Exception:
            log.exception("%s failed", order.type)
            if isinstance(order, wire.Enter | wire.Say):
                self._give_up(order.visit)

    def _give_up(self, visit: int) -> None:
        found = self._visits.get(visit)
        if found is None:
            # it failed to come in
            self._link.send(wire.Bye(visit=visit, code=COME_BACK))
        else:
            found[1].end(MotesklarError(), COME_BACK)

    def _do(self, order: wire.AnyOrder) -> None:
        match order:
            case wire.Say():
                self._say(order)
            case wire.Enter():
                self._enter(order)
            case wire.Exit():
                self._exit(order)
            case wire.Beat():
                self._link.send(order)
            case wire.Forget():
                self._forget(order.room)
            case wire.Configure() | wire.Stop():
                raise ValueError(f"{order.type} comes at another time")
            case _ if (room := self._rooms.get(order.room)) is not None:
                self._lead(room, order)

    def _enter(self, order: wire.Enter) -> None:
        room = self._rooms.get(order.room)
        if room is None:
            room = self._rooms[order.room] = Room(order, self, self._practise)
            self._room_came.set()
        seat = room.enter(order)
        self._visits[order.visit] = (room, seat)

    def _say(self, order: wire.Say) -> None:
        found = self._visits.get(order.visit)
        if found is None:
            return  # it has ended while this was on its way
        room, seat = found
        try:
            room.say(seat, order.message)
        except BadRequest as error:
            seat.end(error, OVER)
        except MotesklarError as error:
            seat.tell_error(error)

    def _exit(self, order: wire.Exit) -> None:
        found = self._visits.pop(order.visit, None)
        if found is not None:
            found[1].close()

    def _forget(self, key: str) -> None:
        room = self._rooms.pop(key, None)
        if room is not None:
            room.close()

    @staticmethod
    def _lead(
        room: Room,
        order: wire.Announce | wire.EndRoom | wire.MuteMember | wire.Remove | wire.Confirm,
    ) -> None:
        match order:
            case wire.Announce():
                room.announce(order.name, order.text)
            case wire.EndRoom():
                room.end()
            case wire.MuteMember():
                room.mute(order.member, order.name)
            case wire.Remove():
                room.remove(order.member)
            case wire.Confirm():
                room.confirm(order.task)

    def _practise(self, order: wire.Enter) -> Practice:
        return Practice(
            order,
            self,
            voices=self._voices,
            budget=self._decoding,
            seconds_max=self._configuration.minutes_max * 60,
        )

    # -- time

    async def _keep_time(self) -> None:
        """Beat while there are rooms; a worker without any only tells its load.

        Fifty beats a second cost more than a hundredth of a core, in which nothing happens.
        """
        while True:
            self._room_came.clear()
            await self._pulse.run(lambda: bool(self._rooms))
            self._report_load()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(REST_SECONDS):
                    await self._room_came.wait()

    def _speak(self) -> None:
        for room in self._rooms.values():
            room.speak()

    def _tick(self) -> None:
        now = self.clock()
        for room in list(self._rooms.values()):
            room.tick(now)

    def _report_load(self) -> None:
        port = self._port
        self._link.send(
            wire.Load(
                share=self._processor.share(),
                lag_ms=self._pulse.lag.percentile_99_ms(),
                rooms=len(self._rooms),
                people=len(self._visits),
                received=port.received,
                sent=port.sent,
                refused=port.refused,
                send_failed=port.send_failed,
                resident_bytes=resident_bytes(),
            )
        )
