"""What happens in one page's kernel stays there, and nothing of the server's is in any."""

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from motesklar.kernels.supervisor import TemplateProcess
from tests.kernels.conftest import (
    PROBE,
    PageOf,
    SnapshotOf,
    descriptors_of,
    is_running,
    wait_for_end,
)

pytestmark = pytest.mark.slow

SECRET = "sk-do-not-tell"  # stands for a password of the server's


async def test_what_one_sets_another_never_sees(snapshot_of: SnapshotOf, page_of: PageOf) -> None:
    made = await snapshot_of(
        PROBE + "import os, sys, types\nslider = ipywidgets.IntSlider()\nshared = {}\n"
    )
    first, second = await page_of(made), await page_of(made)
    await first.set(made.model("IntSliderModel"), value=7)
    for change in [
        "shared.update(said='hej')",
        "os.environ.update(SAID='hej')",
        "setattr(types, 'said', 'hej')",
        "sys.path.append('/said')",
        "os.chdir('/')",
    ]:
        await first.evaluate(change)
    for page in [second, await page_of(made)]:
        assert await page.evaluate("slider.value, shared") == (0, {})
        assert await page.evaluate("'SAID' in os.environ, hasattr(types, 'said')") == (False, False)
        assert await page.evaluate("'/said' in sys.path, os.getcwd() == '/'") == (False, False)
        states = await page.states()
        assert states[made.model("IntSliderModel")]["state"]["value"] == 0
    assert (await first.evaluate("slider.value, shared")) == (7, {"said": "hej"})


async def test_what_one_says_only_its_own_page_hears(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    made = await snapshot_of(PROBE)
    pages = [await page_of(made) for _ in range(3)]
    for number, page in enumerate(pages):
        assert await page.evaluate(f"'only for {number}'") == f"only for {number}"
    for page in pages:
        # whatever else had been said to it would come first
        assert await page.evaluate("'last'") == "last"


@pytest.fixture
async def secret_keeper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[TemplateProcess]:
    """A template whose server has a secret in its environment, and open files."""
    monkeypatch.setenv("MOTESKLAR_SECRET", SECRET)
    monkeypatch.setenv("DATABASE_URL", f"postgresql://course:{SECRET}@db/course")
    process = TemplateProcess(tmp_path / "kernels.log")
    await process.start()
    yield process
    await process.close()


async def test_no_secret_of_the_servers_is_in_any_kernel(
    secret_keeper: TemplateProcess, snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    made = await snapshot_of(PROBE + "import os", root=secret_keeper)
    page = await page_of(made)
    assert SECRET not in str(await page.evaluate("dict(os.environ)"))
    for pid in (secret_keeper.pid, made.process.pid, page.pid):
        assert SECRET not in environment_of(pid)


def environment_of(pid: int | None) -> str:
    """The environment that a process was started with."""
    return Path(f"/proc/{pid}/environ").read_bytes().decode()


async def test_a_kernel_holds_no_open_file_but_its_own(
    template: TemplateProcess, snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    assert template.pid
    first, second = await snapshot_of(PROBE), await snapshot_of(PROBE)
    pages = [await page_of(made) for made in (first, first, second)]
    for page in pages:
        await page.evaluate("1")
    processes = [os.getpid(), template.pid, first.process.pid, second.process.pid]
    processes += [page.pid for page in pages]
    held = {pid: descriptors_of(pid) for pid in processes}
    for page in pages:
        own = held[page.pid]
        assert own[0] == os.devnull
        assert own[1] == own[2] == str(template.log_file)
        # a socket's or pipe's name is its inode: nobody else has an end of the same
        of_others = {name for pid in processes if pid != page.pid for name in held[pid].values()}
        others = {name for number, name in own.items() if number > 2} & of_others
        assert others <= {"anon_inode:[eventpoll]"}
        # its channel, and its event loop with the two ends that wake it
        kinds = sorted(name.split(":")[0] for number, name in own.items() if number > 2)
        assert kinds == ["anon_inode", "socket", "socket", "socket"]


async def test_a_kernel_listens_nowhere(snapshot_of: SnapshotOf, page_of: PageOf) -> None:
    page = await page_of(await snapshot_of(PROBE))
    await page.evaluate("1")
    inodes = {
        name.removeprefix("socket:[").removesuffix("]")
        for name in descriptors_of(page.pid).values()
        if name.startswith("socket:")
    }
    unix = {line.split()[6]: line.split()[3] for line in table(page.pid, "unix")}
    assert inodes <= unix.keys()  # no TCP, no UDP
    assert all(int(unix[inode], 16) & 0x10000 == 0 for inode in inodes)  # __SO_ACCEPTCON


def table(pid: int, kind: str) -> list[str]:
    """The lines of proc_pid_net(5), without the heading."""
    return Path(f"/proc/{pid}/net/{kind}").read_text().splitlines()[1:]


async def test_a_kernel_works_in_its_modules_folder(
    snapshot_of: SnapshotOf, page_of: PageOf, tmp_path: Path
) -> None:
    page = await page_of(await snapshot_of(PROBE + "import os"))
    assert await page.evaluate("os.getcwd()") == str(tmp_path)


async def test_a_signal_that_one_sends_to_its_group_reaches_no_other(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    made = await snapshot_of(PROBE + "import os, signal")
    first, second = await page_of(made), await page_of(made)
    groups = {os.getpgid(pid) for pid in (first.pid, second.pid, made.process.pid, os.getpid())}
    assert len(groups) == 4
    ask = {"ask": f"os.kill(0, {int(signal.SIGTERM)})"}
    await first.send(made.model("LabelModel"), {"method": "custom", "content": ask})
    assert await first.ended() == -signal.SIGTERM
    assert await second.evaluate("1") == 1


async def test_what_a_callback_starts_ends_with_its_page(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    made = await snapshot_of(PROBE + "import subprocess")
    page = await page_of(made)
    started = await page.evaluate("subprocess.Popen(['sleep', '1000']).pid")
    assert is_running(started)
    page.client.close()
    wait_for_end(page.pid, started)


async def test_a_program_that_a_callback_starts_inherits_nothing(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    page = await page_of(await snapshot_of(PROBE + "import os, subprocess"))
    looks = "import os; print(sorted(map(int, os.listdir('/proc/self/fd'))))"
    run = f"subprocess.run(['python3', '-c', {looks!r}], {{}}, stdout=-1).stdout.decode()"
    run = run.replace("{}, ", "close_fds=False, ")
    # 3 is the folder that it lists
    assert await page.evaluate(run) == "[0, 1, 2, 3]\n"


async def test_asking_for_input_fails_at_once(snapshot_of: SnapshotOf, page_of: PageOf) -> None:
    made = await snapshot_of(PROBE + "import sys")
    page = await page_of(made)
    assert await page.evaluate("sys.stdin.read()") == ""
