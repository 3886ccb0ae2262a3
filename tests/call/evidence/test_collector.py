"""What counts as sound, picture and text."""

import random

import pytest

from motesklar.call.evidence import Evidence, Sight, Totals
from motesklar.call.evidence.collector import (
    PICTURE_GAP_MAX,
    PICTURE_SECONDS_MAX,
    SOUND_SECONDS_MAX,
)
from motesklar.call.evidence.judgement import is_black, is_frozen, judge
from motesklar.call.evidence.totals import (
    ENOUGH_PICTURE_SECONDS,
    ENOUGH_SOUND_SECONDS,
    ENOUGH_TEXT_CHARACTERS,
)

POINTS = 1200
BLACK = bytes([16]) * POINTS
GREY = bytes([120]) * POINTS


def noisy(picture: bytes, by: int, seed: int) -> bytes:
    draw = random.Random(seed)
    return bytes(max(0, luma + draw.randint(-by, by)) for luma in picture)


def moved(picture: bytes, points: int) -> bytes:
    return bytes([200]) * points + picture[points:]


def seen(*pictures: bytes, every: float = 0.2) -> float:
    evidence = Evidence()
    for number, picture in enumerate(pictures):
        evidence.see(picture, 100 + number * every)
    return evidence.totals.picture_seconds


def test_loud_frames_add_up_to_seconds_and_quiet_ones_to_nothing() -> None:
    evidence = Evidence()
    for loudness in (0.05, 0.05, 0.0005, 0.0):
        evidence.hear(loudness, 0.02)
    assert evidence.totals == Totals(sound_seconds=0.04)


def test_a_frame_says_whether_it_was_sound() -> None:
    evidence = Evidence()
    assert evidence.hear(0.05, 0.02)
    assert not evidence.hear(0.0001, 0.02)


def test_a_covered_camera_is_black_in_spite_of_its_noise() -> None:
    assert is_black(noisy(BLACK, 12, seed=1))
    assert not is_black(GREY)
    assert not is_black(moved(BLACK, POINTS // 20)), "a dark room with a face in it"
    assert is_black(b"")


def test_a_picture_with_coding_noise_alone_is_frozen_and_a_small_movement_is_not() -> None:
    assert is_frozen(GREY, noisy(GREY, 2, seed=2))
    assert not is_frozen(GREY, moved(GREY, POINTS // 100))
    assert not is_frozen(GREY, GREY[:-1]), "another size is another picture"


def test_a_moving_picture_counts_the_time_between_its_frames() -> None:
    assert seen(GREY, moved(GREY, 100), GREY, moved(GREY, 100)) == pytest.approx(0.6)


@pytest.mark.parametrize("picture", [BLACK, GREY], ids=["black", "frozen"])
def test_a_picture_that_shows_nothing_counts_nothing(picture: bytes) -> None:
    assert seen(*[picture] * 20) == 0


def test_black_that_flickers_counts_nothing() -> None:
    assert seen(*(noisy(BLACK, 12, seed) for seed in range(20))) == 0


def test_a_long_gap_between_two_pictures_counts_little() -> None:
    assert seen(GREY, moved(GREY, 100), every=60.0) == PICTURE_GAP_MAX


def test_hands_that_sign_are_told_from_somebody_who_only_breathes() -> None:
    assert judge(GREY, moved(GREY, POINTS // 100)) is Sight.LIVING
    assert judge(GREY, moved(GREY, POINTS // 10)) is Sight.LIVELY
    assert judge(GREY, noisy(GREY, 2, seed=3)) is Sight.FROZEN
    assert judge(GREY, BLACK) is Sight.BLACK
    assert judge(b"", GREY) is None, "one picture alone may be the same as the next"


def test_sound_is_wanted_until_there_is_enough() -> None:
    assert Evidence().wants_sound
    assert not Evidence(Totals(sound_seconds=SOUND_SECONDS_MAX)).wants_sound


def test_pictures_are_wanted_until_there_are_enough() -> None:
    assert Evidence().wants_pictures
    assert not Evidence(Totals(picture_seconds=PICTURE_SECONDS_MAX)).wants_pictures


@pytest.mark.parametrize(
    ("versions", "characters"),
    [
        (["H", "He", "Hej"], 3),
        (["Hej", "Hej"], 3),
        (["Hej", "He", "Hejsan"], 7),
        (["Hej\n", "Hej\n"], 6),
        (["\n"], 0),
        ([""], 0),
    ],
    ids=["as typed", "sent twice", "corrected", "two lines", "only Enter", "nothing"],
)
def test_only_new_characters_of_a_line_count(versions: list[str], characters: int) -> None:
    evidence = Evidence()
    for version in versions:
        evidence.read(version)
    assert evidence.totals.text_characters == characters


def test_evidence_goes_on_where_an_earlier_call_ended() -> None:
    evidence = Evidence(Totals(2.0, 1.0, 5))
    evidence.hear(0.1, 0.02)
    evidence.read("hej")
    assert evidence.totals == Totals(2.02, 1.0, 8)


def test_a_new_connection_is_not_compared_with_the_last_one() -> None:
    evidence = Evidence()
    evidence.see(GREY, 1.0)
    evidence.new_connection()
    evidence.see(moved(GREY, 100), 1.2)
    assert evidence.totals.picture_seconds == 0


@pytest.mark.parametrize(
    "totals",
    [
        Totals(sound_seconds=ENOUGH_SOUND_SECONDS),
        Totals(picture_seconds=ENOUGH_PICTURE_SECONDS),
        Totals(text_characters=ENOUGH_TEXT_CHARACTERS),
    ],
    ids=["sound", "picture", "text"],
)
def test_each_alternative_alone_is_enough(totals: Totals) -> None:
    assert totals.enough


def test_a_task_keeps_the_way_it_was_done_first() -> None:
    evidence = Evidence(Totals(tasks={"speak": "text"}))
    evidence.record({"speak": "speech", "mute": "button"})
    assert evidence.totals.tasks == {"speak": "text", "mute": "button"}


def test_totals_that_were_told_later_never_change_those_already_there() -> None:
    evidence = Evidence()
    before = evidence.totals
    evidence.record({"mute": "button"})
    assert before.tasks == {}


def test_totals_of_two_places_join_to_the_most_of_both() -> None:
    here = Totals(3.0, 1.0, 5, {"mute": "button"})
    there = Totals(1.0, 2.0, 9, {"mute": "leader", "hand": "leader"})
    assert here.joined(there) == Totals(3.0, 2.0, 9, {"mute": "button", "hand": "leader"})


def test_a_little_of_everything_is_not_enough() -> None:
    assert not Totals(2.9, 2.9, 19).enough
