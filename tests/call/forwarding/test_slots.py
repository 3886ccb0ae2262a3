from hypothesis import given
from hypothesis import strategies as st

from motesklar.call.forwarding.keyframes import KeyframeRequests
from motesklar.call.forwarding.slots import Choice, Recent, screen_for, seat, videos_for, voices_for

CAMERAS = list("abcdefgh")
names = st.sampled_from("abcdefgh")


def test_pinned_comes_first_then_wishes_then_speakers_then_the_others() -> None:
    choice = Choice(pinned="h", videos=("g", "x", "h"), count=5)
    assert videos_for("a", choice, CAMERAS, ["f", "a", "g"], 5) == ["h", "g", "f", "b", "c"]


def test_a_small_screen_gets_fewer_pictures() -> None:
    assert videos_for("a", Choice(count=2), CAMERAS, ["h"], 5) == ["h", "b"]
    assert videos_for("a", Choice(count=0), CAMERAS, [], 5) == []
    assert len(videos_for("a", Choice(count=9), CAMERAS, [], 5)) == 5


def test_the_hall_gets_nothing() -> None:
    choice = Choice(pinned="b", hall=True)
    assert videos_for("a", choice, CAMERAS, [], 5) == []
    assert voices_for("a", choice, CAMERAS, 3) == []
    assert screen_for("a", choice, CAMERAS) is None


def test_whoever_stays_keeps_their_place() -> None:
    assert seat(["a", "b", "c", None], ["c", "d", "a"]) == ["a", "d", "c", None]


@given(st.lists(st.one_of(st.none(), names), min_size=5, max_size=5), st.sets(names, max_size=5))
def test_everybody_wanted_sits_once_and_nobody_else(
    places: list[str | None], wanted: set[str]
) -> None:
    # nobody sits twice to begin with
    now = [each if each not in places[:index] else None for index, each in enumerate(places)]
    seated = seat(now, sorted(wanted))
    assert sorted(filter(None, seated)) == sorted(wanted)
    for before, after in zip(now, seated, strict=True):
        assert before not in wanted or before == after


def test_last_to_speak_for_a_while_is_the_most_recent() -> None:
    recent = Recent()
    assert not recent.spoke(["a"], 0.0)
    assert recent.spoke(["a"], 1.0)
    assert not recent.spoke(["a", "b"], 2.0)
    assert recent.spoke(["a", "b"], 3.0)
    assert list(recent) == ["b", "a"]
    recent.spoke(["a", "b"], 9.0)
    assert list(recent) == ["b", "a"]
    recent.forget("b")
    assert list(recent) == ["a"]


def test_cough_makes_nobody_recent() -> None:
    recent = Recent()
    for second in range(0, 20, 2):
        assert not recent.spoke(["a"], second)
        assert not recent.spoke([], second + 0.5)
    assert list(recent) == []


def test_keyframe_that_comes_by_itself_serves_whoever_waited() -> None:
    requests = KeyframeRequests()
    requests.want()
    assert requests.due(0.0)
    requests.want()
    assert not requests.due(0.1)
    requests.came()
    assert not requests.due(1.0)
