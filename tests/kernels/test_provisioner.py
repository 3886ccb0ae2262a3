"""Full kernels as forks: for everything that starts kernels through jupyter_client."""

import asyncio
import json
import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpec, NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from traitlets.config import Config

from motesklar.kernels import provisioner
from motesklar.kernels.fork_client import UNKNOWN_STATUS, ForkedProcess, ForkFailed, fork
from motesklar.kernels.manager import PROVISIONER, ForkKernelManager
from motesklar.kernels.provisioner import SOCKET_VARIABLE, ForkProvisioner
from motesklar.kernels.supervisor import TemplateProcess
from tests.conftest import free_port
from tests.kernels.conftest import ANSWER_SECONDS, is_running, parent_of, wait_for_end, wait_until
from tests.kernels.full_kernels import FullKernel, full_kernel, tcp_sockets_of

TOOL_SECONDS = 90


@pytest.fixture
async def kernel(template: TemplateProcess) -> AsyncIterator[FullKernel]:
    async with full_kernel(template.path) as made:
        yield made


async def test_a_kernel_is_a_fork_that_finds_a_fresh_interpreter(
    template: TemplateProcess, tmp_path: Path
) -> None:
    environment = {"PATH": os.environ["PATH"], "LEARNER": "åsa"}
    async with full_kernel(template.path, cwd=str(tmp_path), env=environment) as kernel:
        assert parent_of(kernel.pid) == template.pid
        assert await kernel.run("import os; print(os.getcwd())") == str(tmp_path)
        assert await kernel.run("print(os.environ['LEARNER'])") == "åsa"
        assert await kernel.run("print('MALLOC_ARENA_MAX' in os.environ)") == "False"
        assert (await kernel.run("import sys; print(sys.argv)")).startswith("['ipykernel_launcher")
        assert await kernel.run("print('' in sys.path)") == "True"
        assert await kernel.run("print(__name__, sys.modules['__main__'].__dict__ is globals())")
        assert await kernel.run("import logging; print(logging.getLogger().handlers)") == "[]"
        assert await kernel.run("template") == "NameError"


async def test_siblings_differ_in_their_randomness(template: TemplateProcess) -> None:
    async with full_kernel(template.path) as one, full_kernel(template.path) as other:
        code = "import random; print(random.random())"
        assert await one.run(code) != await other.run(code)


async def test_what_a_notebook_registers_for_its_end_is_done(
    template: TemplateProcess, tmp_path: Path
) -> None:
    async with full_kernel(template.path, cwd=str(tmp_path)) as kernel:
        await kernel.run("import atexit, pathlib; atexit.register(pathlib.Path('end').touch)")
        await kernel.manager.shutdown_kernel()
    assert (tmp_path / "end").exists()


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("import os; os._exit(3)", 3),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        ("import os; os.abort()", -signal.SIGABRT),
    ],
)
async def test_the_exit_status_is_the_kernels_own(
    kernel: FullKernel, code: str, status: int
) -> None:
    kernel.client.execute(code)
    assert await kernel.status() == status
    assert not await kernel.manager.is_alive()


async def test_a_kernel_that_is_asked_to_end_exits_with_0(kernel: FullKernel) -> None:
    await kernel.manager.request_shutdown()
    assert await kernel.status() == 0


async def test_too_much_memory_is_an_error_in_the_cell_and_the_kernel_goes_on(
    kernel: FullKernel,
) -> None:
    assert await kernel.run("bytearray(8 * 1024 ** 3)") == "MemoryError"
    assert await kernel.run("print('still here')") == "still here"


async def test_a_kernelspec_may_lower_the_limits_and_not_raise_them(
    template: TemplateProcess,
) -> None:
    manager = ForkKernelManager(socket=template.path)
    manager.config = Config(ForkProvisioner={"cpu_seconds": 1, "memory_bytes": 2**60})
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=ANSWER_SECONDS)
        kernel = FullKernel(manager, client)
        assert await kernel.run("x = bytearray(8 * 1024 ** 3)") == "MemoryError"
        client.execute("while True: pass")
        assert await kernel.status() == -signal.SIGKILL
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


async def test_every_kernel_has_a_limit_of_computing_time(kernel: FullKernel) -> None:
    limit = resource.prlimit(kernel.pid, resource.RLIMIT_CPU)
    assert 0 < limit[0] == limit[1] != resource.RLIM_INFINITY


async def test_a_running_cell_can_be_interrupted_with_what_it_started(kernel: FullKernel) -> None:
    running = kernel.client.execute(
        "import subprocess\nchild = subprocess.Popen(['sleep', '600'])\n"
        "print('started', flush=True)\nchild.wait()"
    )
    await kernel.until_printed("started")
    await kernel.manager.interrupt_kernel()
    assert await kernel.told(running) == "KeyboardInterrupt"
    assert await kernel.run("child.wait(timeout=60); print('ended')") == "ended"


