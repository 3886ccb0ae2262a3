"""The log of views and changes: a page to search, and files of the same."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date

from tornado.web import RequestHandler

from motesklar.i18n import N_
from motesklar.privacy.actions import ACTIONS
from motesklar.privacy.log import LogFilter, LogLine
from motesklar.privacy.my_handlers import PrivacyHandler
from motesklar.privacy.subjects import Subjects
from motesklar.store.models import iso
from motesklar.web.table_csv import write_csv


class Log(PrivacyHandler):
    """`GET /privacy/log`: who has looked at or changed whose data."""

    async def get(self) -> None:
        """A page of what the filter chooses."""
        chosen = self.read_filter()
        log = self.services.privacy.log
        asked = self.get_query_argument("page", "1")
        number = int(asked) if asked.isdecimal() and len(asked) < 7 else 1
        page = await asyncio.to_thread(log.page, chosen, number)
        if number == 1:  # turning the pages is one look
            self.accounts.note(self.person.person_id, "log viewed", "")
        self.render_page(
            "privacy/log.html",
            page=page,
            chosen=chosen,
            actions=log.actions(),
            words=self.words,
            subjects=self.subjects(page.lines),
            days=self.services.settings.retention.log,
            shown_time=self.shown_time,
        )

    def read_filter(self) -> LogFilter:
        """What the address asks for; a day that can't be read is left open."""
        query = {
            name: self.get_query_argument(name, "").strip()[:120]
            for name in ("since", "until", "actor", "action", "person")
        }
        return LogFilter(
            _day(query["since"]),
            _day(query["until"]),
            query["actor"],
            query["action"],
            query["person"],
        )

    def subjects(self, lines: Iterable[LogLine]) -> Subjects:
        """Tells what the lines are about."""
        named = self.services.privacy.log.titles(lines)
        return Subjects(self.translation, self.module_titles, named)

    def words(self, action: str) -> str:
        """An action in plain words."""
        return self.translation.gettext(ACTIONS[action]) if action in ACTIONS else action


class LogFile(Log):
    """`GET /privacy/log.csv` and `.json`: everything that the filter chooses."""

    async def get(self, kind: str) -> None:  # type: ignore[override]
        """The file."""
        chosen = self.read_filter()
        lines = await asyncio.to_thread(lambda: list(self.services.privacy.log.lines(chosen)))
        self.accounts.note(self.person.person_id, "log exported", str(len(lines)))
        if kind == "json":
            rows = [asdict(line) | {"at": iso(line.at)} for line in lines]
            self.send(
                json.dumps(rows, ensure_ascii=False), "application/json", "motesklar-log.json"
            )
        else:
            self.send(self.csv(lines), "text/csv", "motesklar-log.csv")

    def csv(self, lines: Iterable[LogLine]) -> str:
        """The table of the page."""
        gettext = self.translation.gettext
        header = [
            N_("When"),
            N_("Done by"),
            N_("Number"),
            N_("What happened"),
            N_("About"),
            N_("Name"),
        ]
        rows = (
            [iso(one.at), one.actor, one.actor_id, self.words(one.action), one.subject, one.person]
            for one in lines
        )
        return write_csv([gettext(name) for name in header], rows)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/privacy/log", Log),
    (r"/privacy/log\.(csv|json)", LogFile),
]
