"""What grading a module anew would change, looked at while the course runs; nothing is changed.

The hand-ins are graded apart, from the module's files as they are now, in a process of its own
beside those that grade new hand-ins. Taking the result over is `motesklar regrade --apply`'s.
"""

import asyncio
import enum
import logging
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from motesklar.errors import ConfigError, Conflict, NotFound
from motesklar.exercises.library import find_sources
from motesklar.exercises.manager import Exercises
from motesklar.exercises.nbgrader_root import GradingFolder, layers
from motesklar.exercises.regrade import Outcome, Regrading
from motesklar.i18n import N_
from motesklar.kernels.fork_client import ForkFailed

log = logging.getLogger("motesklar.review")


class PreviewState(enum.StrEnum):
    """How far a preview has come."""

    RUNNING = "running"  # hand-ins are being graded
    READY = "ready"  # all of them have been
    STOPPED = "stopped"  # somebody stopped it; what was seen until then stands
    FAILED = "failed"  # the module or a process broke


class OneAtATime(Conflict):
    """Another preview is under way."""

    code = "one_at_a_time"
    message = N_("Another part is being looked at right now.")
    next_step = N_("Wait until that is done, or stop it.")


@dataclass
class Preview:
    """One look at a module.

    Args:
        total: hand-ins that count.
        outcomes: of those that have been graded anew.
    """

    module: str
    total: int
    state: PreviewState = PreviewState.RUNNING
    outcomes: list[Outcome] = field(default_factory=list)


class RegradePreviews:
    """The latest preview, one at a time; gone with the server."""

    def __init__(self, exercises: Exercises) -> None:
        self.exercises = exercises
        self.latest: Preview | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self, module: str) -> None:
        """Begin to look at a module; the preview before is forgotten.

        Raises:
            NotFound: the course has no such module, or nothing in it is graded.
            OneAtATime: another is under way.
        """
        found = self.exercises.course.module(module)
        if not found.exercises:
            raise NotFound(
                N_("Nothing in that part is graded."), N_("Choose a part with exercises.")
            )
        if self.latest is not None and self.latest.state is PreviewState.RUNNING:
            raise OneAtATime
        self.latest = Preview(found.name, len(self.exercises.attempts.counting(found.name)))
        self._task = asyncio.create_task(self._run(self.latest))

    async def stop(self) -> None:
        """Stop what is under way; what was seen until then stands. Safe to call twice."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def close(self) -> None:
        """The course ends."""
        await self.stop()

    async def _run(self, preview: Preview) -> None:
        data, exercises = self.exercises.data, self.exercises
        folder = GradingFolder(data)
        try:
            [source] = await asyncio.to_thread(
                find_sources, [preview.module], layers(data, exercises.overlay)
            )
            with tempfile.TemporaryDirectory(dir=folder.root, prefix="regrade-") as built:
                regrading = Regrading(
                    folder,
                    exercises.attempts,
                    exercises.gradebook,
                    exercises.facts,
                    source,
                    Path(built),
                )
                async for outcome in regrading.run(apply=False):
                    preview.outcomes.append(outcome)
        except asyncio.CancelledError:
            preview.state = PreviewState.STOPPED
            raise
        except (ConfigError, ForkFailed):
            log.exception("a module could not be graded anew")
            preview.state = PreviewState.FAILED
        except Exception:
            log.exception("grading anew ended with a fault")
            preview.state = PreviewState.FAILED
        else:
            preview.state = PreviewState.READY
