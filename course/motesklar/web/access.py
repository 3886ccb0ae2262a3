"""Who may open a route. Each handler class names its access; a test tries every route × role."""

import enum

from motesklar.errors import Forbidden, NotSignedIn
from motesklar.store.models import Role
from motesklar.web.sessions import SessionView


class Access(enum.Enum):
    """The accepted kinds of visitor."""

    PUBLIC = frozenset[Role]()
    SIGNED_IN = frozenset(Role)
    LEADER = frozenset({Role.LEADER, Role.ADMINISTRATOR})
    REVIEWER = frozenset({Role.REVIEWER, Role.ADMINISTRATOR})
    ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


def check_access(access: Access, session: SessionView | None) -> None:
    """Let the visitor in, or say why not.

    Raises:
        NotSignedIn: the route needs somebody.
        Forbidden: it needs another role.
    """
    if access is Access.PUBLIC:
        return
    if session is None:
        raise NotSignedIn
    if session.role not in access.value:
        raise Forbidden
