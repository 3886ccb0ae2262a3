"""The rooms of people over a real database, with a real provider beside them."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from motesklar.oidc.handlers import ROUTES
from motesklar.oidc.provider import Provider
from motesklar.oidc.signin import OidcSignIn
from motesklar.store.models import Person
from tests.accounts import conftest as accounts
from tests.accounts.conftest import Browser, Site, Town
from tests.oidc.provider import CLIENT, SECRET, LocalProvider, running_provider

# the same site, with two more things about it
base_url = accounts.base_url
mail = accounts.mail
town = accounts.town
administrator = accounts.administrator

ANNA = {
    "sub": "s-anna",
    "oid": "o-anna",
    "name": "Anna Alm",
    "email": "Anna@exempelstad.example",
    "email_verified": True,
}


@dataclass
class Clock:
    """Seconds that pass only when told."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Organisation:
    """A course whose people sign in with their own accounts."""

    site: Site
    provider: LocalProvider
    oidc: OidcSignIn
    clock: Clock
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def town(self) -> Town:
        return self.site.town

    async def sign_in(self, browser: Browser, who: str, **query: str) -> httpx.Response:
        """From our button to our last answer."""
        self.provider.signs_in = who
        return await self.follow(browser, await browser.get("/sign-in/oidc", params=query))

    async def follow(self, browser: Browser, answer: httpx.Response) -> httpx.Response:
        """Through the provider, and back to us once."""
        if answer.status_code != 302:
            return answer
        async with httpx.AsyncClient() as elsewhere:
            there = await elsewhere.get(answer.headers["location"])
        return await self.come_back(browser, there.headers["location"])

    async def come_back(self, browser: Browser, address: str) -> httpx.Response:
        parts = urlsplit(address)
        return await browser.get(f"{parts.path}?{parts.query}")

    def person(self, email: str) -> Person | None:
        return self.town.accounts.roster.by_email(email)

    def people(self) -> int:
        return len(self.town.accounts.roster.search())


@pytest.fixture
def provider() -> Iterator[LocalProvider]:
    with running_provider() as provider:
        provider.accounts["anna"] = dict(ANNA)
        yield provider


@pytest.fixture
def oidc_settings() -> dict[str, Any]:
    """Settings that differ from the shipped ones."""
    return {}


@pytest.fixture
async def site(town: Town, base_url: str) -> AsyncIterator[Site]:
    async for site in accounts.serve(town, base_url, ROUTES):
        yield site


@pytest.fixture
def organisation(
    site: Site, provider: LocalProvider, oidc_settings: dict[str, Any], tmp_path: Path
) -> Organisation:
    secret = tmp_path / "oidc-secret"
    secret.write_text(SECRET + "\n")
    changes = {
        "issuer": provider.issuer,
        "name": "Exempelstad",
        "client_id": CLIENT,
        "client_secret_file": str(secret),
    }
    settings = type(site.town.settings.oidc).model_validate(
        site.town.settings.oidc.model_dump() | changes | oidc_settings
    )
    clock = Clock()
    site.town.accounts.public_url = site.origin
    oidc = OidcSignIn(
        settings, site.town.accounts, Provider(settings, clock=clock), site.town.clock
    )
    site.services.oidc = oidc
    return Organisation(site, provider, oidc, clock)
