"""Whose data somebody sees: each committee of a municipality answers for its own people. Pure.

An administrator sees everybody. A reviewer sees the own department and those that an administrator
has added; `*` stands for all of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import InstrumentedAttribute

from motesklar.store.models import Person, Role

#: In `person.sees`: every department, and people who have none.
EVERYBODY = "*"


@dataclass(frozen=True)
class Sight:
    """The departments whose people somebody sees.

    Args:
        everybody: all of them, whatever their department.
    """

    departments: frozenset[str] = frozenset()
    everybody: bool = False

    def covers(self, department: str) -> bool:
        """Whether people of that department are seen."""
        return self.everybody or department in self.departments

    def where(self, column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        """The same as a condition of a query."""
        if self.everybody:
            return true()
        return column.in_(sorted(self.departments)) if self.departments else false()

    def among(self, departments: Iterable[str]) -> list[str]:
        """Those of `departments` that are seen, in their order."""
        return [name for name in departments if self.covers(name)]


def sight_of(person: Person) -> Sight:
    """What a person of that role sees; nothing for one who only learns or leads."""
    if person.role is Role.ADMINISTRATOR:
        return Sight(everybody=True)
    if person.role is not Role.REVIEWER:
        return Sight()
    if EVERYBODY in person.sees:
        return Sight(everybody=True)
    own = {person.department} if person.department else set()
    return Sight(frozenset(own | set(person.sees)))