async def test_what_a_kernel_started_ends_with_it(kernel: FullKernel) -> None:
    code = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid)"
    pid = int(await kernel.run(code))
    await kernel.manager.shutdown_kernel(now=True)
    wait_for_end(pid)


@pytest.mark.parametrize("now", [True, False])
async def test_a_restarted_kernel_is_a_new_one_with_the_same_address(
    kernel: FullKernel, now: bool
) -> None:
    await kernel.run("x = 1")
    before, folder = kernel.pid, kernel.folder
    await kernel.manager.restart_kernel(now=now)
    await kernel.client.wait_for_ready(timeout=ANSWER_SECONDS)
    assert await kernel.run("x") == "NameError"
    assert kernel.pid != before
    assert kernel.folder == folder
    wait_for_end(before)


async def test_sockets_are_private_and_go_with_the_kernel(
    template: TemplateProcess, kernel: FullKernel
) -> None:
    folder = kernel.folder
    assert folder.parent == template.folder
    assert stat.S_IMODE(folder.stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE((folder / "kernel.json").stat().st_mode) == 0o600
    assert {entry.name for entry in folder.iterdir()} == {
        "kernel.json",
        "k-pipe",
        *(f"k-{n}" for n in range(1, 6)),
    }
    await kernel.manager.shutdown_kernel(now=True)
    assert not folder.exists()


async def test_neither_kernel_nor_client_use_ports(kernel: FullKernel) -> None:
    assert tcp_sockets_of(kernel.pid) == set()
    assert kernel.manager.transport == "ipc"


async def test_what_forked_processes_print_is_shown(kernel: FullKernel) -> None:
    code = (
        "import multiprocessing as m\n"
        "child = m.get_context('fork').Process(target=print, args=('from a child',))\n"
        "child.start(); child.join()"
    )
    running = kernel.client.execute(code)
    await kernel.until_printed("from a child")
    await kernel.told(running)


async def test_twenty_at_once_all_answer(template: TemplateProcess) -> None:
    async def ask(number: int) -> tuple[int, str]:
        async with full_kernel(template.path) as kernel:
            return kernel.pid, await kernel.run(f"print({number} ** 2)")

    answers = await asyncio.gather(*(ask(number) for number in range(20)))
    assert [text for _, text in answers] == [str(number**2) for number in range(20)]
    assert len({pid for pid, _ in answers}) == 20


async def test_a_kernel_is_sent_no_signal_after_its_end(kernel: FullKernel) -> None:
    kernel.client.execute("import os; os._exit(3)")
    await kernel.status()
    await kernel.provisioner.send_signal(signal.SIGKILL)
    await kernel.provisioner.kill()
    await kernel.provisioner.terminate()
    assert await kernel.provisioner.wait() == 0


CLIENT = """
import asyncio, sys
from motesklar.kernels.manager import ForkKernelManager

async def main():
    manager = ForkKernelManager(socket=sys.argv[1])
    await manager.start_kernel()
    print(manager.provisioner.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_a_kernel_ends_when_its_client_is_killed(template: TemplateProcess) -> None:
    client = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CLIENT, template.path, stdout=asyncio.subprocess.PIPE
    )
    assert client.stdout
    pid = int(await client.stdout.readline())
    assert is_running(pid)
    client.kill()
    await client.wait()
    wait_for_end(pid)


async def test_a_template_that_dies_takes_its_kernels_along_and_that_is_told(
    tmp_path: Path,
) -> None:
    own = TemplateProcess(tmp_path / "kernels.log")
    await own.start()
    async with full_kernel(own.path) as kernel:
        assert own.pid
        os.kill(own.pid, signal.SIGKILL)
        assert await kernel.status() == UNKNOWN_STATUS
        assert not await kernel.manager.is_alive()
        with pytest.raises(ForkFailed, match=r"No kernel from .* Start the template again"):
            await kernel.manager.restart_kernel(now=True)
    await own.close()
    with pytest.raises(ForkFailed, match="No kernel from"):
        await ForkKernelManager(socket=own.path).start_kernel()


async def test_without_a_template_it_is_said_how_to_name_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(SOCKET_VARIABLE, raising=False)
    with pytest.raises(ForkFailed, match=r"config\.socket.*MOTESKLAR_TEMPLATE"):
        await ForkKernelManager().start_kernel()


async def test_other_kernels_than_python_are_not_pretended(template: TemplateProcess) -> None:
    with pytest.raises(NoSuchKernel):
        await ForkKernelManager(socket=template.path, kernel_name="ir").start_kernel()


async def test_a_kernel_that_can_not_begin_is_told_and_leaves_nothing(
    template: TemplateProcess,
) -> None:
    before = set(template.folder.iterdir())
    manager = ForkKernelManager(socket=template.path)
    with pytest.raises(ForkFailed, match="ended with status 1 as it started"):
        await manager.start_kernel(extra_arguments=["--IPKernelApp.kernel_class=no.such.thing"])
    assert set(template.folder.iterdir()) <= before
    assert not await manager.is_alive()
    await manager.start_kernel()  # what was wrong is mended
    assert await manager.is_alive()
    await manager.shutdown_kernel(now=True)


async def test_a_start_that_is_given_up_leaves_no_kernel(
    template: TemplateProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[ForkedProcess] = []

    async def never(descriptor: int) -> None:
        await asyncio.Event().wait()

    async def noted(*arguments: Any) -> ForkedProcess:
        started.append(await fork(*arguments))
        monkeypatch.setattr(provisioner, "readable", never)  # as if it never listened
        start.cancel()
        return started[0]

    monkeypatch.setattr(provisioner, "fork", noted)
    manager = ForkKernelManager(socket=template.path)
    start = asyncio.ensure_future(manager.start_kernel())
    await asyncio.wait({start})
    assert start.cancelled()
    wait_for_end(started[0].pid)
    assert not Path(manager.ip).parent.exists()
    assert not await manager.is_alive()


async def test_a_kernelspec_of_something_else_is_refused(template: TemplateProcess) -> None:
    made = ForkProvisioner(
        socket=template.path,
        kernel_spec=KernelSpec(argv=["R", "{connection_file}"]),
        parent=AsyncKernelManager(),
    )
    with pytest.raises(ValueError, match="must run ipykernel_launcher"):
        await made.launch_kernel(["R", "x"], env={})
    assert not made.has_process


async def test_what_is_known_of_a_kernel_can_be_kept_but_not_the_kernel(
    kernel: FullKernel,
) -> None:
    info = await kernel.provisioner.get_provisioner_info()
    other = ForkProvisioner(kernel_spec=kernel.manager.kernel_spec, parent=kernel.manager)
    await other.load_provisioner_info(info)
    assert (other.pid, other.socket) == (kernel.pid, kernel.provisioner.socket)
    assert not other.has_process


# stock tools


def parent_notebook() -> nbformat.NotebookNode:
    """Prints whose child its kernel is, and fails in its second cell."""
    cells = [
        nbformat.v4.new_code_cell("import os\nprint(f'parent {os.getppid()} parent')"),
        nbformat.v4.new_code_cell("print('where', os.path.basename(os.getcwd()))"),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    return notebook


def test_nbclient_runs_a_notebook_in_a_fork(template: TemplateProcess, tmp_path: Path) -> None:
    notebook = parent_notebook()
    client = NotebookClient(
        notebook,
        kernel_manager_class=ForkKernelManager,
        config=Config(ForkKernelManager={"socket": template.path}),
        resources={"metadata": {"path": str(tmp_path)}},
    )
    client.execute()
    assert notebook.cells[0].outputs[0].text == f"parent {template.pid} parent\n"
    assert notebook.cells[1].outputs[0].text == f"where {tmp_path.name}\n"


@pytest.fixture
def tool_environment(template: TemplateProcess, tmp_path: Path) -> dict[str, str]:
    """An environment in which `python3` means our provisioner to every tool."""
    kernels = tmp_path / "jupyter" / "kernels" / "python3"
    kernels.mkdir(parents=True)
    config = {"socket": template.path}
    spec = {
        "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3",
        "language": "python",
        "metadata": {"kernel_provisioner": {"provisioner_name": PROVISIONER, "config": config}},
    }
    (kernels / "kernel.json").write_text(json.dumps(spec))
    (tmp_path / "lesson.ipynb").write_text(nbformat.writes(parent_notebook()))
    folder = str(tmp_path)
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": folder,
        "JUPYTER_PATH": str(tmp_path / "jupyter"),
        "JUPYTER_PLATFORM_DIRS": "1",
    }


@pytest.mark.slow
def test_stock_nbconvert_runs_a_notebook_in_a_fork(
    template: TemplateProcess, tool_environment: dict[str, str], tmp_path: Path
) -> None:
    command = ["jupyter", "nbconvert", "--execute", "--to", "notebook", "lesson.ipynb", "--stdout"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=tool_environment,
        capture_output=True,
        text=True,
        timeout=TOOL_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    [output] = nbformat.reads(done.stdout, as_version=4).cells[0].outputs
    assert output.text == f"parent {template.pid} parent\n"


@pytest.mark.slow
def test_stock_voila_serves_a_page_from_a_fork(
    template: TemplateProcess, tool_environment: dict[str, str], tmp_path: Path
) -> None:
    port = free_port()
    command = ["voila", "lesson.ipynb", "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]
    voila = subprocess.Popen(
        command,
        cwd=tmp_path,
        env=tool_environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: _answers(port), "voila answers")
        page = httpx.get(f"http://127.0.0.1:{port}/", timeout=TOOL_SECONDS)
        assert f"parent {template.pid} parent" in page.text
    finally:
        voila.terminate()
        voila.wait(ANSWER_SECONDS)


def _answers(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}/voila/static/", timeout=TOOL_SECONDS)
    except httpx.ConnectError:
        return False
    return True
