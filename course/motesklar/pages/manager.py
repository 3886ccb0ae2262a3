"""The module pages of a running course: templates, snapshots and kernels, and what keeps them new.

Every two seconds the files are looked at that pages are made of. When a module's have changed it
is released anew and run again; when a widget's or a kernel's code has, the template process is
replaced, too. Pages that are open keep their kernels, and the snapshot they were made of.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from motesklar.capacity.figures import KernelView, TemplateState, TemplateView
from motesklar.course import Course
from motesklar.errors import NotFound
from motesklar.i18n import Languages
from motesklar.kernels.fork_client import ForkFailed
from motesklar.kernels.page_client import PageClient
from motesklar.kernels.supervisor import TemplateSupervisor
from motesklar.pages.desk import Desk, VersionGone
from motesklar.pages.files import FileStore
from motesklar.pages.renderer import ModuleRenderer, voila_configuration
from motesklar.pages.shelf import Shelf
from motesklar.pages.snapshots import (
    BrokenModule,
    NotReady,
    Rendered,
    Snapshot,
    SnapshotMaker,
    Source,
    fork_page,
    has_ended,
)
from motesklar.pages.sources import (
    CODE_FOLDERS,
    Signature,
    code_digest,
    module_source,
    signature,
)

log = logging.getLogger("motesklar.pages")

#: Between two looks at the files that pages are made of.
WATCH_SECONDS = 2.0


@contextlib.contextmanager
def _staying(what: str) -> Iterator[None]:
    """Keep going with what there is: authors save half a file, too, and will save again."""
    try:
        yield
    except Exception:
        log.exception("%s stays as before", what)


class Pages:
    """Module pages.

    Args:
        course: the modules as published now.
        released: a module's released notebook.
        prepare: releases what has changed among the modules' sources; may take seconds.
        sources: folders in which the modules' sources lie.
        languages: of the course.
        facts: what lessons are told about the organisation, by language.
        log_file: where templates and kernels write.
        cap: how many kernels may live.
        idle_seconds: a kernel that nobody has used for so long is ended.
        code_folders: Python code that lives in templates.
    """

    def __init__(
        self,
        *,
        course: Callable[[], Course],
        released: Callable[[str], Path],
        prepare: Callable[[], None],
        sources: Iterable[Path],
        languages: Languages,
        facts: Callable[[str], str],
        log_file: Path,
        base_url: str,
        cap: int,
        idle_seconds: float,
        code_folders: Iterable[Path] = CODE_FOLDERS,
    ) -> None:
        self.files = FileStore()
        self.supervisor = TemplateSupervisor(log_file, self._template_died)
        self.desk = Desk(
            find=self._find,
            fork=self._fork,
            add_file=self.files.add_frame,
            cap=cap,
            idle_seconds=idle_seconds,
        )
        self._course = course
        self._released = released
        self._prepare = prepare
        self._source_folders = list(sources)
        self._code_folders = list(code_folders)
        self._languages = languages
        self._facts = facts
        self._base_url = base_url
        self._maker = SnapshotMaker(self.supervisor, self._render)
        self._shelf = Shelf(self._make)
        self._tasks: list[asyncio.Task[None]] = []
        self._code = b""

    async def start(self) -> None:
        """Begin to make every module's snapshots; pages asked for meanwhile are made first."""
        self._code = code_digest(self._code_folders)
        await self.supervisor.start()
        self._tasks = [
            asyncio.create_task(self.desk.run()),
            asyncio.create_task(self._make_all()),
            asyncio.create_task(self._watch()),
        ]

    async def close(self) -> None:
        """End every kernel, snapshot and template; safe to call twice."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.desk.close()
        await self._shelf.close()
        await self.supervisor.close()

    async def page(self, module: str, language: str) -> Snapshot:
        """The module as it is now; waits only if it has never been made before.

        Raises:
            NotFound: the course has no such module.
            BrokenModule: it does not run.
            NotReady: there is no template process.
        """
        try:
            return await self._shelf.current((self._course().module(module).name, language))
        except ForkFailed as error:
            raise NotReady from error

    async def _find(self, module: str, version: str) -> Snapshot | None:
        """The snapshot that a page was made of, built again if the server has been restarted."""
        found = self._shelf.by_version(version)
        if found is not None:
            return found
        for language in self._languages.codes():
            with contextlib.suppress(BrokenModule, NotFound):
                snapshot = await self.page(module, language)
                if snapshot.version == version:
                    return snapshot
        return None

    async def _fork(self, snapshot: Snapshot) -> tuple[Snapshot, PageClient]:
        try:
            return snapshot, await fork_page(snapshot)
        except ForkFailed:
            if not await has_ended(snapshot.process):
                raise  # it is overloaded, and making it again would load it more
        log.warning("the snapshot of %s is made again", snapshot.source.module)
        again = await self._shelf.replace(snapshot)
        if again.version != snapshot.version:
            raise VersionGone
        return again, await fork_page(again)

    async def _make(self, key: tuple[str, str]) -> Snapshot:
        template = await self.supervisor.template()
        try:
            snapshot = await self._maker.make(self._source(*key))
        except ForkFailed:
            if not await has_ended(template):
                raise
            # it was killed a moment ago, and the supervisor has another one started
            snapshot = await self._maker.make(self._source(*key))
        self.files.add(snapshot.files)
        return snapshot

    def _source(self, module: str, language: str) -> Source:
        return module_source(
            self._course().module(module),
            self._released(module),
            self._languages[language],
            self._facts(language),
            self._code,
        )

    async def _render(self, source: Source, records: list[dict[str, Any]]) -> Rendered:
        # in a thread with a loop of its own: all modules are rendered anew when their template has
        # died, while people are at work
        return await asyncio.to_thread(self._render_now, source, records)

    def _render_now(self, source: Source, records: list[dict[str, Any]]) -> Rendered:
        configuration = voila_configuration(None)
        renderer = ModuleRenderer(
            source,
            records,
            self._languages[source.language],
            steps=len(self._course().module(source.module).steps),
            voila_configuration=configuration,
            traitlet_config=configuration.config,
            base_url=self._base_url,
        )
        return asyncio.run(renderer.render())

    def _keys(self) -> list[tuple[str, str]]:
        # the default language of all modules first: most people meet it
        names = [module.name for module in self._course().modules]
        codes = sorted(self._languages.codes(), key=lambda code: code != self._languages.default)
        return [(name, code) for code in codes for name in names]

    async def _make_all(self) -> None:
        for key in self._keys():
            with _staying(f"the page of {key[0]} in {key[1]}"):
                await self._shelf.current(key)

    def _template_died(self) -> None:
        """What it had forked is gone; make it again before anybody asks."""
        self._tasks.append(asyncio.create_task(self._renew_snapshots()))

    async def _watch(self) -> None:
        modules, code = self._signatures()
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            seen_modules, seen_code = self._signatures()
            if seen_code != code:
                log.info("code of widgets has changed: a new template")
                with _staying("the template"):
                    await self.supervisor.renew()
                    self._code = code_digest(self._code_folders)
            if seen_modules != modules:
                log.info("modules have changed: they are released again")
                with _staying("the course"):
                    await asyncio.to_thread(self._prepare)
            if (seen_modules, seen_code) != (modules, code):
                await self._renew_snapshots()
            self._shelf.drop_old()
            await self.supervisor.drop_old(self._shelf.folders())
            modules, code = seen_modules, seen_code

    def _signatures(self) -> tuple[Signature, Signature]:
        return signature(self._source_folders), signature(self._code_folders, "*.py")

    async def _renew_snapshots(self) -> None:
        """Make those again that have changed, or whose process is gone; one that can't, stays."""
        for key in self._keys():
            with _staying(f"the page of {key[0]} in {key[1]}"):
                await self._renew_snapshot(key)

    async def _renew_snapshot(self, key: tuple[str, str]) -> None:
        wanted = self._source(*key).version
        for _ in range(2):  # the first may have been under way already, from the source before
            kept = self._shelf.ready(key)
            if kept is None or kept.version != wanted or kept.process.poll() is not None:
                await self._shelf.renew(key)

    # what the capacity panel shows

    @property
    def cap(self) -> int:
        """How many kernels may live."""
        return self.desk.cap

    def kernels(self) -> list[KernelView]:
        """Every live kernel."""
        return [
            KernelView(
                pid=seat.client.process.pid,
                module=seat.module,
                language=seat.snapshot.source.language,
                started_at=seat.started_at,
                idle_seconds=self.desk.idle_seconds_of(seat),
            )
            for seat in self.desk.live
            if seat.client and seat.started_at
        ]

    def waiting(self) -> list[float]:
        """How many seconds each page in line has waited, the first first."""
        return self.desk.waiting

    def templates(self) -> list[TemplateView]:
        """The root template, then each module's."""
        root = TemplateView(
            module=None,
            language=None,
            version="",
            build="",
            state=TemplateState.READY if self.supervisor.pid else TemplateState.BUILDING,
            reason="",
            pid=self.supervisor.pid,
            kernels=0,
            built_at=None,
            restarts=self.supervisor.restarts,
        )
        return [root, *self._shelf.views()]
