"""The person's own page, and who they are for the page's scripts."""

import asyncio
import json
from typing import Any

from tornado.web import RequestHandler

from motesklar.accounts.forms import AccountHandler
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler


class MyPage(AccountHandler):
    """`GET /me`: who you are in the course, and what you can do about it."""

    access = Access.SIGNED_IN

    def get(self) -> None:
        """Who you are, and the ways on."""
        self.render_page(
            "accounts/me.html",
            who=self.accounts.roster.get(self.person.person_id),
            language_name=self.services.languages.name(self.language),
            shared_device=self.person.shared_device,
        )


class MyExport(AccountHandler):
    """`GET /me/export`: all of it, as a file."""

    access = Access.SIGNED_IN

    async def get(self) -> None:
        """JSON to save."""
        person_id = self.person.person_id
        # a gradebook of many people takes a moment, and others are waiting
        known = await asyncio.to_thread(self.accounts.export_person, person_id, self.services.data)
        send_file(self, known, "motesklar-my-data.json")


class ApiMe(CourseHandler):
    """`GET /api/me`: the page learns who is there."""

    access = Access.SIGNED_IN

    def get(self) -> None:
        """The person, the language and the workshop they are in."""
        person = self.person
        self.write_json(
            {
                "person": {
                    "id": person.person_id,
                    "name": person.name,
                    "role": person.role.value,
                    "department": person.department,
                },
                "language": self.language,
                "workshop": self.services.workshops.membership(person.person_id),
                "shared_device": person.shared_device,
            }
        )


def send_file(handler: CourseHandler, value: dict[str, Any], name: str) -> None:
    """Answer with JSON that the browser saves."""
    handler.set_header("Content-Type", "application/json; charset=utf-8")
    handler.set_header("Content-Disposition", f'attachment; filename="{name}"')
    handler.finish(json.dumps(value, ensure_ascii=False, indent=2))


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/me", MyPage),
    (r"/me/export", MyExport),
    (r"/api/me", ApiMe),
]
