"""The IT department's page: what to set, what to open, and what stands in people's way."""

import asyncio
import os
from collections.abc import Iterator, Mapping

from tornado.web import RequestHandler

from motesklar.equipment.causes import FEWEST, REST, SPLITS, Cause
from motesklar.equipment.manager import CAUSES_DAYS
from motesklar.equipment.names import BROWSERS, CHECKS, SYSTEMS, VERDICTS
from motesklar.equipment.network import openings
from motesklar.equipment.policies import origin_of, policy_texts
from motesklar.i18n import N_
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler
from motesklar.web.table_csv import write_csv

SPLIT_NAMES: Mapping[str, str] = {
    "browser": N_("By web browser"),
    "system": N_("By system"),
    "department": N_("By department"),
}


class ITHandler(CourseHandler):
    """What the page and the file have in common."""

    access = Access.ADMINISTRATOR

    def part_name(self, split: str, name: str) -> str:
        """What a part of a split is called; departments are called as they are."""
        gettext = self.translation.gettext
        if name == REST:
            return gettext("All others together")
        known = {"browser": BROWSERS, "system": SYSTEMS}.get(split, {})
        return gettext(known.get(name, name)) if known else name


class ITPage(ITHandler):
    """`GET /equipment/it`."""

    async def get(self) -> None:
        """Show it, with this course's own settings in it."""
        services = self.services
        # a year's facts of a big organisation take a moment to read, and others are waiting
        causes = await asyncio.to_thread(services.equipment.causes)
        call, origin = services.settings.call, origin_of(services.public_url)
        self.render_page(
            "equipment/it.html",
            origin=origin,
            secure=origin.startswith("https:"),
            policies={one.place.value: one.text for one in policy_texts(origin)},
            openings=openings(call, services.public_url, call.workers or os.cpu_count() or 1),
            call=call,
            causes=causes,
            days=CAUSES_DAYS,
            fewest=FEWEST,
            splits=SPLIT_NAMES,
            check_names=CHECKS,
            verdict_names=VERDICTS,
            part_name=self.part_name,
        )


class CausesCsv(ITHandler):
    """`GET /equipment/it/causes.csv`: the totals as a table."""

    async def get(self) -> None:
        """Hand out the file."""
        causes = await asyncio.to_thread(self.services.equipment.causes)
        gettext = self.translation.gettext
        header = [
            gettext(words)
            for words in (
                N_("What was tested"),
                N_("Result"),
                N_("Cause"),
                N_("Counted by"),
                N_("Name"),
                N_("People"),
            )
        ]
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header(
            "Content-Disposition", 'attachment; filename="motesklar-equipment-causes.csv"'
        )
        rows = [row for cause in causes for row in self._rows(cause)]
        self.finish(write_csv(header, rows))

    def _rows(self, cause: Cause) -> Iterator[list[str]]:
        gettext = self.translation.gettext
        about = [
            gettext(CHECKS[cause.check]),
            gettext(VERDICTS[cause.verdict]),
            cause.finding,
        ]
        yield [*about, gettext("All"), "", str(cause.people)]
        for split in SPLITS:
            for name, people in cause.splits[split]:
                words = gettext(SPLIT_NAMES[split])
                yield [*about, words, self.part_name(split, name), str(people)]


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/equipment/it", ITPage),
    (r"/equipment/it/causes\.csv", CausesCsv),
]
