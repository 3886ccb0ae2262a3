"""What was done on the drawn computer is told in words, never in keys."""

import pytest

from motesklar.exercises.repairs import action_in_words
from motesklar_widgets.drawn_computer import all_actions


@pytest.mark.parametrize("action", list(all_actions()))
def test_every_action_has_words(action: str) -> None:
    words = action_in_words(action, str)
    assert words != action
    assert "-" not in words
    assert "%" not in words


def test_words_say_what_was_done() -> None:
    told = [action_in_words(one, str) for one in ("site-menu:open", "volume:75", "wifi:off")]
    assert told == ["Opens “About this page”", "How loud: 75", "The wireless network is on: no"]
