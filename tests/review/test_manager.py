"""Who a reviewer sees, from a real nbgrader gradebook and a real course database."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from motesklar.accounts.sight import Sight
from motesklar.errors import BadRequest, NotFound
from motesklar.review.completion import Line, State
from motesklar.review.filters import Filter
from motesklar.review.manager import PAGE_SIZE
from motesklar.review.plans import PlanForm
from motesklar.store.models import (
    Attempt,
    AttemptState,
    AuditEntry,
    Participant,
    Person,
    Role,
    Workshop,
)
from motesklar.store.review_tables import Decision
from tests.review.conftest import GRADED, NOON, READ, STEPS, Office

pytestmark = pytest.mark.slow

ALL = Sight(everybody=True)
VARD = Sight(frozenset({"Vård"}))


def lines(office: Office, chosen: Filter | None = None, sight: Sight = ALL) -> list[Line]:
    office.projection.refresh()
    return list(office.review.lines(office.review.chosen(chosen or Filter(), sight)))


def names(office: Office, chosen: Filter | None = None, sight: Sight = ALL) -> list[str]:
    return [line.name for line in lines(office, chosen, sight)]


def plan(office: Office, due: date | None, modules: tuple[str, ...] = GRADED, **who: object) -> str:
    about: dict[str, object] = {"everybody": True, "departments": (), "workshop": ""} | who
    form = PlanForm(title="Alla", modules=modules, due=due, **about)  # type: ignore[arg-type]
    return office.review.plans.create(form, "p-reviewer")


def test_done_handed_in_and_not_yet_come_from_the_gradebook_with_their_dates(
    office: Office,
) -> None:
    ada, bo = office.person("Ada"), office.person("Bo")
    office.person("Cia")
    office.hand_in(ada, GRADED[0], 1, 1, at=datetime(2026, 11, 2, 9, 30))
    office.hand_in(bo, GRADED[0], 1, 0, at=datetime(2026, 11, 3, 9, 30))
    first = {line.name: line.cells[0] for line in lines(office)}
    assert (first["Ada"].state, first["Ada"].at) == (State.DONE, datetime(2026, 11, 2, 9, 30))
    assert (first["Bo"].state, first["Bo"].at) == (State.HANDED_IN, datetime(2026, 11, 3, 9, 30))
    assert (first["Cia"].state, first["Cia"].at) == (State.NOT_YET, None)


def test_points_given_by_hand_count_as_in_nbgrader(office: Office) -> None:
    ada = office.person("Ada")
    office.hand_in(ada, GRADED[0], 1, 0)
    office.gradebook.find_grade("two", "lesson", GRADED[0], ada).manual_score = 1
    office.gradebook.db.commit()
    assert lines(office)[0].cells[0].state is State.DONE


def test_what_was_done_before_the_exercises_changed_is_still_done(office: Office) -> None:
    ada = office.person("Ada")
    office.add_assignment(f"{GRADED[0]}@2025")
    office.hand_in(ada, f"{GRADED[0]}@2025", 1, 1)
    office.hand_in(ada, GRADED[0], 1, 0)
    cell = lines(office)[0].cells[0]
    assert (cell.state, cell.version) == (State.DONE, "2025")
    assert names(office, Filter(show=f"{GRADED[0]}:done")) == ["Ada"]


def test_a_module_without_exercises_is_done_when_its_last_step_was(office: Office) -> None:
    ada, bo = office.person("Ada"), office.person("Bo")
    office.do_steps(ada, STEPS[0], at=NOON)
    office.do_steps(ada, STEPS[1], at=NOON + timedelta(days=1))
    office.do_steps(ada, STEPS[0], at=NOON + timedelta(days=9))  # read again
    office.do_steps(bo, STEPS[0], STEPS[0])
    last = {line.name: line.cells[2] for line in lines(office)}
    assert (last["Ada"].state, last["Ada"].at) == (State.DONE, NOON + timedelta(days=1))
    assert last["Bo"].state is State.NOT_YET


def test_what_somebody_has_set_is_shown_with_their_name(office: Office) -> None:
    ada, rut = office.person("Ada"), office.person("Rut Rektor")
    with office.database.transaction() as session:
        session.add(
            Decision(
                person_id=ada,
                module=GRADED[0],
                number=1,
                kind="set",
                before="not-yet",
                after="done",
                actor_id=rut,
                at=NOON,
            )
        )
    cell = lines(office)[0].cells[0]
    assert (cell.state, cell.set_by, cell.at) == (State.DONE, "Rut Rektor", NOON)
    assert names(office, Filter(show="all:decided")) == ["Ada"]
    assert office.review.results_of(ada)[GRADED[0]].enough


def test_filters_choose_by_department_and_by_state(office: Office) -> None:
    ada, bo = office.person("Ada", "Vård"), office.person("Bo", "Kultur")
    cia = office.person("Cia", "Vård")
    for person in (ada, bo):
        office.hand_in(person, GRADED[0], 1, 1)
    office.hand_in(cia, GRADED[0], 0, 0)
    office.hand_in(ada, GRADED[1], 1, 1)
    office.do_steps(ada, *STEPS)
    assert names(office, Filter(department="Vård")) == ["Ada", "Cia"]
    assert names(office, Filter(show=f"{GRADED[0]}:done")) == ["Ada", "Bo"]
    assert names(office, Filter(department="Vård", show=f"{GRADED[0]}:done")) == ["Ada"]
    assert names(office, Filter(show=f"{GRADED[0]}:handed-in")) == ["Cia"]
    assert names(office, Filter(show=f"{GRADED[1]}:not-yet")) == ["Bo", "Cia"]
    assert names(office, Filter(show=f"{READ}:done")) == ["Ada"]
    assert names(office, Filter(show="all:done")) == ["Ada"]
    assert names(office, Filter(show="all:not-done")) == ["Bo", "Cia"]
    assert office.review.departments(ALL) == ["Kultur", "Vård"]


def test_a_module_that_asks_for_nothing_is_done_by_everybody(office: Office) -> None:
    office.projection.move_on = {READ: "NotApplicable"}
    ada = office.person("Ada")
    office.person("Bo")
    for module in GRADED:
        office.hand_in(ada, module, 1, 1)
    assert {line.name: line.done for line in lines(office)} == {"Ada": 3, "Bo": 1}
    assert names(office, Filter(show=f"{READ}:done")) == ["Ada", "Bo"]
    assert names(office, Filter(show=f"{READ}:not-yet")) == []
    assert names(office, Filter(show="all:done")) == ["Ada"]
    assert office.review.results_of(ada)[READ].enough


def test_names_are_found_whatever_their_letters_and_wild_cards_are_letters(office: Office) -> None:
    for name in ("Åsa Öberg", "asa berg", "100 % Bo", "Bo_Ek"):
        office.person(name)
    assert names(office, Filter(q="åSA")) == ["Åsa Öberg"]
    assert names(office, Filter(q="öb")) == ["Åsa Öberg"]
    assert names(office, Filter(q="%")) == ["100 % Bo"]
    assert names(office, Filter(q="o_e")) == ["Bo_Ek"]


def test_dates_choose_what_was_done_on_those_days_in_the_chosen_module(office: Office) -> None:
    ada, bo = office.person("Ada"), office.person("Bo")
    office.hand_in(ada, GRADED[0], 1, 1, at=datetime(2026, 11, 2, 12))
    office.hand_in(bo, GRADED[0], 1, 1, at=datetime(2026, 11, 9, 12))
    office.hand_in(bo, GRADED[1], 1, 1, at=datetime(2026, 11, 2, 12))
    second = date(2026, 11, 2)
    assert names(office, Filter(since=second, until=second)) == ["Ada", "Bo"]
    first_module = f"{GRADED[0]}:done"
    assert names(office, Filter(show=first_module, since=second, until=second)) == ["Ada"]
    assert names(office, Filter(show=first_module, since=date(2026, 11, 3))) == ["Bo"]


def test_workshops_choose_who_took_part(office: Office) -> None:
    ada = office.person("Ada")
    office.person("Bo")
    with office.database.transaction() as session:
        session.add(
            Workshop(id="w-one", title="Tisdag", join_code="AAAAAA", leader_id=ada, module=READ)
        )
        session.flush()
        session.add(Participant(workshop_id="w-one", person_id=ada))
    assert names(office, Filter(workshop="w-one")) == ["Ada"]


def test_whoever_has_left_is_shown_only_when_asked_for(office: Office) -> None:
    ada = office.person("Ada")
    office.person("Bo")
    with office.database.transaction() as session:
        session.get_one(Person, ada).left_at = NOON
    assert names(office) == ["Bo"]
    assert [(line.name, line.left_at) for line in lines(office, Filter(left=True))] == [
        ("Ada", NOON),
        ("Bo", None),
    ]


def test_nobody_outside_the_readers_departments_is_seen_counted_or_chosen(office: Office) -> None:
    ada = office.person("Ada", "Vård")
    bo = office.person("Bo", "Kultur")
    office.hand_in(bo, GRADED[0], 1, 1)
    assert names(office, sight=VARD) == ["Ada"]
    assert names(office, Filter(show=f"{GRADED[0]}:done"), VARD) == []
    assert office.review.page(Filter(), VARD).total == 1
    assert office.review.count(Filter(), VARD) == 1
    assert office.review.departments(VARD) == ["Vård"]
    assert office.review.in_sight([bo, ada], VARD) == [ada]
    assert office.review.people_of("sort=-name", VARD) == [ada]
    assert names(office, sight=Sight()) == []
    with pytest.raises(BadRequest):
        office.review.read({"department": "Kultur"}, VARD)


def test_a_persons_sight_is_read_from_the_database(office: Office) -> None:
    with office.database.transaction() as session:
        rut = Person(name="Rut", role=Role.REVIEWER, department="Vård")
        session.add(rut)
        session.flush()
        rut_id = rut.id
    assert office.review.sight(rut_id) == VARD
    assert office.review.sight("p-unknown") == Sight()


def test_what_is_left_of_a_plan_is_late_due_this_week_or_later(office: Office) -> None:
    ada, bo = office.person("Ada"), office.person("Bo", "Kultur")
    office.person("Cia")
    for module in GRADED:
        office.hand_in(ada, module, 1, 1)
    office.hand_in(bo, GRADED[0], 1, 1)
    today = NOON.date()
    late = plan(office, today - timedelta(days=1))
    week = plan(office, today + timedelta(days=6), departments=("Kultur",), everybody=False)
    later = plan(office, today + timedelta(days=7))
    endless = plan(office, None)
    assert names(office, Filter(plan=late, show="plan:late")) == ["Bo", "Cia"]
    assert names(office, Filter(plan=late, show="plan:this-week")) == []
    assert names(office, Filter(show="plan:this-week")) == ["Bo"]
    assert names(office, Filter(plan=later, show="plan:later")) == ["Bo", "Cia"]
    assert names(office, Filter(plan=endless, show="plan:later")) == ["Bo", "Cia"]
    assert names(office, Filter(plan=week)) == ["Bo"]
    assert [need.people for need in office.review.needs(ALL)] == [2]
    assert [need.people for need in office.review.needs(VARD)] == [1]
    office.review.plans.end(late, ALL)
    assert names(office, Filter(show="plan:late")) == []
    assert office.review.needs(ALL) == []


def test_what_waits_for_a_reviewer_is_counted_and_can_be_shown(office: Office) -> None:
    ada, bo, cia = (office.person(name) for name in ("Ada", "Bo", "Cia"))
    office.hand_in(ada, GRADED[0], 1, 0)
    office.gradebook.find_grade("two", "lesson", GRADED[0], ada).needs_manual_grade = True
    office.gradebook.db.commit()
    with office.database.transaction() as session:
        session.add(
            Decision(
                person_id=bo,
                module=GRADED[0],
                number=1,
                kind="returned",
                before="done",
                after="handed-in",
                actor_id=ada,
                at=NOON,
            )
        )
        for person, state in ((bo, AttemptState.GRADED), (cia, AttemptState.FAILED)):
            session.add(
                Attempt(
                    id=f"a-{person}",
                    person_id=person,
                    module=GRADED[0],
                    version="1",
                    state=state,
                    answers={},
                    handed_in_at=NOON + timedelta(hours=1),
                )
            )
    office.projection.refresh()
    needs = office.review.needs(ALL)
    assert [(need.chosen.show, need.people) for need in needs] == [
        ("all:waiting", 1),
        ("all:again", 1),
        ("all:failed", 1),
    ]
    assert [names(office, need.chosen) for need in needs] == [["Ada"], ["Bo"], ["Cia"]]


@pytest.mark.parametrize("sort", ["department", "done", GRADED[0]])
def test_every_column_can_be_sorted_by_both_ways(office: Office, sort: str) -> None:
    ada, bo, cia = (
        office.person(name, department)
        for name, department in (("Ada", "A"), ("Bo", "B"), ("Cia", "Å"))
    )
    office.hand_in(bo, GRADED[0], 1, 1, at=NOON)
    office.hand_in(cia, GRADED[0], 1, 1, at=NOON + timedelta(days=1))
    office.hand_in(cia, GRADED[1], 1, 1)
    order = ["Bo", "Cia", "Ada"] if sort == GRADED[0] else ["Ada", "Bo", "Cia"]
    turned = ["Cia", "Bo", "Ada"]
    assert names(office, Filter(sort=sort)) == order
    assert names(office, Filter(sort=f"-{sort}")) == turned
    assert ada


def test_names_stand_in_swedish_order_both_ways(office: Office) -> None:
    alphabetical = ["Ada", "anna", "Éva", "Zara", "Åke", "Ärla", "öst"]
    for name in reversed(alphabetical):
        office.person(name)
    assert names(office) == alphabetical
    assert names(office, Filter(sort="-name")) == alphabetical[::-1]


def test_pages_together_hold_everybody_once(office: Office) -> None:
    for number in range(2 * PAGE_SIZE + 1):
        office.person(f"Person {number:03}")
    pages = [office.review.page(Filter(), ALL, number) for number in (1, 2, 3)]
    assert [len(page.lines) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 1]
    assert {page.total for page in pages} == {2 * PAGE_SIZE + 1}
    assert [line.name for page in pages for line in page.lines] == names(office)
    for number in (0, 4):
        with pytest.raises(NotFound):
            office.review.page(Filter(), ALL, number)


def test_an_empty_course_has_one_empty_page(office: Office) -> None:
    page = office.review.page(Filter(), ALL)
    assert (page.lines, page.total, page.pages) == ([], 0, 1)


def test_who_is_in_the_gradebook_alone_is_nobody(office: Office) -> None:
    office.hand_in("p-erased", GRADED[0], 1, 1)
    assert names(office, Filter(show=f"{GRADED[0]}:done")) == []


def test_thirteen_thousand_people_are_paged_filtered_and_read(office: Office) -> None:
    with office.database.transaction() as session:
        session.add_all(
            Person(id=f"p-{number:05}", name=f"Person {number:05}", department="Vård")
            for number in range(13_000)
        )
    office.hand_in("p-07000", GRADED[0], 1, 1)
    office.projection.refresh()
    assert office.review.page(Filter(), ALL, 260).lines[-1].name == "Person 12999"
    done = Filter(department="Vård", show=f"{GRADED[0]}:done")
    assert [line.name for line in office.review.page(done, VARD).lines] == ["Person 07000"]
    left = office.review.page(Filter(show=f"{GRADED[0]}:not-yet"), ALL)
    assert (left.total, len(left.lines)) == (12_999, PAGE_SIZE)
    everybody = office.review.chosen(Filter(), ALL)
    assert sum(1 for _ in office.review.lines(everybody)) == 13_000


def test_the_log_says_who_looked_at_what_and_names_nobody(office: Office) -> None:
    office.person("Ada Berg")
    chosen = Filter(q="Ada", department="Vård", show="all:done")
    office.review.note("p-reviewer", "review exported", chosen.told())
    office.review.note("p-reviewer", "review viewed", "V" * 200)
    with office.database.transaction() as session:
        exported, viewed = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert (exported.actor_id, exported.action) == ("p-reviewer", "review exported")
    assert exported.subject == "q=… department=Vård show=all:done"
    assert exported.at == NOON
    assert len(viewed.subject) <= 120
