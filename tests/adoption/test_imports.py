"""A list of accounts comes in: counted, never kept by person; and what reviewers see of it."""

from datetime import date

import pytest
from sqlalchemy import select, text

from motesklar.accounts.sight import Sight
from motesklar.adoption.funnel import Stage
from motesklar.adoption.manager import Adoption
from motesklar.errors import BadCsv, BadRequest, NotFound
from motesklar.store.models import AccountState, MeetingAccount, Person
from tests.adoption.conftest import NOON, account_list, email

EVERYBODY = Sight(everybody=True)
#: 7 of Vård of whom 4 use it, 6 of Skola of whom nobody does, both of Kansli, 4 strangers.
LIST = account_list(
    *((email("Vård", n), "2026-11-20" if n < 4 else "2026-01-02") for n in range(7)),
    *((email("Skola", n), "") for n in range(6)),
    *((email("Kansli", n), "2026-11-23") for n in range(2)),
    *((f"stranger{n}@else.example", "2026-11-01") for n in range(4)),
)


def test_a_preview_saves_nothing(adoption: Adoption) -> None:
    found = adoption.imports.preview(LIST, None)
    assert (found.registered, found.active, found.matched, found.opened) == (19, 10, 15, 15)
    assert (found.unknown, found.day, found.replaces) == (4, NOON.date(), False)
    assert adoption.overview(EVERYBODY).goal.points == ()
    assert adoption.accounts.held() == 0


def test_a_list_is_counted_by_department_and_small_ones_hide(adoption: Adoption) -> None:
    adoption.imports.take_in("p-boss", LIST, None)
    seen = adoption.overview(EVERYBODY)
    lines = [(one.name, one.registered, one.active) for one in seen.departments]
    assert lines == [("Skola", 6, 0), ("Vård", 7, 4)]
    assert seen.hidden == 1
    assert seen.goal.registered == 19
    assert adoption.accounts.held() == 15


def test_the_way_counts_accounts_as_the_list_does(adoption: Adoption) -> None:
    # with the 15 that the course knows, Kansli's two would be left when the others are subtracted
    adoption.imports.take_in("p-boss", LIST, None)
    funnel = adoption.overview(EVERYBODY).funnel
    assert funnel
    assert (funnel.counts[Stage.ACCOUNT], funnel.counts[Stage.ACTIVE]) == (19, 10)


def test_nothing_tells_who_uses_an_account(adoption: Adoption) -> None:
    adoption.imports.take_in("p-boss", LIST, None)
    with adoption.database.transaction() as session:
        tables = [row[0] for row in session.execute(text("select name from sqlite_master"))]
        assert "account_count" in tables
        rows = session.execute(text("select department, registered from account_count")).all()
        assert all(registered == 0 or registered >= 5 for _, registered in rows)
        facts = session.execute(text("select detail from fact")).all()
        assert {detail for (detail,) in facts} == {'{"state": "opened"}'}
        log = session.execute(text("select action, subject from audit_entry")).all()
        assert ("accounts imported", "2026-11-24") in [tuple(row) for row in log]
        assert not any("@" in subject for _, subject in log)


def test_the_same_day_is_replaced_and_an_older_one_fills_the_trend(adoption: Adoption) -> None:
    adoption.imports.take_in("p-boss", LIST, None)
    assert adoption.imports.preview(LIST, None).replaces
    assert adoption.imports.preview(LIST, None).opened == 0
    adoption.imports.take_in("p-boss", LIST, None)
    older = account_list(*((email("Vård", n), "2026-10-01") for n in range(5)))
    adoption.imports.take_in("p-boss", older, date(2026, 10, 2))
    seen = adoption.overview(EVERYBODY)
    assert [(one.day.month, one.registered) for one in seen.goal.points] == [(10, 5), (11, 19)]
    vard = next(one for one in seen.departments if one.name == "Vård")
    assert (vard.registered, vard.since_first) == (7, 2)


def test_an_account_is_never_moved_back_from_a_first_meeting(adoption: Adoption) -> None:
    with adoption.database.transaction() as session:
        people = list(session.scalars(select(Person.id).where(Person.department == "Vård")))
    met, wants = sorted(people)[:2]
    adoption.accounts.tell(met, AccountState.MET)
    adoption.accounts.tell(wants, AccountState.WANTED)
    everybody = account_list(*((email("Vård", n), "") for n in range(12)))
    adoption.imports.take_in("p-boss", everybody, None)
    with adoption.database.transaction() as session:
        states = {
            one.person_id: (one.state, one.confirmed)
            for one in session.scalars(select(MeetingAccount))
        }
    assert states[met] == (AccountState.MET, True)
    assert states[wants] == (AccountState.OPENED, True)


@pytest.mark.parametrize(
    ("data", "day", "told"),
    [
        (LIST, date(2026, 11, 25), "has not come yet"),
        (LIST, date(2026, 11, 1), "later than the day"),
        (account_list((email("Vård", 0), "")), None, "fewer than five"),
    ],
)
def test_a_day_that_can_not_be_and_a_list_too_short_are_refused(
    adoption: Adoption, data: bytes, day: date | None, told: str
) -> None:
    with pytest.raises(BadRequest, match=told):
        adoption.imports.take_in("p-boss", data, day)
    assert adoption.overview(EVERYBODY).goal.points == ()


def test_a_broken_list_changes_nothing(adoption: Adoption) -> None:
    with pytest.raises(BadCsv):
        adoption.imports.take_in("p-boss", LIST + b"\nno address;2026-11-01", None)
    assert adoption.accounts.held() == 0


def test_a_reviewer_sees_the_own_department_and_the_totals(adoption: Adoption) -> None:
    adoption.imports.take_in("p-boss", LIST, None)
    seen = adoption.overview(Sight(frozenset({"Skola"})))
    assert [one.name for one in seen.departments] == ["Skola"]
    assert seen.goal.registered == 19
    assert seen.funnel
    assert seen.funnel.counts[Stage.INVITED] == 22
    with pytest.raises(NotFound):
        adoption.overview(Sight(frozenset({"Skola"})), "department:Vård")
    with pytest.raises(NotFound):
        adoption.overview(EVERYBODY, "department:Kansli")


def test_the_way_of_a_department_never_tells_of_the_small_one_by_subtraction(
    adoption: Adoption,
) -> None:
    # 22 people without the 12 of Vård or the 8 of Skola: Skola has to hide with Kansli
    assert [scope.title for scope in adoption.overview(EVERYBODY).scopes] == ["Vård"]
    adoption.imports.take_in("p-boss", LIST, None)
    funnel = adoption.overview(EVERYBODY, "department:Vård").funnel
    assert funnel
    assert funnel.counts[Stage.ACCOUNT] == 7
    assert funnel.counts[Stage.ACTIVE] == 4


def test_thirteen_thousand_accounts_are_taken_in_whole(adoption: Adoption) -> None:
    with adoption.database.transaction() as session:
        session.add_all(
            Person(name=f"P {n}", email=f"p{n}@big.example", department=f"D{n % 20}")
            for n in range(13_000)
        )
    big = account_list(*((f"p{n}@big.example", "2026-11-20") for n in range(13_000)))
    assert adoption.imports.take_in("p-boss", big, None).opened == 13_000
    assert adoption.accounts.held() == 13_000
    assert sum(one.active for one in adoption.overview(EVERYBODY).departments) == 13_000
