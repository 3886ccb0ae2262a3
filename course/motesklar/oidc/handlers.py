"""To the organisation's sign-in and back again."""

import logging

from tornado.web import RequestHandler

from motesklar.accounts.forms import OIDC_COOKIE
from motesklar.accounts.handlers import SignInPage
from motesklar.accounts.links import HasLeft
from motesklar.errors import MotesklarError, NotFound
from motesklar.oidc.errors import (
    NotInCourse,
    NotTrusted,
    ProviderDown,
    SignInDenied,
    SignInExpired,
)
from motesklar.oidc.signin import LIFETIME, OidcSignIn

log = logging.getLogger("motesklar.oidc")

_TOLD = (ProviderDown, SignInDenied, SignInExpired, NotTrusted, NotInCourse, HasLeft)
#: The sign-in that is under way in this browser.
_STATE_COOKIE = "motesklar_oidc"


class _Oidc(SignInPage):
    """A page that is there only when the organisation's sign-in is set up."""

    def prepare(self) -> None:
        """Nothing of it is kept anywhere: addresses hold secrets."""
        super().prepare()
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        if self.services.oidc is None:
            raise NotFound

    @property
    def oidc(self) -> OidcSignIn:
        """The organisation's sign-in."""
        assert self.services.oidc is not None  # `prepare` has looked
        return self.services.oidc

    def show_failure(self, error: MotesklarError) -> None:
        """The sign-in page, with what went wrong at its top."""
        log.info("sign-in with the organisation's account: %s", error.code)
        self.show_sign_in(self.tell(error))


class OidcBegin(_Oidc):
    """`GET /sign-in/oidc`: to the organisation's sign-in.

    A link and no form: our pages let forms lead to our own addresses alone.
    """

    async def get(self) -> None:
        """Remember which sign-in this browser has begun, and go there."""
        try:
            state, address = await self.oidc.begin(
                next_page=self.next_page,
                shared_device=bool(self.get_query_argument("shared", "")),
            )
        except ProviderDown as error:
            self.show_failure(error)
            return
        self.set_signed_cookie(
            _STATE_COOKIE,
            state,
            expires_days=LIFETIME.total_seconds() / 86400,
            **self._cookie_attributes(),
        )
        self.redirect(address)


class OidcDone(_Oidc):
    """`GET /sign-in/oidc/done`: back from there."""

    async def get(self) -> None:
        """Sign in, or say on the sign-in page what went wrong."""
        cookie = self.get_signed_cookie(_STATE_COOKIE)
        self.clear_cookie(_STATE_COOKIE, **self._cookie_attributes())
        try:
            finished = await self.oidc.finish(
                state=self.get_query_argument("state", ""),
                browsers=cookie.decode() if cookie else "",
                code=self.get_query_argument("code", ""),
                error=self.get_query_argument("error", ""),
            )
        except _TOLD as error:
            self.show_failure(error)
            return
        self.set_signed_cookie(OIDC_COOKIE, "1", expires_days=365, **self._cookie_attributes())
        self.enter(finished.token, shared_device=finished.shared_device, page=finished.next_page)


class OidcSignOut(_Oidc):
    """`GET /sign-out/oidc`: our session has ended; the organisation's is next.

    A page that goes on by itself: the browser would stop a form that is led to somebody else's.
    """

    async def get(self) -> None:
        """Go on to the provider's page for that, if it has one."""
        if self.session is not None:
            self.go(self.url("/"))
            return
        self.clear_cookie(OIDC_COOKIE, **self._cookie_attributes())
        try:
            address = await self.oidc.sign_out_address()
        except ProviderDown:
            address = None
        if address is None:
            self.go(self.url("/sign-in"), done="signed-out")
            return
        self.set_header("Refresh", f"0; url={address}")
        self.render_page("accounts/sign_out_oidc.html", address=address)


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/sign-in/oidc", OidcBegin),
    (r"/sign-in/oidc/done", OidcDone),
    (r"/sign-out/oidc", OidcSignOut),
]
