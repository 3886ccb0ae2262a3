"""An installation that has run: do its parts agree, is there a backup, what has been left behind?

Only reads. Each probe is small; what it finds is judged by a pure function beside it.
"""

import fcntl
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from motesklar.config import BackupSection, Settings
from motesklar.doctor.report import Check, fail, ok, warn
from motesklar.exercises.gradebook import ARCHIVE_MARK
from motesklar.exercises.nbgrader_root import GradingFolder, layers
from motesklar.exercises.nbgrader_settings import GRADEBOOK_FILE
from motesklar.exercises.notebook import LESSON
from motesklar.operation.archive import schema_of
from motesklar.operation.backups import Backup, backup_folder, backups_in
from motesklar.operation.contents import REPLACED, RESTORING, SNAPSHOT
from motesklar.paths import DataFolder
from motesklar.store.models import utcnow
from motesklar.store.schema import revisions

#: What was set aside by a restore may stay so long for comparison.
ASIDE_DAYS = 30
#: Clocks of two machines may differ so much without anybody being troubled.
CLOCK_TOLERANCE = timedelta(minutes=10)

#: Person and module.
HandIn = tuple[str, str]


def judge_references(faults: int) -> Check:
    """Whether every row that refers to another finds it."""
    name = "references"
    if faults:
        return fail(
            name,
            f"{faults} rows of the course database refer to something that is gone",
            "Stop the course and restore the latest backup; report this if it comes back",
        )
    return ok(name, "every row finds what it refers to")


def judge_agreement(ours: set[HandIn], gradebook: set[HandIn]) -> Check:
    """Whether the course and nbgrader's gradebook know the same hand-ins.

    Args:
        ours: hand-ins that count in the course.
        gradebook: those that nbgrader has.
    """
    name = "hand-ins"
    lacking, foreign = len(ours - gradebook), len(gradebook - ours)
    if lacking:
        return fail(
            name,
            f"{lacking} that count in the course are not in nbgrader's gradebook",
            "Stop the course and restore a backup in which they are, or let these people hand in "
            "once more",
        )
    if foreign:
        return warn(
            name,
            f"{foreign} in nbgrader's gradebook are unknown to the course",
            "They were put there by nbgrader's own tools, or their people are erased: look with "
            "motesklar nbgrader export, and remove them with motesklar nbgrader db student remove",
        )
    return ok(name, f"{len(ours)} that count, and nbgrader's gradebook has the same")


def judge_backups(settings: BackupSection, backups: list[Backup], now: datetime) -> Check:
    """Whether the newest backup is as young as it should be."""
    name = "backups"
    if not backups:
        return warn(name, "there is none", "Make one: motesklar backup --data DATA")
    age = now - backups[0].at
    told = f"{len(backups)}, the newest {_hours(age)} old"
    # one that is due waits for the next look, and takes its time
    if settings.every_hours and age > timedelta(hours=settings.every_hours + 2):
        return warn(
            name,
            f"{told}, though one is due every {settings.every_hours} hours",
            "Look for 'backup failed' in motesklar.log; is the course running, and is there room?",
        )
    if age > timedelta(days=7):
        return warn(name, told, "Make one: motesklar backup --data DATA")
    return ok(name, told)


def judge_leftovers(names: Iterable[str], *, unfinished: bool, running: bool) -> Check:
    """Whether something that was broken off lies about.

    Args:
        names: of folders that should be gone by now.
        unfinished: a restore has not ended.
        running: the course or a restore works on the folder now.
    """
    name = "leftovers"
    if unfinished and not running:
        return fail(
            name,
            "a restore was broken off in its last step",
            "Start the course, which finishes it, or run motesklar restore again",
        )
    found = sorted(names)
    if found:
        return warn(
            name,
            f"{', '.join(found)} hold people's data and are no longer needed",
            "Look whether all is well, then remove them from the data folder",
        )
    return ok(name, "nothing was left behind")


def judge_modules(missing: Iterable[str]) -> Check:
    """Whether every module of the settings has its notebook."""
    name = "modules"
    found = sorted(missing)
    if found:
        return fail(
            name,
            f"no {LESSON} for {', '.join(found)}",
            "Put the module in your own folder or publish it, or take it out of course.modules",
        )
    return ok(name, "each has its notebook")


