"""What processes use is read of the system itself."""

import os
import socket
import subprocess
import sys

from benchmarks.usage import Usage, private_parts, tree, usage

SMAPS = """\
55d0a0000000-55d0a0001000 rw-p 00000000 00:00 0                          [heap]
Size:                  4 kB
Private_Clean:         0 kB
Private_Dirty:      2048 kB
7f0000000000-7f0000001000 r--p 00000000 08:01 1234                       /usr/lib/libc.so.6
Size:                  4 kB
Private_Clean:       512 kB
Private_Dirty:       512 kB
7f0000002000-7f0000003000 rw-p 00000000 00:00 0
Private_Clean:         0 kB
Private_Dirty:      1024 kB
"""


def test_private_memory_is_told_by_what_lies_there() -> None:
    assert private_parts(SMAPS) == {"objects": 3.0, "libraries": 1.0}


def test_a_process_counts_with_all_below_it() -> None:
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE) as process:
        try:
            while len(tree(process.pid)) < 2:
                assert process.poll() is None
            assert usage(process.pid).processes == 2
        finally:
            assert process.stdin
            process.stdin.close()


def test_open_sockets_are_counted_among_the_files() -> None:
    before = usage(os.getpid())
    with socket.socket(), socket.socket():
        grown = usage(os.getpid()).growth(before)
    assert (grown.files, grown.sockets) == (2, 2)


def test_growth_is_what_there_is_more_of() -> None:
    assert Usage(3, 10.0, 8, 2).growth(Usage(1, 4.0, 8, 3)) == Usage(2, 6.0, 0, -1)
