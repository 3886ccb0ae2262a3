"""A workshop of eighty: how soon leaders see what people do, and what it costs the server.

Participants record steps over HTTP as their pages do, each every few seconds; leaders watch over
the websocket of the board, and one in Chromium. Nobody else has such a board, so there is no peer;
beside ours stands the floor, the bare time of a request that the server answers at once.
"""

import asyncio
import json
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Page
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from benchmarks.browser import running_browser
from benchmarks.clients import Failed
from benchmarks.figures import median, percentile
from benchmarks.report import Row, TargetOf, report
from benchmarks.servers import HOST, free_port, running, sign_in
from benchmarks.usage import cpu_seconds
from motesklar.config import load_settings
from motesklar.exercises.library import find_sources
from motesklar.paths import DataFolder, shipped_modules, shipped_settings
from motesklar.store.database import Database
from motesklar.store.models import Person, Role, Workshop
from motesklar.web.visitor import SESSION_COOKIE
from motesklar.workshops.codes import new_join_code

SEEN_MS = 250
CPU_SHARE = 0.15
PAINT_MS = 500
FRAMES = 50
#: One thing each so often, as people in a hall do.
EVENT_SECONDS = 5.0
LEADERS = 3
FLOOR = "floor: GET /health, answered at once"
_SETTLE_SECONDS = 2.0
_SEEN_SECONDS = 20.0

