"""The server's life from its start to its end, without a course."""

import gc
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from motesklar.web import app


async def test_what_is_loaded_at_the_start_is_looked_at_by_no_later_collection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    happened: list[str] = []

    @asynccontextmanager
    async def running(_options: app.ServeOptions) -> AsyncIterator[None]:
        happened.append("loaded")
        yield
        happened.append("stopped")

    def ready(_services: Any) -> None:
        happened.append("ready")
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(app, "running", running)
    monkeypatch.setattr(gc, "freeze", lambda: happened.append("frozen"))
    await app.serve(cast(app.ServeOptions, None), ready)
    assert happened == ["loaded", "frozen", "ready", "stopped"]
