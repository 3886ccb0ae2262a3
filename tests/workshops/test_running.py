"""A workshop led through its run sheet: one holder, everybody follows, nothing gets lost."""

import pytest
from sqlalchemy import event

from motesklar.errors import BadRequest, NotFound
from motesklar.store.models import Person, Role
from motesklar.web.sessions import SessionView
from motesklar.workshops.manager import WorkshopView
from motesklar.workshops.participation import WorkshopFull
from motesklar.workshops.roles import Part
from motesklar.workshops.sheet.plan import BadPlan, Plan, read_plan
from motesklar.workshops.sheet.running import MovedMeanwhile, NotHolder
from motesklar.workshops.sheet.sheet import SheetItem
from tests.workshops.conftest import MODULE, Hall

SHEET = (
    SheetItem(minutes=10, title="Välkomna"),
    SheetItem(minutes=20, title="Titta", module=MODULE, step="look"),
    SheetItem(minutes=5, title="Paus", kind="break"),
    SheetItem(minutes=10, title="Del två", module="02-second"),
)


@pytest.fixture
def leader(hall: Hall) -> SessionView:
    return hall.leader()


@pytest.fixture
def workshop(hall: Hall, leader: SessionView) -> WorkshopView:
    return hall.workshops.create(leader.person_id, "Stadshuset", "", Plan(SHEET, capacity=2))


@pytest.fixture
def second(hall: Hall, leader: SessionView, workshop: WorkshopView) -> SessionView:
    """Leads together with the first."""
    view = hall.person("Bo Ledare", Role.LEADER)
    with hall.database.transaction() as session:
        person = session.get(Person, view.person_id)
        assert person is not None
        person.email = "bo@exempelstad.se"
    hall.workshops.roles.give(workshop.id, "bo@exempelstad.se", Part.LEADER, leader)
    return view


def test_a_workshop_goes_through_the_modules_of_its_sheet(workshop: WorkshopView) -> None:
    assert workshop.module == MODULE
    assert workshop.modules == (MODULE, "02-second")
    assert workshop.plan.sheet == SHEET


def test_the_group_is_where_the_last_item_led_it(
    hall: Hall, leader: SessionView, workshop: WorkshopView
) -> None:
    running, told = hall.workshops.running, []
    end = running.subscribe(workshop.id, lambda: told.append(running.state(workshop.id).item))
    assert running.state(workshop.id).place is None
    places = []
    for to in range(4):
        running.move(workshop.id, to, to - 1 if to else None, leader)
        hall.wait(minutes=12)
        places.append(running.state(workshop.id).place)
    end()
    assert places == [None, (MODULE, "look"), (MODULE, "look"), ("02-second", "")]
    assert told == [0, 1, 2, 3]
    state = running.state(workshop.id)
    assert [(run.item, run.ended_at is None) for run in state.runs] == [
        (0, False),
        (1, False),
        (2, False),
        (3, True),
    ]
    assert state.clock is not None
    assert state.clock.behind.total_seconds() == 3 * 60  # 48 minutes used of 45


def test_two_who_press_at_once_move_it_one_step(
    hall: Hall, leader: SessionView, workshop: WorkshopView
) -> None:
    running = hall.workshops.running
    running.move(workshop.id, 0, None, leader)
    running.move(workshop.id, 1, 0, leader)
    with pytest.raises(MovedMeanwhile):
        running.move(workshop.id, 1, 0, leader)
    assert running.state(workshop.id).item == 1
    for to in (4, 99):
        with pytest.raises(BadRequest):
            running.move(workshop.id, to, 1, leader)


def test_one_holds_the_sheet_until_another_takes_it_over(
    hall: Hall, leader: SessionView, second: SessionView, workshop: WorkshopView
) -> None:
    running = hall.workshops.running
    running.move(workshop.id, 0, None, leader)
    assert running.state(workshop.id).holder == (leader.person_id, "Lena Ledare")
    with pytest.raises(NotHolder):
        running.move(workshop.id, 1, 0, second)
    running.take_over(workshop.id, second)
    running.move(workshop.id, 1, 0, second)
    with pytest.raises(NotHolder):
        running.move(workshop.id, 2, 1, leader)
    assert running.state(workshop.id).holder == (second.person_id, "Bo Ledare")


