"""What it costs to hand on one packet: `python -m benchmarks.call.forwarding JSON`.

Ours, Janus's streaming plugin and aiortc's MediaRelay get the same packets for the same people,
one after the other, while the others are at rest. Runs in a network of its own where Janus can be
measured (see `janus`), and prints one JSON object.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.call.forwarding_rows import HEARD, RELAYED, SHOWN
from benchmarks.call.janus import ADDRESS, URL, feed, janus, stream
from benchmarks.call.processes import Told, cancel_on_term, on_socket, together, told
from benchmarks.call.sources import PICTURE, SPEECH
from benchmarks.servers import HOST
from benchmarks.usage import cpu_seconds

#: In the first seconds a server finds out who speaks, and waits for whole pictures.
WARM_SECONDS = 1.5
_LOADS = 2


@dataclass(frozen=True)
class Work:
    """What is sent, and to how many.

    Args:
        senders: people who speak, or show themselves.
        seconds: how long it is measured.
    """

    kind: str
    people: int
    senders: int
    seconds: float


@dataclass(frozen=True)
class Cost:
    """What came of it.

    Args:
        microseconds: of processor time for each packet that was handed on.
        a_second: packets handed on.
        undelivered: share of what was to come that came neither to a peer nor to the kernel.
        dropped: share that the kernel threw away before a peer's process read it.
    """

    microseconds: float
    a_second: float
    undelivered: float
    dropped: float


@dataclass(frozen=True)
class Servers:
    """All that are measured, and the processes of the load.

    Args:
        ours, relay: process ids; their sockets are in `folder`.
        janus: process id; None where it can't be measured.
    """

    folder: Path
    ours: int
    relay: int
    janus: int | None
    loads: list[Told]


@asynccontextmanager
async def servers(folder: Path, address: str, *, with_janus: bool) -> AsyncIterator[Servers]:
    """Start all at once; whoever isn't asked anything costs nothing."""
    contexts: list[Any] = [
        on_socket("benchmarks.call.forwarder", folder / "ours", address),
        on_socket("benchmarks.call.media_relay", folder / "relay", address),
        *(told("benchmarks.call.load", address) for _ in range(_LOADS)),
        *([janus(folder / "janus")] if with_janus else []),
    ]
    async with AsyncExitStack() as stack:
        ours, relay, *rest = await asyncio.gather(
            *(stack.enter_async_context(each) for each in contexts)
        )
        yield Servers(folder, ours, relay, rest[_LOADS] if with_janus else None, rest[:_LOADS])


async def ours(work: Work, servers: Servers) -> Cost:
    """Our forwarding: everybody gets all but their own."""
    ways = []
    for number in range(work.people):
        sends = [work.kind] if number < work.senders else []
        joining = {"member": f"m-{number}", "sends": sends, "looks": work.kind == "video"}
        ways.append(_to_socket(servers.folder / "ours", number, sends, joining))
    await _connect(servers.loads, ways)
    return await _measure(servers.ours, servers.loads, work, work.people - 1)


async def media_relay(work: Work, servers: Servers) -> Cost:
    """MediaRelay of aiortc: one speaks, the others hear."""
    path = servers.folder / "relay"
    ways = [
        _to_socket(path, number, [work.kind] if number == 0 else [], {"speaks": number == 0})
        for number in range(work.people)
    ]
    await _connect(servers.loads, ways)
    return await _measure(servers.relay, servers.loads, work, work.people - 1)


async def janus_streaming(work: Work, servers: Servers) -> Cost:
    """Janus's streaming plugin: what is sent comes to it in the clear, from its own machine."""
    assert servers.janus is not None
    number, ports = await stream(work.kind, work.senders)
    ways = [
        {"server": "janus", "url": URL, "stream": number, "number": person}
        for person in range(work.people)
    ]
    await _connect(servers.loads, ways)
    pace = SPEECH if work.kind == "audio" else PICTURE
    feeding = asyncio.create_task(feed(ports, pace, WARM_SECONDS + work.seconds, WARM_SECONDS))
    return await _measure(servers.janus, servers.loads, work, work.people, feeding)


def _to_socket(
    path: Path, number: int, sends: list[str], joining: dict[str, Any]
) -> dict[str, Any]:
    way = {"server": "harness", "path": str(path), "number": number}
    return way | {"sends": sends, "joining": joining}


async def _connect(loads: list[Told], ways: list[dict[str, Any]]) -> None:
    outcomes = await asyncio.gather(
        *(load.do("connect", ways=ways[index :: len(loads)]) for index, load in enumerate(loads))
    )
    if failed := [each for outcome in outcomes for each in outcome["failed"]]:
        raise RuntimeError(f"not all came in: {failed}")


async def _measure(
    pid: int,
    loads: list[Told],
    work: Work,
    receivers: int,
    feeding: "asyncio.Task[int] | None" = None,
) -> Cost:
    """Let them send, and everybody leave.

    Args:
        pid: whose processor time is counted.
        loads: who sends.
        work: for how long.
        receivers: to how many each packet goes.
        feeding: sends in the peers' stead.
    """
    seconds = WARM_SECONDS + work.seconds
    sending = asyncio.create_task(together(loads, "send", seconds=seconds, warm=WARM_SECONDS))
    await asyncio.sleep(WARM_SECONDS)
    before = cpu_seconds(pid)
    counted = await sending
    spent = cpu_seconds(pid) - before
    sent = sum(each["sent"] for each in counted) + (await feeding if feeding else 0)
    await together(loads, "close")
    received, dropped = (sum(each[name] for each in counted) for name in ("received", "dropped"))
    return Cost(
        microseconds=spent / max(1, received + dropped) * 1e6,
        a_second=(received + dropped) / work.seconds,
        undelivered=max(0.0, 1 - (received + dropped) / (sent * receivers)),
        dropped=dropped / (sent * receivers),
    )


async def measure(
    *, people: int, seconds: float, kinds: list[str], with_janus: bool
) -> dict[str, dict[str, Any]]:
    """All of them."""
    cancel_on_term()
    senders = {"audio": HEARD, "video": SHOWN}
    works = [Work(kind, people, senders[kind], seconds) for kind in kinds]
    address = ADDRESS if with_janus else HOST
    costs: dict[str, Cost] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        async with servers(Path(name), address, with_janus=with_janus) as running:
            for work in works:
                costs[f"ours {work.kind}"] = await ours(work, running)
                if with_janus:
                    costs[f"janus {work.kind}"] = await janus_streaming(work, running)
            few = Work("audio", RELAYED, 1, seconds)
            costs["relay audio"] = await media_relay(few, running)
    return {name: asdict(cost) for name, cost in costs.items()}


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    sys.stdout.write(json.dumps(asyncio.run(measure(**asked))) + "\n")
