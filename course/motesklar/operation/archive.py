"""One backup, one file: a `.tar.gz` whose last two members say what must be in it.

    course.db, course/gradebook.db, course/submitted/…, secret, …
    SHA256SUMS       a line for each member before it, as `sha256sum -c` reads them
    manifest.json    versions, counts, and the hash of SHA256SUMS

Written and read from one end to the other: memory doesn't grow with the course. The ordinary tools
unpack it too.
"""

import gzip
import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from motesklar import __version__
from motesklar.i18n import N_
from motesklar.operation.contents import leads_out, safe_member
from motesklar.operation.errors import NotRestorable
from motesklar.store.models import iso

SUMS = "SHA256SUMS"
MANIFEST = "manifest.json"
#: Changes when an older release could no longer read the file.
FORMAT = 1
_CHUNK = 1024 * 1024
#: Notebooks shrink to a tenth at once; higher levels cost minutes for little.
_LEVEL = 4


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself.

    Args:
        made_at: ISO 8601, UTC.
        motesklar: the release that made it.
        schema: revision of the course database.
        members: how many files and links are in it.
        bytes: of them together, unpacked.
        sums: SHA-256 of the member `SHA256SUMS`.
    """

    format: int
    made_at: str
    motesklar: str
    schema: str
    members: int
    bytes: int
    sums: str


def schema_of(database: Path) -> str:
    """The revision of a course database; empty where it has none."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        try:
            row = connection.execute("SELECT version_num FROM motesklar_version").fetchone()
        except sqlite3.OperationalError:
            return ""
    return str(row[0]) if row else ""


