"""The peer Janus: a forwarding server in C, here with its streaming plugin.

Janus leaves loopback out, so it runs, and so does everything that is compared with it, in a
network of its own with a pair of addresses that lead to each other.
"""

import asyncio
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks.call.peer import pace
from benchmarks.call.signalling import Janus
from benchmarks.call.sources import SPEECH, Pace, Source, pictures, speech
from benchmarks.servers import running

#: The address of the network's one end, which servers and people use.
ADDRESS = "10.99.0.1"
URL = "http://127.0.0.1:8088/janus"
_NETWORK = (
    "ip link set lo up",
    "ip link add v0 type veth peer name v1",
    f"ip address add {ADDRESS}/24 dev v0",
    "ip link set v0 up",
    "ip link set v1 up",
)


def missing() -> str:
    """Why Janus can't be measured here; empty when it can."""
    if shutil.which("janus") is None:
        return "Janus, not installed (Debian: apt-get install janus)"
    if any(shutil.which(name) is None for name in ("ip", "unshare")):
        return "Janus, for which the commands ip and unshare are missing"
    tried = subprocess.run([*apart(), "true"], capture_output=True)  # noqa: S603 - our own command
    return "" if tried.returncode == 0 else "Janus, which needs a network apart: run it as root"


def apart() -> list[str]:
    """What begins a command that shall run in a network of its own."""
    return [shutil.which("unshare") or "unshare", "--net"]


def in_network_apart(module: str, *arguments: str) -> list[str]:
    """The command for one of our modules there, once the network is made."""
    script = " && ".join([*_NETWORK, 'exec "$0" "$@"'])
    return [*apart(), "sh", "-c", script, sys.executable, "-m", module, *arguments]


@asynccontextmanager
async def janus(folder: Path) -> AsyncIterator[int]:
    """Janus as its package sets it up; its process id."""
    command = [shutil.which("janus") or "janus", "--debug-level=3", "--disable-colors"]
    async with running(command, folder, f"{URL}/info") as process:
        yield process.pid


async def stream(kind: str, count: int) -> tuple[int, list[int]]:
    """Make a stream of `count` lines; its id and the ports that feed it."""
    ports = [_free_port() for _ in range(count)]
    codec, payload_type = ("opus", 96) if kind == "audio" else ("vp8", 97)
    media: list[dict[str, Any]] = [
        {"type": kind, "mid": str(mid), "port": port, "pt": payload_type, "codec": codec}
        for mid, port in enumerate(ports)
    ]
    return (await Janus.with_stream(URL, media)).stream, ports


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def feed(ports: list[int], pace_of: Pace, seconds: float, warm: float) -> int:
    """Send what people would, in the clear; how many packets after the first `warm` seconds."""
    payloads = speech() if pace_of is SPEECH else pictures()
    sources = [Source(pace_of, 1 + port, "0", payloads) for port in ports]
    due = [index / len(ports) / pace_of.packets for index in range(len(ports))]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:

        def sends(passed: float) -> float:
            for index, (port, source) in enumerate(zip(ports, sources, strict=True)):
                while due[index] <= passed:
                    out.sendto(source.next(), ("127.0.0.1", port))
                    due[index] += 1 / pace_of.packets
            return min(due)

        sending = asyncio.create_task(pace(seconds, sends))
        await asyncio.sleep(warm)
        early = sum(source.sent for source in sources)
        await sending
    return sum(source.sent for source in sources) - early
