"""Finds the modules' source files: shipped ones, overlaid file by file, in the settings' order."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import polib

from motesklar.course import Module
from motesklar.errors import ConfigError
from motesklar.exercises.notebook import LESSON, parse_module, version_of

_IGNORED_FOLDERS = ("__pycache__", "__MACOSX")


@dataclass(frozen=True)
class ModuleSource:
    """One module's files as they count after overlaying.

    Args:
        files: path inside the module's folder to where the file lies.
    """

    name: str
    files: Mapping[str, Path]

    @property
    def fingerprint(self) -> str:
        """SHA-256 hex of every file; changes whenever an author changes anything."""
        digest = hashlib.sha256()
        for inside, path in sorted(self.files.items()):
            digest.update(inside.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def notebook(self) -> Any:
        """The source notebook.

        Raises:
            ConfigError: it is no notebook of version 4.
        """
        return read_notebook(self.name, self.files[LESSON])

    def module(self, folder: Path, released: bytes) -> Module:
        """The module as data.

        `folder` is where nbgrader finds its source, `released` the notebook that learners get.

        Raises:
            ConfigError: the notebook or a catalogue is wrong.
        """
        catalogues = {n: p for n, p in self.files.items() if "/" not in n and n.endswith(".po")}
        contents = {name: path.read_bytes() for name, path in catalogues.items()}
        texts = {
            name.removesuffix(".po"): _texts(f"{self.name}/{name}", contents[name])
            for name in sorted(contents)
        }
        version = version_of(released, contents)
        return parse_module(self.name, folder, self.notebook(), version, texts)


def find_sources(names: Sequence[str], layers: Sequence[Path]) -> list[ModuleSource]:
    """The named modules, their files taken from `layers`; a later layer wins file by file.

    Raises:
        ConfigError: a module is in no layer, has no notebook or more than one.
    """
    return [_find_source(name, layers) for name in names]


def read_notebook(module: str, path: Path) -> Any:
    """A notebook of version 4.

    Raises:
        ConfigError: it is none.
    """
    blamed = f"{module}/{path.name}"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        # nbformat would try to convert whatever it is given
        if not isinstance(content, dict) or content.get("nbformat") != 4:
            raise ConfigError(blamed, "nbformat", "must be 4: save it in a new JupyterLab")
        notebook = nbformat.from_dict(content)
        nbformat.validate(notebook)
    except (ValueError, nbformat.ValidationError, OSError) as error:
        reason = str(error).split("\n", 1)[0]
        raise ConfigError(blamed, "-", f"is no valid notebook: {reason}") from error
    return nbformat.reads(json.dumps(content), as_version=4)


def _find_source(name: str, layers: Sequence[Path]) -> ModuleSource:
    files: dict[str, Path] = {}
    for layer in layers:
        folder = layer / name
        files |= {
            path.relative_to(folder).as_posix(): path
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not _ignored(path.relative_to(folder))
        }
    if not files:
        raise ConfigError("course.toml", "course.modules", f"there is no module {name!r}")
    # nbgrader takes every notebook in the folder for a graded one
    notebooks = sorted(inside for inside in files if inside.endswith(".ipynb"))
    if notebooks != [LESSON]:
        raise ConfigError(name, "-", f"must have one notebook, {LESSON}; has {notebooks}")
    return ModuleSource(name, files)


def _ignored(inside: Path) -> bool:
    return any(part.startswith(".") or part in _IGNORED_FOLDERS for part in inside.parts)


def _texts(blamed: str, content: bytes) -> dict[str, str]:
    try:
        catalogue = polib.pofile(content.decode("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(blamed, "-", f"is no valid catalogue: {error}") from error
    return {entry.msgid: entry.msgstr for entry in catalogue if entry.translated()}
