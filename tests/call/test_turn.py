"""Passwords for the relay."""

import base64
import hashlib
import hmac
from pathlib import Path

from motesklar.call.turn import ice_servers, read_secret

URLS = ["turns:turn.exempelstad.example:443?transport=tcp"]


def test_a_password_is_the_names_hmac_and_the_name_says_until_when() -> None:
    [server] = ice_servers(URLS, "shared", now=1_000_000.7, seconds=3600)
    until, opaque = server["username"].split(":")
    assert until == "1003600"
    assert opaque
    digest = hmac.new(b"shared", server["username"].encode(), hashlib.sha1).digest()
    assert server["credential"] == base64.b64encode(digest).decode()
    assert server["urls"] == URLS


def test_everybody_gets_another_name() -> None:
    names = {ice_servers(URLS, "shared", now=0, seconds=1)[0]["username"] for _ in range(50)}
    assert len(names) == 50


def test_without_a_relay_or_its_secret_browsers_ask_nobody(tmp_path: Path) -> None:
    assert ice_servers([], "shared", now=0, seconds=1) == []
    assert ice_servers(URLS, read_secret(tmp_path / "turn-secret"), now=0, seconds=1) == []


def test_the_secret_is_read_without_its_line_end(tmp_path: Path) -> None:
    path = tmp_path / "turn-secret"
    path.write_text("shared\n")
    assert read_secret(path) == "shared"
