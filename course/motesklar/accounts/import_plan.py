"""What a file of people would change, seen before anything is saved. Pure.

The plan is worked out twice: for the page that shows it and once more when it is confirmed. Equal
marks mean that exactly what was shown is what is saved.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from motesklar.accounts.people_csv import PersonRow
from motesklar.errors import BadCsv
from motesklar.i18n import N_
from motesklar.store.models import Role


@dataclass(frozen=True)
class KnownPerson:
    """What the course has saved of somebody with an address, as far as a file can change it."""

    id: str
    name: str
    email: str
    department: str
    role: Role
    sees: tuple[str, ...] = ()
    left_at: datetime | None = None


@dataclass(frozen=True)
class FieldChange:
    """One field of one person.

    Args:
        field: `name`, `department`, `role`, `sees` or `left`.
        before: as text; a role by its value, departments one after the other.
    """

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """A person of the file who is in the course already, and is not as the file says."""

    person_id: str
    row: PersonRow
    fields: tuple[FieldChange, ...]

    @property
    def name(self) -> str:
        """As the file says."""
        return self.row.name


@dataclass(frozen=True)
class ImportPlan:
    """All that a file changes.

    Args:
        missing: people who are not in the file; they stay as they are unless somebody says that
            they have left.
        unchanged: people who already are as the file says.
    """

    added: tuple[PersonRow, ...] = ()
    changed: tuple[Change, ...] = ()
    missing: tuple[KnownPerson, ...] = ()
    unchanged: int = 0
    leavers: bool = field(default=False, compare=False)

    @property
    def total(self) -> int:
        """People in the file."""
        return len(self.added) + len(self.changed) + self.unchanged

    @property
    def most_are_missing(self) -> bool:
        """The file is probably about a part of the organisation."""
        return len(self.missing) > len(self.changed) + self.unchanged

    @property
    def mark(self) -> str:
        """What tells this plan from any other."""
        told = [
            [(row.email, row.name, row.department, row.role.value) for row in self.added],
            [
                (one.person_id, [(f.field, f.before, f.after) for f in one.fields])
                for one in self.changed
            ],
            [one.id for one in self.missing],
            self.unchanged,
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def plan_import(
    rows: Iterable[PersonRow], known: Sequence[KnownPerson], *, actor_id: str = ""
) -> ImportPlan:
    """Compare a file with the people whom the course knows, by address.

    `actor_id` is never among the missing: nobody marks themselves as gone.

    Raises:
        BadCsv: the course would be left without an administrator.
    """
    by_email = {person.email: person for person in known}
    added: list[PersonRow] = []
    changed: list[Change] = []
    unchanged, seen = 0, set()
    for row in rows:
        person = by_email.get(row.email)
        if person is None:
            added.append(row)
            continue
        seen.add(person.id)
        fields = tuple(_changes(person, row))
        if fields:
            changed.append(Change(person.id, row, fields))
        else:
            unchanged += 1
    missing = tuple(one for one in known if one.id not in seen | {actor_id} and one.left_at is None)
    plan = ImportPlan(tuple(added), tuple(changed), missing, unchanged)
    _check_administrators(plan, {person.id: person for person in known})
    return plan


def _changes(person: KnownPerson, row: PersonRow) -> Iterable[FieldChange]:
    if person.name != row.name:
        yield FieldChange("name", person.name, row.name)
    if row.department_given and person.department != row.department:
        yield FieldChange("department", person.department, row.department)
    if row.role_given and person.role is not row.role:
        yield FieldChange("role", person.role.value, row.role.value)
    if row.sees_given and set(person.sees) != set(row.sees):
        yield FieldChange("sees", ", ".join(person.sees), ", ".join(row.sees))
    if person.left_at is not None:
        yield FieldChange("left", person.left_at.date().isoformat(), "")


def _check_administrators(plan: ImportPlan, known: Mapping[str, KnownPerson]) -> None:
    here = {
        one.id for one in known.values() if one.role is Role.ADMINISTRATOR and one.left_at is None
    }
    demoted = [
        one
        for one in plan.changed
        if one.person_id in here and one.row.role_given and one.row.role is not Role.ADMINISTRATOR
    ]
    made = any(
        row.role_given and row.role is Role.ADMINISTRATOR
        for row in [*plan.added, *(one.row for one in plan.changed)]
    )
    if demoted and not made and len(demoted) == len(here):
        raise BadCsv(
            N_("Line %(line)s: the file would leave the course without an administrator."),
            N_("Let at least one person keep the role administrator."),
            line=demoted[0].row.line,
        )
