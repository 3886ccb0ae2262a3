"""There is always a template: started again when it ends, replaced without harm, then gone."""

import asyncio
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from motesklar.kernels import supervisor as supervisor_module
from motesklar.kernels.fork_client import ForkFailed
from motesklar.kernels.supervisor import TemplateProcess, TemplateSupervisor
from tests.kernels.conftest import (
    ANSWER_SECONDS,
    PROBE,
    PageOf,
    SnapshotOf,
    children_of,
    descendants_of,
    is_running,
    wait_for_end,
)

pytestmark = pytest.mark.slow


class Supervised:
    """A supervisor, and how often it told that a template had died."""

    def __init__(self, folder: Path) -> None:
        self.deaths = 0
        self.died = asyncio.Event()
        self.supervisor = TemplateSupervisor(folder / "kernels.log", self._note)

    def _note(self) -> None:
        self.deaths += 1
        self.died.set()

    async def template(self) -> TemplateProcess:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await self.supervisor.template()


@pytest.fixture
async def supervised(tmp_path: Path) -> AsyncIterator[Supervised]:
    before = children_of(os.getpid())
    supervised = Supervised(tmp_path)
    yield supervised
    await supervised.supervisor.close()
    assert children_of(os.getpid()) <= before, "a template was left behind"


#: What may be started instead of a Python that works.
EXITS = "#!/bin/sh\necho a fault >&2\nexit 3\n"
SAYS_SOMETHING_ELSE = "#!/bin/sh\necho hello\ncat >/dev/null\n"
SAYS_NOTHING = "#!/bin/sh\nexec cat\n"
IS_NO_PROGRAM = ""

BreakPython = Callable[[str], None]


@pytest.fixture
def break_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BreakPython:
    """Has something else started instead of Python."""

    def replace(text: str) -> None:
        script = tmp_path / "python"
        script.write_text(text)
        script.chmod(0o700)
        monkeypatch.setattr(sys, "executable", str(script))

    return replace