def test_nobody_else_moves_anything(
    hall: Hall, leader: SessionView, workshop: WorkshopView
) -> None:
    running = hall.workshops.running
    other, learner = hall.person("Else", Role.LEADER), hall.person("Nils")
    for stranger in (other, learner):
        for act in (
            lambda who: running.move(workshop.id, 0, None, who),
            lambda who: running.take_over(workshop.id, who),
            lambda who: running.set_media(workshop.id, "none", who),
            lambda who: running.set_timer(workshop.id, 5, who),
            lambda who: running.change_sheet(workshop.id, SHEET[:1], who),
        ):
            with pytest.raises(NotFound):
                act(stranger)
    hall.workshops.end(workshop.id, leader)
    with pytest.raises(NotFound):
        running.move(workshop.id, 0, None, leader)
    assert running.state(workshop.id).ended


def test_a_timer_ends_with_the_item_and_what_the_network_holds_stays(
    hall: Hall, leader: SessionView, workshop: WorkshopView
) -> None:
    running = hall.workshops.running
    running.move(workshop.id, 0, None, leader)
    running.set_timer(workshop.id, 5, leader)
    running.set_media(workshop.id, "sound", leader)
    state = running.state(workshop.id)
    assert state.timer_ends_at is not None
    assert (state.timer_ends_at - state.at).total_seconds() == 300
    running.move(workshop.id, 1, 0, leader)
    state = running.state(workshop.id)
    assert (state.timer_ends_at, state.media) == (None, "sound")
    for wrong in (-1, 121):
        with pytest.raises(BadRequest):
            running.set_timer(workshop.id, wrong, leader)
    with pytest.raises(BadRequest):
        running.set_media(workshop.id, "video", leader)


def test_the_sheet_is_changed_until_it_begins(
    hall: Hall, leader: SessionView, workshop: WorkshopView
) -> None:
    running = hall.workshops.running
    running.change_sheet(workshop.id, SHEET[2:], leader)
    assert hall.workshops.get(workshop.id, leader).modules == ("02-second",)
    running.move(workshop.id, 0, None, leader)
    with pytest.raises(MovedMeanwhile):
        running.change_sheet(workshop.id, SHEET, leader)


def test_a_full_workshop_takes_back_who_was_in_it_and_nobody_new(
    hall: Hall, workshop: WorkshopView
) -> None:
    ada, bo, cia = (hall.person(name).person_id for name in ("Ada", "Bo", "Cia"))
    for person in (ada, bo):
        hall.workshops.join(workshop.join_code, person, remote=False)
    with pytest.raises(WorkshopFull):
        hall.workshops.join(workshop.join_code, cia)
    hall.workshops.join(workshop.join_code, ada, "4", remote=True)
    assert hall.workshops.membership(cia) is None


def test_a_workshop_that_is_planned_for_later_is_open_a_week_from_then(
    hall: Hall, leader: SessionView
) -> None:
    plan = read_plan(
        (), starts="2026-12-24T09:00", place=" Stora  salen ", capacity="80", account_goal=""
    )
    made = hall.workshops.create(leader.person_id, "Julafton", MODULE, plan)
    assert (made.plan.place, made.plan.capacity, made.plan.account_goal) == (
        "Stora salen",
        80,
        None,
    )
    ada = hall.person("Ada").person_id
    hall.wait(days=33)
    hall.workshops.join(made.join_code, ada)
    assert hall.workshops.membership(ada)
    hall.wait(days=6)
    assert not hall.workshops.get(made.id, leader).open


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts": "tomorrow"},
        {"starts": "9999-12-31T23:59:59-23:59"},
        {"capacity": "0"},
        {"capacity": "-5"},
        {"capacity": "٤"},
        {"capacity": "100000"},
        {"place": "x" * 121},
        {"place": "a\x00b"},
    ],
)
def test_a_plan_that_can_not_be_read_is_refused(wrong: dict[str, str]) -> None:
    fields = {"starts": "", "place": "", "capacity": "", "account_goal": ""} | wrong
    with pytest.raises(BadPlan):
        read_plan((), **fields)


def test_a_hall_that_follows_reads_each_move_once(
    hall: Hall, leader: SessionView, workshop: WorkshopView
) -> None:
    running, queries = hall.workshops.running, list[str]()
    ends = [running.subscribe(workshop.id, lambda: None) for _ in range(80)]
    running.move(workshop.id, 0, None, leader)
    event.listen(
        hall.database.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: queries.append(statement),
    )
    for _ in ends:
        assert running.state(workshop.id).item == 0
    once = len(queries)
    assert once <= 3
    hall.wait(minutes=12)
    late = running.state(workshop.id).clock
    assert late is not None
    assert late.behind.total_seconds() == 2 * 60  # the time is never an old one
    assert len(queries) == once
    for end in ends:
        end()
