"""Signing in and out, on this device and another, and the language."""

from typing import Any
from urllib.parse import parse_qs

import segno
from markupsafe import Markup
from tornado.web import RequestHandler

from motesklar.accounts.forms import OIDC_COOKIE, AccountHandler, FieldError
from motesklar.accounts.import_handlers import ROUTES as IMPORT
from motesklar.accounts.links import HasLeft, Invitation
from motesklar.accounts.manager import BadEmail
from motesklar.accounts.me import ROUTES as ME
from motesklar.accounts.merge_handlers import ROUTES as MERGING
from motesklar.accounts.people import ROUTES as PEOPLE
from motesklar.accounts.person_handlers import ROUTES as PERSON
from motesklar.accounts.redirects import local_path
from motesklar.errors import BadRequest, NotFound, TooMany, UnknownCode
from motesklar.i18n import N_
from motesklar.store.models import LinkKind
from motesklar.web.access import Access
from motesklar.web.visitor import LANGUAGE_COOKIE

_LANGUAGE_DAYS = 365


class SignInPage(AccountHandler):
    """Whatever may end on the page with every way in."""

    access = Access.PUBLIC

    def show_sign_in(self, error: FieldError | None = None, **typed: str) -> None:
        """The page, with an error beside its field and what was typed still there."""
        self.set_header("Cache-Control", "no-store")
        self.render_page(
            "accounts/sign_in.html",
            error=error,
            typed={"name": "", "code": "", "email": "", "guest": "", "workshop": ""} | typed,
            asked_code=code_in(self.next_page),
            guests=self.services.settings.workshops.guests,
            departments=self.services.settings.organisation.departments,
            shared=self.wants_shared,
            next_page=self.next_page,
            oidc=self.services.oidc.settings.name if self.services.oidc else "",
            signed_out=self.get_query_argument("done", "") == "signed-out",
            device_minutes=self.services.settings.signin.device_code_minutes,
        )

    def show_dead_link(self, error: UnknownCode | TooMany | HasLeft) -> None:
        """The page for one whose link or code does not work, with the way to a new one."""
        if isinstance(error, UnknownCode):
            error = UnknownCode(
                N_("This link does not work any more. It may have been used, or be too old."),
                N_("Write your e-mail address below to get a new link.")
                if self.session is None
                else N_("You are signed in all the same: press Continue."),
            )
        self.show_sign_in(self.tell(error))


class SignIn(SignInPage):
    """`GET /sign-in`: every way in, on one page."""

    def get(self) -> None:
        """The page; `next` says where to go afterwards."""
        self.show_sign_in()


def code_in(page: str) -> str:
    """The workshop's code in the page that somebody wanted to open; empty where there is none."""
    path, _, query = page.partition("?")
    if "/w/" in path:
        return path.rsplit("/w/", 1)[1].split("/")[0]
    return parse_qs(query).get("code", [""])[0] if path.endswith("/join") else ""


class SignInForm(SignIn):
    """A form of the sign-in page; its own address only takes posts."""

    def get(self) -> None:
        """Somebody reloaded or came back: to the page itself."""
        self.go(self.url("/sign-in"))


class SignInDemo(SignInForm):
    """`POST /sign-in/demo`: a name is enough, in a demo."""

    def prepare(self) -> None:
        """There is no such address outside a demo."""
        super().prepare()
        if not self.services.demo:
            raise NotFound

    def post(self) -> None:
        """A new learner."""
        name = self.field("name")
        try:
            token = self.accounts.sign_in_named(name, shared_device=self.wants_shared)
        except BadRequest as error:
            self.show_sign_in(self.tell(error, "name"), name=name)
            return
        self.enter(token, shared_device=self.wants_shared)


class SignInCode(SignInForm):
    """`POST /sign-in/code`: the code that another device shows."""

    def post(self) -> None:
        """Sign in, or say what is wrong beside the field."""
        code = self.field("code")
        try:
            token = self.accounts.consume_code(
                code, self.browser(), shared_device=self.wants_shared
            )
        except (UnknownCode, TooMany, HasLeft) as error:
            self.show_sign_in(self.tell(error, "code"), code=code)
            return
        self.enter(token, shared_device=self.wants_shared)


class SignInRequest(SignInForm):
    """`POST /sign-in/request`: ask for a new link."""

    async def post(self) -> None:
        """The same answer for everybody, and only then the mail."""
        email = self.field("email")
        try:
            asked = self.accounts.request_link(email, self.browser(), self.case_code)
        except (BadEmail, TooMany) as error:
            self.show_sign_in(self.tell(error, "email"), email=email)
            return
        self.set_header("Cache-Control", "no-store")
        self.render_page(
            "accounts/asked.html",
            by_mail=self.accounts.mailer.available,
            email=email.strip(),
        )
        await self.accounts.deliver(asked)


