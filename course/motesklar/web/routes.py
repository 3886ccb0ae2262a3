"""Every address of the course. What is not listed here does not exist."""

import re
from typing import Any

from tornado.web import RequestHandler

from motesklar.accounts.handlers import ROUTES as ACCOUNTS
from motesklar.call.handlers import ROUTES as CALL
from motesklar.call.partner.handlers import ROUTES as CLIPS
from motesklar.call.rooms.handlers import ROUTES as ROOMS
from motesklar.capacity.handlers import ROUTES as CAPACITY
from motesklar.doctor.handlers import ROUTES as DOCTOR
from motesklar.equipment.handlers import ROUTES as EQUIPMENT
from motesklar.equipment.mirror import ROUTES as MIRROR
from motesklar.exercises.handlers import ROUTES as EXERCISES
from motesklar.overlay.pictures import ROUTES as PICTURES
from motesklar.pages.handlers import ROUTES as PAGES
from motesklar.review.handlers import ROUTES as REVIEW
from motesklar.web.catalogue import ROUTES as CATALOGUE
from motesklar.web.health import ROUTES as HEALTH
from motesklar.web.home import ROUTES as HOME
from motesklar.web.static_files import ROUTES as STATIC
from motesklar.workshops.handlers import ROUTES as WORKSHOPS

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    *HEALTH,
    *DOCTOR,
    *STATIC,
    *CATALOGUE,
    *PICTURES,
    *HOME,
    *ACCOUNTS,
    *EXERCISES,
    *PAGES,
    *CALL,
    *CLIPS,
    *ROOMS,
    *MIRROR,
    *WORKSHOPS,
    *EQUIPMENT,
    *REVIEW,
    *CAPACITY,
]


def tornado_routes(base_url: str) -> list[tuple[Any, ...]]:
    """The table under the base URL, as tornado takes it."""
    prefix = re.escape(base_url.rstrip("/"))
    routes: list[tuple[Any, ...]] = []
    for pattern, handler in ROUTES:
        # tornado's file handler wants a root; ours knows its own two
        arguments = {"path": ""} if (pattern, handler) in STATIC else {}
        routes.append((prefix + pattern, handler, arguments))
    return routes
