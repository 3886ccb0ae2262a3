"""What the organisation's sign-in says about somebody. Pure.

The key is the issuer with a subject that never changes: neither a name nor an address, which may
be given to somebody else one day.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from motesklar.accounts.people_csv import NAME_MAX, has_identity_number, is_email, tidy
from motesklar.config import OidcSection
from motesklar.oidc.errors import NotTrusted
from motesklar.store.models import Role

#: As wide as the column.
_SUBJECT_MAX = 300
#: The highest role that somebody's groups give is theirs.
_RANK = tuple(Role)


@dataclass(frozen=True)
class Identity:
    """Somebody, as the provider tells.

    Args:
        subject: issuer and subject.
        email: lower case; empty where there is none that can be used.
        verified: whether the address may be trusted to be theirs.
        department: None where the provider says nothing of it.
        groups: None where they were too many to be told.
    """

    subject: str
    name: str
    email: str = ""
    verified: bool = False
    department: str | None = None
    groups: frozenset[str] | None = frozenset()


def read_identity(claims: Mapping[str, Any], settings: OidcSection) -> Identity:
    """The identity in a checked ID token.

    Raises:
        NotTrusted: the claim that is the key is not there.
    """
    key = claims.get(settings.subject_claim)
    if not isinstance(key, str) or not key:
        raise NotTrusted(name=settings.name)
    email = _text(claims, settings.email_claim).lower()
    if not is_email(email):
        email = ""
    name = _text(claims, settings.name_claim)
    return Identity(
        subject=subject_of(settings.issuer, key),
        name=name or email.partition("@")[0] or "?",
        email=email,
        verified=settings.trust_email or claims.get("email_verified") is True,
        department=_text(claims, settings.department_claim) or None
        if settings.department_claim
        else None,
        groups=_groups(claims, settings.groups_claim),
    )


def subject_of(issuer: str, key: str) -> str:
    """The key by which a person is known; as long as the column at most."""
    subject = f"{issuer} {key}"
    if len(subject) > _SUBJECT_MAX:
        return hashlib.sha256(subject.encode()).hexdigest()
    return subject


def role_of(groups: Collection[str], now: Role | None, roles: Mapping[str, Role]) -> Role:
    """The role that the groups give.

    A role that some group gives is theirs alone to give; another role, which an administrator has
    given by hand, stays.
    """
    given = [roles[group] for group in groups if group in roles]
    if given:
        best = max(given, key=_RANK.index)
        by_hand = now is not None and now not in roles.values()
        return max(best, now, key=_RANK.index) if by_hand and now is not None else best
    return Role.LEARNER if now is None or now in roles.values() else now


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str):
        return ""
    text = tidy(value)
    # the course must not have identity numbers, whoever sends them
    if has_identity_number(text) or not text.isprintable():
        return ""
    return text[:NAME_MAX] if name != "email" else text


def _groups(claims: Mapping[str, Any], name: str) -> frozenset[str] | None:
    elsewhere = claims.get("_claim_names")
    if (isinstance(elsewhere, dict) and name in elsewhere) or claims.get("hasgroups"):
        # Entra tells at most 200 groups; of more it only says where to ask
        return None
    groups = claims.get(name, [])
    if isinstance(groups, str):
        groups = [groups]
    return frozenset(str(group) for group in groups) if isinstance(groups, list) else frozenset()
