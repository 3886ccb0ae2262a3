"""The organisation's own sign-in: does it answer, is it the right one, do our clocks agree?"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import requests

from motesklar.config import OidcSection
from motesklar.doctor.report import Check, fail, ok, warn
from motesklar.errors import MotesklarError
from motesklar.oidc.provider import Provider, discovery_address

_NAME = "organisation's sign-in"
_TIMEOUT_SECONDS = 10.0


def check_oidc(
    settings: OidcSection,
    public_url: str,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[Check]:
    """Ask the provider for its description and its keys; nobody is signed in."""
    if not settings.issuer:
        return [ok(_NAME, "none is set, so people sign in with links")]
    checks = _secret(settings)
    try:
        answer = requests.get(discovery_address(settings.issuer), timeout=_TIMEOUT_SECONDS)
        answer.raise_for_status()
        found = answer.json()
        if not isinstance(found, dict):
            raise ValueError
    except (requests.RequestException, ValueError) as error:
        told = f"{settings.issuer} does not answer as it should: {type(error).__name__}"
        step = "Check oidc.issuer, and that a firewall or proxy (HTTPS_PROXY) lets us through"
        return [*checks, fail(_NAME, told, step)]
    if found.get("issuer") != settings.issuer:
        told = f"it calls itself {found.get('issuer')}, but oidc.issuer is {settings.issuer}"
        return [*checks, fail(_NAME, told, "Copy its own name to oidc.issuer, letter by letter")]
    checks += _clock(answer.headers, settings, now())
    try:
        Provider(settings).key_set()
    except MotesklarError:
        told = "its description or its keys can't be used"
        return [*checks, fail(_NAME, told, "Look at the log above, and ask whoever runs it")]
    done = f"{public_url.rstrip('/')}/sign-in/oidc/done"
    return [*checks, ok(_NAME, f"answers; the address to register there is {done}")]


def _secret(settings: OidcSection) -> list[Check]:
    if not settings.client_secret_file:
        return []
    path = Path(settings.client_secret_file)
    try:
        empty = not path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        empty = True
    if empty:
        step = "Put the client secret alone in it, readable by the course's user"
        return [fail(_NAME, f"{path} can't be read, or is empty", step)]
    if path.stat().st_mode & 0o077:
        return [warn(_NAME, f"others can read {path}", f"chmod 600 {path}")]
    return []


def _clock(headers: Mapping[str, Any], settings: OidcSection, now: datetime) -> list[Check]:
    try:
        theirs = parsedate_to_datetime(str(headers.get("Date")))
    except ValueError:
        return []
    apart = abs((theirs - now).total_seconds())
    # an answer takes a moment, and its time has whole seconds
    if apart <= settings.clock_skew_seconds + 2:
        return []
    told = f"its clock and ours are {apart:.0f} s apart, so nobody can sign in"
    return [fail(_NAME, told, "Let this machine get its time from the network (timedatectl)")]
