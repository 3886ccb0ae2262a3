"""The shipped course as nbgrader has released it, made once in a run and given to every server.

Making it takes a server tens of seconds of a core, and most tests are about something else.
"""

import fcntl
import os
import re
import shutil
from pathlib import Path

from motesklar.config import load_settings
from motesklar.exercises.nbgrader_root import prepare_course
from motesklar.exercises.nbgrader_settings import path_with_scripts
from motesklar.paths import DataFolder, shipped_settings

_RUN = re.compile(r"pytest-\d+")


def give_prepared_course(data: DataFolder) -> None:
    """Copy what is prepared into an empty data folder; one that holds a course stays as it is."""
    run = next((one for one in data.root.parents if _RUN.fullmatch(one.name)), None)
    if run is None or data.nbgrader_root.exists():
        return
    data.prepare()
    prepared = _prepared(run)
    for name in (prepared.nbgrader_root.name, "grading"):
        # the course's source is a link, and stays one
        shutil.copytree(prepared.root / name, data.root / name, symlinks=True)


def _prepared(run: Path) -> DataFolder:
    """Made by the first who asks; the others wait."""
    prepared = DataFolder(run / "prepared-course")
    with (run / "prepared-course.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not prepared.root.exists():
            coming = DataFolder(run / "prepared-course.coming")
            coming.prepare()
            # nbgrader calls the alembic program when it makes the gradebook
            os.environ["PATH"] = path_with_scripts()
            prepare_course(load_settings(shipped_settings()).course.modules, coming)
            coming.root.rename(prepared.root)
    return prepared
