"""Workshops on a real database: who may do what, and what the board then says."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, select

from motesklar.errors import NotFound, TooMany, UnknownCode
from motesklar.store.models import Participant, Person, Role, Workshop
from motesklar.workshops.board.board import Progress
from motesklar.workshops.manager import BadTitle, UnknownModule
from motesklar.workshops.participation import NotInWorkshop
from tests.workshops.conftest import MODULE, STEPS, Hall


def test_a_new_workshop_is_open_and_its_code_leads_to_it(hall: Hall) -> None:
    made = hall.workshops.create(hall.leader().person_id, "  Tisdag   i Folkets hus ", MODULE)
    assert made.title == "Tisdag i Folkets hus"
    assert made.open
    assert made.join_url == f"https://motesklar.example/kurs/w/{made.join_code}"
    typed = f"{made.join_code[:3]}-{made.join_code[3:]}".lower()
    assert hall.workshops.find(typed, "p-somebody").id == made.id


@pytest.mark.parametrize("title", ["", "   ", "x" * 121, "with\x00nothing", "with\u202eturned"])
def test_a_title_that_can_not_be_shown_is_refused(hall: Hall, title: str) -> None:
    with pytest.raises(BadTitle):
        hall.workshops.create(hall.leader().person_id, title, MODULE)


def test_a_workshop_can_be_called_something_else_also_when_it_is_over(hall: Hall) -> None:
    lena, ola = hall.leader(), hall.leader()
    made = hall.workshops.create(lena.person_id, "Lenas", MODULE)
    with pytest.raises(NotFound):
        hall.workshops.rename(made.id, "Olas", ola)
    with pytest.raises(BadTitle):
        hall.workshops.rename(made.id, " ", lena)
    assert hall.workshops.get(made.id, lena).title == "Lenas"
    hall.workshops.end(made.id, lena)
    hall.workshops.rename(made.id, "  Tisdag   i Folkets hus ", lena)
    assert hall.workshops.get(made.id, lena).title == "Tisdag i Folkets hus"


def test_a_workshop_about_nothing_in_the_course_is_refused(hall: Hall) -> None:
    with pytest.raises(UnknownModule):
        hall.workshops.create(hall.leader().person_id, "Tisdag", "99-unknown")


def test_leaders_see_their_own_workshops_and_administrators_all(hall: Hall) -> None:
    lena, ola = hall.leader(), hall.leader()
    hers = hall.workshops.create(lena.person_id, "Hennes", MODULE)
    his = hall.workshops.create(ola.person_id, "Hans", MODULE)
    assert [w.title for w in hall.workshops.list_of(lena)] == ["Hennes"]
    with pytest.raises(NotFound):
        hall.workshops.get(his.id, lena)
    with pytest.raises(NotFound):
        hall.workshops.end(hers.id, ola)
    administrator = hall.person("Adam", Role.ADMINISTRATOR)
    assert hall.workshops.get(hers.id, administrator).title == "Hennes"
    assert {w.id for w in hall.workshops.list_of(administrator)} == {hers.id, his.id}


def test_joining_is_idempotent_and_noted_once(hall: Hall) -> None:
    made = hall.workshops.create(hall.leader().person_id, "Tisdag", MODULE)
    ada = hall.person()
    for _ in range(3):
        hall.workshops.join(made.join_code, ada.person_id)
    facts = hall.facts.of_person(ada.person_id)
    assert [(f.kind, f.module, f.detail) for f in facts] == [
        ("joined_workshop", MODULE, {"workshop": made.id})
    ]
    assert len(hall.workshops.board(made.id).board.rows) == 1


def test_the_join_button_pressed_many_times_at_once_joins_once(hall: Hall) -> None:
    made = hall.workshops.create(hall.leader().person_id, "Tisdag", MODULE)
    ada = hall.person()
    start = threading.Barrier(8)

    def press() -> None:
        start.wait()
        hall.workshops.join(made.join_code, ada.person_id)

    with ThreadPoolExecutor(8) as threads:
        for pressed in [threads.submit(press) for _ in range(8)]:
            pressed.result()
    assert len(hall.facts.of_person(ada.person_id)) == 1


@pytest.mark.parametrize("typed", ["", "AAAAAA", "not a code", "'; DROP TABLE workshop"])
def test_wrong_codes_are_told_alike(hall: Hall, typed: str) -> None:
    with pytest.raises(UnknownCode):
        hall.workshops.join(typed, hall.person().person_id)


def test_the_code_of_an_ended_or_forgotten_workshop_is_as_wrong_as_any(hall: Hall) -> None:
    leader = hall.leader()
    ended = hall.workshops.create(leader.person_id, "Tisdag", MODULE)
    hall.workshops.end(ended.id, leader)
    forgotten = hall.workshops.create(leader.person_id, "Onsdag", MODULE)
    hall.wait(days=7)
    for workshop in (ended, forgotten):
        with pytest.raises(UnknownCode):
            hall.workshops.join(workshop.join_code, hall.person().person_id)


def test_guessing_codes_is_stopped_for_a_while_for_the_one_who_guesses(hall: Hall) -> None:
    made = hall.workshops.create(hall.leader().person_id, "Tisdag", MODULE)
    guesser = hall.person()
    for _ in range(20):
        with pytest.raises(UnknownCode):
            hall.workshops.find("AAAAAA", guesser.person_id)
    with pytest.raises(TooMany):
        hall.workshops.join(made.join_code, guesser.person_id)
    hall.workshops.join(made.join_code, hall.person("Bo").person_id)
    hall.wait(minutes=2)
    hall.workshops.join(made.join_code, guesser.person_id)


def test_one_is_in_the_workshop_joined_last_and_in_none_after_its_end(hall: Hall) -> None:
    leader, ada = hall.leader(), hall.person()
    first = hall.workshops.create(leader.person_id, "Första", MODULE)
    second = hall.workshops.create(leader.person_id, "Andra", "02-second")
    assert hall.workshops.membership(ada.person_id) is None
    hall.workshops.join(first.join_code, ada.person_id)
    hall.wait(minutes=1)
    hall.workshops.join(second.join_code, ada.person_id)
    assert hall.workshops.membership(ada.person_id) == {
        "id": second.id,
        "title": "Andra",
        "module": "02-second",
        "hand_raised": False,
    }
    hall.wait(minutes=1)
    hall.workshops.join(first.join_code, ada.person_id)
    assert hall.workshops.membership(ada.person_id)["id"] == first.id  # type: ignore[index]
    hall.workshops.end(first.id, leader)
    hall.workshops.end(second.id, leader)
    assert hall.workshops.membership(ada.person_id) is None


def test_the_next_day_one_is_no_longer_there_but_may_come_back(hall: Hall) -> None:
    made = hall.workshops.create(hall.leader().person_id, "Två dagar", MODULE)
    ada = hall.person()
    hall.workshops.join(made.join_code, ada.person_id)
    hall.wait(hours=13)
    assert hall.workshops.membership(ada.person_id) is None
    hall.workshops.join(made.join_code, ada.person_id)
    assert hall.workshops.membership(ada.person_id) is not None
    assert len(hall.facts.of_person(ada.person_id)) == 1


def test_hands_keep_their_order_however_often_they_are_raised(hall: Hall) -> None:
    made = hall.workshops.create(hall.leader().person_id, "Tisdag", MODULE)
    ada, bo, cia = (hall.person(name) for name in ("Ada", "Bo", "Cia"))
    for person in (ada, bo, cia):
        hall.workshops.join(made.join_code, person.person_id)
    for person in (cia, ada, bo, cia):
        hall.wait(seconds=5)
        hall.workshops.set_hand(person.person_id, raised=True)
    places = {row.name: row.place for row in hall.workshops.board(made.id).board.rows}
    assert places == {"Cia": 1, "Ada": 2, "Bo": 3}
    assert hall.workshops.hand(bo.person_id).place == 3  # type: ignore[union-attr]


def test_lowering_and_raising_again_goes_to_the_end_of_the_queue(hall: Hall) -> None:
    made = hall.workshops.create(hall.leader().person_id, "Tisdag", MODULE)
    ada, bo = hall.person("Ada"), hall.person("Bo")
    for person in (ada, bo):
        hall.workshops.join(made.join_code, person.person_id)
        hall.workshops.set_hand(person.person_id, raised=True)
        hall.wait(seconds=5)
    hall.workshops.set_hand(ada.person_id, raised=False)
    hall.workshops.set_hand(ada.person_id, raised=False)
    hand = hall.workshops.set_hand(ada.person_id, raised=True)
    assert hand is not None
    assert hand.place == 2


def test_a_hand_outside_any_workshop_is_told_what_to_do(hall: Hall) -> None:
    with pytest.raises(NotInWorkshop):
        hall.workshops.set_hand(hall.person().person_id, raised=True)


def test_going_to_another_workshop_lowers_the_hand_in_the_one_left(hall: Hall) -> None:
    leader, ada = hall.leader(), hall.person()
    first = hall.workshops.create(leader.person_id, "Första", MODULE)
    second = hall.workshops.create(leader.person_id, "Andra", MODULE)
    hall.workshops.join(first.join_code, ada.person_id)
    hall.workshops.set_hand(ada.person_id, raised=True)
    told: list[str] = []
    end = hall.workshops.subscribe(first.id, lambda: told.append("first"))
    hall.workshops.join(second.join_code, ada.person_id)
    assert hall.workshops.board(first.id).board.hands == 0
    assert told == ["first"]
    end()


def test_the_leader_lowers_a_hand_and_only_in_their_own_workshop(hall: Hall) -> None:
    leader, other, ada = hall.leader(), hall.leader(), hall.person()
    made = hall.workshops.create(leader.person_id, "Tisdag", MODULE)
    hall.workshops.join(made.join_code, ada.person_id)
    hall.workshops.set_hand(ada.person_id, raised=True)
    with pytest.raises(NotFound):
        hall.workshops.lower_hand(made.id, ada.person_id, other)
    with pytest.raises(NotFound):
        hall.workshops.lower_hand(made.id, "p-forged", leader)
    hall.workshops.lower_hand(made.id, ada.person_id, leader)
    hall.workshops.lower_hand(made.id, ada.person_id, leader)
    assert hall.workshops.board(made.id).board.hands == 0


def test_ending_empties_the_board_and_keeps_what_was_done(hall: Hall) -> None:
    leader, ada = hall.leader(), hall.person()
    made = hall.workshops.create(leader.person_id, "Tisdag", MODULE)
    hall.workshops.join(made.join_code, ada.person_id)
    hall.workshops.set_hand(ada.person_id, raised=True)
    hall.fact(ada, "done", STEPS[0])
    hall.workshops.end(made.id, leader)
    ended_at = hall.workshops.get(made.id, leader).ended_at
    hall.wait(hours=1)
    hall.workshops.end(made.id, leader)
    live = hall.workshops.board(made.id)
    assert live.ended
    assert live.board.rows == ()
    assert hall.workshops.get(made.id, leader).ended_at == ended_at
    assert len(hall.facts.of_person(ada.person_id)) == 2
    with hall.database.transaction() as session:
        assert session.scalars(select(Participant.hand_raised_at)).all() == [None]


def test_the_board_follows_facts_of_its_people_in_its_module_alone(hall: Hall) -> None:
    made = hall.workshops.create(hall.leader().person_id, "Tisdag", MODULE)
    ada, stranger = hall.person("Ada"), hall.person("Stranger")
    hall.workshops.join(made.join_code, ada.person_id)
    changes: list[int] = []
    end = hall.workshops.subscribe(made.id, lambda: changes.append(1))
    hall.workshops.board(made.id)
    hall.fact(stranger, "started", STEPS[0])
    hall.fact(ada, "verdict", STEPS[0])
    assert changes == []
    hall.fact(ada, "started", STEPS[1])
    assert changes == [1]
    assert hall.workshops.board(made.id).board.rows[0].step == 2
    end()
    end()
    hall.fact(ada, "started", STEPS[2])
    assert changes == [1]


def test_eighty_people_are_two_queries_and_none_between_changes(hall: Hall) -> None:
    made = hall.workshops.create(hall.leader().person_id, "Alla", MODULE)
    people = [hall.person(f"Person {number}") for number in range(80)]
    for person in people:
        hall.workshops.join(made.join_code, person.person_id)
        for step in STEPS:
            hall.fact(person, "started", step)
            hall.fact(person, "done", step)
    queries: list[str] = []
    event.listen(
        hall.database.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: queries.append(statement),
    )
    end = hall.workshops.subscribe(made.id, lambda: None)
    board = hall.workshops.board(made.id).board
    assert len(queries) == 2
    for _ in range(50):
        hall.workshops.board(made.id)
    assert len(queries) == 2
    assert len(board.rows) == 80
    assert board.done == 80
    end()


def test_a_refresh_shows_what_another_process_has_changed(hall: Hall) -> None:
    made = hall.workshops.create(hall.leader().person_id, "Tisdag", MODULE)
    ada = hall.person("Ada")
    hall.workshops.join(made.join_code, ada.person_id)
    end = hall.workshops.subscribe(made.id, lambda: None)
    assert len(hall.workshops.board(made.id).board.rows) == 1
    with hall.database.transaction() as session:
        session.delete(session.get(Person, ada.person_id))
    hall.workshops.refresh(made.id)
    assert hall.workshops.board(made.id).board.rows == ()
    end()


def test_a_change_while_the_board_is_built_is_not_lost(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = hall.workshops.create(hall.leader().person_id, "Tisdag", MODULE)
    ada = hall.person("Ada")
    hall.workshops.join(made.join_code, ada.person_id)
    end = hall.workshops.subscribe(made.id, lambda: None)
    hall.workshops.board(made.id)
    stale = hall.workshops._build(made.id)

    def build_slowly(_workshop_id: str) -> object:
        hall.fact(ada, "started", STEPS[1])  # comes when the database has been read already
        return stale

    hall.workshops.refresh(made.id)
    with monkeypatch.context() as patch:
        patch.setattr(hall.workshops.watching, "_read", build_slowly)
        hall.workshops.board(made.id)
    assert hall.workshops.board(made.id).board.rows[0].step == 2
    end()


def test_a_module_taken_out_of_the_course_leaves_a_board_that_can_be_shown(hall: Hall) -> None:
    made = hall.workshops.create(hall.leader().person_id, "Tisdag", MODULE)
    ada = hall.person("Ada")
    hall.workshops.join(made.join_code, ada.person_id)
    with hall.database.transaction() as session:
        session.get_one(Workshop, made.id).module = "99-gone"
    row = hall.workshops.board(made.id).board.rows[0]
    assert row.progress is Progress.NOT_STARTED


def test_there_is_no_board_of_a_workshop_that_there_is_not(hall: Hall) -> None:
    with pytest.raises(NotFound):
        hall.workshops.board("w-unknown")
