"""However people write it, those at one table say the same table."""

import pytest

from motesklar.workshops.tables import read_table


@pytest.mark.parametrize("typed", ["4", " 4 ", "04", "Bord 4", "bord4", "Table 4", "nr 4."])
def test_a_number_is_the_table_whatever_stands_around_it(typed: str) -> None:
    assert read_table(typed) == "4"


@pytest.mark.parametrize("typed", ["4b", "4 B", "bord 4 b"])
def test_a_letter_after_the_number_belongs_to_it(typed: str) -> None:
    assert read_table(typed) == "4B"


def test_words_without_a_number_are_kept() -> None:
    assert read_table(" vid  FÖNSTRET") == "Vid fönstret"


@pytest.mark.parametrize("typed", ["", "  ", "x" * 21, "9" * 5000, "4\u202e", "4\x00"])
def test_what_can_not_be_shown_is_no_table(typed: str) -> None:
    assert read_table(typed) == ""
