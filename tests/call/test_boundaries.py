"""Who knows what: aiortc stays in `media`, and the server itself loads nothing that decodes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import motesklar.call

CALL = Path(motesklar.call.__file__).parent
IMPORT = re.compile(r"^\s*(?:import|from) (\w+)", re.MULTILINE)


@pytest.mark.parametrize(
    ("library", "rooms"),
    [
        ("aiortc", {"media"}),
        ("aioice", {"media", "commands.py"}),
        ("pylibsrtp", {"media"}),
        ("av", {"evidence", "partner"}),
    ],
)
def test_a_library_is_known_to_its_own_room_alone(library: str, rooms: set[str]) -> None:
    knowing = {
        path.relative_to(CALL).parts[0]
        for path in CALL.rglob("*.py")
        if library in IMPORT.findall(path.read_text(encoding="utf-8"))
    }
    assert knowing <= rooms


def test_the_server_loads_no_media_library() -> None:
    script = (
        "import sys, motesklar.web.app\n"
        "print(*({'av', 'aiortc', 'aioice', 'pylibsrtp'} & set(sys.modules)))\n"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.split() == []


def test_pure_rooms_wait_for_nothing() -> None:
    for room in ("rtp", "forwarding", "partner/tasks.py", "evidence/collector.py", "directory.py"):
        for path in [CALL / room] if room.endswith(".py") else (CALL / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert "asyncio" not in IMPORT.findall(text), path
            assert "await " not in text, path
