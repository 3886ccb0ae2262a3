"""From wanting an account to a first meeting held, as told and as confirmed."""

import pytest
from sqlalchemy import select

from motesklar.errors import Conflict
from motesklar.service.manager import MeetingAccounts
from motesklar.store.database import Database
from motesklar.store.models import AccountState, AuditEntry, Fact


def test_a_person_goes_from_wanting_to_a_first_meeting(
    accounts: MeetingAccounts, people: list[str]
) -> None:
    anna = people[0]
    assert accounts.of_person(anna).state is AccountState.NONE
    accounts.tell(anna, AccountState.WANTED)
    assert accounts.confirm("p-boss", [anna], AccountState.ORDERED) == 1
    assert accounts.confirm("p-boss", [anna], AccountState.OPENED) == 1
    account = accounts.tell(anna, AccountState.MET)
    dates = [account.wanted_at, account.ordered_at, account.opened_at, account.met_at]
    assert None not in dates
    assert dates == sorted(dates)
    assert account.confirmed
    assert accounts.held() == 1


def test_telling_the_same_twice_changes_nothing(
    accounts: MeetingAccounts, people: list[str], database: Database
) -> None:
    first = accounts.tell(people[0], AccountState.WANTED).wanted_at
    assert accounts.tell(people[0], AccountState.WANTED).wanted_at == first
    with database.transaction() as session:
        assert len(list(session.scalars(select(Fact)))) == 1


def test_a_mistake_can_be_taken_back(accounts: MeetingAccounts, people: list[str]) -> None:
    accounts.tell(people[0], AccountState.MET)
    account = accounts.tell(people[0], AccountState.WANTED)
    assert account.met_at is None
    assert accounts.tell(people[0], AccountState.NONE).wanted_at is None
    assert accounts.order_list() == []


def test_nobody_says_of_the_own_account_that_it_is_ordered(
    accounts: MeetingAccounts, people: list[str]
) -> None:
    with pytest.raises(Conflict):
        accounts.tell(people[0], AccountState.ORDERED)
    assert accounts.of_person(people[0]).state is AccountState.NONE


def test_the_order_list_has_whoever_waited_longest_first_and_the_ordered_last(
    accounts: MeetingAccounts, people: list[str]
) -> None:
    anna, bo, cia = people
    for person in (cia, bo, anna):
        accounts.tell(person, AccountState.WANTED)
    accounts.confirm("p-boss", [cia], AccountState.ORDERED)
    assert [one.person.name for one in accounts.order_list()] == ["Bo", "Anna", "Cia"]


def test_only_who_is_on_the_list_is_confirmed_and_the_log_tells_by_whom(
    accounts: MeetingAccounts, people: list[str], database: Database
) -> None:
    anna, bo, _ = people
    accounts.tell(anna, AccountState.WANTED)
    assert accounts.confirm("p-boss", [anna, bo, "p-unknown"], AccountState.OPENED) == 1
    assert accounts.of_person(bo).state is AccountState.NONE
    with database.transaction() as session:
        entries = list(session.scalars(select(AuditEntry)))
    assert [(e.actor_id, e.action, e.subject) for e in entries] == [
        ("p-boss", "account opened", anna)
    ]


def test_a_note_to_oneself_is_kept_and_replaced(
    accounts: MeetingAccounts, people: list[str]
) -> None:
    anna, bo, _ = people
    assert accounts.note(anna, "promise") == ""
    accounts.save_note(anna, "promise", "Jag möts på webben i maj.")
    accounts.save_note(anna, "promise", "Jag möts på webben i juni.")
    assert accounts.note(anna, "promise") == "Jag möts på webben i juni."
    assert accounts.note(bo, "promise") == ""
