"""How nbgrader is set up here: the one table that our calls and the stock tools both read."""

import os
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

COURSE_ID = "motesklar"
CONFIG_FILE = "nbgrader_config.py"
GRADEBOOK_FILE = "gradebook.db"
#: One notebook per module, so nbgrader's notebook id is always this.
NOTEBOOK_ID = "lesson"

#: A cell that runs longer than this (seconds) makes the grading fail.
CELL_SECONDS = 30

SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "CourseDirectory": {"course_id": COURSE_ID},
    # nbgrader's own stub raises an error; an unanswered cell must run, and earn no points
    "ClearSolutions": {"code_stub": {"python": "# The answer is put in here at hand-in."}},
    # kernels have nothing to save, so none is waited for when it ends
    "Execute": {"timeout": CELL_SECONDS, "shutdown_kernel": "immediate"},
    # learners hand in on their page; this folder must not exist, so there is no exchange
    "Exchange": {"root": "/nonexistent/motesklar-has-no-exchange"},
}

_HEADER = '''"""Settings of nbgrader for this course. Made anew at each start: edits are lost."""

from pathlib import Path

c = get_config()  # noqa: F821 - given by nbgrader
root = Path(__file__).resolve().parent
c.CourseDirectory.root = str(root)
c.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
'''

#: What a kernel needs of our environment. Course code gets no secret of the server's.
_KEPT_VARIABLES = ("HOME", "LANG", "LC_ALL", "PYTHONPATH", "TMPDIR", "TZ", "VIRTUAL_ENV")


def config_file_text() -> str:
    """The `nbgrader_config.py` with which the stock tools work in the course's folder."""
    lines = [
        f"c.{section}.{name} = {value!r}"
        for section, settings in SETTINGS.items()
        for name, value in settings.items()
    ]
    return _HEADER + "\n".join(lines) + "\n"


def timestamp_text(at: datetime) -> str:
    """A UTC time as nbgrader reads it.

    `timestamp.txt` and the gradebook must tell exactly the same time, or nbgrader takes the
    submission for one that has not been graded yet.
    """
    return f"{at.isoformat(' ')} UTC"


def path_with_scripts(path: str | None = None) -> str:
    """PATH with this environment's scripts first.

    nbgrader calls the `alembic` program when it makes a gradebook, and the virtual environment
    need not be active.
    """
    found = os.environ.get("PATH", os.defpath) if path is None else path
    return os.pathsep.join([str(Path(sys.executable).parent), found])


def tool_environment(**more: str) -> dict[str, str]:
    """The environment in which nbgrader and its kernels run."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return kept | {"PATH": path_with_scripts()} | more
