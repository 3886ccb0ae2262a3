"""`make unit` stays quick: what starts servers or browsers is marked, so that it is left out."""

from collections.abc import Sequence
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # collecting everything takes a while

ROOT = Path(__file__).parents[2]
#: Fixtures of tests/conftest.py that start a real course or a real browser, with the marks of
#: which a test that uses them has at least one.
COSTLY = {"course": {"slow", "browser"}, "browser": {"browser"}}


class _Collected:
    """Remembers what pytest has found."""

    def __init__(self) -> None:
        self.items: Sequence[pytest.Item] = ()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = session.items


@pytest.fixture(scope="module")
def items() -> Sequence[pytest.Item]:
    """Every test of the repository."""
    collected = _Collected()
    arguments = ["--collect-only", "-q", "-p", "no:cacheprovider", "--rootdir", str(ROOT)]
    status = pytest.main([*arguments, str(ROOT / "tests")], plugins=[collected])
    assert status == pytest.ExitCode.OK
    return collected.items


def test_what_starts_a_server_or_a_browser_is_marked(items: Sequence[pytest.Item]) -> None:
    unmarked = []
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        marks = {mark.name for mark in item.iter_markers()}
        if any(name in used and not marks & wanted for name, wanted in COSTLY.items()):
            unmarked.append(item.nodeid)
    assert unmarked == []


def test_each_make_verb_has_tests_to_run(items: Sequence[pytest.Item]) -> None:
    runs = {"unit": 0, "integration": 0, "journeys": 0}
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        if "browser" in marks:
            runs["journeys"] += 1
        else:
            runs["integration" if "slow" in marks else "unit"] += 1
    assert min(runs.values()) > 0, runs
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for choice in ('"not browser and not slow"', '"slow and not browser"', "-m browser"):
        assert choice in makefile