class _Invited(SignIn):
    """A page that somebody reached by a link or a picture: a button signs them in."""

    _invited: Invitation | None = None

    def prepare(self) -> None:
        """The address is a secret: no referrer, no copy, no index may keep it."""
        super().prepare()
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Robots-Tag", "noindex")

    @property
    def language(self) -> str:
        """As everywhere, but the invited person's own before the default."""
        invited = self._invited.language if self._invited else None
        if invited is None or self.get_cookie(LANGUAGE_COOKIE) or self.session:
            return super().language
        return invited if invited in self.services.languages else super().language

    def look(self, secret: str) -> Invitation:
        """Whom the secret in the address would sign in."""
        raise NotImplementedError

    def consume(self, secret: str) -> str:
        """Sign in with the secret in the address; returns the session's token."""
        raise NotImplementedError

    def get(self, secret: str = "") -> None:
        """Show whom the button signs in; consumes nothing, however often it is looked at."""
        self._show(secret)

    def head(self, secret: str = "") -> None:
        """As GET: mail scanners ask so."""
        self._show(secret)

    def post(self, secret: str) -> None:
        """The button."""
        try:
            token = self.consume(secret)
        except (UnknownCode, TooMany, HasLeft) as error:
            self.show_dead_link(error)
        except BadEmail as error:
            self._show(secret, self.tell(error, "email"))
        except BadRequest as error:
            self._show(secret, self.tell(error, "name"))
        else:
            self.enter(token, shared_device=self.wants_shared)

    def _show(self, secret: str, error: FieldError | None = None) -> None:
        try:
            self._invited = self.look(secret)
        except (UnknownCode, TooMany, HasLeft) as dead:
            self.show_dead_link(dead)
            return
        self.render_page(
            "accounts/invited.html",
            invited=self._invited,
            first_administrator=self._invited.kind is LinkKind.ADMINISTRATOR,
            action=self.request.path,
            next_page=self.next_page,
            error=error,
            typed={"name": self.field("name"), "email": self.field("email")},
            shared=self.wants_shared,
            shared_minutes=self.services.settings.signin.shared_device_minutes,
        )


class LinkPage(_Invited):
    """`/link/<token>`: a personal link, or the first administrator's."""

    def look(self, secret: str) -> Invitation:
        """Whom the link would sign in."""
        return self.accounts.look(secret)

    def consume(self, secret: str) -> str:
        """Sign in with the link."""
        return self.accounts.consume(
            secret,
            shared_device=self.wants_shared,
            name=self.field("name"),
            email=self.field("email"),
        )


class DeviceLinkPage(_Invited):
    """`/device/<code>`: what the QR picture leads to."""

    def look(self, secret: str) -> Invitation:
        """Whom the code would sign in; a wrong one counts."""
        return self.accounts.look_code(secret, self.browser())

    def consume(self, secret: str) -> str:
        """Sign in with the code."""
        return self.accounts.consume_code(secret, self.browser(), shared_device=self.wants_shared)


class Device(AccountHandler):
    """`/device`: continue on another device."""

    access = Access.SIGNED_IN

    def get(self) -> None:
        """Explain, with a button that makes the code."""
        self.render_page("accounts/device.html", code=None, **self._frame())

    def post(self) -> None:
        """A new code with its QR picture."""
        code = self.accounts.start_device_code(self.person.person_id)
        self.render_page(
            "accounts/device.html", code=code, picture=_qr_picture(code.link), **self._frame()
        )

    def _frame(self) -> dict[str, Any]:
        return {
            "minutes": self.services.settings.signin.device_code_minutes,
            "address": f"{self.services.public_url}/sign-in",
        }


class SignOut(AccountHandler):
    """`POST /sign-out`."""

    access = Access.PUBLIC

    def post(self) -> None:
        """End the session, signed in or not."""
        by_oidc = self.services.oidc is not None and self.get_signed_cookie(OIDC_COOKIE)
        self.leave()
        if by_oidc:
            self.go(self.url("/sign-out/oidc"))
        else:
            self.go(self.url("/sign-in"), done="signed-out")


class ChooseLanguage(AccountHandler):
    """`POST /language`: the switch in every page's head."""

    access = Access.PUBLIC

    def post(self) -> None:
        """Remember it on this device and for the person, and go back."""
        language = self.field("language")
        if language not in self.services.languages:
            raise BadRequest(
                N_("The course does not speak that language."),
                N_("Go back and choose one of the languages at the top of the page."),
            )
        shared = self.session is not None and self.session.shared_device
        self.set_cookie(
            LANGUAGE_COOKIE,
            language,
            expires_days=None if shared else _LANGUAGE_DAYS,
            **self._cookie_attributes(),
        )
        if self.session is not None:
            self.accounts.set_language(self.session.person_id, language)
        self.go(local_path(self.field("next"), self.settings["base_url"]))


def _qr_picture(address: str) -> Markup:
    """The address as an inline SVG, dark on light in both themes so that cameras can read it."""
    picture = segno.make(address, micro=False, error="m")
    return Markup(  # noqa: S704 - made by segno of our own address
        picture.svg_inline(scale=6, light="#fff", border=4, svgclass=None, lineclass=None)
    )


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/sign-in", SignIn),
    (r"/sign-in/demo", SignInDemo),
    (r"/sign-in/code", SignInCode),
    (r"/sign-in/request", SignInRequest),
    (r"/link/([^/]+)", LinkPage),
    (r"/device", Device),
    (r"/device/([^/]+)", DeviceLinkPage),
    (r"/sign-out", SignOut),
    (r"/language", ChooseLanguage),
    *ME,
    *PEOPLE,
    *IMPORT,
    *PERSON,
    *MERGING,
]
