"""Decisions: what can be decided, within whose sight, and what happens when two decide at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from motesklar.errors import MotesklarError, NotFound
from motesklar.review.completion import State
from motesklar.review.deciding import Bulk, Deciding, UnknownPerson
from motesklar.review.decisions import NoDecision, Overtaken, Stand, Wanted, decided
from motesklar.review.person_file import PersonFiles
from motesklar.review.projection import DecidedKind
from motesklar.store.models import Attempt, AttemptState, AuditEntry, Person, Role
from tests.review.conftest import GRADED, NOON, READ, Office, make_course

FIRST = GRADED[0]


@pytest.fixture
def deciding(office: Office) -> Deciding:
    return Deciding(office.database, make_course, office.projection, now=lambda: NOON)


def reviewer(office: Office, name: str = "Rut", department: str = "Vård") -> str:
    with office.database.transaction() as session:
        person = Person(name=name, department=department, role=Role.REVIEWER)
        session.add(person)
        session.flush()
        return person.id


def half_right(office: Office, name: str = "Anna", department: str = "Vård") -> str:
    person = office.person(name, department)
    office.hand_in(person, FIRST, 1, 0)
    office.projection.refresh([person])
    return person


def state(office: Office, person: str, module: str = FIRST) -> bool:
    results = office.review.results_of(person)
    return module in results and results[module].done


def hand_in_again(office: Office, person: str) -> None:
    at = NOON + timedelta(hours=1)
    with office.database.transaction() as session:
        session.add(
            Attempt(
                id=f"again-{person}",
                person_id=person,
                module=FIRST,
                version="0" * 64,
                state=AttemptState.GRADED,
                answers={},
                promoted=True,
                handed_in_at=at,
            )
        )
    office.hand_in(person, FIRST, 1, 1, at=at)
    office.projection.refresh([person])


def test_an_approved_part_counts_as_done_until_it_is_taken_back(
    office: Office, deciding: Deciding
) -> None:
    rut, anna = reviewer(office), half_right(office)
    deciding.decide(rut, anna, FIRST, Wanted(DecidedKind.APPROVED, seen=0))
    assert state(office, anna)
    deciding.decide(rut, anna, FIRST, Wanted(DecidedKind.TAKEN_BACK, seen=1))
    assert not state(office, anna)
    history = deciding.history(anna)
    assert [(one.kind, one.by) for one in history] == [("taken-back", "Rut"), ("approved", "Rut")]


def test_a_returned_part_is_asked_for_until_something_newer_is_handed_in(
    office: Office, deciding: Deciding
) -> None:
    rut, anna = reviewer(office), half_right(office)
    deciding.decide(rut, anna, FIRST, Wanted(DecidedKind.RETURNED, 0, "Skriv mer."))
    [asked] = deciding.returned(anna)
    assert (asked.module, asked.words) == (FIRST, "Skriv mer.")
    assert not state(office, anna)
    hand_in_again(office, anna)
    assert deciding.returned(anna) == []
    assert state(office, anna)


def test_a_part_set_by_hand_says_who_and_why(office: Office, deciding: Deciding) -> None:
    rut, bo = reviewer(office), office.person("Bo")
    deciding.decide(rut, bo, READ, Wanted(DecidedKind.SET, 0, "Höll kursen.", State.DONE))
    file = PersonFiles(deciding, make_course).open(rut, bo)
    [one] = [each for each in file.modules if each.module.name == READ]
    assert one.made is not None
    assert (one.stand.state, one.made.by, one.made.words) == ("done", "Rut", "Höll kursen.")
    assert file.done == 1


def test_the_second_of_two_reviewers_learns_what_the_first_did(
    office: Office, deciding: Deciding
) -> None:
    rut, siv, anna = reviewer(office), reviewer(office, "Siv"), half_right(office)
    deciding.decide(rut, anna, FIRST, Wanted(DecidedKind.APPROVED, seen=0))
    with pytest.raises(Overtaken) as told:
        deciding.decide(siv, anna, FIRST, Wanted(DecidedKind.RETURNED, 0, "Nej."))
    assert (told.value.made.by, told.value.made.kind) == ("Rut", "approved")
    assert len(deciding.history(anna)) == 1


def at_the_same_moment(*decide: Callable[[], object]) -> list[object]:
    """What came of each, done by as many threads; an error is what came of it."""
    start = threading.Barrier(len(decide))

    def try_it(one: Callable[[], object]) -> object:
        start.wait()
        try:
            return one()
        except MotesklarError as error:
            return error

    with ThreadPoolExecutor(len(decide)) as threads:
        return list(threads.map(try_it, decide))


def test_of_reviewers_who_decide_at_the_same_moment_one_decides_and_the_others_are_told(
    office: Office, deciding: Deciding
) -> None:
    reviewers = [reviewer(office, name) for name in ("Rut", "Siv", "Tom")]
    wanted = (
        Wanted(DecidedKind.APPROVED, 0),
        Wanted(DecidedKind.RETURNED, 0, "Igen."),
        Wanted(DecidedKind.SET, 0, "Höll kursen.", State.DONE),
    )
    for number in range(15):
        anna = half_right(office, f"Anna {number}")
        came = at_the_same_moment(
            *(
                partial(deciding.decide, who, anna, FIRST, what)
                for who, what in zip(reviewers, wanted, strict=True)
            )
        )
        [made] = deciding.history(anna)
        overtaken = [one for one in came if isinstance(one, Overtaken)]
        assert came.count(None) == 1, came
        assert [(one.made.by, one.made.kind) for one in overtaken] == [(made.by, made.kind)] * 2
        assert came.index(None) == ["Rut", "Siv", "Tom"].index(made.by)
        done = made.kind is not DecidedKind.RETURNED
        assert state(office, anna) is done


def test_many_approved_by_two_at_the_same_moment_are_each_approved_once(
    office: Office, deciding: Deciding
) -> None:
    rut, siv = reviewer(office), reviewer(office, "Siv")
    for round_ in range(5):
        people = [half_right(office, f"Anna {round_} {number}") for number in range(20)]
        first, second = at_the_same_moment(
            partial(deciding.approve_all, rut, people, FIRST),
            partial(deciding.approve_all, siv, people, FIRST),
        )
        assert isinstance(first, Bulk)
        assert isinstance(second, Bulk)
        assert sorted(one for one, _ in first.ready + second.ready) == sorted(people)
        assert [len(deciding.history(one)) for one in people] == [1] * len(people)
        assert all(state(office, one) for one in people)


def test_departments_are_borders(office: Office, deciding: Deciding) -> None:
    skola, anna = reviewer(office, "Siv", "Skola"), half_right(office)
    with pytest.raises(UnknownPerson):
        PersonFiles(deciding, make_course).open(skola, anna)
    with pytest.raises(UnknownPerson):
        deciding.decide(skola, anna, FIRST, Wanted(DecidedKind.APPROVED, 0))
    bulk = deciding.approve_all(skola, [anna], FIRST)
    assert (bulk.ready, bulk.left_out) == ([], [])
    assert deciding.history(anna) == []


def test_many_are_approved_at_once_and_the_rest_is_told_why(
    office: Office, deciding: Deciding
) -> None:
    rut = reviewer(office)
    anna, bo = half_right(office), half_right(office, "Bo")
    done, nothing, back = (office.person(name) for name in ("Klar", "Inget", "Åter"))
    office.hand_in(done, FIRST, 1, 1)
    office.hand_in(back, FIRST, 0, 0)
    office.projection.refresh()
    deciding.decide(rut, back, FIRST, Wanted(DecidedKind.RETURNED, 0, "Igen."))
    people = [anna, bo, done, nothing, back, "p-gone"]
    shown = deciding.sort_out(rut, people, FIRST)
    assert not state(office, anna)
    bulk = deciding.approve_all(rut, people, FIRST)
    assert [name for _, name in bulk.ready] == [name for _, name in shown.ready] == ["Anna", "Bo"]
    assert {name: why.message for _, name, why in bulk.left_out} == {
        "Klar": "The part is done already.",
        "Inget": "Nothing has been handed in.",
        "Åter": "It was returned and has not been handed in again.",
    }
    assert state(office, anna)
    assert state(office, bo)
    assert deciding.approve_all(rut, people, FIRST).ready == []


def test_each_view_and_change_is_in_the_log_without_names(
    office: Office, deciding: Deciding
) -> None:
    rut, anna = reviewer(office), half_right(office)
    PersonFiles(deciding, make_course).open(rut, anna)
    deciding.decide(rut, anna, FIRST, Wanted(DecidedKind.APPROVED, seen=0, words="Bra, Anna!"))
    with office.database.transaction() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.actor_id == rut)).all()
    assert [(one.action, one.subject) for one in entries] == [
        ("person viewed", anna),
        ("decision approved", f"{anna} {FIRST}"),
    ]


def test_a_person_erased_or_a_part_unknown_is_told(office: Office, deciding: Deciding) -> None:
    rut, anna = reviewer(office), half_right(office)
    with pytest.raises(NotFound):
        deciding.decide(rut, anna, "99-unknown", Wanted(DecidedKind.APPROVED, 0))
    with office.database.transaction() as session:
        session.delete(session.get(Person, anna))
    with pytest.raises(UnknownPerson):
        deciding.decide(rut, anna, FIRST, Wanted(DecidedKind.APPROVED, 0))


@pytest.mark.parametrize(
    ("stand", "wanted"),
    [
        (Stand(State.NOT_YET, State.NOT_YET), Wanted(DecidedKind.APPROVED, 0)),
        (Stand(State.DONE, State.DONE), Wanted(DecidedKind.APPROVED, 0)),
        (Stand(State.NOT_YET, State.NOT_YET), Wanted(DecidedKind.RETURNED, 0, "Igen.")),
        (Stand(State.DONE, State.DONE), Wanted(DecidedKind.RETURNED, 0, "  ")),
        (
            Stand(State.DONE, State.DONE, can_hand_in=False),
            Wanted(DecidedKind.RETURNED, 0, "Igen."),
        ),
        (Stand(State.DONE, State.DONE), Wanted(DecidedKind.SET, 0, "Så är det.", State.DONE)),
        (Stand(State.DONE, State.DONE), Wanted(DecidedKind.SET, 0, "", State.NOT_YET)),
        (Stand(State.DONE, State.DONE), Wanted(DecidedKind.TAKEN_BACK, 0)),
        (Stand(State.DONE, State.DONE), Wanted(DecidedKind.RETURNED, 0, "x" * 501)),
    ],
)
def test_what_makes_no_sense_can_not_be_decided(stand: Stand, wanted: Wanted) -> None:
    with pytest.raises(NoDecision):
        decided(stand, wanted)
