"""Every address of the course. What is not listed here does not exist."""

import re
from typing import Any

from tornado.web import RequestHandler

from motesklar.accounts.handlers import ROUTES as ACCOUNTS
from motesklar.adoption.handlers import ROUTES as ADOPTION
from motesklar.adoption.trip_handlers import ROUTES as TRIPS
from motesklar.call.handlers import ROUTES as CALL
from motesklar.call.partner.handlers import ROUTES as CLIPS
from motesklar.call.rooms.handlers import ROUTES as ROOMS
from motesklar.capacity.handlers import ROUTES as CAPACITY
from motesklar.certificates.handlers import ROUTES as CERTIFICATES
from motesklar.doctor.handlers import ROUTES as DOCTOR
from motesklar.equipment.handlers import ROUTES as EQUIPMENT
from motesklar.equipment.mirror import ROUTES as MIRROR
from motesklar.exercises.handlers import ROUTES as EXERCISES
from motesklar.glossary.handlers import ROUTES as GLOSSARY
from motesklar.letters.handlers import ROUTES as LETTERS
from motesklar.oidc.handlers import ROUTES as OIDC
from motesklar.operation.handlers import ROUTES as OPERATION
from motesklar.overlay.pictures import ROUTES as PICTURES
from motesklar.pages.handlers import ROUTES as PAGES
from motesklar.privacy.fault_handlers import ROUTES as FAULTS
from motesklar.privacy.handlers import ROUTES as PRIVACY
from motesklar.privacy.log_handlers import ROUTES as LOG
from motesklar.privacy.my_handlers import ROUTES as MY_DATA
from motesklar.review.export_handlers import ROUTES as REVIEW_EXPORTS
from motesklar.review.handlers import ROUTES as REVIEW
from motesklar.review.person_handlers import ROUTES as REVIEW_PEOPLE
from motesklar.review.plan_handlers import ROUTES as REVIEW_PLANS
from motesklar.review.question_handlers import ROUTES as REVIEW_QUESTIONS
from motesklar.review.reading_handlers import ROUTES as REVIEW_READING
from motesklar.review.regrade_handlers import ROUTES as REVIEW_REGRADE
from motesklar.service.handlers import ROUTES as SERVICE
from motesklar.web.catalogue import ROUTES as CATALOGUE
from motesklar.web.health import ROUTES as HEALTH
from motesklar.web.home import ROUTES as HOME
from motesklar.web.static_files import ROUTES as STATIC
from motesklar.workshops.after.feedback_handlers import ROUTES as FEEDBACK
from motesklar.workshops.after.report_handlers import ROUTES as REPORTS
from motesklar.workshops.guest_handlers import ROUTES as GUESTS
from motesklar.workshops.handlers import ROUTES as WORKSHOPS
from motesklar.workshops.help.handlers import ROUTES as WORKSHOP_HELP
from motesklar.workshops.papers.handlers import ROUTES as PAPERS
from motesklar.workshops.roster.handlers import ROUTES as ROSTERS
from motesklar.workshops.sheet.plan_handlers import ROUTES as PLANS
from motesklar.workshops.sheet.running_handlers import ROUTES as RUNNING

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    *HEALTH,
    *DOCTOR,
    *STATIC,
    *CATALOGUE,
    *PICTURES,
    *HOME,
    *GLOSSARY,
    *ACCOUNTS,
    *OIDC,
    *LETTERS,
    *EXERCISES,
    *PAGES,
    *CALL,
    *CLIPS,
    *ROOMS,
    *MIRROR,
    *GUESTS,
    *WORKSHOPS,
    *ROSTERS,
    *PAPERS,
    *REPORTS,
    *FEEDBACK,
    *PLANS,
    *RUNNING,
    *WORKSHOP_HELP,
    *EQUIPMENT,
    *REVIEW,
    *REVIEW_PEOPLE,
    *REVIEW_QUESTIONS,
    *REVIEW_READING,
    *REVIEW_REGRADE,
    *REVIEW_PLANS,
    *REVIEW_EXPORTS,
    *ADOPTION,
    *TRIPS,
    *CAPACITY,
    *OPERATION,
    *SERVICE,
    *CERTIFICATES,
    *MY_DATA,
    *PRIVACY,
    *LOG,
    *FAULTS,
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
