"""Sessions in the database: the cookie holds a random token, the table only its hash."""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from motesklar.config import SigninSection
from motesklar.store.database import Database
from motesklar.store.models import Role, Session, utcnow
from motesklar.web.open_sockets import OpenSockets

#: A session's `seen_at` is written at most this often, so that a page view costs no write.
_SEEN_EVERY = timedelta(seconds=60)
#: Browsers of erased people that are told so; of more, the earliest are asked to sign in.
_ERASED_MAX = 10_000


def hash_token(token: str) -> str:
    """SHA-256 hex of a token; tokens are random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class SessionView:
    """The signed-in person as a request sees them."""

    token_hash: str
    person_id: str
    name: str
    role: Role
    department: str
    language: str | None
    shared_device: bool


class SessionStore:
    """Starts, finds and ends sessions."""

    def __init__(
        self, database: Database, settings: SigninSection, now: Callable[[], datetime] = utcnow
    ) -> None:
        self.database = database
        self.settings = settings
        self.now = now
        #: Websockets, which outlive the request that has let them in.
        self.sockets = OpenSockets(database, now)
        #: In memory alone: of one who is erased nothing is saved.
        self._erased: OrderedDict[str, None] = OrderedDict()

    def start(self, person_id: str, *, shared_device: bool = False) -> str:
        """Sign `person_id` in; returns the token for the cookie."""
        token = secrets.token_urlsafe(32)
        with self.database.transaction() as session:
            session.add(
                Session(
                    token_hash=hash_token(token),
                    person_id=person_id,
                    created_at=self.now(),
                    seen_at=self.now(),
                    expires_at=self.now() + self._lifetime(shared_device),
                    shared_device=shared_device,
                )
            )
        return token

    def find(self, token: str) -> SessionView | None:
        """The session of a cookie, or None when it has ended; being seen prolongs it."""
        with self.database.transaction() as session:
            row = session.get(Session, hash_token(token))
            now = self.now()
            if row is None or row.expires_at <= now:
                return None
            if now - row.seen_at > _SEEN_EVERY:
                row.seen_at = now
                row.expires_at = now + self._lifetime(row.shared_device)
            person = row.person
            if person.left_at is not None:  # left in the moment in which they signed in
                return None
            return SessionView(
                row.token_hash,
                person.id,
                person.name,
                person.role,
                person.department,
                person.language,
                row.shared_device,
            )

    def remember_erased(self, person_id: str) -> None:
        """The person is being erased: their open pages are to tell so, as long as we run."""
        with self.database.transaction() as session:
            query = select(Session.token_hash).where(Session.person_id == person_id)
            self._erased.update(dict.fromkeys(session.scalars(query)))
        while len(self._erased) > _ERASED_MAX:
            self._erased.popitem(last=False)

    def was_erased(self, token: str) -> bool:
        """Whether a cookie is that of somebody who has been erased."""
        return hash_token(token) in self._erased

    def end(self, token: str) -> None:
        """Sign this browser out; does nothing when it already is."""
        with self.database.transaction() as session:
            session.execute(delete(Session).where(Session.token_hash == hash_token(token)))
        self.sockets.end(hash_token(token))

    def end_expired(self) -> None:
        """Forget sessions that have run out."""
        with self.database.transaction() as session:
            session.execute(delete(Session).where(Session.expires_at <= self.now()))

    def _lifetime(self, shared_device: bool) -> timedelta:
        if shared_device:
            return timedelta(minutes=self.settings.shared_device_minutes)
        return timedelta(days=self.settings.session_days)
