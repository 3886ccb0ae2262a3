"""A network as bad as a test wants it, between a browser and the course's one UDP port."""

import contextlib
import heapq
import itertools
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

ADDRESS = "127.0.0.1"
DATAGRAM_MAX = 65_536
#: So long a full line's queue gets before it drops what comes.
QUEUE_SECONDS = 0.5
CLIENTS_MAX = 64


@dataclass
class Weather:
    """How the line is now, each way.

    Args:
        loss: share of datagrams that are lost.
        delay: seconds that each takes.
        bits: a second that go through; 0 is no limit.
        closed: nothing goes through at all.
        only_checks: checks and handshakes go through (RFC 7983: below 64), sound and picture don't.
        largest: bytes of the largest packet of sound or picture that goes through; 0: no limit.
    """

    loss: float = 0.0
    delay: float = 0.0
    bits: float = 0.0
    closed: bool = False
    only_checks: bool = False
    largest: int = 0

    def stops(self, data: bytes) -> bool:
        too_large = 0 < self.largest < len(data)
        return self.closed or (data[:1] >= b"\x80" and (self.only_checks or too_large))


@dataclass
class Way:
    """One direction of one client: a queue that empties at the line's pace.

    What is lost is spread evenly, so that a test finds the share that it asked for.
    """

    free_at: float = 0.0
    due: float = 0.0

    def arrival(self, data: bytes, weather: Weather, now: float) -> float | None:
        """When a datagram comes out at the other end; None when it never does."""
        self.due += weather.loss
        if self.due >= 1:
            self.due -= 1
            return None
        if weather.stops(data):
            return None
        if weather.bits <= 0:
            return now + weather.delay
        begins = max(now, self.free_at)
        if begins - now > QUEUE_SECONDS:
            return None
        self.free_at = begins + len(data) * 8 / weather.bits
        return self.free_at + weather.delay


@dataclass
class Client:
    """One browser's socket, and ours in its place towards the course."""

    address: tuple[str, int]
    onward: socket.socket
    up: Way = field(default_factory=Way)
    down: Way = field(default_factory=Way)


class BadLine:
    """Hands datagrams on between browsers and the course.

    Args:
        course: the course's UDP port on `ADDRESS`.
    """

    def __init__(self, course: int) -> None:
        self.weather = Weather()
        self.carried = 0
        self._course = (ADDRESS, course)
        self._front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._front.bind((ADDRESS, 0))
        self._front.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._front, selectors.EVENT_READ, None)
        self._clients: dict[tuple[str, int], Client] = {}
        self._late: list[tuple[float, int, socket.socket, tuple[str, int], bytes]] = []
        self._numbers = itertools.count()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bad-line")

    @property
    def port(self) -> int:
        """Where browsers find it."""
        return int(self._front.getsockname()[1])

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stopping.set()
        self._thread.join()
        for client in self._clients.values():
            client.onward.close()
        self._front.close()
        self._selector.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            wait = self._late[0][0] - time.monotonic() if self._late else 0.05
            for key, _ in self._selector.select(max(0.0, min(0.05, wait))):
                self._read(key.data)
            self._deliver()

    def _read(self, client: Client | None) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionError):
            if client is None:
                data, address = self._front.recvfrom(DATAGRAM_MAX)
                if (known := self._client(address)) is not None:
                    self._take(known.up, data, known.onward, self._course)
            else:
                data = client.onward.recv(DATAGRAM_MAX)
                self._take(client.down, data, self._front, client.address)

    def _client(self, address: tuple[str, int]) -> Client | None:
        if address not in self._clients and len(self._clients) < CLIENTS_MAX:
            onward = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            onward.connect(self._course)
            onward.setblocking(False)
            client = self._clients[address] = Client(address, onward)
            self._selector.register(onward, selectors.EVENT_READ, client)
        return self._clients.get(address)

    def _take(self, way: Way, data: bytes, out: socket.socket, to: tuple[str, int]) -> None:
        at = way.arrival(data, self.weather, time.monotonic())
        if at is not None:
            heapq.heappush(self._late, (at, next(self._numbers), out, to, data))

    def _deliver(self) -> None:
        now = time.monotonic()
        while self._late and self._late[0][0] <= now:
            _, _, out, to, data = heapq.heappop(self._late)
            self.carried += 1
            with contextlib.suppress(BlockingIOError, ConnectionError):
                out.send(data) if out is not self._front else out.sendto(data, to)


@contextlib.contextmanager
def bad_line(course: int) -> Iterator[BadLine]:
    line = BadLine(course)
    line.start()
    try:
        yield line
    finally:
        line.close()
