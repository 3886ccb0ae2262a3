"""The base of our pages and JSON: access first, then the answer, errors told in plain words."""

import json
import logging
from http.client import responses
from typing import Any, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, ValidationError
from tornado.web import HTTPError

from motesklar.errors import (
    BadRequest,
    DataErased,
    MotesklarError,
    NotFound,
    NotSignedIn,
    TooLarge,
    explained,
)
from motesklar.web.access import Access
from motesklar.web.templates import render_template
from motesklar.web.visitor import SESSION_COOKIE, Visitor

log = logging.getLogger("motesklar.web")

MAX_JSON_BYTES = 64 * 1024

Body = TypeVar("Body", bound=BaseModel)


class CourseHandler(Visitor):
    """Pages and JSON of the course."""

    def prepare(self) -> None:
        """Refuse who may not come here."""
        self.check_visitor()
        if self.session is not None:
            # somebody's own page: neither a proxy nor the next person's back button may keep it
            self.set_header("Cache-Control", "no-store")

    @property
    def wants_json(self) -> bool:
        """Whether errors are told to a script rather than shown to a person."""
        return "/api/" in self.request.path

    def url(self, path: str) -> str:
        """An address of ours under the base URL; `path` starts with a slash."""
        base: str = self.settings["base_url"]
        return base.rstrip("/") + path

    def render_page(self, template: str, /, **context: Any) -> None:
        """Answer with a page in the visitor's language."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(render_template(self, template, **context))

    def read_json(self, model: type[Body]) -> Body:
        """The request's JSON body, checked.

        Raises:
            BadRequest: it is no JSON of that shape.
            TooLarge: it is over 64 KiB.
        """
        if len(self.request.body) > MAX_JSON_BYTES:
            raise TooLarge
        try:
            return model.model_validate_json(self.request.body)
        except ValidationError as error:
            raise BadRequest from error

    def write_json(self, value: Any, status: int = 200) -> None:
        """Answer with JSON."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(value, ensure_ascii=False, default=str))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Our own errors are answers; a fault is logged whole, but without who asked for what."""
        if not isinstance(value, MotesklarError | HTTPError):
            facts = {"case": self.case_code}
            log.error(
                "fault in %s",
                type(self).__name__,
                exc_info=(typ, value, tb),
                extra={"facts": facts},
            )

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Take the status from our own errors."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, MotesklarError):
            status_code = error.status
        super().send_error(status_code, **kwargs)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Tell what happened and what to do next, in the visitor's language."""
        error = self._error_of(status_code, kwargs.get("exc_info", (None, None, None))[1])
        told = self.explained(error)
        if self.wants_json:
            self.write_json({"error": told}, status_code)
        elif self._leads_to_sign_in(error):
            self.redirect(self.url("/sign-in?") + urlencode({"next": self.request.uri or "/"}))
        else:
            if isinstance(error, DataErased):
                # told once; the next page is the way in
                self.clear_cookie(SESSION_COOKIE, path=self.settings["base_url"])
            self.render_page(
                "error.html",
                status=status_code,
                message=told["message"],
                next_step=told["next_step"],
            )

    def _leads_to_sign_in(self, error: MotesklarError) -> bool:
        if isinstance(error, DataErased) or self.request.method != "GET":
            return False
        return isinstance(error, NotSignedIn)

    def explained(self, error: MotesklarError) -> dict[str, str]:
        """An error's code, message and next step, in the visitor's language."""
        return explained(error, self.translation)

    @staticmethod
    def _error_of(status_code: int, error: BaseException | None) -> MotesklarError:
        if isinstance(error, MotesklarError):
            return error
        if status_code == 404:
            return NotFound()
        if 400 <= status_code < 500:
            reason = error.log_message if isinstance(error, HTTPError) else None
            log.info("refused %s: %s", status_code, reason or responses.get(status_code, ""))
            return BadRequest()
        return MotesklarError()


class NotFoundHandler(CourseHandler):
    """Every address that nobody answers."""

    access = Access.PUBLIC

    def prepare(self) -> None:
        """Always 404, signed in or not."""
        raise NotFound
