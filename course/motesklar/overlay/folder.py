"""Makes an organisation's own course folder and adds to it; what is there is never changed."""

import json
import os
import shutil
import tempfile
from pathlib import Path

from pydantic import ValidationError

from motesklar.errors import ConfigError, Conflict, NotFound
from motesklar.i18n import N_
from motesklar.overlay import fit
from motesklar.overlay.fit import STAMP_FILE, Stamp
from motesklar.overlay.shipped import Shipped, module_names

STARTER = Path(__file__).parent / "starter"


class OwnCourse:
    """An organisation's own course folder.

    Args:
        root: the folder.
        shipped: the release that it is laid over.
    """

    def __init__(self, root: Path, shipped: Shipped) -> None:
        self.root = root
        self.shipped = shipped

    @property
    def modules(self) -> Path:
        """The organisation's own modules, and files that stand for shipped ones."""
        return self.root / "modules"

    def create(self) -> None:
        """Start the folder.

        Raises:
            Conflict: it holds something already; nothing has been changed.
        """
        if self.root.exists() and (not self.root.is_dir() or any(self.root.iterdir())):
            raise Conflict(
                N_("%(folder)s is not an empty folder."),
                N_("Choose a folder that is empty or does not exist yet. Nothing was changed."),
                folder=self.root,
            )
        shutil.copytree(STARTER, self.root, dirs_exist_ok=True)
        self._write_stamp(Stamp(version=self.shipped.version))

    def copy(self, module: str) -> Path:
        """Copy a shipped module, to be changed; returns its new folder.

        Raises:
            NotFound: there is no such shipped module, or this is no course folder.
            Conflict: the organisation has files of that module already.
        """
        stamp = self.stamp_to_change()
        if module not in self.shipped.names():
            raise NotFound(
                N_("There is no shipped module %(module)s. The shipped ones are: %(names)s"),
                N_("Write one of their names. Nothing was changed."),
                module=module,
                names=", ".join(self.shipped.names()),
            )
        target = self.modules / module
        if target.exists():
            raise Conflict(
                N_("%(folder)s is there already."),
                N_("Work on that one, or give it another name first. Nothing was changed."),
                folder=target,
            )
        hidden = shutil.ignore_patterns(".*", "__pycache__")
        shutil.copytree(self.shipped.modules / module, target, ignore=hidden)
        self._write_stamp(fit.after_comparing(stamp, module, self.shipped.hashes(), stamp.version))
        return target

    def accept(self, module: str) -> None:
        """Remember that a module has been compared with the shipped one as it is now.

        Raises:
            NotFound: the organisation has no such module, or this is no course folder.
        """
        stamp = self.stamp_to_change()
        own = module_names(self.modules)
        if module not in own:
            raise NotFound(
                N_("%(folder)s has no module %(module)s. Its own are: %(names)s"),
                N_("Write one of their names. Nothing was changed."),
                folder=self.root,
                module=module,
                names=", ".join(own) or "–",
            )
        self._write_stamp(
            fit.after_comparing(stamp, module, self.shipped.hashes(), self.shipped.version)
        )

    def stamp(self) -> Stamp | None:
        """What the folder remembers; None where it has no stamp.

        Raises:
            ConfigError: the stamp can't be read.
        """
        path = self.root / STAMP_FILE
        try:
            return Stamp.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            problem = "can't be read; restore it, or write {} and accept each module anew"
            raise ConfigError(str(path), "-", problem) from error

    def stamp_to_change(self) -> Stamp:
        """The stamp of a folder that is a course folder.

        Raises:
            NotFound: it is none.
            ConfigError: the stamp can't be read.
        """
        stamp = self.stamp()
        if stamp is None:
            raise not_a_course(self.root)
        return stamp

    def _write_stamp(self, stamp: Stamp) -> None:
        """Whole or not at all: a full disk must not leave half a stamp."""
        content = json.dumps(stamp.model_dump(), indent=2, sort_keys=True, ensure_ascii=False)
        handle, temporary = tempfile.mkstemp(dir=self.root, prefix=STAMP_FILE)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content + "\n")
        Path(temporary).chmod(0o644)  # whoever runs the course may be another user
        Path(temporary).replace(self.root / STAMP_FILE)


def not_a_course(folder: Path) -> NotFound:
    """The error for a folder that `motesklar course init` has not made."""
    return NotFound(
        N_("%(folder)s is no course folder of an organisation."),
        N_("Make one with motesklar course init, in a new folder."),
        folder=folder,
    )
