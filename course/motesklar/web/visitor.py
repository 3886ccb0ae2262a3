"""Who asks and in which language; the root of every handler, Jupyter's own included."""

from functools import cached_property
from typing import ClassVar

from tornado.web import RequestHandler

from motesklar.accounts.tokens import new_code
from motesklar.errors import DataErased, NotSignedIn
from motesklar.i18n import Translation
from motesklar.web.access import Access, check_access
from motesklar.web.security import HEADERS
from motesklar.web.services import Services
from motesklar.web.sessions import SessionView

SESSION_COOKIE = "motesklar_session"
LANGUAGE_COOKIE = "motesklar_language"
CASE_CODE_LENGTH = 6


class Visitor(RequestHandler):
    """Knows who asks and in which language. Mixed into Jupyter's own handlers as well."""

    access: ClassVar[Access] = Access.SIGNED_IN
    _session: SessionView | None = None
    _session_known = False

    @property
    def services(self) -> Services:
        """The running course."""
        services: Services = self.settings["services"]
        return services

    @property
    def session(self) -> SessionView | None:
        """The visitor's session, looked up once per request."""
        if not self._session_known:
            token = self.get_cookie(SESSION_COOKIE)
            self._session = self.services.sessions.find(token) if token else None
            self._session_known = True
        return self._session

    @property
    def person(self) -> SessionView:
        """The signed-in person.

        Raises:
            NotSignedIn: nobody is.
        """
        if self.session is None:
            raise NotSignedIn
        return self.session

    @property
    def language(self) -> str:
        """Chosen on this device, else by the person, else the course's default: Swedish first."""
        languages = self.services.languages
        chosen = self.get_cookie(LANGUAGE_COOKIE) or (self.session and self.session.language)
        if chosen and chosen in languages:
            return chosen
        return languages.default

    @cached_property
    def case_code(self) -> str:
        """What a person reads aloud, so that this page view is found in the log."""
        return new_code(CASE_CODE_LENGTH)

    @property
    def translation(self) -> Translation:
        """The visitor's sentences."""
        return self.services.languages[self.language]

    def set_default_headers(self) -> None:
        """Security headers on every answer, errors included."""
        for name, value in HEADERS.items():
            self.set_header(name, value)
        self.clear_header("Server")

    def check_visitor(self) -> None:
        """Enforce `access`; the first thing every handler does."""
        token = self.get_cookie(SESSION_COOKIE)
        is_gone = token and self.session is None and self.services.sessions.was_erased(token)
        if is_gone and self.access is not Access.PUBLIC:  # which stays open to them
            raise DataErased
        check_access(self.access, self.session)
