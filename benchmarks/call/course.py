"""The real course with people who are signed in, and rooms for them."""

import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.lesson import MODULE, write_course
from benchmarks.servers import HOST, free_port, running, sign_in
from benchmarks.usage import tree
from motesklar.paths import DataFolder
from motesklar.store.database import Database
from motesklar.store.models import Participant, Person, Role, RoomMember, SmallRoom, Workshop
from motesklar.web.visitor import SESSION_COOKIE

_PYTHON = (sys.executable, "-m")
_SETTINGS = f"""
[call]
people_max = 1000
addresses = ["{HOST}"]
"""


@dataclass(frozen=True)
class CallCourse:
    """A course that runs.

    Args:
        people: ids of those who are signed in.
        cookies: theirs, in the same order.
        watched: what its loops did, see `served`.
    """

    pid: int
    port: int
    data: DataFolder
    people: Sequence[str]
    cookies: Sequence[str]
    watched: Path

    def practice(self, number: int) -> dict[str, Any]:
        """The way to the partner for one of the people."""
        return self._way(number, f"/api/call/{MODULE}")

    def room(self, number: int, room: str) -> dict[str, Any]:
        """The way into a room."""
        return self._way(number, f"/api/rooms/{room}")

    def _way(self, number: int, path: str) -> dict[str, Any]:
        return {
            "server": "course",
            "url": f"ws://{HOST}:{self.port}{path}",
            "cookie": self.cookies[number],
            "number": number,
            "sends": ["audio", "video"],
            "joining": {"microphone": True, "camera": True},
        }

    def open_rooms(self, sizes: Sequence[int]) -> list[str]:
        """Put the first of the people into rooms of these sizes; a room's id for each person."""
        database = Database(self.data.database_url)
        rooms: list[str] = []
        try:
            with database.transaction() as session:
                leader = Person(name="Leader", role=Role.LEADER)
                session.add(leader)
                session.flush()
                workshop = Workshop(
                    title="Calls", join_code="CALLS2", leader_id=leader.id, module=MODULE
                )
                session.add(workshop)
                session.flush()
                for number, size in enumerate(sizes, 1):
                    room = SmallRoom(workshop_id=workshop.id, round=1, number=number)
                    session.add(room)
                    session.flush()
                    rooms += [room.id] * size
                for person, room_id in zip(self.people, rooms, strict=False):
                    session.add(Participant(workshop_id=workshop.id, person_id=person))
                    session.add(
                        RoomMember(
                            workshop_id=workshop.id, round=1, person_id=person, room_id=room_id
                        )
                    )
        finally:
            database.close()
        return rooms

    def loads(self, since: float) -> list[dict[str, Any]]:
        """What its loops told after a moment (`time.monotonic`)."""
        lines = self.watched.read_text(encoding="utf-8").splitlines()
        told = [json.loads(line) for line in lines]
        return [each for each in told if each["at"] > since + 1]

    def faults(self) -> list[str]:
        """Lines of the log about what went wrong inside."""
        log = (self.data.root / "motesklar.log").read_text(encoding="utf-8").splitlines()
        return [line for line in log if json.loads(line)["level"] in ("ERROR", "CRITICAL")]

    def workers(self) -> set[int]:
        """Process ids of the workers that carry calls."""
        return {pid for pid in tree(self.pid) if b"motesklar.call.worker" in command_of(pid)}


def command_of(pid: int) -> bytes:
    """A process's command line; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it has ended
        return b""


@asynccontextmanager
async def call_course(folder: Path, *, people: int) -> AsyncIterator[CallCourse]:
    """The lesson as people start it, with people who are signed in."""
    overlay = write_course(folder / "course", kernels=1)
    async with watched_course(folder, overlay, people=people) as course:
        yield course


@asynccontextmanager
async def watched_course(
    folder: Path, overlay: Path, *, people: int = 0
) -> AsyncIterator[CallCourse]:
    """The course as people start it, that also writes down how its loops fare."""
    data = DataFolder(folder / "data")
    with (overlay / "course.toml").open("a", encoding="utf-8") as settings:
        settings.write(_SETTINGS)
    port, watched = free_port(), folder / "watched"
    command = ["benchmarks.call.served", str(watched), "serve", "--course", str(overlay)]
    environment = {"PORT": str(port), "DATA": str(data.root)}
    answers = f"http://{HOST}:{port}/health"
    async with running([*_PYTHON, *command], folder, answers, environment) as process:
        tokens = sign_in(data, people)
        cookies = [f"{SESSION_COOKIE}={token}" for token in tokens.values()]
        yield CallCourse(process.pid, port, data, list(tokens), cookies, watched)
