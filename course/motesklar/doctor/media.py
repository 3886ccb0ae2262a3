"""The path of a call's sound and picture: two real aiortc peers meet over each local address."""

import asyncio
import contextlib
import ipaddress
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from motesklar.doctor.report import Check, fail, ok, warn

_NAME = "calls"
TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class PathFacts:
    """One local address.

    Args:
        milliseconds: from the first packet until both are connected; None where they never were.
    """

    address: str
    milliseconds: float | None


def judge_paths(paths: Sequence[PathFacts]) -> list[Check]:
    """Whether calls work over each address; what lies between here and people, nobody can say."""
    if not paths:
        return [
            warn(
                _NAME,
                "this machine has no network address but loopback, so only itself can call",
                "Connect it to the network before going live",
            )
        ]
    checks = []
    for path in paths:
        if path.milliseconds is None:
            checks.append(
                fail(
                    _NAME,
                    f"UDP over {path.address} does not work, so calls fail",
                    "Let UDP in and out of this machine, in its own firewall first",
                )
            )
        else:
            took = f"{path.milliseconds:.0f} ms"
            checks.append(ok(_NAME, f"two peers met over {path.address} by UDP in {took}"))
    return checks


async def check_media() -> list[Check]:
    """Try each local address. Cancelling it closes the peers."""
    addresses = await local_addresses()
    return judge_paths([PathFacts(address, await connect_over(address)) for address in addresses])


async def local_addresses() -> list[str]:
    """The addresses that a call would offer, as aiortc finds them."""
    async with _peers() as (peer, _):
        peer.createDataChannel("doctor")
        await peer.setLocalDescription(await peer.createOffer())
        found = [_address(line) for line in _candidates(peer.localDescription.sdp)]
    return sorted(set(found), key=lambda address: (":" in address, address))


async def connect_over(address: str) -> float | None:
    """Milliseconds until two peers are connected over one address; None if they never are."""
    async with _peers() as (caller, callee):
        channel = caller.createDataChannel("doctor")
        opened = asyncio.Event()
        channel.on("open", lambda: opened.set())
        started = time.monotonic()
        await caller.setLocalDescription(await caller.createOffer())
        await callee.setRemoteDescription(_only(caller.localDescription, address))
        await callee.setLocalDescription(await callee.createAnswer())
        await caller.setRemoteDescription(_only(callee.localDescription, address))
        try:
            await asyncio.wait_for(opened.wait(), TIMEOUT_SECONDS)
        except TimeoutError:
            return None
        return (time.monotonic() - started) * 1000


@contextlib.asynccontextmanager
async def _peers() -> AsyncIterator[tuple[RTCPeerConnection, RTCPeerConnection]]:
    # no servers: aiortc's default asks a public one, which a private network needn't reach
    configuration = RTCConfiguration(iceServers=[])
    peers = (RTCPeerConnection(configuration), RTCPeerConnection(configuration))
    try:
        yield peers
    finally:
        for peer in peers:
            await peer.close()


def _candidates(sdp: str) -> list[str]:
    return [line for line in sdp.splitlines() if line.startswith("a=candidate:")]


def _address(candidate: str) -> str:
    return str(ipaddress.ip_address(candidate.split()[4]))


def _only(description: RTCSessionDescription, address: str) -> RTCSessionDescription:
    """The description with the candidates of one address."""
    lines = [
        line
        for line in description.sdp.splitlines()
        if not line.startswith("a=candidate:") or _address(line) == address
    ]
    return RTCSessionDescription("\r\n".join(lines) + "\r\n", description.type)
