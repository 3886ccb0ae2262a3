"""A process full of synthetic people: `python -m benchmarks.call.load ADDRESS`.

It reads one JSON object a line from its input, does what it says, and answers with one: people
come in with `connect`, all send for a while with `send`, come back after a break with `come_back`,
and leave with `close`.
"""

import asyncio
import os
import sys
from typing import Any

from benchmarks.call.lines import obey
from benchmarks.call.peer import kernel_drops, pace
from benchmarks.call.person import Person, Way, payloads_of, surroundings

#: So many join at once; more would measure the load's own process.
_AT_ONCE = 8
#: Steps behind every server, ours and the peers' (setpriority(2)).
_NICE = 10
#: For what is on its way when the last packet has been sent.
_SETTLE_SECONDS = 0.5


class Load:
    """All people of this process."""

    def __init__(self, address: str) -> None:
        self._shared = surroundings(address)
        self.people: list[Person] = []

    async def connect(
        self, ways: list[Way], hears: bool = False, at_once: int = _AT_ONCE, every: float = 0
    ) -> dict[str, Any]:
        """Bring one person in for each way.

        Args:
            ways: theirs.
            hears: wait until each has heard somebody.
            at_once: so many are on their way in at the same time, unless they come by the clock.
            every: seconds from one's first word to the next one's; 0 is not by the clock.
        """
        for kind in {kind for way in ways for kind in way.get("sends", ())}:
            payloads_of(kind)  # takes seconds, in which nobody here would answer the server
        gate = asyncio.Semaphore(len(ways) if every else at_once)
        coming = []
        for number, way in enumerate(ways):
            person = Person.on(way, self._shared)
            self.people.append(person)
            coming.append(self._join(person, gate, number * every, hears=hears))
        return _outcome(await asyncio.gather(*coming, return_exceptions=True))

    async def _join(
        self, person: Person, gate: asyncio.Semaphore, wait: float, *, hears: bool
    ) -> float:
        await asyncio.sleep(wait)
        async with gate:
            await person.join(self._shared)
        assert person.took is not None
        return await person.hear() if hears else person.took

    async def send(self, seconds: float, warm: float = 0) -> dict[str, Any]:
        """Let everybody send who does, each at its own beat; told is what follows `warm` seconds.

        In its first seconds a server finds out who speaks, and waits for whole pictures.
        """
        sources = [(person.peer, source) for person in self._here() for source in person.sources]
        # spread over the beat, as people are who speak independently
        due = [
            index / len(sources) / source.pace.packets for index, (_, source) in enumerate(sources)
        ]

        def sends(passed: float) -> float:
            for index, (peer, source) in enumerate(sources):
                while due[index] <= passed:
                    peer.send(source.next())
                    due[index] += 1 / source.pace.packets
            return min(due, default=seconds)

        sending = asyncio.create_task(pace(seconds, sends))
        await asyncio.sleep(warm)
        early = self._counted()
        await sending
        await asyncio.sleep(_SETTLE_SECONDS)
        return {name: count - early[name] for name, count in self._counted().items()}

    async def come_back(self) -> dict[str, Any]:
        """One after the other loses the network, and comes back until they hear somebody."""
        outcomes: list[float | BaseException] = []
        for index, person in enumerate(self.people):
            await person.vanish()
            again = Person.on(person.way, self._shared)
            self.people[index] = again
            try:
                await again.join(self._shared)
                outcomes.append(await again.hear())
            except OSError as error:
                outcomes.append(error)
        return _outcome(outcomes)

    async def close(self) -> dict[str, Any]:
        """Let everybody leave."""
        await asyncio.gather(*(person.leave() for person in self._here()))
        self.people.clear()
        return {}

    def _here(self) -> list[Person]:
        return [person for person in self.people if person.took is not None]

    def _counted(self) -> dict[str, int]:
        people = self._here()
        return {
            "sent": sum(source.sent for person in people for source in person.sources),
            "received": sum(person.peer.received.packets for person in people),
            "missing": sum(person.peer.received.missing for person in people),
            "dropped": kernel_drops({person.peer.port for person in people}),
        }


def _outcome(results: list[float] | list[float | BaseException]) -> dict[str, Any]:
    """Seconds of those who came in, and what kept the others out.

    Raises:
        Exception: a fault of the load's own.
    """
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, OSError):
            raise result
    took = [result for result in results if not isinstance(result, BaseException)]
    failed = [repr(result) for result in results if isinstance(result, BaseException)]
    return {"took": took, "failed": failed}


if __name__ == "__main__":
    # in life these people have machines of their own and take no turns from the server's
    os.nice(_NICE)
    asyncio.run(obey(Load(sys.argv[1])))
