"""Python and its packages against the pins."""

import pytest

from motesklar.doctor.packages import (
    check_packages,
    judge_alembic,
    judge_packages,
    judge_python,
)
from motesklar.doctor.report import Level

NEEDED = ["aiortc==1.16.0", "tornado>=6.4", 'pytest>=8; extra == "dev"']


def test_this_environment_is_as_pinned() -> None:
    assert {check.level for check in check_packages()} == {Level.OK}


def test_the_pinned_versions_are_told() -> None:
    check = judge_packages(NEEDED, {"aiortc": "1.16.0", "tornado": "6.5"})
    assert (check.level, check.sentence) == (
        Level.OK,
        "2 as needed, among them aiortc 1.16.0",
    )


@pytest.mark.parametrize(
    ("installed", "sentence"),
    [
        ({"aiortc": "1.17.0", "tornado": "6.5"}, "aiortc is 1.17.0, needed is ==1.16.0"),
        ({"aiortc": "1.16.0", "tornado": None}, "tornado is missing"),
        ({"aiortc": "1.16.0", "tornado": "6.3"}, "tornado is 6.3, needed is >=6.4"),
    ],
)
def test_a_wrong_package_fails_by_name(installed: dict[str, str | None], sentence: str) -> None:
    check = judge_packages(NEEDED, installed)
    assert check.level is Level.FAIL
    assert check.sentence == sentence


def test_an_old_python_fails() -> None:
    assert judge_python((3, 10, 9)).level is Level.FAIL
    assert judge_python((3, 13, 0)).level is Level.OK


def test_a_missing_alembic_fails_because_no_gradebook_can_be_made() -> None:
    assert judge_alembic(on_path=False, beside_python=False).level is Level.FAIL
    assert judge_alembic(on_path=False, beside_python=True).level is Level.OK
