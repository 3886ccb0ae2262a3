"""What a benchmark starts is ended with it, whatever it does to stay."""

import signal
import sys
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest
from tornado.httpclient import AsyncHTTPClient

from benchmarks.servers import HOST, free_port, running, still_page
from benchmarks.usage import tree

pytestmark = pytest.mark.slow

#: A file server whose child hears no signal.
STUBBORN = """
import http.server, signal, subprocess, sys
child = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print(flush=True); time.sleep(60)"
)
told = subprocess.Popen([sys.executable, "-c", child], stdout=subprocess.PIPE)
told.stdout.readline()
address = (sys.argv[1], int(sys.argv[2]))
http.server.HTTPServer(address, http.server.SimpleHTTPRequestHandler).serve_forever()
"""


async def test_a_server_answers_until_it_is_left(tmp_path: Path) -> None:
    async with still_page(tmp_path) as server:
        answer = await AsyncHTTPClient().fetch(server.page)
        assert b"button" in answer.body
    assert server.process.returncode == -signal.SIGTERM
    assert tree(server.pid) == set()


async def test_processes_below_a_server_end_with_it(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-c", STUBBORN, HOST, str(port)]
    async with running(command, tmp_path, f"http://{HOST}:{port}/") as process:
        pids = tree(process.pid)
        assert len(pids) == 2
    left = [pid for pid in pids if psutil.pid_exists(pid)]
    psutil.wait_procs([psutil.Process(pid) for pid in left], timeout=60)
    assert not any(psutil.pid_exists(pid) for pid in pids)


async def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no port for me')"]
    with pytest.raises(RuntimeError, match="no port for me"):
        async with running(command, tmp_path, f"http://{HOST}:{free_port()}/"):
            pass
