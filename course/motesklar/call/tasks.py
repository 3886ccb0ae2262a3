"""Tasks with an owner, who knows of each failure and waits for each end."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger("motesklar.call")


class Tasks:
    """Small jobs that run beside their owner until they are done or it closes."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, job: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Run `job`; a failure is logged, and the owner goes on."""
        task = asyncio.create_task(job)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self) -> None:
        """Wait until all are done, those too that they start meanwhile."""
        while self._running:
            await asyncio.wait(self._running)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a job failed: %s", task.get_name(), exc_info=error)
