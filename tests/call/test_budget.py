"""What one person may send."""

import pytest

from motesklar.call import budget
from motesklar.call.budget import (
    BYTES_AT_ONCE,
    JOINS_AT_ONCE,
    MESSAGES_AT_ONCE,
    PEOPLE_KEPT,
    SOCKETS_MAX,
    Budgets,
)
from motesklar.errors import TooMany


@pytest.fixture
def budgets(monkeypatch: pytest.MonkeyPatch) -> Budgets:
    """Time stands still."""
    monkeypatch.setattr("motesklar.web.rate_limit.time.monotonic", lambda: 1000.0)
    return Budgets()


def test_messages_are_counted_for_a_person_and_not_for_others(budgets: Budgets) -> None:
    for _ in range(int(MESSAGES_AT_ONCE)):
        budgets.message("alma", 10)
    with pytest.raises(TooMany):
        budgets.message("alma", 10)
    budgets.message("bo", 10)


def test_large_messages_are_counted_by_their_size(budgets: Budgets) -> None:
    for _ in range(int(BYTES_AT_ONCE // 60_000)):
        budgets.message("alma", 60_000)
    with pytest.raises(TooMany):
        budgets.message("alma", 60_000)


def test_patience_is_enough_however_often_one_was_refused(
    budgets: Budgets, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(int(JOINS_AT_ONCE)):
        budgets.join("alma")
    for _ in range(1000):
        with pytest.raises(TooMany):
            budgets.join("alma")
    seconds = 1 / budget.JOINS_PER_SECOND
    monkeypatch.setattr("motesklar.web.rate_limit.time.monotonic", lambda: 1000.0 + seconds)
    budgets.join("alma")


def test_connections_are_counted_while_they_are_open(budgets: Budgets) -> None:
    for _ in range(SOCKETS_MAX):
        budgets.open_socket("alma")
    with pytest.raises(TooMany):
        budgets.open_socket("alma")
    budgets.close_socket("alma")
    budgets.open_socket("alma")


def test_only_people_who_are_there_are_kept_in_mind_for_long(budgets: Budgets) -> None:
    budgets.open_socket("alma")
    for number in range(PEOPLE_KEPT * 2):
        budgets.join(f"person {number}")
    assert len(budgets._people) <= PEOPLE_KEPT
    for _ in range(SOCKETS_MAX - 1):
        budgets.open_socket("alma")
    with pytest.raises(TooMany):
        budgets.open_socket("alma")
