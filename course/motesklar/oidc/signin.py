"""One sign-in with the organisation's account, from our button to our session.

What a sign-in was begun with stays here for some minutes and is used once. The browser holds its
`state` in a cookie of its own, so that nobody can have a sign-in of theirs finished by another.
"""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from motesklar.accounts.manager import Accounts
from motesklar.config import OidcSection
from motesklar.oidc.claims import read_identity
from motesklar.oidc.errors import SignInDenied, SignInExpired
from motesklar.oidc.people import KnownAccounts
from motesklar.oidc.provider import Asked, Provider
from motesklar.store.models import utcnow

#: Long enough for a second factor and a forgotten phone.
LIFETIME = timedelta(minutes=15)
#: Sign-ins under way at once; the oldest is forgotten first. Half a town may begin at eight.
_MOST = 20_000


@dataclass(frozen=True)
class Begun:
    """A sign-in under way.

    Args:
        shared_device: several people use the device.
    """

    asked: Asked
    next_page: str
    shared_device: bool
    until: datetime


@dataclass(frozen=True)
class Finished:
    """Somebody has signed in.

    Args:
        token: of the new session.
    """

    token: str
    next_page: str
    shared_device: bool


class OidcSignIn:
    """Signs people in with the organisation's account."""

    def __init__(
        self,
        settings: OidcSection,
        accounts: Accounts,
        provider: Provider | None = None,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.settings = settings
        self.accounts = accounts
        self.provider = provider or Provider(settings)
        self.known = KnownAccounts(settings, accounts.database, now)
        self.now = now
        self._begun: OrderedDict[str, Begun] = OrderedDict()

    async def begin(self, *, next_page: str, shared_device: bool) -> tuple[str, str]:
        """Begin a sign-in; returns its `state` and where to send the browser.

        Raises:
            ProviderDown: the provider can't be reached.
        """
        asked = Asked(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            redirect=f"{self.accounts.public_url}/sign-in/oidc/done",
        )
        address = await asyncio.to_thread(self.provider.authorization, asked)
        self._forget()
        until = self.now() + LIFETIME
        self._begun[asked.state] = Begun(asked, next_page, shared_device, until)
        return asked.state, address

    async def finish(self, *, state: str, browsers: str, code: str, error: str) -> Finished:
        """End a sign-in with what the provider sent along; `browsers` is the cookie's state.

        Raises:
            SignInExpired: it is not under way in this browser, or was ended before.
            SignInDenied: the provider said no.
            ProviderDown: the provider can't be reached.
            NotTrusted: its answer is not signed, addressed or dated as it must be.
            HasLeft: the person is no longer with the organisation.
            NotInCourse: there is nobody with that account, and nobody is added at sign-in.
        """
        self._forget()
        if not state or not secrets.compare_digest(state.encode(), browsers.encode()):
            raise SignInExpired
        begun = self._begun.pop(state, None)
        if begun is None:
            raise SignInExpired
        if error or not code:
            raise SignInDenied(name=self.settings.name)
        claims = await asyncio.to_thread(self.provider.claims, code, begun.asked)
        identity = read_identity(claims, self.settings)
        person_id = await asyncio.to_thread(self.known.admit, identity)
        token = self.accounts.start_session(person_id, shared_device=begun.shared_device)
        return Finished(token, begun.next_page, begun.shared_device)

    async def sign_out_address(self) -> str | None:
        """Where to sign out from the organisation's account too; None where there is no such page.

        Raises:
            ProviderDown: the provider can't be reached.
        """
        back = f"{self.accounts.public_url}/sign-in?done=signed-out"
        return await asyncio.to_thread(self.provider.sign_out, back)

    def _forget(self) -> None:
        now = self.now()
        while self._begun:
            first = next(iter(self._begun.values()))
            if first.until > now and len(self._begun) <= _MOST:
                return
            self._begun.popitem(last=False)
