"""Renders our Jinja templates with what every page needs."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from motesklar.clock import shown_day
from motesklar.web.addresses import catalogue_address, static_address
from motesklar.web.bundles import bundles

if TYPE_CHECKING:
    from motesklar.i18n import Translation
    from motesklar.web.base import CourseHandler

TEMPLATES = Path(__file__).parent / "templates"


@cache
def _localised(translation: Any) -> Environment:
    # an environment per language: Jinja keeps installed translations on it, and overlays share them
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(translation, newstyle=True)  # type: ignore[attr-defined]
    return environment


def render_template(handler: "CourseHandler", name: str, /, **context: Any) -> str:
    """The page `name` for the visitor of `handler`; `context` may hold any name, such as `name`."""
    environment = _localised(handler.translation)
    return environment.get_template(name).render(**page_context(handler), **context)


def render_alone(translation: "Translation", name: str, /, **context: Any) -> str:
    """A template that is no page of a visitor's, such as a mail."""
    return _localised(translation).get_template(name).render(**context)


def page_context(handler: "CourseHandler") -> dict[str, Any]:
    """What the frame of every page uses, and what any page may."""
    services = handler.services
    settings = services.settings
    language = handler.language
    title = settings.course.title
    return {
        "url": handler.url,
        "static": lambda path: handler.url(static_address(path)),
        "bundles": bundles(),
        "catalogue": handler.url(catalogue_address(handler.translation)),
        "language": language,
        "languages": [(code, services.languages.name(code)) for code in services.languages.codes()],
        "session": handler.session,
        "demo": services.demo,
        "help": settings.help,
        "help_hours": settings.help.hours.get(language, ""),
        "organisation": settings.organisation.name,
        "course_title": title.get(language) or next(iter(title.values())),
        "xsrf_token": handler.xsrf_token.decode(),
        "xsrf_field": Markup(handler.xsrf_form_html()),  # noqa: S704 - tornado escapes its own field
        "here": handler.request.path,
        "shown_day": lambda at: shown_day(at, language),
        "case_code": handler.case_code,
    }
