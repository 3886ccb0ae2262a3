"""Workers that live in the test's own process, with everything but a process of their own."""

import asyncio
import contextlib
import socket
from collections.abc import Sequence

from pydantic import BaseModel

from motesklar.call.media.port import MediaPort
from motesklar.call.worker import wire
from motesklar.call.worker.link import Link
from motesklar.call.worker.process import Worker
from motesklar.call.worker.supervisor import WorkerEvents
from motesklar.call.worker.voices import Voices
from motesklar.i18n import Languages


class LocalWorker:
    """One of them; starting a process takes a second, this takes nothing."""

    def __init__(
        self,
        number: int,
        configuration: wire.Configure,
        events: WorkerEvents,
        languages: Languages,
        voices: Voices,
    ) -> None:
        self.number = number
        self.load: wire.Load | None = None
        self.ready = asyncio.Event()
        self._configuration = configuration
        self._events = events
        self._languages = languages
        self._voices = voices
        self._link: Link[wire.AnyReport] | None = None

    def send(self, order: BaseModel) -> None:
        assert self._link is not None
        self._link.send(order)

    async def live(self) -> None:
        here, there = socket.socketpair()
        self._link = await Link.open(here, wire.REPORTS)
        working = asyncio.create_task(self._work(there))
        while (report := await self._link.receive()) is not None:
            if isinstance(report, wire.Started):
                self.ready.set()
            elif isinstance(report, wire.Load):
                self.load = report
                self._events.load(self.number)
            else:
                self._events.report(self.number, report)
        await working
        await self._link.close()

    async def _work(self, there: socket.socket) -> None:
        link = await Link.open(there, wire.ORDERS)
        port = await MediaPort.open(["127.0.0.1"])
        link.send(wire.Started(addresses=["127.0.0.1"], port=port.port))
        worker = Worker(
            link,
            port,
            configuration=self._configuration,
            languages=self._languages,
            voices=self._voices,
        )
        try:
            await worker.run()
        finally:
            await port.close()
            await link.close()


class LocalSupervisor:
    """Has them, as the real one has processes."""

    def __init__(
        self,
        configurations: Sequence[wire.Configure],
        events: WorkerEvents,
        languages: Languages,
        voices: Voices,
    ) -> None:
        self.keepers = [
            LocalWorker(number, configuration, events, languages, voices)
            for number, configuration in enumerate(configurations)
        ]
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [asyncio.create_task(keeper.live()) for keeper in self.keepers]

    def send(self, number: int, order: BaseModel) -> None:
        self.keepers[number].send(order)

    def ready(self) -> list[LocalWorker]:
        return [keeper for keeper in self.keepers if keeper.ready.is_set()]

    def needed(self) -> None:
        """All have started with the server."""

    async def wait_started(self, seconds: float) -> None:
        """They are there at once."""

    async def wait_ready(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.keepers[0].ready.wait(), seconds)
        return bool(self.ready())

    async def close(self) -> None:
        for keeper in self.keepers if self._tasks else ():
            await keeper.ready.wait()
            keeper.send(wire.Stop())
        await asyncio.gather(*self._tasks)
        self._tasks = []
