"""What the machine and its control groups say about memory."""

import os
from pathlib import Path

import pytest

from motesklar.capacity.cap import LEAST_KERNELS, kernel_cap
from motesklar.capacity.memory import (
    available_bytes,
    group_paths,
    left_in_group,
    memory_of,
    parse_fields,
    parse_process,
    reclaimable,
)

GIB = 1024**3
MIB = 1024**2


def test_fields_are_in_bytes_and_others_are_left_out() -> None:
    text = "MemTotal:  2048 kB\nHugePages_Total:  0\nMemAvailable:    1024 kB\n\nstrange\n"
    assert parse_fields(text) == {"MemTotal": 2 * MIB, "MemAvailable": MIB}


def test_private_memory_is_clean_and_dirty_together() -> None:
    memory = parse_process("Pss: 300 kB\nPrivate_Clean: 100 kB\nPrivate_Dirty: 50 kB\n")
    assert (memory.private_bytes, memory.proportional_bytes) == (150 * 1024, 300 * 1024)


@pytest.mark.parametrize(
    ("limit", "used", "left"),
    [
        ("1000\n", "400\n", 600),
        ("1000\n", "4000\n", 0),
        ("max\n", "400\n", None),
        ("9223372036854771712\n", "400\n", None),
        ("", "", None),
        ("1000", "", None),
    ],
)
def test_a_group_leaves_what_it_has_not_used(limit: str, used: str, left: int | None) -> None:
    assert left_in_group(limit, used) == left


def test_a_cache_of_files_counts_as_free() -> None:
    assert left_in_group("1000", "900", "anon 100\ninactive_file 700\n") == 800
    assert left_in_group("1000", "900", "inactive_file 5\ntotal_inactive_file 700\n") == 800
    assert left_in_group("1000", "100", "inactive_file 700\n") == 1000


def test_what_is_no_count_frees_nothing() -> None:
    assert reclaimable("") == reclaimable("inactive_file many\nstrange\n") == 0


def test_every_group_around_us_counts_in_both_versions() -> None:
    second = group_paths("0::/course/web\n")
    assert [path for path, _, _ in second] == ["course/web", "course", ""]
    assert second[0][1:] == ("memory.max", "memory.current")
    first = group_paths("5:cpu:/x\n4:memory,hugetlb:/docker\n")
    assert [path for path, _, _ in first] == ["memory/docker", "memory"]


def machine(tmp_path: Path, available_kib: int, groups: dict[str, tuple[str, str]]) -> list[Path]:
    """A /proc and a /sys/fs/cgroup with these figures."""
    proc, cgroup = tmp_path / "proc", tmp_path / "cgroup"
    (proc / "self").mkdir(parents=True)
    (proc / "meminfo").write_text(f"MemAvailable: {available_kib} kB\n")
    (proc / "self" / "cgroup").write_text("0::/outer/inner\n")
    for folder, (limit, used) in groups.items():
        (cgroup / folder).mkdir(parents=True, exist_ok=True)
        (cgroup / folder / "memory.max").write_text(limit)
        (cgroup / folder / "memory.current").write_text(used)
    return [proc, cgroup]


def test_the_narrowest_of_machine_and_groups_decides(tmp_path: Path) -> None:
    groups = {"outer": (str(2 * GIB), str(GIB)), "outer/inner": ("max", str(MIB))}
    assert available_bytes(*machine(tmp_path / "a", 8 * 1024 * 1024, groups)) == GIB
    assert available_bytes(*machine(tmp_path / "b", 512, groups)) == 512 * 1024
    assert available_bytes(*machine(tmp_path / "c", 1024, {})) == MIB


def test_this_very_machine_can_be_read() -> None:
    assert available_bytes() > 0
    assert memory_of([os.getpid()])[os.getpid()].private_bytes > MIB


def test_a_process_that_has_ended_is_left_out() -> None:
    assert memory_of([2**22 + 1]) == {}


def test_the_cap_is_half_of_the_memory_by_what_one_needs() -> None:
    many = 100_000
    assert kernel_cap(2 * GIB, "auto", 16, many) == 64
    assert kernel_cap(100 * MIB, "auto", 16, many) == LEAST_KERNELS
    assert kernel_cap(100 * MIB, 3, 16, many) == 3


def test_open_files_bound_the_cap_too() -> None:
    assert kernel_cap(200 * GIB, "auto", 12, 1024) == 181
    assert kernel_cap(200 * GIB, "auto", 12, 64) == LEAST_KERNELS
