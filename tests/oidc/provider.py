"""A small OpenID provider over HTTP: it checks what real ones check, and can misbehave."""

import base64
import hashlib
import json
import secrets
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "motesklar", "a secret of the test"

Claims = dict[str, Any]


@dataclass
class Asked:
    """What an authorization code was given for."""

    query: dict[str, str]
    claims: Claims


@dataclass
class LocalProvider:
    """Its accounts and its state.

    Args:
        accounts: name on the page to what is said about them.
        signs_in: whose account is used at once; None shows a page to choose on.
        twist: changes what the ID token says.
    """

    accounts: dict[str, Claims] = field(default_factory=dict)
    signs_in: str | None = None
    twist: Callable[[Claims], Claims] = lambda claims: claims
    issuer: str = ""
    told_issuer: str = ""
    is_down: bool = False
    denies: bool = False
    id_token_only_subject: bool = False
    #: In place of the key that it tells of.
    forged: RSAKey | None = None
    keys: list[RSAKey] = field(default_factory=list)
    #: What was asked for, newest last.
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    codes: dict[str, Asked] = field(default_factory=dict)
    tokens: dict[str, Claims] = field(default_factory=dict)

    def rotate(self) -> None:
        """Sign with a new key from now on; the old ones are no longer told."""
        self.keys = [RSAKey.generate_key(2048, {"kid": secrets.token_hex(4)}, private=True)]

    def metadata(self) -> Claims:
        return {
            "issuer": self.told_issuer or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/logout",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def authorize(self, query: dict[str, str], who: str) -> str:
        """Where the browser is sent back to."""
        back: dict[str, str] = {"state": query["state"]}
        if self.denies or who == "":
            back["error"] = "access_denied"
        else:
            code = secrets.token_urlsafe(16)
            self.codes[code] = Asked(query, self.accounts[who])
            back["code"] = code
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, Claims]:
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization != f"Basic {basic}":
            # the secret has spaces, which RFC 6749 2.3.1 has written as in forms
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or form.get("redirect_uri") != asked.query["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked.query.get("code_challenge") != challenge:
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe(16)
        self.tokens[access] = asked.claims
        told = {"sub": asked.claims["sub"]} if self.id_token_only_subject else asked.claims
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
            "nonce": asked.query.get("nonce"),
        } | told
        key = self.forged or self.keys[-1]
        header = {"alg": "RS256", "kid": self.keys[-1].kid}
        text = jwt.encode(header, self.twist(claims), key)
        return 200, {"access_token": access, "token_type": "Bearer", "id_token": text}


class _Handler(BaseHTTPRequestHandler):
    provider: LocalProvider

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its own name
        pass

    def do_GET(self) -> None:
        path, query = self._parts()
        self.provider.seen.append((path, query))
        if self.provider.is_down:
            self._json(503, {})
        elif path == "/.well-known/openid-configuration":
            self._json(200, self.provider.metadata())
        elif path == "/keys":
            self._json(200, dict(KeySet(self.provider.keys).as_dict(private=False)))
        elif path == "/authorize" and self.provider.signs_in is not None:
            self._go(self.provider.authorize(query, self.provider.signs_in))
        elif path == "/authorize":
            self._page(query)
        elif path == "/userinfo":
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            found = self.provider.tokens.get(token)
            self._json(200 if found else 401, found or {})
        elif path == "/logout":
            self._go(query["post_logout_redirect_uri"])
        else:
            self._json(404, {})

    def do_POST(self) -> None:
        path, query = self._parts()
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        if self.provider.is_down:
            self._json(503, {})
        elif path == "/authorize":
            self._go(self.provider.authorize(query, form.get("who", "")))
        else:
            self._json(*self.provider.token(form, self.headers.get("Authorization", "")))

    def _parts(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}

    def _page(self, query: dict[str, str]) -> None:
        buttons = "".join(
            f'<p><button name="who" value="{escape(name)}">{escape(name)}</button></p>'
            for name in self.provider.accounts
        )
        action = escape(f"/authorize?{urlencode(query)}")
        page = (
            f'<!doctype html><html lang="en"><title>Choose account</title><h1>Choose account</h1>'
            f'<form method="post" action="{action}">{buttons}<p><button>Cancel</button></p></form>'
        )
        self._send(200, "text/html; charset=utf-8", page.encode())

    def _json(self, status: int, value: Claims) -> None:
        self._send(status, "application/json", json.dumps(value).encode())

    def _go(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def running_provider(tls: ssl.SSLContext | None = None) -> Iterator[LocalProvider]:
    """A provider that answers while inside; with `tls` as localhost over https."""
    provider = LocalProvider()
    provider.rotate()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        provider.issuer = f"https://localhost:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
