"""The shipped course as an organisation's own is laid over it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from motesklar import __version__
from motesklar.i18n import LOCALE_DIR
from motesklar.paths import shipped_modules, shipped_settings


@dataclass(frozen=True)
class Shipped:
    """One release of Mötesklar.

    Args:
        modules: folder of the shipped modules.
        settings: the shipped `course.toml`.
        locale: the shipped catalogues.
    """

    version: str
    modules: Path
    settings: Path
    locale: Path

    @classmethod
    def installed(cls) -> "Shipped":
        """The release that is running."""
        return cls(__version__, shipped_modules(), shipped_settings(), LOCALE_DIR)

    def names(self) -> list[str]:
        """The shipped modules."""
        return module_names(self.modules)

    def hashes(self) -> dict[str, str]:
        """Hashes of every shipped file that can be overlaid, see `module_hashes`."""
        return module_hashes(self.modules)


def module_names(folder: Path) -> list[str]:
    """Folders that hold a module; a README or a hidden folder beside them is none."""
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and not _hidden(path))


def module_hashes(folder: Path) -> dict[str, str]:
    """`modules/<name>/<file>` to SHA-256 hex of every file of every module in `folder`."""
    return {
        f"modules/{path.relative_to(folder).as_posix()}": _hash(path)
        for name in module_names(folder)
        for path in sorted((folder / name).rglob("*"))
        if path.is_file() and not any(map(_hidden, [path, *path.relative_to(folder).parents]))
    }


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _hidden(path: Path) -> bool:
    return path.name.startswith(".") or path.name == "__pycache__"