def judge_clock(newest: datetime | None, now: datetime) -> Check:
    """Whether the machine's clock has gone back since something was noted last."""
    name = "clock"
    if newest is not None and newest - now > CLOCK_TOLERANCE:
        return warn(
            name,
            f"something was noted {_hours(newest - now)} in the future",
            "Set the machine's clock by NTP, then restart the course: links and sessions go by it",
        )
    return ok(name, "agrees with what was noted last")


def judge_consistency(settings: Settings) -> list[Check]:
    """Settings that are each accepted but contradict one another."""
    checks = []
    call, course = settings.call, settings.course
    if call.room_people_max > call.people_max:
        checks.append(
            warn(
                "settings",
                f"call.room_people_max ({call.room_people_max}) is more than call.people_max "
                f"({call.people_max}), so no room gets full",
                "Lower the first or raise the second in course.toml",
            )
        )
    lacking = [name for name in course.short_way if name not in course.modules]
    if lacking:
        checks.append(
            warn(
                "settings",
                f"course.short_way names {', '.join(lacking)}, which course.modules lacks",
                "Take them out of course.short_way",
            )
        )
    if not settings.mail.host and settings.mail.username:
        checks.append(
            warn(
                "settings",
                "mail.username is set but mail.host is not, so no letter is sent",
                "Set mail.host, or take mail.username out",
            )
        )
    return checks


def check_installation(data: DataFolder, settings: Settings, overlay: Path | None) -> list[Check]:
    """Look at what has been written so far; a folder that is not there yet has nothing wrong."""
    checks = [*judge_consistency(settings), judge_modules(_missing(data, settings, overlay))]
    file = data.root / "course.db"
    if not file.exists():
        return checks
    running = is_running(data)
    checks += [
        judge_backups(settings.backup, backups_in(backup_folder(data, settings.backup)), utcnow()),
        judge_leftovers(
            _leftovers(data, running=running),
            unfinished=(data.root / RESTORING / "swapping").exists(),
            running=running,
        ),
    ]
    if schema_of(file) != revisions()[-1]:
        return checks  # its tables may not be those that are asked for here
    with _reading(file) as ours:
        checks.append(judge_references(len(ours.execute("PRAGMA foreign_key_check").fetchall())))
        (newest,) = ours.execute("SELECT MAX(at) FROM fact").fetchone()
        checks.append(judge_clock(datetime.fromisoformat(newest) if newest else None, utcnow()))
        counting = set(ours.execute("SELECT person_id, module FROM attempt WHERE promoted"))
    gradebook = data.nbgrader_root / GRADEBOOK_FILE
    if gradebook.exists():
        checks.append(judge_agreement(counting, _in_gradebook(gradebook)))
    return checks


def is_running(data: DataFolder) -> bool:
    """Whether a course runs on the folder, or somebody works on it; the lock itself is not kept."""
    lock = GradingFolder(data).root / "in-use"
    if not lock.exists():
        return False
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def _reading(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        yield connection


def _in_gradebook(file: Path) -> set[HandIn]:
    with _reading(file) as connection:
        rows = connection.execute(
            "SELECT submitted_assignment.student_id, assignment.name FROM submitted_assignment "
            "JOIN assignment ON assignment.id = submitted_assignment.assignment_id"
        )
        # one that was set aside when its exercises changed is the same module's
        return {(person, module.split(ARCHIVE_MARK)[0]) for person, module in rows}


def _missing(data: DataFolder, settings: Settings, overlay: Path | None) -> list[str]:
    places = layers(data, overlay)
    return [
        name
        for name in settings.course.modules
        if not any((place / name / LESSON).is_file() for place in places)
    ]


def _leftovers(data: DataFolder, *, running: bool) -> list[str]:
    before = utcnow() - timedelta(days=ASIDE_DAYS)
    found = [
        path.name
        for path in data.root.glob(f"{REPLACED}*")
        if datetime.fromtimestamp(path.stat().st_mtime) < before
    ]
    if not running:
        found += [path.name for path in data.root.glob(f"{SNAPSHOT}*")]
        staging = GradingFolder(data).staging
        if staging.is_dir() and any(staging.iterdir()):
            found.append(str(staging.relative_to(data.root)))
    return found


def _hours(length: timedelta) -> str:
    hours = length.total_seconds() / 3600
    return f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"