def write_archive(folder: Path, target: IO[bytes], at: datetime) -> Manifest:
    """Write everything in a folder to a file.

    Raises:
        OSError: no room, or no right.
    """
    members = size = 0
    with (
        tempfile.TemporaryFile("w+b", dir=folder.parent) as sums,
        gzip.GzipFile(fileobj=target, mode="wb", compresslevel=_LEVEL, filename="") as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in sorted(folder.rglob("*")):
            info = tar.gettarinfo(path, str(path.relative_to(folder)))
            if info.isdir():
                continue
            info = _plain(info, path)
            digest = _add(tar, info, path)
            sums.write(f"{digest}  {info.name}\n".encode())
            members, size = members + 1, size + info.size
        sums_digest, length = _digest(sums)
        sums.seek(0)
        tar.addfile(_member(SUMS, length), sums)
        schema = schema_of(folder / "course.db")
        manifest = Manifest(FORMAT, iso(at), __version__, schema, members, size, sums_digest)
        told = json.dumps(asdict(manifest), indent=1).encode()
        tar.addfile(_member(MANIFEST, len(told)), io.BytesIO(told))
    return manifest


def unpack_archive(source: Path, folder: Path) -> Manifest:
    """Lay a backup out in an empty folder, and make sure that every byte is as it was.

    Raises:
        NotRestorable: it is no backup, is damaged, or would write elsewhere.
        OSError: no room, or no right.
    """
    try:
        with gzip.open(source, "rb") as packed, tarfile.open(fileobj=packed, mode="r|") as tar:
            return _unpack(tar, folder)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise NotRestorable(
            N_("The file is no backup of Mötesklar, or it is damaged: it can't be read to its end.")
        ) from error


def _unpack(tar: tarfile.TarFile, folder: Path) -> Manifest:
    links: list[tuple[Path, str]] = []
    count = 0
    with tempfile.TemporaryFile("w+b", dir=folder.parent) as sums:
        for info in _members(tar):
            if info.name == SUMS:
                _compare(_content(tar, info), sums)
            elif info.name == MANIFEST:
                manifest = _manifest(_content(tar, info).read(_CHUNK))
                sums.seek(0)
                if manifest.members != count or manifest.sums != _digest(sums)[0]:
                    raise _damaged(MANIFEST)
                # links come last, so that nothing is written through one
                for place, target in links:
                    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    place.symlink_to(target)
                return manifest
            else:
                digest = _lay_out(tar, info, folder, links)
                sums.write(f"{digest}  {info.name}\n".encode())
                count += 1
    raise _damaged(MANIFEST)


def _members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while (info := tar.next()) is not None:
        yield info
        _forget(tar)


def _lay_out(
    tar: tarfile.TarFile, info: tarfile.TarInfo, folder: Path, links: list[tuple[Path, str]]
) -> str:
    inside = safe_member(info.name)
    place = folder / inside
    if info.issym():
        # it stays below the data folder, wherever that lies
        safe_member(str(inside.parent / info.linkname))
        links.append((place, info.linkname))
        return hashlib.sha256(info.linkname.encode()).hexdigest()
    if not info.isfile():
        raise leads_out()
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = 0o400 | (info.mode & 0o200)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    try:
        descriptor = os.open(place, flags, mode)
    except FileExistsError as error:
        raise _damaged(info.name) from error
    hashed = hashlib.sha256()
    content = _content(tar, info)
    with open(descriptor, "wb") as file:
        while chunk := content.read(_CHUNK):
            hashed.update(chunk)
            file.write(chunk)
        file.flush()
    return hashed.hexdigest()


def _compare(told: IO[bytes], seen: IO[bytes]) -> None:
    """Name the first member that isn't what it was."""
    seen.seek(0)
    for ours in seen:
        if told.readline() != ours:
            raise _damaged(ours.decode().rstrip("\n").partition("  ")[2])
    if told.readline():
        raise _damaged(SUMS)
    seen.seek(0, io.SEEK_END)


def _manifest(content: bytes) -> Manifest:
    try:
        found: dict[str, Any] = json.loads(content)
        newer = int(found["format"]) > FORMAT
        if newer:
            raise NotRestorable(
                N_("The backup was made by a newer release of Mötesklar (%(release)s)."),
                N_("Install that release or a newer one, and try again. Nothing has been changed."),
                release=str(found.get("motesklar", "?")),
            )
        return Manifest(**found)
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(MANIFEST) from error


def _damaged(name: str) -> NotRestorable:
    return NotRestorable(N_("The backup is damaged: %(name)s is not as it was."), name=name)


def _content(tar: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(info) if info.isfile() else None
    if content is None:
        raise _damaged(info.name)
    return content


def _plain(info: tarfile.TarInfo, path: Path) -> tarfile.TarInfo:
    """As an ordinary file or link that tells nothing about the machine."""
    # with two names it would be told as a link to the first
    if info.islnk():
        info.type, info.linkname, info.size = tarfile.REGTYPE, "", path.lstat().st_size
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return info


def _member(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def _add(tar: tarfile.TarFile, info: tarfile.TarInfo, path: Path) -> str:
    if info.issym():
        tar.addfile(info)
        digest = hashlib.sha256(info.linkname.encode()).hexdigest()
    else:
        with path.open("rb") as file:
            reading = _Hashing(file)
            tar.addfile(info, reading)
            digest = reading.hashed.hexdigest()
    _forget(tar)
    return digest


def _forget(tar: tarfile.TarFile) -> None:
    """It remembers each member, for which we have no use: there may be hundreds of thousands."""
    tar.members.clear()  # type: ignore[attr-defined] # not in the stubs
    tar.inodes.clear()  # type: ignore[attr-defined]


class _Hashing(io.RawIOBase):
    """Hashes what is read from a file."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.hashed = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        chunk = self.file.read(size)
        self.hashed.update(chunk)
        return chunk


def _digest(file: IO[bytes]) -> tuple[str, int]:
    """Hash and length of a whole file; stands at its end afterwards."""
    file.seek(0)
    hashed = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        hashed.update(chunk)
    return hashed.hexdigest(), file.tell()
