"""What participants thought, once each and without who it was."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from motesklar.errors import UnknownCode
from motesklar.store.models import Fact, Workshop, WorkshopFeedback
from motesklar.workshops.after.feedback import AlreadyGiven, BadFeedback
from tests.workshops.after import Held, hold
from tests.workshops.conftest import MODULE, Hall


@pytest.fixture
def held(hall: Hall) -> Held:
    return hold(hall)


def test_everybody_answers_once(held: Held) -> None:
    asked = held.feedback.find(f" {held.code.lower()} ", held.ada.person_id)
    assert (asked.title, asked.given) == ("Tisdag", False)
    held.feedback.give(held.code, held.ada.person_id, 4, 2, " Mer kaffe ")
    with pytest.raises(AlreadyGiven):
        held.feedback.give(held.code, held.ada.person_id, 1, 1, "")
    assert held.feedback.find(held.code, held.ada.person_id).given
    assert not held.feedback.find(held.code, held.bo.person_id).given


def test_an_answer_has_neither_person_nor_time_nor_place_in_a_row(held: Held) -> None:
    hall = held.hall
    people = [held.ada, held.bo]
    for number, person in enumerate(people, start=1):
        held.feedback.give(held.code, person.person_id, number, number, f"Svar {number}")
    with hall.database.transaction() as session:
        rows = session.scalars(select(WorkshopFeedback)).all()
        facts = session.scalars(select(Fact).where(Fact.kind == "gave_feedback")).all()
    assert {row.words for row in rows} == {"Svar 1", "Svar 2"}
    assert all(row.at.hour == row.at.minute == row.at.second == 0 for row in [*rows, *facts])
    assert not any(person.person_id in str(vars(row)) for row in rows for person in people)
    assert {str(fact.detail) for fact in facts} == {str({"workshop": held.id})}


def test_people_are_asked_from_the_last_item_until_they_have_answered(held: Held) -> None:
    hall = held.hall
    assert [one.title for one in held.feedback.waiting(held.ada.person_id)] == ["Tisdag"]
    held.feedback.give(held.code, held.ada.person_id, 4, 4, "")
    assert held.feedback.waiting(held.ada.person_id) == []
    other = hall.workshops.create(held.leader.person_id, "Onsdag", MODULE)
    hall.workshops.join(other.join_code, held.ada.person_id)
    with hall.database.transaction() as session:
        workshop = session.get_one(Workshop, other.id)
        workshop.sheet = [
            {"minutes": 5, "title": "Hej"},
            {"minutes": 5, "title": "Tack", "kind": "end"},
        ]
        workshop.item = 0
    assert held.feedback.waiting(held.ada.person_id) == []
    with hall.database.transaction() as session:
        session.get_one(Workshop, other.id).item = 1
    assert [one.title for one in held.feedback.waiting(held.ada.person_id)] == ["Onsdag"]
    hall.wait(days=30)
    assert held.feedback.waiting(held.bo.person_id) == []


def test_few_answers_are_not_shown(held: Held) -> None:
    for person in (held.ada, held.bo):
        held.feedback.give(held.code, person.person_id, 4, 4, "Bra")
    assert held.reports.get(held.id, held.leader).words == ()


def test_it_can_be_answered_for_a_week_and_only_by_those_who_were_there(held: Held) -> None:
    hall = held.hall
    for code, person in ((held.code, hall.person("Gäst")), ("AAAAAA", held.ada), ("?", held.ada)):
        with pytest.raises(UnknownCode):
            held.feedback.give(code, person.person_id, 4, 4, "")
    hall.now += timedelta(days=7)
    held.feedback.give(held.code, held.ada.person_id, 4, 4, "")
    hall.wait(minutes=1)
    with pytest.raises(UnknownCode):
        held.feedback.find(held.code, held.bo.person_id)


@pytest.mark.parametrize(
    ("useful", "dare", "words", "field"),
    [
        (0, 1, "", "useful"),
        (1, 5, "", "dare"),
        (1, 1, "x" * 501, "words"),
        (1, 1, "Fråga 19121212-1212", "words"),
    ],
)
def test_what_can_not_be_kept_is_told_beside_its_field(
    held: Held, useful: int, dare: int, words: str, field: str
) -> None:
    with pytest.raises(BadFeedback) as told:
        held.feedback.give(held.code, held.ada.person_id, useful, dare, words)
    assert told.value.field == field
    assert not held.feedback.find(held.code, held.ada.person_id).given