#: Counts frames while the board changes, and says when its rows were first painted.
_WATCH = """
(() => {
  const told = {};
  const look = () => {
    if (document.querySelectorAll("[data-people] tbody tr").length >= ROWS) {
      told.rows = performance.now();
      let frames = 0;
      const from = performance.now();
      const count = () => {
        frames += 1;
        if (performance.now() - from < 5000) return requestAnimationFrame(count);
        told.frames = frames / (performance.now() - from) * 1000;
        told.paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
        console.log("benchmark: " + JSON.stringify(told));
      };
      return requestAnimationFrame(count);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""


@dataclass
class Attendee:
    """Somebody in a workshop, as their browser."""

    person_id: str
    client: httpx.AsyncClient
    done: int = 0

    async def join(self, code: str) -> None:
        """Take part."""
        await self.client.get("/join")
        self.client.headers["X-XSRFToken"] = self.client.cookies.get("_xsrf") or ""
        answer = await self.client.post(f"/w/{code}")
        if answer.status_code != 303:
            raise Failed(f"joining: {answer.status_code}")

    async def do(self, module: str, step: str) -> None:
        """Have a step done."""
        fact = {"id": uuid.uuid4().hex, "module": module, "step": step, "kind": "done"}
        answer = await self.client.post("/api/facts", json=fact)
        if answer.status_code != 200:
            raise Failed(f"a fact: {answer.status_code}")


@dataclass
class Hall:
    """A workshop that goes on.

    Args:
        sent: person and number of steps done to when that was sent.
        seen: how long each took until one of the leaders had it, in milliseconds.
    """

    workshop_id: str
    code: str
    module: str
    steps: Sequence[str]
    attendees: list[Attendee] = field(default_factory=list)
    sent: dict[tuple[str, int], float] = field(default_factory=dict)
    seen: list[float] = field(default_factory=list)
    watched: int = 0

    async def act(self, seconds: float, at: int) -> None:
        """One participant does a step now and then."""
        attendee = self.attendees[at]
        await asyncio.sleep(EVENT_SECONDS * at / len(self.attendees))
        for step in self.steps[: int(seconds / EVENT_SECONDS)]:
            attendee.done += 1
            self.sent[attendee.person_id, attendee.done] = time.perf_counter()
            await attendee.do(self.module, step)
            await asyncio.sleep(EVENT_SECONDS)

    async def watch(self, socket: WebSocketClientConnection) -> None:
        """One leader looks until nothing more comes."""
        known: dict[str, int] = {}
        while (raw := await socket.read_message()) is not None:
            now = time.perf_counter()
            for row in json.loads(raw)["participants"]:
                before = known.get(row["id"], 0)
                known[row["id"]] = row["steps_done"]
                for number in range(before + 1, row["steps_done"] + 1):
                    self.seen.append(1000 * (now - self.sent[row["id"], number]))


def main(*, quick: bool) -> dict[str, Any]:
    """One workshop of eighty with a browser, then four with three hundred."""
    seconds = 15.0 if quick else 35.0
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        return report("workshop", asyncio.run(_rows(Path(folder), seconds, quick)))


async def _rows(folder: Path, seconds: float, quick: bool) -> list[Row]:
    async with _course(folder) as (data, root, pid):
        floor = await _floor(root)
        [hall], cpu, board = await _lead(data, root, pid, [80], seconds, browser=True)
        rows = [*_seen_rows("80 people", hall, floor), _cpu_row("80 people", cpu)]
        if board:
            rows += _board_rows(board)
        if not quick:
            halls, cpu, _ = await _lead(data, root, pid, [75] * 4, seconds, browser=False)
            seen = [one for hall in halls for one in hall.seen]
            missed = sum(_missed(hall) for hall in halls)
            what = "300 people in four workshops"
            rows += [
                Row(f"{what}: a step done until a leader sees it, p95", "ms", _p95(seen)),
                Row(
                    f"{what}: steps that were not seen", "steps", missed, None, "", 0, TargetOf.OURS
                ),
                Row(f"{what}: processor", "cores", round(cpu, 3)),
            ]
        return rows


def _seen_rows(who: str, hall: Hall, floor: float) -> list[Row]:
    what = f"{who}, {LEADERS} leaders watch: a step done until a leader sees it"
    return [
        Row(f"{what}, median", "ms", round(median(hall.seen), 1), round(floor, 1), FLOOR),
        Row(f"{what}, p95", "ms", _p95(hall.seen), None, "", SEEN_MS, TargetOf.OURS),
        Row(f"{what}: not seen", "steps", _missed(hall), None, "", 0, TargetOf.OURS),
    ]


def _cpu_row(who: str, cpu: float) -> Row:
    what = f"{who}, a step each {EVENT_SECONDS:g} s, {LEADERS} leaders: processor of the server"
    return Row(what, "cores", round(cpu, 3), None, "", CPU_SHARE, TargetOf.OURS)


def _board_rows(board: dict[str, float]) -> list[Row]:
    what = "board with 80 rows in Chromium"
    slow = round(1000 / board["frames"], 1)
    note = f"{FRAMES} frames a second are {1000 / FRAMES:g} ms each."
    return [
        Row(f"{what}: first paint", "ms", round(board["paint"]), None, "", PAINT_MS, TargetOf.OURS),
        Row(f"{what}: until all rows are there", "ms", round(board["rows"])),
        Row(
            f"{what}: a frame while it changes",
            "ms",
            slow,
            None,
            "",
            1000 / FRAMES,
            TargetOf.OURS,
            note,
        ),
    ]


def _p95(seen: Sequence[float]) -> float:
    return round(percentile(seen, 95), 1)


def _missed(hall: Hall) -> int:
    return len(hall.sent) * hall.watched - len(hall.seen)


async def _lead(
    data: DataFolder, root: str, pid: int, sizes: Sequence[int], seconds: float, *, browser: bool
) -> tuple[list[Hall], float, dict[str, float] | None]:
    """Halls of those sizes at once; also the server's share of a core, and what a browser saw."""
    halls = [await _hall(data, root, size) for size in sizes]
    sockets = [
        (hall, await _socket(root, hall, token))
        for hall in halls
        for token in _leaders(data, LEADERS)
    ]
    for hall in halls:
        hall.watched = LEADERS
    watching = [asyncio.create_task(hall.watch(socket)) for hall, socket in sockets]
    await asyncio.sleep(_SETTLE_SECONDS)
    before, began = cpu_seconds(pid), time.perf_counter()
    acts = [hall.act(seconds, at) for hall in halls for at in range(len(hall.attendees))]
    await asyncio.gather(*acts)
    spent = (cpu_seconds(pid) - before) / (time.perf_counter() - began)
    board = await _board(data, root, halls[0]) if browser else None
    await _until_seen(halls)
    for _, socket in sockets:
        socket.close()
    await asyncio.gather(*watching)
    for hall in halls:
        for attendee in hall.attendees:
            await attendee.client.aclose()
    return halls, spent, board


