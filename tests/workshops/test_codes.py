"""Join codes survive how people type."""

import pytest

from motesklar.workshops.codes import new_join_code, read_join_code, show_join_code


def test_a_code_is_read_back_as_it_is_shown() -> None:
    for _ in range(200):
        code = new_join_code()
        assert read_join_code(show_join_code(code)) == code


@pytest.mark.parametrize("typed", ["k7m4qx", " K7M 4QX ", "k7m-4qx", "K7M–4QX", "k 7 m 4 q x"])
def test_case_spaces_and_dashes_do_not_matter(typed: str) -> None:
    assert read_join_code(typed) == "K7M4QX"


def test_a_letter_taken_for_its_look_alike_digit_is_forgiven() -> None:
    assert read_join_code("zsb234") == "258234"


@pytest.mark.parametrize(
    "typed", ["", "K7M4Q", "K7M4QXX", "K7M4Q0", "K7M4QÅ", "' OR 1=1", "0" * 500]
)
def test_what_can_not_be_a_code_is_none(typed: str) -> None:
    assert read_join_code(typed) is None


def test_no_code_has_look_alikes() -> None:
    letters = set("".join(new_join_code() for _ in range(2000)))
    assert not letters & set("01OILZSB")
