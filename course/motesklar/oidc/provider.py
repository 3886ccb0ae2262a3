"""Talks with the organisation's OpenID provider: discovery, code for token, keys.

Authlib makes the requests and judges the claims, joserfc the signature. Both block, so each call
runs in a thread. HTTP goes by `requests`, which finds a proxy of the organisation by itself.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from motesklar.config import OidcSection, is_safe_address
from motesklar.oidc.errors import NotTrusted, ProviderDown

log = logging.getLogger("motesklar.oidc")

#: Somebody looks at an empty page meanwhile.
TIMEOUT_SECONDS = 10.0
#: Addresses and keys are asked for again after so long.
_TRUST_SECONDS = 3600.0
#: A key that nobody knows makes us ask for the keys again, but not more often.
_KEYS_EVERY_SECONDS = 10.0
#: Never one with a shared secret, and never none.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True)
class Asked:
    """What one sign-in was begun with.

    Args:
        verifier: of PKCE.
        redirect: our address to which the provider sends the browser.
    """

    state: str
    nonce: str
    verifier: str
    redirect: str


class Provider:
    """One OpenID provider. Its methods block: call them in a thread. Safe from several at once.

    Args:
        clock: seconds, for what is kept in memory.
        now: seconds since 1970, against which tokens are judged.
    """

    def __init__(
        self,
        settings: OidcSection,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.now = now
        self._metadata: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def metadata(self) -> dict[str, Any]:
        """The provider's own description.

        Raises:
            ProviderDown: it can't be reached, is not that of our issuer, or lacks something.
        """
        if self._metadata is None or self.clock() - self._metadata[0] > _TRUST_SECONDS:
            found = self._get(discovery_address(self.settings.issuer))
            self._check(found)
            self._metadata = (self.clock(), found)
        return self._metadata[1]

    def authorization(self, asked: Asked) -> str:
        """Where to send the browser.

        Raises:
            ProviderDown: the provider can't be reached.
        """
        address = self.metadata()["authorization_endpoint"]
        with self._session(asked) as session:
            url, _ = session.create_authorization_url(
                address, state=asked.state, nonce=asked.nonce, code_verifier=asked.verifier
            )
        return str(url)

    def claims(self, code: str, asked: Asked) -> dict[str, Any]:
        """Who has signed in: what the ID token says, and user info where that says more.

        Raises:
            ProviderDown: the provider can't be reached.
            NotTrusted: it refuses the code, or its token is not signed and addressed as it must be.
        """
        metadata = self.metadata()
        with self._session(asked) as session:
            try:
                token = session.fetch_token(
                    metadata["token_endpoint"],
                    code=code,
                    code_verifier=asked.verifier,
                    timeout=TIMEOUT_SECONDS,
                )
            except OAuthError as error:
                raise self._not_trusted("token", str(error.error)) from error
            except (requests.RequestException, ValueError) as error:
                raise self._down("token", error) from error
        claims = self._checked(token, asked)
        return self._userinfo(metadata, token, claims) | claims

    def sign_out(self, back: str) -> str | None:
        """Where to send a browser that signs out, or None where the provider has no such page.

        Raises:
            ProviderDown: the provider can't be reached.
        """
        address = self.metadata().get("end_session_endpoint")
        if not self.settings.sign_out or not isinstance(address, str):
            return None
        query = {"client_id": self.settings.client_id, "post_logout_redirect_uri": back}
        return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"

    def _session(self, asked: Asked) -> Any:
        secret = self.settings.client_secret_file
        return OAuth2Session(
            client_id=self.settings.client_id,
            # read at each sign-in, so that a new secret needs no restart
            client_secret=Path(secret).read_text(encoding="utf-8").strip() if secret else None,
            token_endpoint_auth_method=self._auth_method() if secret else "none",
            scope=" ".join(self.settings.scopes),
            redirect_uri=asked.redirect,
            code_challenge_method="S256",
        )

    def _auth_method(self) -> str:
        # OpenID Connect Discovery 1.0, 3: this is what is meant where nothing is said
        known = self.metadata().get(
            "token_endpoint_auth_methods_supported", ["client_secret_basic"]
        )
        return "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"

    def _checked(self, token: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
        text = token.get("id_token")
        if not isinstance(text, str):
            raise self._not_trusted("token", "no id_token")
        try:
            decoded = self._decoded(text)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                options={
                    "iss": {"essential": True, "value": self.settings.issuer},
                    "aud": {"essential": True, "value": self.settings.client_id},
                },
                params={
                    "nonce": asked.nonce,
                    "client_id": self.settings.client_id,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(now=int(self.now()), leeway=self.settings.clock_skew_seconds)
        except (JoseError, ValueError) as error:
            raise self._not_trusted("id_token", f"{type(error).__name__} {error}") from error
        return dict(claims)

    def _decoded(self, text: str) -> Any:
        try:
            return jwt.decode(text, self.key_set(), algorithms=_ALGORITHMS)
        except (InvalidKeyIdError, ValueError):
            # the provider may have a new key since we asked
            return jwt.decode(text, self.key_set(fresh=True), algorithms=_ALGORITHMS)

    def key_set(self, *, fresh: bool = False) -> KeySet:
        """The keys with which the provider signs; `fresh` where one is missing among them.

        Raises:
            ProviderDown: they can't be had.
        """
        limit = _KEYS_EVERY_SECONDS if fresh else _TRUST_SECONDS
        if self._keys is None or self.clock() - self._keys[0] > limit:
            keys = self._get(self.metadata()["jwks_uri"])
            try:
                found = KeySet.import_key_set(keys)  # type: ignore[arg-type]
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise self._down("keys", error) from error
            self._keys = (self.clock(), found)
        return self._keys[1]

    def _userinfo(
        self, metadata: Mapping[str, Any], token: Mapping[str, Any], claims: Mapping[str, Any]
    ) -> dict[str, Any]:
        wanted = (self.settings.email_claim, self.settings.name_claim)
        address = metadata.get("userinfo_endpoint")
        if all(claims.get(name) for name in wanted) or not isinstance(address, str):
            return {}
        found = self._get(address, {"Authorization": f"Bearer {token.get('access_token')}"})
        if found.get("sub") != claims.get("sub"):  # OpenID Connect Core 1.0, 5.3.2
            raise self._not_trusted("userinfo", "another subject")
        return found

    def _get(self, address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        try:
            answer = requests.get(address, headers=headers, timeout=TIMEOUT_SECONDS)
            answer.raise_for_status()
            found = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise self._down(urlsplit(address).path, error) from error
        if not isinstance(found, dict):
            raise self._down(urlsplit(address).path, TypeError("no JSON object"))
        return found

    def _check(self, metadata: Mapping[str, Any]) -> None:
        # another issuer's description would let it sign in for ours (Discovery 1.0, 4.3)
        if metadata.get("issuer") != self.settings.issuer:
            raise self._down("discovery", ValueError("the issuer is another one"))
        for name in _NEEDED:
            if not is_safe_address(str(metadata.get(name, ""))):
                raise self._down("discovery", ValueError(f"{name} is missing or not https"))

    def _down(self, what: str, error: Exception) -> ProviderDown:
        facts = {"asked": what, "cause": type(error).__name__, "told": str(error)[:200]}
        log.error("the organisation's sign-in did not answer", extra={"facts": facts})
        return ProviderDown(name=self.settings.name)

    def _not_trusted(self, what: str, told: str) -> NotTrusted:
        facts = {"about": what, "told": told[:200]}
        log.warning("an answer of the organisation's sign-in was refused", extra={"facts": facts})
        return NotTrusted(name=self.settings.name)


def discovery_address(issuer: str) -> str:
    """Where a provider describes itself."""
    return issuer.rstrip("/") + "/.well-known/openid-configuration"
