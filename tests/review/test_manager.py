"""Who a reviewer sees, from a real nbgrader gradebook and a real course database."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from motesklar.errors import NotFound
from motesklar.review.completion import Filter, State
from motesklar.review.manager import PAGE_SIZE
from motesklar.store.models import AuditEntry, Person
from tests.review.conftest import GRADED, NOON, READ, STEPS, Office

pytestmark = pytest.mark.slow


def names(office: Office, chosen: Filter | None = None) -> list[str]:
    return [line.name for line in office.review.lines(chosen or Filter())]


def test_done_handed_in_and_not_yet_come_from_the_gradebook_with_their_dates(
    office: Office,
) -> None:
    ada, bo = office.person("Ada"), office.person("Bo")
    office.person("Cia")
    office.hand_in(ada, GRADED[0], 1, 1, at=datetime(2026, 11, 2, 9, 30))
    office.hand_in(bo, GRADED[0], 1, 0, at=datetime(2026, 11, 3, 9, 30))
    first = {line.name: line.cells[0] for line in office.review.page(Filter()).lines}
    assert (first["Ada"].state, first["Ada"].at) == (State.DONE, datetime(2026, 11, 2, 9, 30))
    assert (first["Bo"].state, first["Bo"].at) == (State.HANDED_IN, datetime(2026, 11, 3, 9, 30))
    assert (first["Cia"].state, first["Cia"].at) == (State.NOT_YET, None)


def test_points_given_by_hand_count_as_in_nbgrader(office: Office) -> None:
    ada = office.person("Ada")
    office.hand_in(ada, GRADED[0], 1, 0)
    office.gradebook.find_grade("two", "lesson", GRADED[0], ada).manual_score = 1
    office.gradebook.db.commit()
    assert office.review.lines(Filter())[0].cells[0].state is State.DONE


def test_what_was_done_before_the_exercises_changed_is_still_done(office: Office) -> None:
    ada = office.person("Ada")
    office.add_assignment(f"{GRADED[0]}@2025")
    office.hand_in(ada, f"{GRADED[0]}@2025", 1, 1)
    office.hand_in(ada, GRADED[0], 1, 0)
    assert office.review.lines(Filter())[0].cells[0].state is State.DONE
    assert names(office, Filter(module=GRADED[0], state=State.DONE)) == ["Ada"]


def test_a_module_without_exercises_is_done_when_its_last_step_was(office: Office) -> None:
    ada, bo = office.person("Ada"), office.person("Bo")
    office.do_steps(ada, STEPS[0], at=NOON)
    office.do_steps(ada, STEPS[1], at=NOON + timedelta(days=1))
    office.do_steps(ada, STEPS[0], at=NOON + timedelta(days=9))  # read again
    office.do_steps(bo, STEPS[0], STEPS[0])
    last = {line.name: line.cells[2] for line in office.review.lines(Filter())}
    assert (last["Ada"].state, last["Ada"].at) == (State.DONE, NOON + timedelta(days=1))
    assert last["Bo"].state is State.NOT_YET


def test_filters_choose_by_department_and_by_state(office: Office) -> None:
    ada, bo = office.person("Ada", "Vård"), office.person("Bo", "Kultur")
    cia = office.person("Cia", "Vård")
    for person in (ada, bo):
        office.hand_in(person, GRADED[0], 1, 1)
    office.hand_in(cia, GRADED[0], 0, 0)
    office.hand_in(ada, GRADED[1], 1, 1)
    office.do_steps(ada, *STEPS)
    assert names(office, Filter(department="Vård")) == ["Ada", "Cia"]
    assert names(office, Filter(module=GRADED[0], state=State.DONE)) == ["Ada", "Bo"]
    assert names(office, Filter("Vård", GRADED[0], State.DONE)) == ["Ada"]
    assert names(office, Filter(module=GRADED[0], state=State.HANDED_IN)) == ["Cia"]
    assert names(office, Filter(module=GRADED[1], state=State.NOT_YET)) == ["Bo", "Cia"]
    assert names(office, Filter(module=READ, state=State.DONE)) == ["Ada"]
    assert names(office, Filter(module="all", state=State.DONE)) == ["Ada"]
    assert names(office, Filter(module="all", state=State.NOT_DONE)) == ["Bo", "Cia"]
    assert office.review.departments() == ["Kultur", "Vård"]


def test_names_stand_in_swedish_order_both_ways(office: Office) -> None:
    alphabetical = ["Ada", "anna", "Éva", "Zara", "Åke", "Ärla", "öst"]
    for name in reversed(alphabetical):
        office.person(name)
    assert names(office) == alphabetical
    assert names(office, Filter(descending=True)) == alphabetical[::-1]


def test_pages_together_hold_everybody_once(office: Office) -> None:
    for number in range(2 * PAGE_SIZE + 1):
        office.person(f"Person {number:03}")
    pages = [office.review.page(Filter(), number) for number in (1, 2, 3)]
    assert [len(page.lines) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 1]
    assert {page.total for page in pages} == {2 * PAGE_SIZE + 1}
    assert [line.name for page in pages for line in page.lines] == names(office)
    for number in (0, 4):
        with pytest.raises(NotFound):
            office.review.page(Filter(), number)


def test_an_empty_course_has_one_empty_page(office: Office) -> None:
    page = office.review.page(Filter())
    assert (page.lines, page.total, page.pages) == ([], 0, 1)


def test_who_is_in_the_gradebook_alone_is_nobody(office: Office) -> None:
    office.hand_in("p-erased", GRADED[0], 1, 1)
    assert names(office, Filter(module=GRADED[0], state=State.DONE)) == []


def test_thirteen_thousand_people_are_paged_filtered_and_written(office: Office) -> None:
    with office.database.transaction() as session:
        session.add_all(
            Person(id=f"p-{number:05}", name=f"Person {number:05}", department="Vård")
            for number in range(13_000)
        )
    office.hand_in("p-07000", GRADED[0], 1, 1)
    assert office.review.page(Filter(), 260).lines[-1].name == "Person 12999"
    assert names(office, Filter("Vård", GRADED[0], State.DONE)) == ["Person 07000"]
    left = office.review.page(Filter(module=GRADED[0], state=State.NOT_YET))
    assert (left.total, len(left.lines)) == (12_999, PAGE_SIZE)
    assert len(office.review.lines(Filter())) == 13_000


def test_the_log_says_who_looked_at_what_and_names_nobody(office: Office) -> None:
    office.person("Ada Berg")
    office.review.note("p-reviewer", "review exported", Filter("Vård", "all", State.DONE))
    office.review.note("p-reviewer", "review viewed", Filter("V" * 200))
    with office.database.transaction() as session:
        exported, viewed = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert (exported.actor_id, exported.action) == ("p-reviewer", "review exported")
    assert exported.subject == "department=Vård show=all:done"
    assert exported.at == NOON
    assert len(viewed.subject) <= 120
