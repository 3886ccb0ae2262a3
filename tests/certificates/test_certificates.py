"""A certificate is issued when enough of every part is right, once, and checked by its code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from motesklar.certificates.manager import Certificates
from motesklar.course import Course
from motesklar.errors import Conflict, NotFound
from motesklar.exercises.gradebook import Completion
from motesklar.review.completion import Result
from motesklar.review.manager import Review
from motesklar.review.projection import Projection
from motesklar.store.database import Database
from motesklar.store.facts import FactLog, FactRecord
from motesklar.store.models import Person
from tests.web.samples import make_module

ASKING = make_module("svara", "Svara", ("read", "answer"), graded=True)
READING = make_module("lasa", "Läsa", ("read",))


@dataclass
class Gradebook:
    """Results as the exercises' manager tells them."""

    results: dict[str, dict[str, Completion]] = field(default_factory=dict)

    def completions(self, *, module: str, **_more: Any) -> dict[str, dict[str, Completion]]:
        return {who: theirs for who, theirs in self.results.items() if module in theirs}


def share(part: float) -> Completion:
    """A result with that part of all points."""
    return Completion(score=part, max_score=1, at=None)


@pytest.fixture
def gradebook() -> Gradebook:
    return Gradebook()


@pytest.fixture
def certificates(database: Database, gradebook: Gradebook) -> Certificates:
    course = Course((ASKING, READING))
    projection = Projection(
        database,
        gradebook,  # type: ignore[arg-type]
        FactLog(database),
        lambda: course,
        move_on={},
        enough_share=0.8,
    )
    review = Review(database, lambda: course, projection.starting_state)

    def results_of(person_id: str) -> Mapping[str, Result]:
        projection.refresh([person_id])
        return review.results_of(person_id)

    return Certificates(database, lambda: course, results_of, 0.8)


@pytest.fixture
def anna(database: Database) -> str:
    with database.transaction() as session:
        person = Person(name="Anna Alm")
        session.add(person)
        session.flush()
        return person.id


@pytest.fixture
def through(database: Database, gradebook: Gradebook, anna: str) -> str:
    """Anna, who has gone through the course."""
    gradebook.results[anna] = {ASKING.name: share(0.8)}
    FactLog(database).record(FactRecord(anna, READING.name, READING.steps[0].id, "done"))
    return anna


def test_whoever_has_parts_left_gets_none_and_sees_which(
    certificates: Certificates, gradebook: Gradebook, anna: str
) -> None:
    gradebook.results[anna] = {ASKING.name: share(0.79)}
    with pytest.raises(Conflict):
        certificates.issue(anna)
    told = [(one.module.name, one.passed, one.share) for one in certificates.standings(anna)]
    assert told == [("svara", False, 0.79), ("lasa", False, None)]


def test_it_is_issued_once_and_found_however_its_code_is_typed(
    certificates: Certificates, through: str
) -> None:
    issued = certificates.issue(through)
    assert issued.modules == ["svara", "lasa"]
    assert certificates.issue(through).code == issued.code
    typed = f" {issued.code[:5].lower()} - {issued.code[5:].lower()} "
    found = certificates.check(typed)
    assert found is not None
    assert found.person.name == "Anna Alm"
    assert not found.show_name


def test_it_stays_when_the_course_asks_for_more(
    certificates: Certificates, gradebook: Gradebook, through: str
) -> None:
    issued = certificates.issue(through)
    gradebook.results[through] = {}
    assert certificates.issue(through).code == issued.code


def test_the_name_is_shown_only_when_chosen(certificates: Certificates, through: str) -> None:
    code = certificates.issue(through).code
    certificates.set_show_name(through, show=True)
    found = certificates.check(code)
    assert found is not None
    assert found.show_name


def test_nobody_chooses_for_a_certificate_that_is_not_there(
    certificates: Certificates, anna: str
) -> None:
    with pytest.raises(NotFound):
        certificates.set_show_name(anna, show=True)


@pytest.mark.parametrize("code", ["", "AAAAABBBBB", "%", "'; drop table certificate; --"])
def test_a_code_that_stands_for_nothing_is_told_so(certificates: Certificates, code: str) -> None:
    assert certificates.check(code) is None
