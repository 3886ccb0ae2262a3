"""A workshop with small rooms on a database of its own, and a clock that tests turn."""

import pytest

from tests.call.rooms.fakes import Floor
from tests.workshops.conftest import Hall, hall

__all__ = ["hall"]


@pytest.fixture
def floor(hall: Hall) -> Floor:
    """An open workshop without people."""
    return Floor(hall)
