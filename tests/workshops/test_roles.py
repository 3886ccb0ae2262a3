"""Leaders together, helpers and captioners: who may do what in which workshop."""

import pytest

from motesklar.errors import NotFound
from motesklar.store.models import Person, Role
from motesklar.web.sessions import SessionView
from motesklar.workshops.roles import Part, UnknownPerson
from tests.workshops.conftest import MODULE, Hall


@pytest.fixture
def colleague(hall: Hall) -> SessionView:
    """Somebody with an address."""
    view = hall.person("Kim Kollega", Role.LEADER)
    with hall.database.transaction() as session:
        person = session.get(Person, view.person_id)
        assert person is not None
        person.email = "kim@exempelstad.se"
    return view


def test_a_leader_shares_the_workshop_and_takes_it_back(hall: Hall, colleague: SessionView) -> None:
    leader, roles = hall.leader(), hall.workshops.roles
    workshop = hall.workshops.create(leader.person_id, "Stadshuset", MODULE)
    with pytest.raises(NotFound):
        hall.workshops.get(workshop.id, colleague)
    assert hall.workshops.list_of(colleague) == []

    roles.give(workshop.id, " Kim@Exempelstad.se", Part.LEADER, leader)
    assert hall.workshops.get(workshop.id, colleague).id == workshop.id
    assert [one.id for one in hall.workshops.list_of(colleague)] == [workshop.id]
    assert roles.of(workshop.id) == [(colleague.person_id, "Kim Kollega", Part.LEADER)]

    roles.take(workshop.id, colleague.person_id, leader)
    with pytest.raises(NotFound):
        hall.workshops.get(workshop.id, colleague)


@pytest.mark.parametrize("part", [Part.HELPER, Part.CAPTIONER])
def test_helpers_and_captioners_do_their_part_and_lead_nothing(
    hall: Hall, colleague: SessionView, part: Part
) -> None:
    leader, roles = hall.leader(), hall.workshops.roles
    mine = hall.workshops.create(leader.person_id, "Stadshuset", MODULE)
    other = hall.workshops.create(leader.person_id, "Biblioteket", MODULE)
    roles.give(mine.id, "kim@exempelstad.se", Part.LEADER, leader)
    roles.give(mine.id, "kim@exempelstad.se", part, leader)  # in place of the other
    assert roles.check(mine.id, colleague, part) is part
    assert roles.check(mine.id, leader, part) is Part.LEADER
    for refused in (
        lambda: hall.workshops.get(mine.id, colleague),
        lambda: roles.check(mine.id, colleague),
        lambda: roles.check(other.id, colleague, part),
        lambda: roles.give(mine.id, "kim@exempelstad.se", Part.LEADER, colleague),
        lambda: roles.check("w-none", colleague, part),
    ):
        with pytest.raises(NotFound):
            refused()


def test_nobody_unknown_gets_a_part(hall: Hall) -> None:
    leader = hall.leader()
    workshop = hall.workshops.create(leader.person_id, "Stadshuset", MODULE)
    with pytest.raises(UnknownPerson):
        hall.workshops.roles.give(workshop.id, "ingen@exempelstad.se", Part.HELPER, leader)