async def _until_seen(halls: Sequence[Hall]) -> None:
    """What has not come by then is counted as missed."""
    until = time.perf_counter() + _SEEN_SECONDS
    while any(_missed(hall) for hall in halls) and time.perf_counter() < until:  # noqa: ASYNC110
        await asyncio.sleep(0.1)


async def _board(data: DataFolder, root: str, hall: Hall) -> dict[str, float]:
    """The leader's page in Chromium while people go on."""
    [token] = _leaders(data, 1)
    async with running_browser() as browser:
        context = await browser.new_context(viewport={"width": 1280, "height": 900})
        await context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": root}])
        page: Page = await context.new_page()
        await page.add_init_script(_WATCH.replace("ROWS", str(len(hall.attendees))))
        async with page.expect_console_message(
            lambda message: message.text.startswith("benchmark: "), timeout=60_000
        ) as told:
            await page.goto(f"{root}/workshops/{hall.workshop_id}", wait_until="commit")
            hands = [
                attendee.client.post("/api/hand", json={"raised": True})
                for attendee in hall.attendees[:40]
            ]
            await asyncio.gather(*hands)
        seen: dict[str, float] = json.loads((await told.value).text.removeprefix("benchmark: "))
        await context.close()
    return seen


async def _hall(data: DataFolder, root: str, size: int) -> Hall:
    names = load_settings(shipped_settings()).course.modules
    [source] = find_sources([names[1]], [shipped_modules()])
    steps = [step.id for step in source.module(shipped_modules(), b"").steps]
    database = Database(data.database_url)
    with database.transaction() as session:
        leader = Person(name="Leader", role=Role.LEADER)
        session.add(leader)
        session.flush()
        code = new_join_code()
        workshop = Workshop(title="Hall", join_code=code, leader_id=leader.id, module=names[1])
        session.add(workshop)
        session.flush()
        hall = Hall(workshop.id, code, names[1], steps)
    database.close()
    for person_id, token in sign_in(data, size).items():
        client = httpx.AsyncClient(base_url=root, cookies={SESSION_COOKIE: token}, timeout=30)
        hall.attendees.append(Attendee(person_id, client))
    await asyncio.gather(*(attendee.join(hall.code) for attendee in hall.attendees))
    return hall


def _leaders(data: DataFolder, count: int) -> list[str]:
    """Tokens of so many who may see the board."""
    database = Database(data.database_url)
    tokens = sign_in(data, count)
    with database.transaction() as session:
        for person_id in tokens:
            person = session.get(Person, person_id)
            assert person is not None
            person.role = Role.ADMINISTRATOR
    database.close()
    return list(tokens.values())


async def _socket(root: str, hall: Hall, token: str) -> WebSocketClientConnection:
    address = f"{root.replace('http', 'ws', 1)}/api/workshops/{hall.workshop_id}/live"
    headers = {"Cookie": f"{SESSION_COOKIE}={token}", "Origin": root}
    return await websocket_connect(HTTPRequest(address, headers=headers))


async def _floor(root: str) -> float:
    """Median milliseconds of a request that needs nothing, one after the other."""
    times = []
    async with httpx.AsyncClient(base_url=root) as client:
        for _ in range(50):
            began = time.perf_counter()
            await client.get("/health")
            times.append(1000 * (time.perf_counter() - began))
    return median(times)


@asynccontextmanager
async def _course(folder: Path) -> AsyncIterator[tuple[DataFolder, str, int]]:
    """The shipped course as people start it."""
    data, port = DataFolder(folder / "data"), free_port()
    root = f"http://{HOST}:{port}"
    command = [str(Path(sys.executable).parent / "motesklar"), "serve"]
    environment = {"PORT": str(port), "DATA": str(data.root)}
    async with running(command, folder, f"{root}/health", environment) as process:
        yield data, root, process.pid
