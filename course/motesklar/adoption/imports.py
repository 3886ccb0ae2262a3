"""Takes in the meeting service's list of accounts: looked at first, then counted and forgotten."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from motesklar.adoption.account_file import Account, AccountFile, read_accounts
from motesklar.adoption.fewest import FEWEST, told_accounts
from motesklar.errors import BadCsv, BadRequest
from motesklar.i18n import N_
from motesklar.service.manager import MeetingAccounts
from motesklar.store.adoption_tables import AccountCount, AccountImport
from motesklar.store.database import Database
from motesklar.store.models import AuditEntry, Person, utcnow


@dataclass(frozen=True)
class Preview:
    """What a list does, or did, in numbers.

    Args:
        day: the day it tells of; `day_told` where the list says so itself.
        matched: accounts of people whom the course knows.
        opened: people who were not known to have an account until now.
        replaces: there is already a list of that day.
    """

    day: date
    day_told: bool
    registered: int
    active: int
    matched: int
    opened: int
    replaces: bool
    deleted: int
    passed_over: tuple[str, ...]

    @property
    def unknown(self) -> int:
        """Accounts of people whom the course doesn't know."""
        return self.registered - self.matched


class AccountImports:
    """The lists of accounts, of which only counts are kept.

    Args:
        active_days: an account that was used within so many days counts as used.
        now: the clock, UTC without a zone.
    """

    def __init__(
        self,
        database: Database,
        accounts: MeetingAccounts,
        active_days: int,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.database = database
        self.accounts = accounts
        self.active_days = active_days
        self.now = now

    def preview(self, data: bytes, day: date | None) -> Preview:
        """What the list would do; nothing is saved.

        Args:
            data: the file.
            day: the day it tells of; None is what it says itself, or today.

        Raises:
            BadCsv: the file can't be used, or is too short.
            BadRequest: the day can't be right.
        """
        found = read_accounts(data)
        return self._preview(found, self._day(found, day), self._people())

    def take_in(self, actor_id: str, data: bytes, day: date | None) -> Preview:
        """Count it in place of an earlier list of the same day, and open its people's accounts.

        Twice changes nothing more. Who has used an account is forgotten when this returns.

        Raises:
            BadCsv: the file can't be used, or is too short.
            BadRequest: the day can't be right.
        """
        found = read_accounts(data)
        of_day = self._day(found, day)
        people = self._people()
        preview = self._preview(found, of_day, people)
        with self.database.transaction() as session:
            session.execute(delete(AccountImport).where(AccountImport.day == of_day))
            kept = AccountImport(
                day=of_day,
                imported_at=self.now(),
                actor_id=actor_id,
                registered=preview.registered,
                active=preview.active,
                matched=preview.matched,
            )
            session.add(kept)
            session.flush()
            session.add_all(
                AccountCount(
                    import_id=kept.id, department=name, registered=registered, active=active
                )
                for name, (registered, active) in self._counts(found, of_day, people).items()
            )
            session.add(
                AuditEntry(
                    at=self.now(),
                    actor_id=actor_id,
                    action="accounts imported",
                    subject=of_day.isoformat(),
                )
            )
        known = [people[one.email][0] for one in found.accounts if one.email in people]
        self.accounts.found_in_list(actor_id, known)
        return preview

    def _people(self) -> dict[str, tuple[str, str]]:
        """E-mail address to (id, department)."""
        query = select(Person.email, Person.id, Person.department).where(Person.email.is_not(None))
        with self.database.transaction() as session:
            return {
                email: (person_id, department)
                for email, person_id, department in session.execute(query)
                if email
            }

    def _day(self, found: AccountFile, asked: date | None) -> date:
        today = self.now().date()
        day = asked or found.day or max(found.newest or today, today)
        if day > today:
            raise BadRequest(
                N_("The list can't tell of a day that has not come yet."),
                N_("Write the day when the list was made, today or earlier."),
            )
        if found.newest and found.newest > day:
            raise BadRequest(
                N_("The list has dates that are later than the day it is said to tell of."),
                N_("Write the day when the list was made, and look at its dates."),
            )
        if len(found.accounts) < FEWEST:
            raise BadCsv(
                N_("There are fewer than five accounts in the list."),
                N_("So few could be known by their numbers. Import a list with more accounts."),
            )
        return day

    def _preview(
        self, found: AccountFile, day: date, people: dict[str, tuple[str, str]]
    ) -> Preview:
        matched = [people[one.email][0] for one in found.accounts if one.email in people]
        with self.database.transaction() as session:
            replaces = session.scalar(select(AccountImport.id).where(AccountImport.day == day))
        return Preview(
            day=day,
            day_told=found.day == day,
            registered=len(found.accounts),
            active=sum(self._is_used(one, day) for one in found.accounts),
            matched=len(matched),
            opened=self.accounts.unopened(matched),
            replaces=replaces is not None,
            deleted=found.deleted,
            passed_over=found.passed_over,
        )

    def _is_used(self, account: Account, day: date) -> bool:
        return account.used is not None and account.used > day - timedelta(days=self.active_days)

    def _counts(
        self, found: AccountFile, day: date, people: dict[str, tuple[str, str]]
    ) -> dict[str, tuple[int, int]]:
        used: dict[str, list[bool]] = {}
        for account in found.accounts:
            if account.email in people:
                department = people[account.email][1]
                used.setdefault(department, []).append(self._is_used(account, day))
        sizes = Counter(self._departments())
        return told_accounts(used, sizes, len(found.accounts))

    def _departments(self) -> list[str]:
        query = select(Person.department).where(Person.left_at.is_(None))
        with self.database.transaction() as session:
            return list(session.scalars(query))
