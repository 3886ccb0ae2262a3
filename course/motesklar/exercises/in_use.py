"""Whether a course runs on a data folder. The lock goes with its process, however that ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from motesklar.errors import Conflict
from motesklar.exercises.nbgrader_root import GradingFolder
from motesklar.i18n import N_


class InUse:
    """Held by a running course; several may, as at a restart when one starts before one ends."""

    def __init__(self, folder: GradingFolder) -> None:
        self.folder = folder
        self._descriptor: int | None = None

    def hold(self) -> None:
        """Say that a course runs.

        Raises:
            Conflict: hand-ins are being graded anew, or a backup is being restored.
        """
        if self._descriptor is None:
            self._descriptor = _locked(
                self.folder,
                fcntl.LOCK_SH,
                N_("Hand-ins are being graded anew, or a backup is being restored."),
                N_("Wait until motesklar regrade or motesklar restore has ended, and try again."),
            )

    def release(self) -> None:
        """Say that it has ended; safe to call twice."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


@contextmanager
def alone(folder: GradingFolder) -> Iterator[None]:
    """Keep courses from starting meanwhile.

    Raises:
        Conflict: one runs.
    """
    descriptor = _locked(
        folder,
        fcntl.LOCK_EX,
        N_("The course is running, and people may be handing in."),
        N_("Stop the course, and do this again."),
    )
    try:
        yield
    finally:
        os.close(descriptor)


def _locked(folder: GradingFolder, kind: int, message: str, next_step: str) -> int:
    folder.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder.root / "in-use", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise Conflict(message, next_step) from error
    return descriptor
