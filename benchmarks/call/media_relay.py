"""The peer MediaRelay, aiortc's own way to hand a track on: `-m benchmarks.call.media_relay`.

It decodes what one person says, and encodes it anew for each who hears it.
"""

import asyncio
import json
import sys
from typing import Any

import aioice.ice
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRelay


async def serve(path: str, address: str) -> None:
    """Listen on a Unix socket until cancelled."""
    # aioice leaves loopback out, and has no setting
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: [address]
    relay = MediaRelay()
    speaking: asyncio.Future[MediaStreamTrack] = asyncio.get_running_loop().create_future()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        joining = json.loads(await reader.readline())
        if joining["speaks"]:
            pc.on("track", speaking.set_result)
            pc.addTransceiver("audio", direction="recvonly")
        else:
            pc.addTransceiver(relay.subscribe(await speaking), direction="sendonly")
        await pc.setLocalDescription(await pc.createOffer())
        await _tell(writer, {"sdp": pc.localDescription.sdp})
        answer = json.loads(await reader.readline())
        await pc.setRemoteDescription(RTCSessionDescription(answer["sdp"], "answer"))
        await _tell(writer, {})
        await reader.read()  # until they leave
        await pc.close()
        writer.close()

    server = await asyncio.start_unix_server(met, path, limit=1 << 20)
    async with server:
        await server.serve_forever()


async def _tell(writer: asyncio.StreamWriter, what: dict[str, Any]) -> None:
    writer.write(json.dumps(what).encode() + b"\n")
    await writer.drain()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2]))
