"""What the handlers of this room share: form fields, told errors, the session's cookie."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tornado.web import HTTPError

from motesklar.accounts.manager import Accounts
from motesklar.accounts.redirects import local_page
from motesklar.accounts.tokens import new_token
from motesklar.errors import Forbidden, MotesklarError, TooMany
from motesklar.i18n import N_
from motesklar.web.base import CourseHandler
from motesklar.web.visitor import SESSION_COOKIE

#: Names a browser that tries codes or asks for links, to count them; gone with its window.
BROWSER_COOKIE = "motesklar_browser"
#: This browser was signed in with the organisation's own account, so it signs out there too.
OIDC_COOKIE = "motesklar_oidc_used"
#: The session's end is decided by the database and moves with use; the cookie only has to last.
_COOKIE_DAYS = 365


class StaleForm(Forbidden):
    """The form has no valid XSRF field: it stood open too long, or cookies are switched off."""

    code = "stale_form"
    message = N_("We could not see that this came from you.")
    next_step = N_(
        "Go back, reload the page and try again. If it happens again, "
        "your web browser may be set to refuse cookies: ask for help."
    )


@dataclass(frozen=True)
class FieldError:
    """An error in plain words, beside the field it is about.

    Args:
        field: id of the input; `""` for the page as a whole.
    """

    field: str
    message: str
    next_step: str


class AccountHandler(CourseHandler):
    """Pages of signing in and of people."""

    @property
    def accounts(self) -> Accounts:
        """The room's manager."""
        return self.services.accounts

    def check_xsrf_cookie(self) -> None:
        """As tornado does, told in plain words."""
        try:
            super().check_xsrf_cookie()
        except HTTPError as error:
            raise StaleForm from error

    def field(self, name: str) -> str:
        """A field of the form, `""` when it was left out."""
        return str(self.get_body_argument(name, ""))

    @property
    def wants_shared(self) -> bool:
        """Whether the visitor said that several people use this device."""
        return bool(self.field("shared"))

    @property
    def next_page(self) -> str:
        """Where to go after signing in: a page of ours, the start page if none was asked for."""
        return local_page(self.get_argument("next", ""), self.settings["base_url"])

    def browser(self) -> str:
        """An anonymous name for this browser, kept in a cookie that only we can make."""
        cookie = self.get_signed_cookie(BROWSER_COOKIE)
        if cookie:
            return cookie.decode()
        browser = new_token()
        self.set_signed_cookie(
            BROWSER_COOKIE, browser, expires_days=None, **self._cookie_attributes()
        )
        return browser

    def tell(self, error: MotesklarError, field: str = "") -> FieldError:
        """The error in the visitor's language; sets the status of the answer."""
        self.set_status(error.status)
        if isinstance(error, TooMany):
            self.set_header("Retry-After", "60")
        return self.told(error, field)

    def told(self, error: MotesklarError, field: str = "") -> FieldError:
        """The error in the visitor's language."""
        gettext = self.translation.gettext
        message = gettext(error.message) % error.params if error.params else gettext(error.message)
        return FieldError(field, message, gettext(error.next_step))

    async def erase(self, person_id: str) -> str:
        """Erase somebody on the signed-in person's word; returns the receipt's id.

        Raises:
            NotFound: there is nobody with that id.
            Conflict: it is the last administrator.
        """
        # nbgrader's part is removed twice: the process for it is started once
        async with self.services.exercises.erasing() as forget:
            return await self.accounts.erase_person(
                person_id, lambda who: forget(who, ""), actor_id=self.person.person_id
            )

    def enter(self, token: str, *, shared_device: bool, page: str = "") -> None:
        """Give the browser its new session and go on, to `page` if it is named.

        The session that the browser had before ends.
        """
        before = self.get_cookie(SESSION_COOKIE)
        if before:
            self.services.sessions.end(before)
        if shared_device:
            # whoever sat here last may have walked away without signing out
            self.set_header("Clear-Site-Data", '"storage"')
        self.set_cookie(
            SESSION_COOKIE,
            token,
            expires_days=None if shared_device else _COOKIE_DAYS,
            **self._cookie_attributes(),
        )
        self.go(page or self.next_page)

    def leave(self) -> None:
        """End the session; on a shared device nothing of the person stays in the browser."""
        token = self.get_cookie(SESSION_COOKIE)
        # a session that has already run out may have been a shared one
        leaves_nothing = bool(token) and (self.session is None or self.session.shared_device)
        if token:
            self.services.sessions.end(token)
        self.clear_cookie(SESSION_COOKIE, **self._cookie_attributes())
        if leaves_nothing:
            self.set_header("Clear-Site-Data", '"cache", "cookies", "storage"')

    def go(self, address: str, **query: str) -> None:
        """Send the browser on with GET."""
        self.set_header("Cache-Control", "no-store")
        self.redirect(f"{address}?{urlencode(query)}" if query else address, status=303)

    def _cookie_attributes(self) -> dict[str, Any]:
        https = self.services.public_url.startswith("https:") or self.request.protocol == "https"
        return {
            "path": self.settings["base_url"],
            "httponly": True,
            "samesite": "Lax",
            "secure": https,
        }
