"""The pure rules: codes, local addresses, limits."""

from datetime import timedelta

import pytest

from motesklar.accounts.limits import Limiter
from motesklar.accounts.redirects import local_page, local_path
from motesklar.accounts.tokens import (
    CODE_ALPHABET,
    is_token,
    new_code,
    new_token,
    read_code,
    show_code,
)
from motesklar.errors import TooMany
from tests.accounts.conftest import Clock


def test_a_token_is_32_bytes_that_an_address_can_hold() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(is_token(token) for token in tokens)


def test_a_code_has_no_look_alikes() -> None:
    assert not set("0OoIl1") & set(CODE_ALPHABET)
    for pair in ("2Z", "5S", "8B"):
        assert len(set(pair) & set(CODE_ALPHABET)) == 1


@pytest.mark.parametrize(
    "typed",
    ["K7M4-QX9P", "k7m4qx9p", " k7m4 qx9p ", "K7M4–QX9P", "K 7 M 4 Q X 9 P", "k7m4\u00a0qx9p\n"],
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == "K7M4QX9P"


def test_a_letter_read_for_its_look_alike_digit_is_understood() -> None:
    assert read_code("ZSBZ-SBZS") == "25825825"


@pytest.mark.parametrize("typed", ["", "K7M4", "K7M4QX9PP", "K7M4QX9!", "0000-0000", "Ⅻ" * 8])
def test_what_cant_be_a_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


def test_a_code_survives_being_shown_and_typed() -> None:
    for _ in range(200):
        code = new_code()
        assert read_code(show_code(code)) == code


@pytest.mark.parametrize("target", ["/", "/m/01-why?x=1#y", "/me", "/a//b", "/%2f%2fevil"])
def test_our_own_addresses_are_local(target: str) -> None:
    assert local_path(target, "/") == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "me",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/\x00",
        " /me",
        "/a b",
        "/me\r\nX: y",
        "/../x",
        "javascript:alert(1)",
        "/\u0085/evil",
    ],
)
def test_anything_else_leads_to_the_start_page(target: str) -> None:
    assert local_path(target, "/") == "/"


def test_under_a_base_url_only_what_lies_under_it_is_local() -> None:
    assert local_path("/kurs/me", "/kurs/") == "/kurs/me"
    assert local_path("/kursen/me", "/kurs/") == "/kurs/"
    assert local_path("/me", "/kurs/") == "/kurs/"
    assert local_page("/kurs/sign-in", "/kurs/") == "/kurs/"


def test_a_key_may_try_so_often_in_a_window_and_no_other_key_is_affected() -> None:
    clock = Clock()
    limiter = Limiter(2, timedelta(minutes=1), now=clock)
    for _ in range(2):
        limiter.check("a")
        limiter.count("a")
    with pytest.raises(TooMany):
        limiter.check("a")
    limiter.check("b")

    clock.pass_(minutes=1)
    limiter.check("a")


def test_a_key_that_has_succeeded_starts_over() -> None:
    limiter = Limiter(1, timedelta(minutes=1), now=Clock())
    limiter.count("a")
    limiter.forget("a")
    limiter.check("a")


def test_memory_is_bounded_and_the_least_recent_key_goes_first() -> None:
    limiter = Limiter(1, timedelta(minutes=1), now=Clock(), capacity=100)
    for number in range(1000):
        limiter.count(str(number))

    assert len(limiter) == 100
    limiter.check("0")
    with pytest.raises(TooMany):
        limiter.check("999")
