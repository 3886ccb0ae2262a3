"""Decides about people's accounts in the meeting service, and keeps their notes to themselves."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select

from motesklar.service.accounts import HELD, LISTED, confirm, found, tell
from motesklar.store.database import Database
from motesklar.store.facts import FactLog, FactRecord
from motesklar.store.models import (
    AccountState,
    AuditEntry,
    MeetingAccount,
    Note,
    Person,
    utcnow,
)

#: `fact.kind` of a change of state.
ACCOUNT_FACT = "account"


class MeetingAccounts:
    """People's accounts in the organisation's meeting service.

    Args:
        now: the clock, UTC without a zone.
    """

    def __init__(
        self, database: Database, facts: FactLog, now: Callable[[], datetime] = utcnow
    ) -> None:
        self.database = database
        self.facts = facts
        self.now = now

    def of_person(self, person_id: str) -> MeetingAccount:
        """How far a person has come; an empty account where nothing is known."""
        with self.database.transaction() as session:
            return session.get(MeetingAccount, person_id) or _new(person_id)

    def tell(self, person_id: str, state: AccountState) -> MeetingAccount:
        """A person says how it is with the own account; twice changes nothing.

        Raises:
            Conflict: a person can't say that.
        """
        with self.database.transaction() as session:
            account = session.get(MeetingAccount, person_id) or _new(person_id)
            changed = tell(account, state, self.now())
            if changed:
                session.add(account)
        if changed:
            self._note(person_id, state)
        return self.of_person(person_id)

    def confirm(self, actor_id: str, people: Collection[str], state: AccountState) -> int:
        """Whoever opens accounts says how it is; how many have changed."""
        changed = []
        with self.database.transaction() as session:
            query = select(MeetingAccount).where(MeetingAccount.person_id.in_(people))
            for account in session.scalars(query):
                if confirm(account, state, self.now()):
                    changed.append(account.person_id)
            session.add_all(
                AuditEntry(at=self.now(), actor_id=actor_id, action=f"account {state}", subject=one)
                for one in changed
            )
        for person_id in changed:
            self._note(person_id, state)
        return len(changed)

    def unopened(self, people: Collection[str]) -> int:
        """How many of them are not known to have an account."""
        with self.database.transaction() as session:
            held = set(
                session.scalars(
                    select(MeetingAccount.person_id).where(MeetingAccount.state.in_(HELD))
                )
            )
        return len(set(people) - held)

    def found_in_list(self, actor_id: str, people: Collection[str]) -> int:
        """The service's own list has these people's accounts; how many have changed."""
        at = self.now()
        changed = []
        with self.database.transaction() as session:
            # all of them: a list of thousands is longer than a query may be
            known = {one.person_id: one for one in session.scalars(select(MeetingAccount))}
            for person_id in people:
                account = known.get(person_id) or _new(person_id)
                was_held = account.state in HELD
                if found(account, at):
                    session.add(account)
                    changed.append((person_id, was_held))
            session.add_all(
                AuditEntry(at=at, actor_id=actor_id, action="account found in list", subject=one)
                for one, _ in changed
            )
        opened = {"state": AccountState.OPENED.value}
        self.facts.record_all(
            [
                FactRecord(one, "", "", ACCOUNT_FACT, opened, at)
                for one, was_held in changed
                if not was_held
            ]
        )
        return len(changed)

    def order_list(self) -> Sequence[MeetingAccount]:
        """Who wants an account or has one ordered: whoever has waited longest stands first."""
        query = (
            select(MeetingAccount)
            .join(Person, Person.id == MeetingAccount.person_id)
            .where(MeetingAccount.state.in_(LISTED))
            .order_by(MeetingAccount.state.desc(), MeetingAccount.wanted_at, Person.name)
        )
        with self.database.transaction() as session:
            return list(session.scalars(query))

    def held(self) -> int:
        """How many people have an account that works."""
        query = select(func.count()).where(MeetingAccount.state.in_(HELD))
        with self.database.transaction() as session:
            return session.execute(query).scalar_one()

    def note(self, person_id: str, name: str) -> str:
        """A person's words to themselves; empty where there are none."""
        with self.database.transaction() as session:
            found = session.get(Note, (person_id, name))
            return found.words if found else ""

    def save_note(self, person_id: str, name: str, words: str) -> None:
        """Keep them, in place of those before."""
        with self.database.transaction() as session:
            session.merge(Note(person_id=person_id, name=name, words=words, saved_at=self.now()))

    def _note(self, person_id: str, state: AccountState) -> None:
        self.facts.record(
            FactRecord(person_id, "", "", ACCOUNT_FACT, {"state": state.value}, self.now())
        )


def _new(person_id: str) -> MeetingAccount:
    return MeetingAccount(person_id=person_id, state=AccountState.NONE, confirmed=False)
