"""Tells Jupyter's own handlers who asks: the course's session, nothing else."""

from typing import Any

from jupyter_server.auth import IdentityProvider, User

from motesklar.web.visitor import SESSION_COOKIE


class SessionIdentity(IdentityProvider):
    """Jupyter's identity from our session cookie; no tokens, no login page of Jupyter's."""

    def get_user(self, handler: Any) -> User | None:
        """The signed-in person's opaque id, or None."""
        token = handler.get_cookie(SESSION_COOKIE)
        found = handler.settings["services"].sessions.find(token) if token else None
        return User(username=found.person_id) if found else None

    def get_handlers(self) -> list[Any]:
        """None: signing in is our own affair."""
        return []
