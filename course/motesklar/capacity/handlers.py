"""The capacity panel, as a page and as figures that the page fetches again."""

from datetime import UTC, datetime
from typing import Any

from babel.dates import LOCALTZ, format_datetime
from tornado.web import RequestHandler

from motesklar.capacity.figures import TemplateState
from motesklar.capacity.manager import Capacity, Judgement, TemplateFigures, versions
from motesklar.clock import MOMENT, local
from motesklar.sizes import shown_size
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler


class CapacityPage(CourseHandler):
    """`GET /capacity`: complete without any script; a script keeps it new."""

    access = Access.ADMINISTRATOR

    async def get(self) -> None:
        """Show the figures of this moment."""
        capacity = await self.services.capacity.look()
        self.render_page(
            "capacity/page.html",
            capacity=capacity,
            clock=local(capacity.at).strftime("%H:%M:%S"),
            templates=[self._row(template) for template in capacity.templates],
            versions=versions(),
            TemplateState=TemplateState,
            Judgement=Judgement,
            size=lambda count: shown_size(int(count), self.language),
        )

    def _row(self, template: TemplateFigures) -> dict[str, Any]:
        view = template.view
        return {
            "view": view,
            "title": self._title(view.module) if view.module else "",
            "language": self.services.languages.name(view.language) if view.language else "",
            "built": self._local(view.built_at) if view.built_at else "",
            "private_bytes": template.private_bytes,
        }

    def _title(self, name: str) -> str:
        """A module's title; its name where the course has dropped it while pages were open."""
        titles = {m.name: m.text(m.title, self.language) for m in self.services.course.modules}
        return titles.get(name, name)

    def _local(self, at: datetime) -> str:
        return format_datetime(at, MOMENT, tzinfo=LOCALTZ, locale=self.language)


class CapacityFigures(CourseHandler):
    """`GET /api/capacity`: the panel's inside, as it is now."""

    access = Access.ADMINISTRATOR

    async def get(self) -> None:
        """The figures, in bytes and seconds."""
        self.write_json(as_json(await self.services.capacity.look()))


def as_json(capacity: Capacity) -> dict[str, Any]:
    """The figures for scripts and monitoring."""
    return {
        "at": _utc(capacity.at),
        "judgement": capacity.judgement.value,
        "kernels": capacity.kernels,
        "cap": capacity.cap,
        "more": capacity.more,
        "waiting": len(capacity.waiting),
        "longest_wait_seconds": round(max(capacity.waiting, default=0.0), 1),
        "available_bytes": capacity.available_bytes,
        "kernel_bytes": {
            "mean": capacity.mean_kernel_bytes,
            "max": max(capacity.kernel_bytes, default=0),
            "total": sum(capacity.kernel_bytes),
        },
        "server_bytes": capacity.server_bytes,
        "template_bytes": capacity.template_bytes,
        "templates": [
            {
                "module": template.view.module,
                "language": template.view.language,
                "version": template.view.version,
                "build": template.view.build,
                "state": template.view.state.value,
                "reason": template.view.reason,
                "kernels": template.view.kernels,
                "restarts": template.view.restarts,
                "built_at": _utc(template.view.built_at) if template.view.built_at else None,
                "private_bytes": template.private_bytes,
            }
            for template in capacity.templates
        ],
        "versions": versions(),
    }


def _utc(at: datetime) -> str:
    """As others write times, with their zone: ours are UTC without saying so."""
    return at.replace(tzinfo=UTC).isoformat(timespec="seconds")


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/capacity", CapacityPage),
    (r"/api/capacity", CapacityFigures),
]
