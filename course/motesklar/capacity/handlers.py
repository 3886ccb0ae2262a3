"""The capacity panel, as a page and as figures that the page fetches again."""

from datetime import UTC
from typing import Any

from babel.dates import LOCALTZ
from tornado.web import RequestHandler

from motesklar.capacity.figures import TemplateState
from motesklar.capacity.manager import Capacity, TemplateFigures, versions
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler

_MIB = 1024 * 1024


class CapacityPage(CourseHandler):
    """`GET /capacity`: complete without any script; a script keeps it new."""

    access = Access.ADMINISTRATOR

    def get(self) -> None:
        """Show the figures of this moment."""
        capacity = self.services.capacity.look()
        self.render_page(
            "capacity/page.html",
            capacity=capacity,
            clock=capacity.at.replace(tzinfo=UTC).astimezone(LOCALTZ).strftime("%H:%M:%S"),
            templates=[self._row(template) for template in capacity.templates],
            versions=versions(),
            TemplateState=TemplateState,
            mebibytes=lambda count: f"{count / _MIB:.1f}".replace(".", self._decimal_sign),
        )

    @property
    def _decimal_sign(self) -> str:
        return "," if self.language.startswith("sv") else "."

    def _row(self, template: TemplateFigures) -> dict[str, Any]:
        view = template.view
        title = ""
        if view.module is not None:
            module = self.services.course.module(view.module)
            title = module.text(module.title, self.language)
        language = self.services.languages.name(view.language) if view.language else ""
        return {
            "view": view,
            "title": title,
            "language": language,
            "private_bytes": template.private_bytes,
        }


class CapacityFigures(CourseHandler):
    """`GET /api/capacity`: the panel's inside, as it is now."""

    access = Access.ADMINISTRATOR

    def get(self) -> None:
        """The figures, in bytes and seconds."""
        self.write_json(as_json(self.services.capacity.look()))


def as_json(capacity: Capacity) -> dict[str, Any]:
    """The figures for scripts and monitoring."""
    return {
        "at": capacity.at.isoformat(timespec="seconds"),
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
                "private_bytes": template.private_bytes,
            }
            for template in capacity.templates
        ],
    }


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/capacity", CapacityPage),
    (r"/api/capacity", CapacityFigures),
]
