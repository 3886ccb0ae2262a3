"""Writes large tables to files in the background: one at a time, gone when their link expires.

A person has one export under way: whoever presses a hundred times gets the same one. The files lie
in a folder of their own that only the server reads. What was under way when the server stopped has
failed, and says so. A file that holds anybody whom its owner no longer sees is handed out to
nobody, and one that holds somebody who is erased goes with them.
"""

import asyncio
import logging
import os
import shutil
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from threading import Event

from sqlalchemy import delete, select, update
from sqlalchemy.exc import SQLAlchemyError

from motesklar.errors import BadRequest, NotFound
from motesklar.i18n import N_, Languages
from motesklar.review.filters import Filter, query_of
from motesklar.review.manager import Review
from motesklar.review.table_files import KINDS, TableWords, counted, write_table
from motesklar.store.chunks import CHUNK
from motesklar.store.database import Database
from motesklar.store.models import utcnow
from motesklar.store.review_tables import ExportJob

log = logging.getLogger("motesklar.review")

#: More people than these are written in the background.
AT_ONCE = 2000
#: A finished file can be fetched so long.
KEPT_FOR = timedelta(minutes=30)
_SWEEP_SECONDS = 60.0


class JobState(StrEnum):
    """How far an export has come."""

    WAITING = "waiting"  # another one is being written
    RUNNING = "running"
    READY = "ready"  # until its link expires
    FAILED = "failed"  # nothing is left of it; it can be asked for again


UNDER_WAY = (JobState.WAITING.value, JobState.RUNNING.value)


class OthersNow(NotFound):
    """The file holds people whom its owner no longer sees."""

    message = N_("The people in the file are no longer those whom you see.")
    next_step = N_("Go to the review table and ask for it again.")


class _Stopped(Exception):
    """The server stops, or somebody who would be in the file is erased."""


@dataclass(frozen=True)
class JobView:
    """An export as its page shows it."""

    id: str
    kind: str
    query: str
    state: JobState
    rows_done: int
    rows_total: int
    expires_at: datetime


