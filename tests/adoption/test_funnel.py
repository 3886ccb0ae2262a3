"""The funnel over a real database counts as the rules do."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from motesklar.accounts.sight import Sight
from motesklar.adoption.funnel import Stage
from motesklar.adoption.manager import Adoption
from motesklar.equipment.readiness import NEEDED, counts
from motesklar.equipment.verdicts import NOT_HERE, VERDICT_FACT, VerdictName, read_verdict
from motesklar.store.models import Fact, Person
from tests.adoption.conftest import NOON


def number_tested(adoption: Adoption) -> int:
    funnel = adoption.overview(Sight(everybody=True)).funnel
    assert funnel is not None
    return funnel.counts[Stage.TESTED]


def save(adoption: Adoption, *details: Mapping[str, Any]) -> None:
    """Results of somebody's tests, one after another."""
    with adoption.database.transaction() as session:
        person_id = session.scalars(select(Person.id).order_by(Person.id)).first()
        session.add_all(
            Fact(
                id=f"v{number}",
                person_id=person_id,
                module="02-test",
                step="test",
                kind=VERDICT_FACT,
                detail=dict(detail),
                at=NOON,
            )
            for number, detail in enumerate(details)
        )


ALL = [{"test": check.value, "verdict": "pass"} for check in NEEDED]


@pytest.mark.parametrize("verdict", VerdictName)
def test_whoever_has_tested_everything_counts_whatever_came_of_it(
    adoption: Adoption, verdict: VerdictName
) -> None:
    save(adoption, *({**one, "verdict": verdict.value} for one in ALL))
    assert number_tested(adoption) == 1


def test_the_same_test_over_and_over_is_not_everything(adoption: Adoption) -> None:
    save(adoption, *ALL[1:], *ALL[1:])
    assert number_tested(adoption) == 0


@pytest.mark.parametrize(
    "last",
    [
        {},
        {"finding": "silence"},
        {"finding": "", "figures": {"reason": NOT_HERE}},
        {"finding": NOT_HERE},
        {"figures": {"reason": NOT_HERE}},
        {"figures": {"reason": "hum"}, "finding": None},
        {"figures": {"seconds": 3}},
        {"finding": "Not A Finding!"},
        {"verdict": "unheard-of"},
        {"test": "unheard-of"},
        {"verdict": None},
    ],
)
def test_the_database_judges_a_result_as_the_rules_do(
    adoption: Adoption, last: dict[str, Any]
) -> None:
    detail = ALL[0] | last
    verdict = read_verdict(detail, NOON)
    expected = verdict is not None and verdict.check in NEEDED and counts(verdict)
    save(adoption, detail, *ALL[1:])
    assert number_tested(adoption) == expected
