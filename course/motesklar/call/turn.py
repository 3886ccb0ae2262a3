"""Passwords for the calls' relay that run out by themselves.

The TURN REST scheme that coturn knows as `use-auth-secret`: the user name says until when, and the
password is its HMAC with a secret that the course and the relay share. Nothing is stored, and a
name tells nobody who the person is.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from motesklar.store.models import new_id


def read_secret(path: Path) -> str:
    """The secret shared with the relay; empty when nobody has made one."""
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def ice_servers(
    urls: Sequence[str], secret: str, *, now: float, seconds: int
) -> list[dict[str, Any]]:
    """What a browser's RTCPeerConnection takes as `iceServers`; empty without a relay.

    Args:
        urls: the relay's addresses (RFC 7065).
        secret: shared with the relay.
        now: seconds since 1970.
        seconds: how long the password works.
    """
    if not urls or not secret:
        return []
    username = f"{int(now) + seconds}:{new_id('t')}"
    # HMAC-SHA1 is what the scheme prescribes
    digest = hmac.digest(secret.encode(), username.encode(), hashlib.sha1)
    credential = base64.b64encode(digest).decode()
    return [{"urls": list(urls), "username": username, "credential": credential}]
