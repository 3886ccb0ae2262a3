"""What a STUN message says before anybody believes it."""

from aioice import stun as aioice_stun
from hypothesis import given
from hypothesis import strategies as st

from motesklar.call.media import stun
from motesklar.call.media.stun import Kind


def message(
    kind: aioice_stun.Class = aioice_stun.Class.REQUEST,
    method: aioice_stun.Method = aioice_stun.Method.BINDING,
    **attributes: object,
) -> bytes:
    made = aioice_stun.Message(message_method=method, message_class=kind)
    made.attributes.update({key.replace("_", "-"): value for key, value in attributes.items()})
    return bytes(made)


def test_checks_and_answers_are_told_apart() -> None:
    assert stun.kind_of(message()) is Kind.CHECK
    assert stun.kind_of(message(aioice_stun.Class.RESPONSE)) is Kind.ANSWER
    assert stun.kind_of(message(aioice_stun.Class.ERROR)) is Kind.ANSWER


def test_what_ice_does_not_use_is_nothing() -> None:
    assert stun.kind_of(message(aioice_stun.Class.INDICATION)) is None
    assert stun.kind_of(message(method=aioice_stun.Method.ALLOCATE)) is None


def test_a_message_of_another_length_than_it_says_is_nothing() -> None:
    good = message(USERNAME="me:you")
    assert stun.kind_of(good) is Kind.CHECK
    assert stun.kind_of(good[:-4]) is None
    assert stun.kind_of(good + bytes(4)) is None
    assert stun.kind_of(good[:19]) is None


def test_a_message_without_the_cookie_is_nothing() -> None:
    good = bytearray(message())
    good[4] ^= 1
    assert stun.kind_of(bytes(good)) is None


def test_the_name_before_the_colon_is_whom_a_check_is_for() -> None:
    assert stun.local_username(message(PRIORITY=1, USERNAME="us:them")) == b"us"
    assert stun.local_username(message(USERNAME="u:")) == b"u"
    assert stun.local_username(message(USERNAME="nobody")) is None
    assert stun.local_username(message(PRIORITY=1)) is None
    assert stun.local_username(message(USERNAME="n" * 600 + ":")) is None


@given(st.binary(max_size=200))
def test_any_bytes_can_be_looked_at(data: bytes) -> None:
    stun.kind_of(data)
    stun.local_username(data)


@given(st.binary(max_size=100))
def test_any_attributes_can_be_looked_at(body: bytes) -> None:
    header = b"\x00\x01" + len(body).to_bytes(2, "big") + b"\x21\x12\xa4\x42" + bytes(12)
    stun.local_username(header + body)
