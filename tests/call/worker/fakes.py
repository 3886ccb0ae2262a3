"""A process without a network, connections that do what the test says, and time likewise."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from motesklar.call.errors import as_message
from motesklar.call.evidence.budget import DecodeBudget
from motesklar.call.media.peer import PeerEvents
from motesklar.call.media.shape import OutSlot, Shape, Track, lines_of
from motesklar.call.messages import ErrorMessage, Join, ServerMessage
from motesklar.call.rtp.packet import OPUS, RTX, VP8
from motesklar.call.worker.practice import Practice
from motesklar.call.worker.room import Room
from motesklar.call.worker.seat import Seat
from motesklar.call.worker.voices import Voices
from motesklar.call.worker.wire import AnyReport, Enter
from motesklar.errors import BadRequest, MotesklarError
from motesklar.i18n import Languages

Kind = TypeVar("Kind")


@dataclass
class FakePeer:
    """A browser's connection that is only pretended."""

    shape: Shape
    events: PeerEvents
    clock: Callable[[], float]
    answers: list[str] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    incoming: Mapping[Track, int] = field(default_factory=dict)
    rtcp_ssrc: int = 1
    heard_at: float = 0.0
    closed: int = 0

    def __post_init__(self) -> None:
        self.slots: Sequence[OutSlot] = [
            OutSlot(
                line.kind,
                line.index,
                line.mid,
                ssrc=100 + number,
                rtx_ssrc=0 if line.kind == "audio" else 200 + number,
                payload_type=OPUS if line.kind == "audio" else VP8,
                rtx_payload_type=0 if line.kind == "audio" else RTX,
            )
            for number, line in enumerate(lines_of(self.shape))
        ]

    async def create_offer(self) -> str:
        return "v=0 offer"

    async def accept_answer(self, sdp: str) -> None:
        if sdp == "nonsense":
            raise BadRequest
        self.answers.append(sdp)

    def send_rtp(self, packet: bytes | bytearray) -> None:
        self.sent.append(bytes(packet))

    def send_rtcp(self, packet: bytes) -> None:
        pass

    async def close(self) -> None:
        self.closed += 1

    def connect(self) -> None:
        self.heard_at = self.clock()
        self.events.connected()


class FakeHost:
    """A process whose time goes when the test says so.

    Args:
        languages: for errors and captions.
        voices: the partner's.
    """

    def __init__(self, languages: Languages, voices: Voices) -> None:
        self.languages = languages
        self.now = 1000.0
        self.told: dict[int, list[ServerMessage]] = {}
        self.reports: list[AnyReport] = []
        self.endings: dict[int, int] = {}
        self.peers: list[FakePeer] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.voices = voices

    def make_peer(self, shape: Shape, events: PeerEvents) -> FakePeer:
        self.peers.append(FakePeer(shape, events, self.clock))
        return self.peers[-1]

    def tell(self, visits: Sequence[int], message: ServerMessage) -> None:
        for visit in visits:
            assert visit not in self.endings, "nobody is told anything after the end"
            self.told.setdefault(visit, []).append(message)

    def report(self, report: AnyReport) -> None:
        self.reports.append(report)

    def explain(self, error: MotesklarError, language: str) -> ErrorMessage:
        return as_message(error, self.languages[language])

    def left(self, visit: int, code: int) -> None:
        assert visit not in self.endings, "a visit ends once"
        self.endings[visit] = code

    def start(self, job: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        self._tasks.append(asyncio.create_task(job))
        return self._tasks[-1]

    def clock(self) -> float:
        return self.now

    async def settle(self) -> None:
        """Let all small jobs come to their end."""
        while waiting := [task for task in self._tasks if not task.done()]:
            await asyncio.wait(waiting)

    def practise(self, order: Enter) -> Practice:
        return Practice(order, self, voices=self.voices, budget=DecodeBudget(), seconds_max=600)

    def of_type(self, visit: int, kind: type[Kind]) -> list[Kind]:
        return [message for message in self.told.get(visit, []) if isinstance(message, kind)]

    def last(self, visit: int, kind: type[Kind]) -> Kind:
        found = self.of_type(visit, kind)
        assert found, f"visit {visit} was told no {kind.__name__}"
        return found[-1]


def order(visit: int, name: str = "Alma", **changes: Any) -> Enter:
    """Somebody comes into a room with others."""
    join = {"client_id": f"client-{visit}"} | changes.pop("join", {})
    values: dict[str, Any] = {
        "visit": visit,
        "room": "room r-1",
        "shown_room": "r-shown",
        "kind": "room",
        "title": "Room 1",
        "member": f"m-{name.lower()}",
        "name": name,
        "language": "en",
        "leader": False,
        "join": Join(**join),
        "ice_servers": [],
    }
    return Enter(**(values | changes))


def practice_order(visit: int, **changes: Any) -> Enter:
    """Somebody comes to practise."""
    name = changes.pop("name", "Alma")
    return order(visit, name, **({"kind": "practice", "title": "Kim"} | changes))


class House:
    """One room and a fake process around it."""

    def __init__(self, host: FakeHost) -> None:
        self.host = host
        self.room: Room | None = None
        self.seats: dict[int, Seat] = {}

    async def enter(self, came: Enter) -> Seat:
        if self.room is None:
            self.room = Room(came, self.host, self.host.practise)
        self.seats[came.visit] = seat = self.room.enter(came)
        await self.host.settle()
        return seat

    def tick(self, seconds: float = 0.2) -> None:
        """Let time pass, in the steps in which it passes in a worker."""
        assert self.room is not None
        until = self.host.now + seconds
        while self.host.now < until - 1e-6:
            self.host.now += 0.1
            for _ in range(5):
                self.room.speak()
            self.room.tick(self.host.now)

    def say(self, visit: int, message: Any) -> None:
        assert self.room is not None
        self.room.say(self.seats[visit], message)