async def test_a_killed_template_is_replaced_and_pages_go_on(
    supervised: Supervised, snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    await supervised.supervisor.start()
    first = await supervised.template()
    made = await snapshot_of(PROBE, root=first)
    page = await page_of(made)
    assert first.pid
    os.kill(first.pid, signal.SIGKILL)
    # what it had forked itself ends with it
    wait_for_end(made.process.pid)
    async with asyncio.timeout(ANSWER_SECONDS):
        await supervised.died.wait()
    second = await supervised.template()
    assert second.pid == supervised.supervisor.pid
    assert second.path != first.path
    assert (supervised.deaths, supervised.supervisor.restarts) == (1, 1)
    assert await page.evaluate("1 + 1") == 2
    assert await (await page_of(await snapshot_of(PROBE, root=second))).evaluate("3") == 3


async def test_who_asks_while_it_is_started_again_gets_the_next_one(
    supervised: Supervised,
) -> None:
    await supervised.supervisor.start()
    first = await supervised.template()
    assert first.pid
    os.kill(first.pid, signal.SIGKILL)
    await first.wait()
    waiting = [asyncio.create_task(supervised.template()) for _ in range(5)]
    (second,) = set(await asyncio.gather(*waiting)) - {first}
    assert second.pid
    assert is_running(second.pid)


async def test_a_renewed_template_leaves_old_kernels_answering_until_they_are_dropped(
    supervised: Supervised, snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    await supervised.supervisor.start()
    old = await supervised.template()
    made = await snapshot_of(PROBE, root=old)
    page = await page_of(made)

    await supervised.supervisor.renew()
    fresh = await supervised.template()
    assert fresh.pid != old.pid
    assert await page.evaluate("1") == 1
    assert await (await page_of(made)).evaluate("2") == 2

    await supervised.supervisor.drop_old({old.folder})
    assert await page.evaluate("3") == 3
    await supervised.supervisor.drop_old({fresh.folder})
    wait_for_end(made.process.pid, page.pid)
    assert not old.folder.exists()
    assert await (await page_of(await snapshot_of(PROBE, root=fresh))).evaluate("4") == 4
    assert supervised.deaths == 0


async def test_a_renewed_template_is_replaced_when_it_dies_too(supervised: Supervised) -> None:
    await supervised.supervisor.start()
    await supervised.supervisor.renew()
    fresh = await supervised.template()
    assert fresh.pid
    os.kill(fresh.pid, signal.SIGKILL)
    async with asyncio.timeout(ANSWER_SECONDS):
        await supervised.died.wait()
    assert (await supervised.template()).pid != fresh.pid


async def test_one_that_dies_while_it_is_renewed_leaves_one_template(
    supervised: Supervised,
) -> None:
    await supervised.supervisor.start()
    old = await supervised.template()
    renewing = asyncio.create_task(supervised.supervisor.renew())
    await asyncio.sleep(0)
    assert old.pid
    os.kill(old.pid, signal.SIGKILL)
    await old.wait()
    waiting = asyncio.create_task(supervised.template())
    await renewing
    assert (await waiting).pid
    assert (await supervised.template()).pid == supervised.supervisor.pid
    await supervised.supervisor.drop_old()
    # the fixture looks whether there are others


async def test_a_template_that_can_not_be_renewed_stays(
    supervised: Supervised, snapshot_of: SnapshotOf, break_python: BreakPython
) -> None:
    await supervised.supervisor.start()
    old = await supervised.template()
    break_python(EXITS)
    with pytest.raises(ForkFailed):
        await supervised.supervisor.renew()
    assert await supervised.template() is old
    assert (await snapshot_of(PROBE, root=old)).records


async def test_the_end_leaves_no_process_and_no_file(
    supervised: Supervised, snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    await supervised.supervisor.start()
    template = await supervised.template()
    assert template.pid
    made = await snapshot_of(
        PROBE + "import subprocess, time\n"
        "def detach():\n"
        "    return subprocess.Popen(['sleep', '1000'], start_new_session=True).pid",
        root=template,
    )
    page, blocked, orphan = [await page_of(made) for _ in range(3)]
    detached = await page.evaluate("detach()")
    ask = {"method": "custom", "content": {"ask": "time.sleep(1000)"}}
    await blocked.send(made.model("LabelModel"), ask)
    other = await snapshot_of("1", root=template)
    other.process.close()  # its page lives on as an orphan
    below = descendants_of(template.pid)
    assert below >= {made.process.pid, page.pid, blocked.pid, orphan.pid, detached}

    await supervised.supervisor.close()
    assert not any(is_running(pid) for pid in below)
    assert not template.folder.exists()
    assert supervised.supervisor.pid is None
    with pytest.raises(ForkFailed):
        await supervised.supervisor.template()


async def test_pages_whose_snapshot_was_killed_end_with_the_template(
    supervised: Supervised, snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    await supervised.supervisor.start()
    made = await snapshot_of(PROBE, root=await supervised.template())
    page = await page_of(made)
    made.process.close()
    assert await page.evaluate("1") == 1
    await supervised.supervisor.close()
    wait_for_end(page.pid)


async def test_closing_twice_and_at_once_is_the_same_as_once(supervised: Supervised) -> None:
    await supervised.supervisor.start()
    await supervised.template()
    await asyncio.gather(supervised.supervisor.close(), supervised.supervisor.close())
    await supervised.supervisor.close()


async def test_a_template_that_no_longer_listens_to_us_is_killed(
    supervised: Supervised, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor_module, "END_SECONDS", 0.1)
    await supervised.supervisor.start()
    template = await supervised.template()
    assert template.pid
    os.kill(template.pid, signal.SIGSTOP)
    await supervised.supervisor.close()
    assert template.pid is None


async def test_closing_while_it_starts_leaves_nobody_waiting(supervised: Supervised) -> None:
    await supervised.supervisor.start()
    waiting = asyncio.create_task(supervised.template())
    await asyncio.sleep(0)
    await supervised.supervisor.close()
    with pytest.raises(ForkFailed):
        await waiting


@pytest.mark.parametrize("instead", [EXITS, SAYS_SOMETHING_ELSE, IS_NO_PROGRAM])
async def test_one_that_does_not_start_is_told_and_tried_again(
    supervised: Supervised, monkeypatch: pytest.MonkeyPatch, break_python: BreakPython, instead: str
) -> None:
    monkeypatch.setattr(supervisor_module, "RESTART_SECONDS", (0.0,))
    works = sys.executable
    break_python(instead)
    await supervised.supervisor.start()
    for _ in range(2):
        with pytest.raises(ForkFailed):
            await supervised.template()
    assert supervised.supervisor.pid is None
    monkeypatch.setattr(sys, "executable", works)
    async with asyncio.timeout(ANSWER_SECONDS):
        await supervised.died.wait()  # until one has started after all
    assert (await supervised.template()).pid


async def test_what_a_broken_template_said_is_in_the_log(
    tmp_path: Path, break_python: BreakPython
) -> None:
    break_python(EXITS)
    process = TemplateProcess(tmp_path / "kernels.log")
    with pytest.raises(ForkFailed, match=r"kernels\.log"):
        await process.start()
    assert process.log_file.read_text() == "a fault\n"
    assert not process.folder.exists()


async def test_one_that_takes_too_long_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, break_python: BreakPython
) -> None:
    monkeypatch.setattr(supervisor_module, "READY_SECONDS", 0.1)
    break_python(SAYS_NOTHING)
    before = children_of(os.getpid())
    process = TemplateProcess(tmp_path / "kernels.log")
    with pytest.raises(ForkFailed):
        await process.start()
    assert process.pid is None
    assert children_of(os.getpid()) <= before


async def test_a_course_folder_that_holds_broken_code_does_not_reach_the_template(
    supervised: Supervised, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ipykernel.py").write_text("raise RuntimeError")
    monkeypatch.chdir(tmp_path)
    await supervised.supervisor.start()
    assert (await supervised.template()).pid


async def test_its_folder_is_for_this_user_alone_and_short(template: TemplateProcess) -> None:
    assert stat.S_IMODE(template.folder.stat().st_mode) == 0o700
    assert len(template.path) < 80  # sockets' paths have 107 characters at most


async def test_the_log_is_begun_anew_when_it_has_grown(
    supervised: Supervised, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor_module, "LOG_BYTES", 10)
    log = tmp_path / "kernels.log"
    log.write_text("much has been told")
    await supervised.supervisor.start()
    await supervised.template()
    assert "much" not in log.read_text()
    assert (tmp_path / "kernels.old.log").read_text() == "much has been told"
