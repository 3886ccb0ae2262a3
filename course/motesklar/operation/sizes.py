"""How much room the data folder takes."""

import os
from dataclasses import dataclass
from pathlib import Path

from motesklar.operation.contents import stays
from motesklar.paths import DataFolder


@dataclass(frozen=True)
class Sizes:
    """Bytes of the parts."""

    database: int
    gradebook: int
    rest: int


def sizes_of(data: DataFolder) -> Sizes:
    """Measure; files that go meanwhile count as nothing."""
    gradebook = data.nbgrader_root / "gradebook.db"
    own = {data.root / "course.db": 0, gradebook: 0}
    rest = 0
    for folder, names, files in os.walk(data.root):
        if Path(folder) == data.root:
            names[:] = [name for name in names if not stays(name)]
        for name in files:
            path = Path(folder) / name
            size = _size(path)
            if path in own:
                own[path] += size
            else:
                rest += size
    return Sizes(own[data.root / "course.db"], own[gradebook], rest)


def on_same_disk(data: DataFolder, folder: Path) -> bool:
    """Whether a folder, or the nearest one above it that is there, lies on the course's disk."""
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    return nearest.stat().st_dev == data.root.stat().st_dev


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except FileNotFoundError:
        return 0
