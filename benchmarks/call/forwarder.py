"""Our forwarding alone in a process: `python -m benchmarks.call.forwarder SOCKET ADDRESS`.

The product's own media port, peers and forwarding, without websockets and rooms around them.
"""

import asyncio
import json
import sys
import time
from typing import Any

from motesklar.call.forwarding.forwarding import Forwarding
from motesklar.call.media.peer import Peer, PeerEvents
from motesklar.call.media.port import MediaPort
from motesklar.call.media.shape import ROOM, Track

_TICK_SECONDS = 0.1


class Forwarder:
    """One room."""

    def __init__(self, port: MediaPort) -> None:
        self._port = port
        self._forwarding = Forwarding(clock=time.monotonic, tell=lambda member, message: None)

    async def met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one person until they leave."""
        joining: dict[str, Any] = json.loads(await reader.readline())
        member, forwarding = joining["member"], self._forwarding
        peer = Peer(
            self._port,
            ROOM,
            PeerEvents(
                connected=lambda: self._came(joining, peer),
                lost=lambda: None,
                rtp=lambda track, packet, arrival: forwarding.rtp(member, track, packet, arrival),
                rtcp=lambda packet: forwarding.rtcp(member, packet),
            ),
        )
        await self._tell(writer, {"sdp": await peer.create_offer()})
        answer = json.loads(await reader.readline())
        await peer.accept_answer(answer["sdp"])
        await self._tell(writer, {})
        await reader.read()
        forwarding.leave(member)
        await peer.close()
        writer.close()

    def _came(self, joining: dict[str, Any], peer: Peer) -> None:
        member, forwarding = joining["member"], self._forwarding
        forwarding.join(member, peer)
        for kind in joining["sends"]:
            track = Track.MICROPHONE if kind == "audio" else Track.CAMERA
            forwarding.set_sending(member, track, True)
        videos = 5 if joining["looks"] else 0
        forwarding.set_view(member, pinned=None, videos=[], count=videos, hall=False)

    async def tick(self) -> None:
        """Let the room's time pass."""
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            self._forwarding.tick()

    @staticmethod
    async def _tell(writer: asyncio.StreamWriter, what: dict[str, Any]) -> None:
        writer.write(json.dumps(what).encode() + b"\n")
        await writer.drain()


async def serve(path: str, address: str) -> None:
    """Listen on a Unix socket until cancelled."""
    forwarder = Forwarder(await MediaPort.open([address]))
    server = await asyncio.start_unix_server(forwarder.met, path, limit=1 << 20)
    async with server:
        await forwarder.tick()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2]))
