"""A connection without a network, and time that goes when the test says so."""

from dataclasses import dataclass, field

from motesklar.call.clips import Clip
from motesklar.call.rtc import PeerEvents
from motesklar.errors import BadRequest

MOVING = [bytes([120]) * 1200, bytes([200]) * 100 + bytes([120]) * 1100]


@dataclass
class FakeClock:
    """Seconds since some moment."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class FakePeer:
    """Does what the test says the browser does."""

    events: PeerEvents
    answers: list[str] = field(default_factory=list)
    played: list[Clip] = field(default_factory=list)
    pictures_stopped: bool = False
    closed: int = 0
    looks: int = 0

    async def create_offer(self) -> str:
        return "v=0 offer"

    async def accept_answer(self, sdp: str) -> None:
        if sdp == "nonsense":
            raise BadRequest
        self.answers.append(sdp)

    def play(self, clip: Clip) -> None:
        self.played.append(clip)

    def stop_pictures(self) -> None:
        self.pictures_stopped = True

    async def close(self) -> None:
        self.closed += 1

    def sound(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.02)):
            self.events.sound(0.1, 0.02)

    def picture(self) -> None:
        self.looks += 1
        self.events.picture(MOVING[self.looks % 2])


@dataclass
class FakePeers:
    """Makes connections and keeps them for the test."""

    made: list[FakePeer] = field(default_factory=list)

    def __call__(self, events: PeerEvents) -> FakePeer:
        self.made.append(FakePeer(events))
        return self.made[-1]
