"""What one person may send, over all their pages together."""

from dataclasses import dataclass, field

from motesklar.errors import TooMany
from motesklar.web.rate_limit import RateLimit

#: Typing quickly makes about ten messages a second; a page's own ones are few.
MESSAGES_PER_SECOND = 30.0
MESSAGES_AT_ONCE = 90.0
#: An answer is about 15 kB; everything else is small.
BYTES_PER_SECOND = 32 * 1024.0
BYTES_AT_ONCE = 256 * 1024.0
#: A page whose connection flaps comes back about once a second.
JOINS_PER_SECOND = 0.5
JOINS_AT_ONCE = 15.0
#: Windows, devices, and connections whose end hasn't been noticed yet.
SOCKETS_MAX = 8
#: Only people with an open page, and those who have just gone, are kept in mind.
PEOPLE_KEPT = 2000


@dataclass
class Budget:
    """One person's."""

    sockets: int = 0
    messages: RateLimit = field(
        default_factory=lambda: RateLimit(MESSAGES_PER_SECOND, MESSAGES_AT_ONCE)
    )
    volume: RateLimit = field(default_factory=lambda: RateLimit(BYTES_PER_SECOND, BYTES_AT_ONCE))
    joins: RateLimit = field(default_factory=lambda: RateLimit(JOINS_PER_SECOND, JOINS_AT_ONCE))


class Budgets:
    """Everybody's."""

    def __init__(self) -> None:
        self._people: dict[str, Budget] = {}

    def open_socket(self, person_id: str) -> None:
        """A page has connected.

        Raises:
            TooMany: the person has many connections already.
        """
        budget = self._of(person_id)
        if budget.sockets >= SOCKETS_MAX:
            raise TooMany
        budget.sockets += 1

    def close_socket(self, person_id: str) -> None:
        """A page that had connected is gone."""
        self._of(person_id).sockets -= 1

    def message(self, person_id: str, size: int) -> None:
        """A message of `size` bytes has come.

        Raises:
            TooMany: that is more than anybody types.
        """
        budget = self._of(person_id)
        if not budget.messages.take() or not budget.volume.take(size):
            raise TooMany

    def join(self, person_id: str) -> None:
        """Somebody wants to come in.

        Raises:
            TooMany: they have tried very often.
        """
        if not self._of(person_id).joins.take():
            raise TooMany

    def _of(self, person_id: str) -> Budget:
        budget = self._people.pop(person_id, None) or Budget()
        self._people[person_id] = budget  # the last one used stands last
        if len(self._people) > PEOPLE_KEPT:
            gone = next((who for who, had in self._people.items() if not had.sockets), None)
            if gone is not None:
                del self._people[gone]
        return budget
