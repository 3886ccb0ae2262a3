"""What goes into a backup comes out of it, and whatever goes wrong costs nothing."""

import errno
import gzip
import io
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from motesklar.config import BackupSection, load_settings
from motesklar.errors import Conflict
from motesklar.exercises.in_use import InUse
from motesklar.exercises.nbgrader_root import GradingFolder
from motesklar.operation.archive import unpack_archive
from motesklar.operation.backups import Backups, backups_in, make_backup
from motesklar.operation.erasures import replay
from motesklar.operation.errors import BackupFailed, NoRoom, NotRestorable
from motesklar.operation.restore import finish, restore
from motesklar.paths import DataFolder, shipped_settings
from motesklar.privacy.ledger import ErasureLedger
from motesklar.rehearsal.people import make_cast
from motesklar.store.database import Database
from motesklar.store.models import Person
from tests.operation.conftest import Installation, fingerprints

pytestmark = pytest.mark.slow

NOON = datetime(2026, 11, 24, 12, 0)


@contextmanager
def files_no_larger_than(count: int) -> Iterator[None]:
    """As on a full disk: the system refuses to let a file grow further."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def backups_of(installation: Installation, keep: int = 3) -> Backups:
    times = iter(NOON + timedelta(seconds=n) for n in range(1000))
    settings = BackupSection(folder="", keep=keep, every_hours=24)
    return Backups(installation.data, settings, installation.database, lambda: next(times))


def names_in(data: DataFolder) -> set[str]:
    with closing(Database(data.database_url)) as database, database.transaction() as session:
        return {person.name for person in session.query(Person)}


def rewrite(file: Path, change: dict[str, bytes]) -> None:
    """Change members of a backup as somebody would who knows the format."""
    with tarfile.open(file) as tar:
        members = [(info, tar.extractfile(info)) for info in tar.getmembers()]
        content = [(info, found.read() if found else b"") for info, found in members]
    with tarfile.open(file, "w:gz") as tar:
        for info, old in content:
            new = change.get(info.name, old)
            info.size = len(new)
            tar.addfile(info, io.BytesIO(new))


def assert_refused(file: Path, data: DataFolder, told: str) -> None:
    """Nothing is restored, nothing is changed, and nothing is left lying about."""
    before = fingerprints(data.root)
    with pytest.raises(NotRestorable) as refused:
        restore(file, data, replay, NOON)
    assert told in str(refused.value)
    assert fingerprints(data.root) == before
    assert not (data.root / ".restore").exists()


def test_what_was_destroyed_is_there_again(installation: Installation) -> None:
    data = installation.data
    before = fingerprints(data.nbgrader_root / "submitted")
    made = backups_of(installation).make("p-ada")
    file = shutil.copy(made.path, data.root.parent / "away.tar.gz")
    installation.database.close()
    shutil.rmtree(data.root)
    done = restore(Path(file), data, replay, NOON)
    assert done.replaced is None
    assert names_in(data) == {"Anna Alm"}
    assert fingerprints(data.nbgrader_root / "submitted") == before
    assert data.secret_file.read_bytes() == b"k" * 32
    assert data.secret_file.stat().st_mode & 0o077 == 0
    assert not (data.root / ".restore").exists()


def test_what_was_there_before_is_kept_aside(installation: Installation) -> None:
    data = installation.data
    made = backups_of(installation).make("p-ada")
    installation.person("Bo Berg")
    installation.database.close()
    done = restore(made.path, data, replay, NOON)
    assert names_in(data) == {"Anna Alm"}
    assert done.replaced
    assert names_in(DataFolder(done.replaced)) == {"Anna Alm", "Bo Berg"}
    assert [one.path for one in backups_in(data.root / "backups")] == [made.path]


def test_it_can_be_unpacked_and_checked_by_ordinary_tools(
    installation: Installation, tmp_path: Path
) -> None:
    made = backups_of(installation).make("p-ada")
    place = tmp_path / "unpacked"
    place.mkdir()
    subprocess.run(["tar", "-xzf", made.path, "-C", place], check=True)
    told = subprocess.run(
        ["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=place, capture_output=True, text=True
    )
    # links are listed with where they lead
    assert [line for line in told.stdout.splitlines() if "published" not in line] == []
    manifest = json.loads((place / "manifest.json").read_text())
    assert manifest["format"] == 1
    assert manifest["members"] == sum(path.is_file() for path in place.rglob("*")) - 2


def test_only_the_newest_are_kept_and_others_are_left_alone(installation: Installation) -> None:
    backups = backups_of(installation, keep=2)
    foreign = backups.folder / "mine.tar.gz"
    backups.folder.mkdir()
    foreign.touch()
    made = [backups.make("p-ada").path for _ in range(3)]
    assert [one.path for one in backups.all()] == [made[2], made[1]]
    assert foreign.exists()


def test_only_the_owner_can_read_one(installation: Installation) -> None:
    made = backups_of(installation).make("p-ada")
    assert made.path.stat().st_mode & 0o077 == 0
    assert made.path.parent.stat().st_mode & 0o077 == 0


def test_a_full_disk_leaves_the_earlier_ones_and_says_so(installation: Installation) -> None:
    backups = backups_of(installation, keep=1)
    made = backups.make("p-ada")
    before = fingerprints(installation.data.root)
    size = made.bytes
    # the databases can be copied; the backup itself gets too large at its end
    large = installation.data.root / "published-file"
    large.write_bytes(os.urandom(3 * 1024 * 1024))
    with files_no_larger_than(size + 1024 * 1024), pytest.raises(NoRoom):
        backups.make("p-ada")
    large.unlink()
    assert fingerprints(installation.data.root) == before
    assert [one.path for one in backups.all()] == [made.path]
    assert list(backups.folder.iterdir()) == [made.path]


def test_no_room_for_the_copy_of_a_database_is_told_alike(installation: Installation) -> None:
    before = fingerprints(installation.data.root)
    with files_no_larger_than(64 * 1024), pytest.raises(NoRoom):
        make_backup(installation.data, installation.data.root.parent / "x.tar.gz", NOON)
    assert fingerprints(installation.data.root) == before
    assert not list(installation.data.root.glob(".backup-*"))


def test_a_folder_that_is_not_there_is_told(installation: Installation) -> None:
    with pytest.raises(BackupFailed, match=os.strerror(errno.ENOENT).lower()):
        make_backup(installation.data, Path("/nowhere/at/all/x.tar.gz"), NOON)


def test_a_full_disk_while_restoring_changes_nothing(installation: Installation) -> None:
    made = backups_of(installation).make("p-ada")
    with files_no_larger_than(64 * 1024):
        assert_refused(made.path, installation.data, "the disk is full")


def test_one_that_was_killed_leaves_nothing_that_looks_like_a_backup(
    installation: Installation,
) -> None:
    data = installation.data
    (data.root / ".backup-killed").mkdir()
    (data.root / "backups").mkdir()
    (data.root / "backups" / ".motesklar-20261124-110000.tar.gz.coming").write_bytes(b"half")
    assert backups_in(data.root / "backups") == []
    backups_of(installation).make("p-ada")
    assert not list(data.root.glob(".backup-*"))


def test_it_refuses_while_the_course_runs(installation: Installation) -> None:
    made = backups_of(installation).make("p-ada")
    running = InUse(GradingFolder(installation.data))
    running.hold()
    with pytest.raises(Conflict, match="The course is running"):
        restore(made.path, installation.data, replay, NOON)
    running.release()


@pytest.mark.parametrize("at", [0.02, 0.5, 0.98])
def test_a_damaged_file_is_refused(installation: Installation, at: float) -> None:
    made = backups_of(installation).make("p-ada")
    content = bytearray(made.path.read_bytes())
    content[int(len(content) * at)] ^= 0xFF
    made.path.write_bytes(content)
    assert_refused(made.path, installation.data, "damaged")


def test_half_a_file_is_refused(installation: Installation) -> None:
    made = backups_of(installation).make("p-ada")
    os.truncate(made.path, made.bytes // 2)
    assert_refused(made.path, installation.data, "damaged")


def test_something_else_is_refused(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear all")
    assert_refused(file, installation.data, "no backup of Mötesklar")
    with gzip.open(file, "wb") as packed:
        packed.write(b"Dear all" * 1000)
    assert_refused(file, installation.data, "no backup of Mötesklar")


def test_a_changed_member_is_named(installation: Installation) -> None:
    made = backups_of(installation).make("p-ada")
    rewrite(made.path, {"secret": b"another key"})
    assert_refused(made.path, installation.data, "damaged: secret")


def test_one_of_a_newer_release_is_refused(installation: Installation) -> None:
    with closing(sqlite3.connect(installation.data.root / "course.db")) as connection:
        connection.execute("UPDATE motesklar_version SET version_num = '9999'")
        connection.commit()
    made = backups_of(installation).make("p-ada")
    assert_refused(made.path, installation.data, "newer release")


@pytest.mark.parametrize(
    "info",
    [
        {"name": "../outside"},
        {"name": "/tmp/outside"},
        {"name": "course/../../outside"},
        {"name": "course/link", "type": tarfile.SYMTYPE, "linkname": "/etc"},
        {"name": "course/link", "type": tarfile.SYMTYPE, "linkname": "../.."},
        {"name": "course/hard", "type": tarfile.LNKTYPE, "linkname": "/etc/passwd"},
        {"name": "course/device", "type": tarfile.CHRTYPE},
    ],
    ids=lambda info: info["name"] + info.get("linkname", ""),
)
def test_one_that_would_write_elsewhere_is_refused(
    installation: Installation, tmp_path: Path, info: dict[str, str]
) -> None:
    file = tmp_path / "bad.tar.gz"
    with tarfile.open(file, "w:gz") as tar:
        member = tarfile.TarInfo()
        for name, value in info.items():
            setattr(member, name, value)
        tar.addfile(member)
    assert_refused(file, installation.data, "written elsewhere")


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    file, place = tmp_path / "bad.tar.gz", tmp_path / "new"
    place.mkdir()
    with tarfile.open(file, "w:gz") as tar:
        link = tarfile.TarInfo("published")
        link.type, link.linkname = tarfile.SYMTYPE, "publications"
        tar.addfile(link)
        tar.addfile(tarfile.TarInfo("published/x"))
    with pytest.raises(NotRestorable):
        unpack_archive(file, place)
    assert not (place / "publications").exists()


def test_who_was_erased_after_the_backup_is_erased_again(installation: Installation) -> None:
    data = installation.data
    bo = installation.person("Bo Berg")
    made = backups_of(installation).make("p-ada")
    ErasureLedger(data.root / "erasures.jsonl").add_person(bo)
    installation.database.close()
    done = restore(made.path, data, replay, NOON)
    assert done.again.erased == 1
    assert names_in(data) == {"Anna Alm"}
    # also by the next restore, of a backup that knows less
    restore(made.path, data, replay, NOON + timedelta(seconds=1))
    assert names_in(data) == {"Anna Alm"}
    with closing(sqlite3.connect(data.root / "course.db")) as connection:
        assert bo not in "\n".join(connection.iterdump())


def test_who_was_merged_after_the_backup_is_one_person_again(installation: Installation) -> None:
    data = installation.data
    bo, guest = installation.person("Bo Berg"), installation.person("Bo, guest")
    made = backups_of(installation).make("p-ada")
    ErasureLedger(data.root / "erasures.jsonl").add_merged(guest, bo)
    installation.database.close()
    done = restore(made.path, data, replay, NOON)
    assert (done.again.erased, done.again.merged) == (0, 1)
    assert names_in(data) == {"Anna Alm", "Bo Berg"}
    with closing(sqlite3.connect(data.root / "course.db")) as connection:
        assert guest not in "\n".join(connection.iterdump())


def test_whom_a_rehearsal_has_invented_is_in_no_restored_course(
    installation: Installation,
) -> None:
    data = installation.data
    make_cast(installation.database, load_settings(shipped_settings()).signin, 3, "m")
    made = backups_of(installation).make("p-ada")  # the rehearsal goes on
    installation.database.close()
    done = restore(made.path, data, replay, NOON)
    assert names_in(data) == {"Anna Alm"}
    assert done.again.erased == 0, "nobody real was erased"


def test_what_the_backup_knows_to_be_erased_is_not_forgotten(installation: Installation) -> None:
    data = installation.data
    ErasureLedger(data.root / "erasures.jsonl").add_person("p-early")
    made = backups_of(installation).make("p-ada")
    (data.root / "erasures.jsonl").unlink()
    ErasureLedger(data.root / "erasures.jsonl").add_person("p-late")
    installation.database.close()
    restore(made.path, data, replay, NOON)
    named = [one.person_id for one in ErasureLedger(data.root / "erasures.jsonl")]
    assert named == ["p-early", "p-late"]


@pytest.mark.parametrize("moved", [0, 1, 2, 5])
def test_a_restore_that_was_broken_off_is_finished_at_the_next_start(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    data = installation.data
    made = backups_of(installation).make("p-ada")
    installation.person("Bo Berg")
    installation.database.close()
    rename, count = Path.rename, 0

    def break_off(path: Path, target: Path) -> Path:
        nonlocal count
        if ".restore" in path.parts or "replaced" in str(target):
            count += 1
            if count > moved:
                raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", break_off)
    with pytest.raises(KeyboardInterrupt):
        restore(made.path, data, replay, NOON)
    monkeypatch.undo()
    finish(data)
    assert names_in(data) == {"Anna Alm"}
    assert not (data.root / ".restore").exists()


def test_twenty_backups_while_people_write_are_each_whole(
    installation: Installation, tmp_path: Path
) -> None:
    """Each has everybody up to some moment, in the order in which they came."""
    stop, written = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            name = f"Person {len(written):05}"
            installation.person(name)
            written.append(name)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        seen = []
        for number in range(20):
            before = len(written)
            make_backup(installation.data, tmp_path / f"{number}.tar.gz", NOON)
            seen.append((before, len(written)))
    finally:
        stop.set()
        writer.join()
    for number, (before, after) in enumerate(seen):
        place = tmp_path / f"unpacked-{number}"
        place.mkdir()
        unpack_archive(tmp_path / f"{number}.tar.gz", place)
        with closing(sqlite3.connect(place / "course.db")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            rows = connection.execute("SELECT name FROM person WHERE name LIKE 'Person %'")
            names = sorted(name for (name,) in rows)
        shutil.rmtree(place)
        assert names == written[: len(names)]
        assert before <= len(names) <= after + 1


def test_the_command_line_makes_and_restores_one(
    installation: Installation, tmp_path: Path
) -> None:
    installation.database.close()
    root, file = installation.data.root, tmp_path / "by-hand.tar.gz"
    program = Path(sys.executable).parent / "motesklar"

    def run(*arguments: str | Path) -> str:
        done = subprocess.run([program, *arguments], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "Backup made" in run("backup", "--data", root)
    assert len(backups_in(root / "backups")) == 1
    run("backup", file, "--data", root)
    shutil.rmtree(root)
    assert "Start the course again" in run("restore", file, "--data", root)
    assert names_in(installation.data) == {"Anna Alm"}
