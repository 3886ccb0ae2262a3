"""Sign-in links in the database: made, looked at without consuming, taken once."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session as OrmSession

from motesklar.errors import Forbidden, UnknownCode
from motesklar.i18n import N_
from motesklar.store.database import Database
from motesklar.store.models import LinkKind, Person, SigninLink, utcnow
from motesklar.web.sessions import hash_token


class HasLeft(Forbidden):
    """Somebody who is no longer with the organisation wants to sign in."""

    code = "has_left"
    message = N_("You can’t sign in, because you are marked as no longer working here.")
    next_step = N_("If that is wrong, ask for help, and we will correct it.")


@dataclass(frozen=True)
class Invitation:
    """Whom a link signs in.

    Args:
        person_id: None for the administrator's first link, which makes the person.
        language: the person's last chosen one, if any.
    """

    kind: LinkKind
    person_id: str | None
    name: str
    language: str | None


class Links:
    """The table of sign-in links. A secret is a token or a code; only its hash is stored."""

    def __init__(self, database: Database, now: Callable[[], datetime] = utcnow) -> None:
        self.database = database
        self.now = now

    def make(
        self, kind: LinkKind, secret: str, lifetime: timedelta, person_id: str | None = None
    ) -> datetime:
        """Let `secret` sign the person in once; returns when it stops to."""
        expires_at = self.now() + lifetime
        with self.database.transaction() as session:
            session.add(
                SigninLink(
                    token_hash=hash_token(secret),
                    kind=kind,
                    person_id=person_id,
                    created_at=self.now(),
                    expires_at=expires_at,
                )
            )
        return expires_at

    def look(self, secret: str, kinds: Collection[LinkKind]) -> Invitation:
        """Whom it would sign in. Mail scanners look too, so this consumes nothing.

        Raises:
            UnknownCode: it is wrong, used, too old or of another kind.
            HasLeft: its person is no longer with the organisation.
        """
        with self.database.transaction() as session:
            link = session.get(SigninLink, hash_token(secret))
            if (
                link is None
                or link.kind not in kinds
                or link.used_at is not None
                or link.expires_at <= self.now()
            ):
                raise UnknownCode
            return _invitation(session, link)

    def take(self, secret: str, kinds: Collection[LinkKind]) -> Invitation:
        """Consume it; of several at once, one alone gets the answer.

        Raises:
            UnknownCode: it is wrong, used, too old or of another kind.
            HasLeft: its person is no longer with the organisation; nothing is consumed.
        """
        token_hash = hash_token(secret)
        # the condition stands in the UPDATE itself, so the database decides who was first
        taking = (
            update(SigninLink)
            .where(SigninLink.token_hash == token_hash, SigninLink.kind.in_(kinds))
            .where(SigninLink.used_at.is_(None), SigninLink.expires_at > self.now())
            .values(used_at=self.now())
            .execution_options(synchronize_session=False)
        )
        with self.database.transaction() as session:
            if cast("CursorResult[Any]", session.execute(taking)).rowcount != 1:
                raise UnknownCode
            return _invitation(session, session.get_one(SigninLink, token_hash))

    def forget(self, kind: LinkKind, person_id: str | None) -> None:
        """Make a person's unused links of that kind worthless."""
        with self.database.transaction() as session:
            session.execute(
                delete(SigninLink).where(
                    SigninLink.kind == kind,
                    SigninLink.person_id == person_id,
                    SigninLink.used_at.is_(None),
                )
            )

    def forget_expired(self) -> None:
        """Remove the links that nobody can use any more, used ones included, when they run out."""
        with self.database.transaction() as session:
            session.execute(delete(SigninLink).where(SigninLink.expires_at <= self.now()))


def _invitation(session: OrmSession, link: SigninLink) -> Invitation:
    person = session.scalar(select(Person).where(Person.id == link.person_id))
    if person is None:
        return Invitation(link.kind, None, "", None)
    if person.left_at is not None:
        raise HasLeft
    return Invitation(link.kind, person.id, person.name, person.language)
