"""The review table as files: small ones at once, large ones from the background."""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from babel.dates import format_time
from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler

from motesklar.clock import local
from motesklar.review.exports import UNDER_WAY, Exports, JobState
from motesklar.review.filters import Filter, query_of
from motesklar.review.handlers import ReviewHandler
from motesklar.review.table_files import KINDS, TableWords, text_of, write_xlsx

_FILE_BYTES = 256 * 1024
_KIND_NAMES = {"csv": "CSV", "xlsx": "Excel", "json": "JSON"}


class ExportHandler(ReviewHandler):
    """What files and the pages about them have in common."""

    @property
    def exports(self) -> Exports:
        """The exports of everybody."""
        return self.services.exports

    def begin_file(self, kind: str) -> None:
        """The headers of a file that is downloaded."""
        self.set_header("Content-Type", KINDS[kind])
        name = f"motesklar-review.{kind}"
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')

    async def send(self, parts: Iterator[str | bytes]) -> None:
        """Send part after part, each made in a thread; ends where the reader has gone."""
        try:
            while part := await asyncio.to_thread(next, parts, None):
                self.write(part)
                await self.flush()
        except StreamClosedError:
            return
        self.finish()

    async def send_file(self, path: Path) -> None:
        """Send a file some at a time."""
        with path.open("rb") as file:
            await self.send(iter(partial(file.read, _FILE_BYTES), b""))


class ReviewFile(ExportHandler):
    """`GET /review.csv`, `.xlsx`, `.json`: everybody whom the filter of the page chooses."""

    async def get(self, kind: str) -> None:
        """Hand out the file."""
        sight = self.sight()
        chosen = self.review.read(self.asked(), sight)
        people = await asyncio.to_thread(self.review.chosen, chosen, sight)
        self.note("review exported", f"{kind} {chosen.told()}")
        self.begin_file(kind)
        words = TableWords(self.translation, self.titles(), left=chosen.left)
        if kind == "xlsx":
            await self._send_workbook(words, people)
            return
        modules = [module.name for module in self.services.course.modules]
        await self.send(text_of(kind, words, modules, self.review.lines(people)))

    async def _send_workbook(self, words: TableWords, people: Sequence[str]) -> None:
        with tempfile.TemporaryDirectory(dir=self.exports.folder) as folder:
            path = Path(folder) / "table.xlsx"
            await asyncio.to_thread(write_xlsx, words, self.review.lines(people), path)
            await self.send_file(path)


class NewExport(ExportHandler):
    """`POST /review/exports`: let a large table be written in the background."""

    def post(self) -> None:
        """Begin, or go to the one that is under way."""
        kind = self.field("kind")
        chosen: Filter = self.review.read(query_of(self.field("query")), self.sight())
        job_id = self.exports.ask(self.person.person_id, kind, chosen, self.language)
        self.note("review export asked for", f"{kind} {chosen.told()}")
        self.go(self.url(f"/review/exports/{job_id}"))


class ExportPage(ExportHandler):
    """`GET /review/exports/<id>`: how far it has come, and the link once it is there."""

    def get(self, job_id: str) -> None:
        """Show it; the page asks again by itself until it is finished."""
        job = self.exports.get(job_id, self.person.person_id)
        self.render_page(
            "review/export.html",
            job=job,
            kind=_KIND_NAMES[job.kind],
            under_way=job.state.value in UNDER_WAY,
            failed=job.state is JobState.FAILED,
            until=self._clock(job.expires_at),
            table_address=self.address("/review", job.query),
        )

    def _clock(self, at: datetime) -> str:
        return format_time(local(at), format="short", locale=self.language)


class ExportFile(ExportHandler):
    """`GET /review/exports/<id>/file`: the finished file."""

    async def get(self, job_id: str) -> None:
        """Hand it out; whoever asked for it is the only one."""
        job = self.exports.get(job_id, self.person.person_id)
        path = await asyncio.to_thread(self.exports.file, job_id, self.person.person_id)
        self.note("review exported", f"{job.kind} {job.id}")
        self.begin_file(job.kind)
        await self.send_file(path)


_JOB = r"(x-[a-z0-9]{1,30})"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/review\.(csv|xlsx|json)", ReviewFile),
    (r"/review/exports", NewExport),
    (rf"/review/exports/{_JOB}", ExportPage),
    (rf"/review/exports/{_JOB}/file", ExportFile),
]
