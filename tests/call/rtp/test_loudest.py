from hypothesis import given
from hypothesis import strategies as st

from motesklar.call.rtp.loudest import Loudest

LOUD, SOFT, SILENT = 20, 45, 127


class Hall:
    """People with microphones, and time in intervals."""

    def __init__(self, names: str, places: int = 3) -> None:
        self.now = 0.0
        self.loudest = Loudest[str](places)
        for name in names:
            self.loudest.add(name, self.now)

    def sound(self, seconds: float, **levels: int) -> None:
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            for name, level in levels.items():
                for _ in range(5):
                    self.loudest.hear(name, level)
            self.loudest.close_interval(self.now)

    @property
    def heard(self) -> set[str]:
        return set(self.loudest.chosen)


def test_in_small_company_everybody_is_heard_at_once() -> None:
    assert Hall("abcd").heard == set("abcd")


def test_whoever_is_clearly_louder_takes_the_place_of_the_silent() -> None:
    hall = Hall("abcdef")
    assert hall.heard == set("abc")
    hall.sound(2, a=LOUD, b=SILENT, c=LOUD, f=LOUD)
    assert hall.heard == set("acf")


def test_new_voice_is_heard_within_a_fraction_of_a_second() -> None:
    hall = Hall("abcdef")
    hall.sound(3, a=LOUD, b=LOUD)
    hall.sound(0.2, e=LOUD)
    assert "e" in hall.heard


def test_silence_alone_frees_no_place() -> None:
    hall = Hall("abcdef")
    hall.sound(3, d=LOUD, e=LOUD, f=LOUD)
    hall.sound(60, a=SILENT, d=SILENT)
    assert hall.heard == set("def")


def test_noise_of_a_room_takes_no_place() -> None:
    hall = Hall("abcdef")
    hall.sound(10, f=90)
    assert hall.heard == set("abc")


def test_place_is_kept_for_a_while_even_from_the_louder() -> None:
    hall = Hall("abcdef")
    taken = hall.now
    while hall.heard != set("def"):
        hall.sound(0.1, d=SOFT, e=SOFT, f=SOFT)
        taken = hall.now
    while "a" not in hall.heard:
        hall.sound(0.1, a=0, d=SOFT, e=SOFT, f=SOFT)
    assert 1.5 <= hall.now - taken + 1e-9 < 2


def test_three_of_like_loudness_do_not_take_places_from_each_other() -> None:
    hall = Hall("abcdef")
    hall.sound(3, c=30, d=30, e=30)
    heard = hall.heard
    for level in (28, 32, 29, 31) * 10:
        hall.sound(0.3, c=level, d=30, e=60 - level, f=30)
        assert len(hall.heard - heard) <= 1
        heard = hall.heard


def test_microphone_turned_off_frees_its_place_at_once() -> None:
    hall = Hall("abcdef")
    hall.loudest.remove("a", hall.now)
    assert hall.heard == set("bcd")


def test_who_speaks_is_told_loudest_first_and_ends_soon_after() -> None:
    hall = Hall("abcd")
    hall.sound(1, a=40, b=20, c=90)
    assert hall.loudest.speaking == ("b", "a")
    hall.sound(2, a=SILENT, b=SILENT)
    assert not hall.loudest.speaking


def test_pause_between_two_words_is_still_speaking() -> None:
    hall = Hall("ab")
    hall.sound(1, a=LOUD)
    hall.sound(0.2, a=80)
    assert hall.loudest.speaking == ("a",)


events = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from("abcdefgh"), st.just(0)),
        st.tuples(st.just("remove"), st.sampled_from("abcdefgh"), st.just(0)),
        st.tuples(st.just("hear"), st.sampled_from("abcdefgh"), st.integers(0, 127)),
        st.tuples(st.just("interval"), st.just("a"), st.just(0)),
    ),
    max_size=200,
)


def play(happened: list[tuple[str, str, int]]) -> Loudest[str]:
    loudest = Loudest[str](3)
    present: set[str] = set()
    taken: dict[str, float] = {}
    now = 0.0
    for kind, name, level in happened:
        before = set(loudest.chosen)
        if kind == "add":
            loudest.add(name, now)
            present.add(name)
        elif kind == "remove":
            loudest.remove(name, now)
            present.discard(name)
        elif kind == "hear" and name in present:
            loudest.hear(name, level)
        elif kind == "interval":
            now += 0.1
            loudest.close_interval(now)
        chosen = loudest.chosen
        assert len(chosen) == len(set(chosen))
        assert set(chosen) <= present
        assert len(chosen) == (len(present) if len(present) <= 4 else 3)
        assert set(loudest.speaking) <= present
        if kind == "interval":
            for lost in before - set(chosen):
                assert now - taken[lost] >= 1.5 - 1e-9
        taken.update((each, now) for each in set(chosen) - before)
    return loudest


@given(events)
def test_places_are_filled_kept_and_lost_by_the_rules_whatever_happens(
    happened: list[tuple[str, str, int]],
) -> None:
    first, second = play(happened), play(happened)
    assert (first.chosen, first.speaking) == (second.chosen, second.speaking)
