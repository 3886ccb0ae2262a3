"""Bundles: modules in one zip file, with a manifest that names every file and its hash.

Reading one trusts nothing in it: names, sizes and hashes are checked before a file is written.
"""

import hashlib
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict, ValidationError

from motesklar import __version__
from motesklar.errors import ConfigError
from motesklar.exercises.library import ModuleSource, find_sources
from motesklar.exercises.notebook import LESSON

MANIFEST = "manifest.json"
FILES_MAX = 500
BYTES_MAX = 200 * 1024 * 1024
_MANIFEST_BYTES = 1024 * 1024
_MODULE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_FORMAT = 1
#: The oldest time a zip file can tell: the same modules make the same bundle, byte for byte.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


class Manifest(BaseModel):
    """What a bundle holds.

    Args:
        motesklar: the release that made it.
        modules: module to path inside its folder to SHA-256 hex.
    """

    model_config = ConfigDict(extra="forbid")

    format: int = _FORMAT
    motesklar: str = __version__
    modules: dict[str, dict[str, str]]


def write_bundle(path: Path, sources: Iterable[ModuleSource]) -> Manifest:
    """Write modules into a new bundle; the file is there whole or not at all."""
    sources = list(sources)
    contents = {s.name: {i: f.read_bytes() for i, f in sorted(s.files.items())} for s in sources}
    manifest = Manifest(
        modules={
            name: {inside: _hash(content) for inside, content in files.items()}
            for name, files in contents.items()
        }
    )
    coming = path.with_name(f".{path.name}.coming")
    with zipfile.ZipFile(coming, "w", zipfile.ZIP_DEFLATED) as bundle:
        _write(bundle, MANIFEST, manifest.model_dump_json(indent=1).encode())
        for name, files in contents.items():
            for inside, content in files.items():
                _write(bundle, f"{name}/{inside}", content)
    coming.replace(path)
    return manifest


def unpack_bundle(path: Path, folder: Path) -> list[ModuleSource]:
    """Put a bundle's modules into an empty folder.

    Raises:
        ConfigError: it is no bundle, was changed on the way, or holds what no bundle may hold.
    """
    try:
        with zipfile.ZipFile(path) as bundle:
            manifest = _manifest(path, bundle)
            for name, files in manifest.modules.items():
                for inside, wanted in files.items():
                    content = bundle.read(f"{name}/{inside}")
                    if _hash(content) != wanted:
                        raise ConfigError(str(path), f"{name}/{inside}", "is not what was packed")
                    place = folder / name / inside
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(content)
    except (zipfile.BadZipFile, OSError, KeyError, RuntimeError) as error:
        raise ConfigError(str(path), "-", f"is no bundle that can be read: {error}") from error
    return find_sources(sorted(manifest.modules), [folder])


def modules_in(folder: Path) -> list[ModuleSource]:
    """The modules of a folder: a module's own, one of modules, or an author's workspace.

    Raises:
        ConfigError: there is none.
    """
    if (folder / LESSON).is_file():
        return find_sources([folder.name], [folder.parent])
    home = folder / "source" if (folder / "source").is_dir() else folder
    names = sorted(lesson.parent.name for lesson in home.glob(f"*/{LESSON}"))
    if not names:
        raise ConfigError(str(folder), "-", f"has no module (a folder with a {LESSON}) in it")
    for name in names:
        if not _MODULE.fullmatch(name):
            raise ConfigError(str(home / name), "-", "use small letters, digits and hyphens")
    return find_sources(names, [home])


def _manifest(path: Path, bundle: zipfile.ZipFile) -> Manifest:
    """The manifest, once the bundle is known to hold exactly what it names and not too much."""
    entries = bundle.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > FILES_MAX or sum(entry.file_size for entry in entries) > BYTES_MAX:
        raise ConfigError(str(path), "-", f"is too big: at most {FILES_MAX} files and 200 MB")
    if MANIFEST not in names or bundle.getinfo(MANIFEST).file_size > _MANIFEST_BYTES:
        raise ConfigError(str(path), MANIFEST, "is missing: make bundles with motesklar author")
    try:
        manifest = Manifest.model_validate_json(bundle.read(MANIFEST))
    except ValidationError as error:
        raise ConfigError(str(path), MANIFEST, "can't be read") from error
    if manifest.format != _FORMAT:
        raise ConfigError(str(path), MANIFEST, f"format must be {_FORMAT}; upgrade Mötesklar")
    listed = [f"{name}/{inside}" for name, files in manifest.modules.items() for inside in files]
    if sorted(names) != sorted([MANIFEST, *listed]):
        raise ConfigError(str(path), MANIFEST, "does not name exactly the files that are there")
    for name, files in manifest.modules.items():
        for inside in files:
            if not _MODULE.fullmatch(name) or not _harmless(inside):
                raise ConfigError(str(path), f"{name}/{inside}", "is no name for a module's file")
    return manifest


def _harmless(inside: str) -> bool:
    """Whether a path stays in its folder on every system."""
    parts = PurePosixPath(inside).parts
    return (
        bool(parts)
        and "/".join(parts) == inside
        and not any(part.startswith(".") for part in parts)
        and not re.search(r'[\\:*?"<>|\x00-\x1f]', inside)
        and not inside.startswith("/")
    )


def _write(bundle: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _NO_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    bundle.writestr(entry, content)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
