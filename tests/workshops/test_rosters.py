"""Who is expected and who has come."""

from datetime import timedelta

import pytest

from motesklar.errors import NotFound
from motesklar.store.facts import FactRecord
from motesklar.store.models import Person
from motesklar.web.sessions import SessionView
from motesklar.workshops.roster.entries import HowTested
from motesklar.workshops.roster.rosters import AlreadyMatched, Rosters, RosterView
from tests.workshops.conftest import MODULE, Hall

LIST = "Namn;E-post;Avdelning\nAda Berg;ada@b.se;Vård\nBo Ek;bo@b.se;Skola\nEva Alm;;\n".encode()


@pytest.fixture
def rosters(hall: Hall) -> Rosters:
    return Rosters(
        hall.database, hall.facts, hall.workshops, timedelta(days=30), now=lambda: hall.now
    )


def with_email(hall: Hall, name: str, email: str) -> SessionView:
    view = hall.person(name)
    with hall.database.transaction() as session:
        person = session.get(Person, view.person_id)
        assert person
        person.email = email
    return view


def planned(hall: Hall) -> tuple[SessionView, str, str]:
    leader = hall.leader()
    made = hall.workshops.create(leader.person_id, "Tisdag", MODULE)
    return leader, made.id, made.join_code


def test_a_preview_saves_nothing_and_the_same_file_twice_changes_nothing(
    hall: Hall, rosters: Rosters
) -> None:
    leader, workshop, _ = planned(hall)
    assert len(rosters.read(workshop, LIST, leader, dry_run=True).added) == 3
    assert rosters.view(workshop, leader) == RosterView((), ())
    assert len(rosters.read(workshop, LIST, leader, dry_run=False).added) == 3
    again = rosters.read(workshop, LIST, leader, dry_run=False)
    assert (len(again.added), len(again.changed), again.unchanged) == (0, 0, 3)
    moved = rosters.read(workshop, LIST.replace(b"Skola", b"Park"), leader, dry_run=False)
    assert [person.name for person in moved.changed] == ["Bo Ek"]
    assert len(rosters.view(workshop, leader).expected) == 3


def test_somebody_who_gets_an_address_stays_one_person(hall: Hall, rosters: Rosters) -> None:
    leader, workshop, _ = planned(hall)
    rosters.read(workshop, LIST, leader, dry_run=False)
    change = rosters.read(workshop, LIST.replace(b"Alm;", b"Alm;eva@b.se"), leader, dry_run=False)
    assert (len(change.added), len(change.changed), change.unchanged) == (0, 1, 2)
    expected = rosters.view(workshop, leader).expected
    assert [line.email for line in expected] == ["ada@b.se", "bo@b.se", "eva@b.se"]


def test_who_joins_is_recognised_by_the_address(hall: Hall, rosters: Rosters) -> None:
    leader, workshop, code = planned(hall)
    ada = with_email(hall, "Ada B", "ada@b.se")
    hall.workshops.join(code, ada.person_id)
    rosters.read(workshop, LIST, leader, dry_run=False)
    bo = with_email(hall, "Bo Ek", "bo@b.se")
    hall.workshops.join(code, bo.person_id)
    view = rosters.view(workshop, leader)
    assert [(line.name, line.came_as) for line in view.expected] == [
        ("Ada Berg", "Ada B"),
        ("Bo Ek", "Bo Ek"),
        ("Eva Alm", None),
    ]
    assert (view.came, view.walk_ins) == (2, ())


def test_a_walk_in_is_matched_by_the_leader_and_that_can_be_taken_back(
    hall: Hall, rosters: Rosters
) -> None:
    leader, workshop, code = planned(hall)
    rosters.read(workshop, LIST, leader, dry_run=False)
    eva, guest = hall.person("eva alm"), hall.person("Gäst")
    for person in (eva, guest):
        hall.workshops.join(code, person.person_id)
    view = rosters.view(workshop, leader)
    entry = view.expected[2].id
    assert [(one.name, one.suggested) for one in view.walk_ins] == [
        ("eva alm", entry),
        ("Gäst", ""),
    ]
    assert [line.name for line in view.walk_ins[0].choices] == ["Eva Alm", "Ada Berg", "Bo Ek"]
    rosters.match(workshop, entry, eva.person_id, leader)
    rosters.match(workshop, entry, eva.person_id, leader)
    assert [one.name for one in rosters.view(workshop, leader).walk_ins] == ["Gäst"]
    with pytest.raises(AlreadyMatched):
        rosters.match(workshop, entry, guest.person_id, leader)
    with pytest.raises(AlreadyMatched):
        rosters.match(workshop, view.expected[0].id, eva.person_id, leader)
    rosters.unmatch(workshop, entry, leader)
    assert rosters.view(workshop, leader).came == 0


def test_who_has_tested_is_seen_before_they_come_but_not_how_it_went(
    hall: Hall, rosters: Rosters
) -> None:
    leader, workshop, _ = planned(hall)
    rosters.read(workshop, LIST, leader, dry_run=False)
    ada = with_email(hall, "Ada Berg", "ada@b.se")
    detail = {"test": "camera", "verdict": "fail", "finding": "denied"}
    hall.facts.record(FactRecord(ada.person_id, "", "", "verdict", detail, hall.now))
    expected = rosters.view(workshop, leader).expected
    assert [line.tested for line in expected] == [
        HowTested.DONE,
        HowTested.NOT_YET,
        HowTested.NOT_YET,
    ]
    assert rosters.view(workshop, leader).untested == ["bo@b.se"]


def test_nobody_reaches_another_leaders_roster(hall: Hall, rosters: Rosters) -> None:
    leader, workshop, _ = planned(hall)
    rosters.read(workshop, LIST, leader, dry_run=False)
    entry = rosters.view(workshop, leader).expected[0].id
    other = hall.leader()
    own = hall.workshops.create(other.person_id, "Onsdag", MODULE)
    ada = hall.person()
    hall.workshops.join(own.join_code, ada.person_id)
    with pytest.raises(NotFound):
        rosters.read(workshop, LIST, other, dry_run=True)
    with pytest.raises(NotFound):
        rosters.empty(workshop, other)
    with pytest.raises(NotFound):
        rosters.match(own.id, entry, ada.person_id, other)
    with pytest.raises(NotFound):
        rosters.unmatch(own.id, entry, other)
    with pytest.raises(NotFound):
        rosters.match(workshop, entry, ada.person_id, leader)
    rosters.empty(workshop, leader)
    assert rosters.view(workshop, leader).expected == ()
