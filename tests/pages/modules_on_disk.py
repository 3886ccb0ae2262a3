"""Modules in a folder and `Pages` over them, with real template, snapshot and kernel processes."""

import ast
import asyncio
import contextlib
import json
import textwrap
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from motesklar.course import Course, Module, Step
from motesklar.i18n import load_languages
from motesklar.pages import manager
from motesklar.pages.desk import Seat
from motesklar.pages.manager import Pages
from motesklar.pages.snapshots import Snapshot
from tests.pages.fakes import FakePage
from tests.pages.visitors import PROBE

ANSWER_SECONDS = 60
TEXTS = {"en": {"Prov": "Trial", "Steg": "Step"}}


@dataclass
class ModuleFolder:
    """Where an author works."""

    root: Path
    #: How often what has changed was released.
    released: int = 0
    #: Raised instead of releasing.
    failure: Exception | None = None

    def save(self, name: str, *cells: str) -> None:
        """Write a module whose first cell is the probe."""
        folder = self.root / name
        folder.mkdir(parents=True, exist_ok=True)
        heading = new_markdown_cell(
            "## Steg", id="step", metadata={"motesklar": {"step": "step", "kind": "try"}}
        )
        sources = [textwrap.dedent(source).strip() for source in (PROBE, *cells)]
        notebook = new_notebook(
            cells=[
                heading,
                *(new_code_cell(text, id=f"cell-{n}") for n, text in enumerate(sources)),
            ],
            metadata={
                "kernelspec": {"name": "python3", "display_name": "Python 3"},
                "motesklar": {"title": "Prov", "summary": "Prov", "minutes": 1},
            },
        )
        self.save_text(name, nbformat.writes(notebook))

    def save_text(self, name: str, text: str) -> None:
        """Write a module's file, whatever it is; in one step, as editors do."""
        fresh = self.root / name / "lesson.new"
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self.root / name / "lesson.ipynb")

    def course(self) -> Course:
        """The modules that are there."""
        names = sorted(folder.name for folder in self.root.iterdir())
        return Course(tuple(self._module(name) for name in names))

    def _module(self, name: str) -> Module:
        step = Step("step", "try", "Steg")
        return Module(name, self.root / name, "", "Prov", "Prov", 1, (step,), (), TEXTS)

    def notebook(self, name: str) -> Path:
        return self.root / name / "lesson.ipynb"

    def prepare(self) -> None:
        self.released += 1
        if self.failure:
            raise self.failure


class Listener(FakePage):
    """A page's end of the line that waits for what real kernels say."""

    def __init__(self) -> None:
        super().__init__()
        self._news = asyncio.Event()

    def tell(self, message: dict[str, Any]) -> None:
        super().tell(message)
        self._news.set()

    def tell_frame(self, payload: bytes, *, binary: bool) -> None:
        super().tell_frame(payload, binary=binary)
        self._news.set()

    async def hears(self, kind: str, **parts: Any) -> dict[str, Any]:
        """Wait for a message of a type with these parts."""
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                for message in self.of(kind):
                    if parts.items() <= message.items():
                        return message
                self._news.clear()
                await self._news.wait()


@dataclass
class OpenPage:
    """One page view in Python: a snapshot, and its kernel once it is touched."""

    pages: Pages
    snapshot: Snapshot
    session: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    line: Listener = field(default_factory=Listener)
    seat: Seat | None = None

    async def touch(self, kernel: str | None = None) -> "OpenPage":
        """Ask for a kernel; does not wait for it."""
        self.line = Listener()
        self.seat = await self.pages.desk.connect(
            self.line,
            session=self.session,
            module=self.snapshot.source.module,
            version=self.snapshot.version,
            page=self.id,
            kernel=kernel,
        )
        return self

    async def ready(self) -> dict[str, Any]:
        return await self.line.hears("ready")

    async def evaluate(self, expression: str) -> Any:
        """A literal that the probe finds in the kernel."""
        assert self.seat
        (probe,) = [
            model_id
            for model_id, model in self.snapshot.rendered.models.items()
            if model["model_name"] == "LabelModel"
        ]
        data = {"method": "custom", "content": {"ask": expression}}
        message = {"type": "comm_msg", "id": str(uuid.uuid4()), "comm_id": probe, "data": data}
        await self.pages.desk.receive(self.seat, json.dumps(message))
        answer = await self.line.hears("comm_msg", parent=message["id"])
        return ast.literal_eval(answer["content"]["data"]["content"]["value"])


async def open_page(
    pages: Pages, module: str, language: str = "sv", session: str = "anna"
) -> OpenPage:
    return OpenPage(pages, await pages.page(module, language), session)


async def touched(pages: Pages, module: str, session: str = "anna") -> OpenPage:
    """A page with its kernel."""
    page = await open_page(pages, module, session=session)
    await page.touch()
    await page.ready()
    return page


@contextlib.asynccontextmanager
async def running_pages(
    folder: ModuleFolder, log_file: Path, code: Path | None = None, cap: int = 100
) -> AsyncIterator[Pages]:
    """Pages over a folder, looked at often."""
    pages = Pages(
        course=folder.course,
        released=folder.notebook,
        prepare=folder.prepare,
        sources=[folder.root],
        languages=load_languages(),
        facts=lambda _language: "",
        log_file=log_file,
        base_url="/",
        cap=cap,
        idle_seconds=1800,
        code_folders=[code] if code else [],
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manager, "WATCH_SECONDS", 0.02)
        await pages.start()
        try:
            yield pages
        finally:
            await pages.close()


async def eventually(true: Callable[[], Any]) -> None:
    """Look again and again, for what nobody is told about."""
    async with asyncio.timeout(ANSWER_SECONDS):
        while not true():  # noqa: ASYNC110 - nobody could set an event
            await asyncio.sleep(0.01)


async def renewed(pages: Pages, snapshot: Snapshot) -> Snapshot:
    """Wait until another snapshot of the same module and language counts."""
    source = snapshot.source
    async with asyncio.timeout(ANSWER_SECONDS):
        while True:
            found = await pages.page(source.module, source.language)
            if found is not snapshot:
                return found
            await asyncio.sleep(0.01)