class Exports:
    """The exports of everybody.

    Args:
        folder: of the files; made and emptied at start.
        now: the clock, UTC without a zone.
    """

    def __init__(
        self,
        database: Database,
        review: Review,
        languages: Languages,
        folder: Path,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.database = database
        self.review = review
        self.languages = languages
        self.folder = folder
        self.now = now
        #: Whose lines are in which file; files don't survive the server either.
        self._people: dict[str, frozenset[str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._one_at_a_time = asyncio.Semaphore(1)
        self._stopping = Event()

    def start(self) -> None:
        """Forget the files of before, and sweep until `close`."""
        self._empty()
        with self.database.transaction() as session:
            session.execute(delete(ExportJob).where(ExportJob.state == JobState.READY.value))
            session.execute(
                update(ExportJob)
                .where(ExportJob.state.in_(UNDER_WAY))
                .values(state=JobState.FAILED.value)
            )
        self._keep(self._sweep())

    async def close(self) -> None:
        """Break off what is being written; safe to call twice, and without `start`."""
        self._stopping.set()
        tasks, self._tasks = self._tasks, set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def ask(self, person_id: str, kind: str, chosen: Filter, language: str) -> str:
        """The id of the person's export that is under way, or of a new one.

        Raises:
            BadRequest: there is no such kind of file.
        """
        if kind not in KINDS:
            raise BadRequest
        with self.database.transaction() as session:
            mine = ExportJob.person_id == person_id
            found = session.scalars(
                select(ExportJob.id).where(mine, ExportJob.state.in_(UNDER_WAY))
            ).first()
            if found is not None:
                return found
            job = ExportJob(
                person_id=person_id,
                kind=kind,
                query=chosen.address(),
                language=language,
                created_at=self.now(),
                expires_at=self.now() + KEPT_FOR,
            )
            session.add(job)
            session.flush()
            job_id = job.id
        self._keep(self._run(job_id))
        return job_id

    def get(self, job_id: str, person_id: str) -> JobView:
        """A person's own export.

        Raises:
            NotFound: there is none, it is another person's, or its link has expired.
        """
        with self.database.transaction() as session:
            job = session.get(ExportJob, job_id)
        if job is None or job.person_id != person_id or job.expires_at <= self.now():
            raise NotFound(
                N_("The file is no longer there."),
                N_("Go to the review table and ask for it again."),
            )
        return JobView(
            job.id,
            job.kind,
            job.query,
            JobState(job.state),
            job.rows_done,
            job.rows_total,
            job.expires_at,
        )

    def file(self, job_id: str, person_id: str) -> Path:
        """The finished file of a person's own export.

        Raises:
            NotFound: there is none.
            OthersNow: it holds people whom the person no longer sees; it is gone now.
        """
        job = self.get(job_id, person_id)
        path = self._path(job.id, job.kind)
        people = self._people.get(job.id)
        if job.state is not JobState.READY or people is None or not path.exists():
            raise NotFound
        if len(self.review.in_sight(tuple(people), self.review.sight(person_id))) < len(people):
            self._drop(job.id)
            raise OthersNow
        return path

    def forget(self, person_id: str) -> None:
        """Somebody has been erased: no file holds them any more."""
        for job_id, people in list(self._people.items()):
            if person_id in people:
                self._drop(job_id)

    def sweep(self) -> None:
        """Remove the exports whose link has expired, and their files."""
        with self.database.transaction() as session:
            over = session.scalars(select(ExportJob).where(ExportJob.expires_at <= self.now()))
            for job in over.all():
                if job.state not in UNDER_WAY:
                    self._people.pop(job.id, None)
                    self._path(job.id, job.kind).unlink(missing_ok=True)
                    session.delete(job)

    def _keep(self, running: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(running)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            try:
                await asyncio.to_thread(self.sweep)
            except (OSError, SQLAlchemyError):
                log.exception("old exports could not be removed; tried again")

    async def _run(self, job_id: str) -> None:
        async with self._one_at_a_time:
            await asyncio.to_thread(self._write, job_id)

    def _write(self, job_id: str) -> None:
        """Write a file; however it goes, the job says so."""
        with self.database.transaction() as session:
            job = session.get(ExportJob, job_id)
        if job is None:  # the person has been erased meanwhile
            return
        path = self._path(job.id, job.kind)
        try:
            self._set(job_id, state=JobState.RUNNING.value)
            # the owner's alone from the first byte
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            total = self._write_rows(job, path)
        except _Stopped:
            self._drop(job_id)
        except Exception as error:
            log.exception("an export failed: %s", type(error).__name__)
            self._drop(job_id)
        else:
            self._set(
                job_id,
                state=JobState.READY.value,
                rows_done=total,
                expires_at=self.now() + KEPT_FOR,
            )

    def _write_rows(self, job: ExportJob, path: Path) -> int:
        # what the person sees may be another than when it was asked for
        sight = self.review.sight(job.person_id)
        chosen = self.review.read(query_of(job.query), sight)
        people = self.review.chosen(chosen, sight)
        self._people[job.id] = frozenset(people)
        self._set(job.id, rows_total=len(people))
        modules = self.review.course().modules
        words = TableWords(
            self.languages[job.language],
            [module.text(module.title, job.language) for module in modules],
            left=chosen.left,
        )

        def tell(rows: int) -> None:
            if self._stopping.is_set() or job.id not in self._people:
                raise _Stopped
            self._set(job.id, rows_done=rows)

        lines = counted(self.review.lines(people), CHUNK, tell)
        write_table(job.kind, words, [module.name for module in modules], lines, path)
        tell(len(people))
        return len(people)

    def _drop(self, job_id: str) -> None:
        """Remove an export's file; it can be asked for again."""
        self._people.pop(job_id, None)
        for kind in KINDS:
            self._path(job_id, kind).unlink(missing_ok=True)
        self._set(job_id, state=JobState.FAILED.value)

    def _set(self, job_id: str, **values: object) -> None:
        with self.database.transaction() as session:
            session.execute(update(ExportJob).where(ExportJob.id == job_id).values(**values))

    def _path(self, job_id: str, kind: str) -> Path:
        return self.folder / f"{job_id}.{kind}"

    def _empty(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700, parents=True)
