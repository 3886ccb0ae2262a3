"""A process can't go beyond its limits, and what it had at its birth does not count."""

import os
import signal
import subprocess
import sys
from dataclasses import fields

import pytest

from motesklar.kernels.limits import KERNEL_LIMITS, PAGE_LIMITS, SNAPSHOT_LIMITS, Limits

MIB = 1024 * 1024
FEW = "Limits(memory_bytes=32 * 2**20, cpu_seconds=1, file_bytes=4096, open_files=40)"


def run_limited(code: str, before: str = "", limits: str = FEW) -> subprocess.CompletedProcess[str]:
    """Run code in a process with few of everything."""
    start = "import os, resource, sys\nfrom motesklar.kernels.limits import Limits\n"
    program = f"{start}{before}\n{limits}.apply()\n{code}"
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=90, check=False
    )


def test_too_much_memory_is_an_error_inside_and_the_process_goes_on() -> None:
    done = run_limited(
        "try:\n    bytearray(64 * 2**20)\nexcept MemoryError:\n    print('too much')\n"
        "print(len(bytearray(8 * 2**20)))"
    )
    assert done.stdout.splitlines() == ["too much", str(8 * MIB)]
    assert done.returncode == 0


def test_memory_from_before_does_not_count() -> None:
    done = run_limited("print(len(bytearray(8 * 2**20)))", before="kept = bytearray(64 * 2**20)")
    assert done.stdout.split() == [str(8 * MIB)]


def test_computing_without_end_is_killed() -> None:
    done = run_limited("while True: pass")
    assert done.returncode == -signal.SIGKILL


def test_even_one_that_wants_no_signals_is_killed() -> None:
    done = run_limited(
        "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"
    )
    assert done.returncode == -signal.SIGKILL


def test_a_file_that_grows_too_large_is_an_error_inside(tmp_path: os.PathLike[str]) -> None:
    path = os.path.join(tmp_path, "large")
    done = run_limited(
        f"try:\n    open({path!r}, 'wb', 0).write(bytes(4096)) and "
        f"open({path!r}, 'ab', 0).write(b'x')\nexcept OSError as error:\n    print(error.strerror)"
    )
    assert done.stdout.strip() == "File too large"
    assert os.path.getsize(path) == 4096


def test_too_many_open_files_are_an_error_inside() -> None:
    done = run_limited(
        "try:\n    kept = [open(os.devnull) for _ in range(100)]\n"
        "except OSError as error:\n    print(error.strerror)"
    )
    assert done.stdout.strip() == "Too many open files"


def test_what_it_starts_is_limited_too_and_leaves_no_core() -> None:
    looks = "import resource as r; print(r.getrlimit(r.RLIMIT_NOFILE), r.getrlimit(r.RLIMIT_CORE))"
    done = run_limited(f"os.execv(sys.executable, [sys.executable, '-c', {looks!r}])")
    assert done.stdout.strip() == "(40, 40) (0, 0)"


def test_limits_can_not_be_raised_again_by_the_next() -> None:
    looks = (
        "print(resource.getrlimit(resource.RLIMIT_CPU), resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    done = run_limited(
        looks,
        before=f"{FEW}.apply()",
        limits="Limits(memory_bytes=2**40, cpu_seconds=99, open_files=99)",
    )
    assert done.stdout.strip() == "(1, 1) (40, 40)"


@pytest.mark.parametrize("limits", [PAGE_LIMITS, SNAPSHOT_LIMITS, KERNEL_LIMITS])
def test_every_kind_of_process_has_every_limit(limits: Limits) -> None:
    assert all(0 < getattr(limits, field.name) < 2**40 for field in fields(Limits))


def test_a_pages_kernel_fits_within_the_limits_of_its_snapshot() -> None:
    # hard limits come down with the fork, and a lower one would count instead
    for field in fields(Limits):
        assert getattr(PAGE_LIMITS, field.name) <= getattr(SNAPSHOT_LIMITS, field.name)
