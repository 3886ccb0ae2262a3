"""Whose data somebody sees."""

from sqlalchemy import select

from motesklar.accounts.sight import Sight, sight_of
from motesklar.store.models import Person, Role
from tests.accounts.conftest import Town


def one(role: Role, department: str = "", *sees: str) -> Person:
    return Person(name="Anna", role=role, department=department, sees=list(sees))


def test_an_administrator_sees_everybody() -> None:
    assert sight_of(one(Role.ADMINISTRATOR)).covers("Vård och omsorg")
    assert sight_of(one(Role.ADMINISTRATOR)).covers("")


def test_a_reviewer_sees_the_own_department_and_what_was_added() -> None:
    sight = sight_of(one(Role.REVIEWER, "Kultur", "Vård"))
    assert [sight.covers(name) for name in ("Kultur", "Vård", "Skola", "")] == [
        True,
        True,
        False,
        False,
    ]
    assert sight.among(["Skola", "Vård", "Kultur"]) == ["Vård", "Kultur"]


def test_a_reviewer_without_a_department_sees_nobody() -> None:
    assert sight_of(one(Role.REVIEWER)) == Sight()
    assert not sight_of(one(Role.REVIEWER)).covers("")


def test_a_star_is_everybody() -> None:
    assert sight_of(one(Role.REVIEWER, "", "*")).covers("")


def test_learners_and_leaders_see_nobody() -> None:
    assert not sight_of(one(Role.LEARNER, "Kultur")).covers("Kultur")
    assert not sight_of(one(Role.LEADER, "Kultur", "*")).covers("Kultur")


def test_the_database_chooses_the_same_people(town: Town) -> None:
    with town.database.transaction() as session:
        session.add_all(
            [
                Person(name="Sight Kultur", department="Kultur sight"),
                Person(name="Sight Vård", department="Vård sight"),
                Person(name="Sight ingen", department=""),
            ]
        )
    sights = [
        Sight(frozenset({"Kultur sight"})),
        Sight(frozenset({"Kultur sight", "Vård sight"})),
        Sight(),
        Sight(everybody=True),
    ]
    with town.database.transaction() as session:
        people = session.scalars(select(Person).where(Person.name.like("Sight %"))).all()
        for sight in sights:
            found = session.scalars(
                select(Person.id).where(sight.where(Person.department), Person.name.like("Sight %"))
            ).all()
            assert set(found) == {p.id for p in people if sight.covers(p.department)}
