"""The administrator's overview, the settings in plain words, and the backups."""

import asyncio
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from babel.dates import format_timedelta
from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler

from motesklar import __version__
from motesklar.clock import shown_time
from motesklar.config import own_values
from motesklar.operation.backups import Backup
from motesklar.operation.errors import BackupFailed
from motesklar.operation.explained import Consequence, Source, explain
from motesklar.operation.sizes import Sizes, on_same_disk, sizes_of
from motesklar.sizes import shown_size
from motesklar.store.models import utcnow
from motesklar.store.schema import revisions
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler

_CHUNK = 256 * 1024


class _OperationHandler(CourseHandler):
    """Times and sizes in the reader's language."""

    access = Access.ADMINISTRATOR

    def local(self, at: datetime) -> str:
        """A time as the server's clock has it."""
        return shown_time(at, self.language)

    def ago(self, at: datetime) -> str:
        """How long ago that was."""
        return format_timedelta(at - utcnow(), add_direction=True, locale=self.language)

    def size(self, count: int) -> str:
        """Bytes as people read them."""
        return shown_size(count, self.language)


class Overview(_OperationHandler):
    """`GET /administration`."""

    async def get(self) -> None:
        """How the installation is, and the ways to its rooms."""
        services = self.services
        sizes, free = await asyncio.to_thread(self._look)
        self.render_page(
            "operation/overview.html",
            version=__version__,
            schema=revisions()[-1],
            sizes=sizes,
            free=free,
            newest=next(iter(services.backups.all()), None),
            failed=services.backups.failed is not None,
            size=self.size,
            ago=self.ago,
        )

    def _look(self) -> tuple[Sizes, int]:
        data = self.services.data
        return sizes_of(data), shutil.disk_usage(data.root).free


class SettingsPage(_OperationHandler):
    """`GET /settings`: what course.toml says, and what follows from it."""

    def get(self) -> None:
        """Only shows: files are changed with an editor, where somebody can take it back."""
        services = self.services
        file = services.overlay / "course.toml" if services.overlay else None
        own = own_values(file) if file else {}
        self.render_page(
            "operation/settings.html",
            sections=explain(
                services.settings,
                own,
                demo=services.demo,
                same_disk=on_same_disk(services.data, services.backups.folder),
            ),
            own_file=file if own else None,
            Source=Source,
            told=self._told,
            shown=self._shown,
        )

    def _told(self, consequence: Consequence) -> str:
        message = self.translation.gettext(consequence.message)
        return message % consequence.params if consequence.params else message

    def _shown(self, value: Any) -> list[str]:
        """A value, line by line."""
        gettext = self.translation.gettext
        if isinstance(value, bool):
            return [gettext("yes") if value else gettext("no")]
        if isinstance(value, dict):
            return [f"{key}: {', '.join(self._shown(one))}" for key, one in value.items()]
        if isinstance(value, list | tuple):
            return [line for one in value for line in self._shown(one)]
        return [str(value)] if str(value) else []


class BackupsPage(_OperationHandler):
    """`GET` and `POST /administration/backups`: the list, and one more now."""

    def get(self) -> None:
        """Show the list."""
        self._show(done=bool(self.get_query_argument("done", "")))

    async def post(self) -> None:
        """Make one; it takes as long as it takes."""
        backups = self.services.backups
        try:
            # whoever closes the page must not leave half of it
            await asyncio.shield(backups.make_now(self.person.person_id))
        except BackupFailed as error:
            self.set_status(error.status)
            self._show(problem=self.explained(error))
        else:
            backups.failed = None
            self.redirect(self.url("/administration/backups?done=1"), status=303)

    def _show(self, *, done: bool = False, problem: dict[str, str] | None = None) -> None:
        backups = self.services.backups
        section = next(
            one
            for one in explain(
                self.services.settings,
                {},
                demo=self.services.demo,
                same_disk=on_same_disk(self.services.data, backups.folder),
            )
            if one.name == "backup"
        )
        told = [self.translation.gettext(one.message) for one in section.consequences]
        params = [one.params for one in section.consequences]
        self.render_page(
            "operation/backups.html",
            done=done,
            problem=problem,
            backups=backups.all(),
            folder=str(backups.folder),
            failed=backups.failed is not None,
            consequences=[
                text % values if values else text for text, values in zip(told, params, strict=True)
            ],
            size=self.size,
            ago=self.ago,
            local=self.local,
        )


class BackupDownload(CourseHandler):
    """`GET /administration/backups/<name>`: one, as a file."""

    access = Access.ADMINISTRATOR

    async def get(self, name: str) -> None:
        """Hand it out piece by piece; note who took it."""
        backup: Backup = self.services.backups.find(name)
        self.services.backups.note(self.person.person_id, "backup taken", name)
        self.set_header("Content-Type", "application/gzip")
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.set_header("Content-Length", str(backup.bytes))
        await self._send(backup.path)

    async def _send(self, path: Path) -> None:
        with path.open("rb") as file:
            while chunk := await asyncio.to_thread(file.read, _CHUNK):
                self.write(chunk)
                try:
                    await self.flush()
                except StreamClosedError:  # they have changed their mind
                    return


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/administration", Overview),
    (r"/administration/backups", BackupsPage),
    (r"/administration/backups/(motesklar-[0-9]{8}-[0-9]{6}\.tar\.gz)", BackupDownload),
    (r"/settings", SettingsPage),
]
