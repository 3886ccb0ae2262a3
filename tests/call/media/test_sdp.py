"""The offer and the answer as text."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motesklar.call.media.sdp import BadDescription, Sent, Transport, answer, offer
from motesklar.call.media.shape import PRACTICE, ROOM, OutSlot, lines_of

LINES = lines_of(PRACTICE)
SLOTS = (
    OutSlot("audio", 0, "0", 11, 0, 96, 0),
    OutSlot("video", 0, "1", 21, 22, 97, 98),
    OutSlot("screen", 0, "2", 31, 32, 97, 98),
)
FINGERPRINT = ":".join(["AB"] * 32)
TRANSPORT = Transport(
    candidates=["f 1 udp 1 192.0.2.1 4000 typ host"],
    username="username",
    password="p" * 24,
    fingerprint=f"sha-256 {FINGERPRINT}",
)


def section(number: int, kind: str, codec: str, *more: str) -> str:
    lines = (
        f"m={kind} 9 UDP/TLS/RTP/SAVPF 96 97 98",
        f"a=mid:{number}",
        "a=rtcp-mux",
        "a=ice-ufrag:abcd",
        f"a=ice-pwd:{'w' * 22}",
        f"a=fingerprint:sha-256 {FINGERPRINT}",
        "a=setup:active",
        f"a=rtpmap:{codec}",
        *more,
    )
    return "".join(f"{line}\r\n" for line in lines)


HEAD = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2\r\n"
SOUND = section(0, "audio", "96 opus/48000/2", "a=ssrc:7 cname:x")
CAMERA = section(1, "video", "97 VP8/90000", "a=ssrc-group:FID 8 9", "a=ssrc:8 cname:x")
SCREEN = section(2, "video", "97 VP8/90000")
GOOD = HEAD + SOUND + CAMERA + SCREEN


def test_an_offer_has_every_line_in_order_and_one_bundle() -> None:
    text = offer(1, LINES, SLOTS, "me", TRANSPORT)
    lines = text.split("\r\n")
    assert [line.split(" ")[0] for line in lines if line.startswith("m=")] == [
        "m=audio",
        "m=video",
        "m=video",
    ]
    assert "a=group:BUNDLE 0 1 2" in lines
    assert [line for line in lines if line.startswith("a=mid:")] == [
        "a=mid:0",
        "a=mid:1",
        "a=mid:2",
    ]
    assert "a=ssrc-group:FID 21 22" in lines
    assert "a=ssrc:11 cname:me" in lines
    assert text.endswith("\r\n")


def test_each_slot_is_a_stream_of_its_own_so_that_no_two_people_are_kept_in_step() -> None:
    text = offer(1, LINES, SLOTS, "me", TRANSPORT)
    streams = [line.split()[0] for line in text.split("\r\n") if line.startswith("a=msid:")]
    assert len(set(streams)) == len(LINES)


def test_only_the_first_line_of_each_kind_goes_both_ways() -> None:
    directions = [(line.kind, line.index, line.up is not None) for line in lines_of(ROOM)]
    assert directions == [
        ("audio", 0, True),
        ("audio", 1, False),
        ("audio", 2, False),
        ("video", 0, True),
        ("video", 1, False),
        ("video", 2, False),
        ("video", 3, False),
        ("video", 4, False),
        ("screen", 0, True),
    ]
    slots = tuple(OutSlot(each.kind, each.index, each.mid, 1, 0, 96, 0) for each in lines_of(ROOM))
    text = offer(1, lines_of(ROOM), slots, "me", TRANSPORT)
    assert text.count("a=sendrecv\r\n") == 3
    assert text.count("a=sendonly\r\n") == 6


def test_an_answer_tells_how_to_connect_and_which_streams_come() -> None:
    found = answer(GOOD, LINES)
    assert (found.username, found.password, found.role) == ("abcd", "w" * 22, "client")
    assert found.fingerprints == [("sha-256", FINGERPRINT)]
    assert found.sent == {"0": Sent(7), "1": Sent(8, 9), "2": Sent()}


def test_what_an_answer_says_for_the_whole_session_counts_for_every_line() -> None:
    whole = f"a=fingerprint:SHA-256 {FINGERPRINT.lower()}\r\na=setup:passive\r\n"
    own = f"a=fingerprint:sha-256 {FINGERPRINT}\r\na=setup:active\r\n"
    found = answer((HEAD + whole + SOUND + CAMERA + SCREEN).replace(own, ""), LINES)
    assert found.role == "server"
    assert found.fingerprints == [("sha-256", FINGERPRINT)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nonsense", "0 lines"),
        ("", "0 lines"),
        ("\0" * 30_000, "0 lines"),
        (HEAD + SOUND, "1 lines"),
        (GOOD + SCREEN.replace("mid:2", "mid:3"), "4 lines"),
        ("m=audio 9 UDP/TLS/RTP/SAVPF 96\r\n" * 900, "900 lines"),
        ("x" * 65_537, "too long"),
        (GOOD.replace("a=group:BUNDLE 0 1 2", "a=group:BUNDLE 0 1"), "bundle"),
        (GOOD.replace("a=group:BUNDLE 0 1 2", "a=group:"), "bundle"),
        (GOOD.replace("a=mid:1", "a=mid:5"), "line 1 is another"),
        (GOOD.replace("m=video 9", "m=audio 9", 1), "line 1 is another"),
        (GOOD.replace("m=video 9", "m=video 0", 1), "line 1 is refused"),
        (GOOD.replace("a=rtcp-mux", "a=rtcp-rsize", 1), "rtcp-mux"),
        (GOOD.replace("97 VP8", "97 H264", 1), "codec"),
        (GOOD.replace("opus/48000/2", "PCMU/8000"), "codec"),
        (GOOD.replace("ice-ufrag:abcd", "ice-ufrag:a b"), "ice-ufrag"),
        (GOOD.replace("ice-pwd:", "ice-pwd:short"[:-5] + "x\r\na=y:"), "ice-pwd"),
        (GOOD.replace(FINGERPRINT, "AB:CD"), "fingerprint"),
        (GOOD.replace("sha-256", "md5"), "fingerprint"),
        (GOOD.replace("setup:active", "setup:actpass"), "setup"),
        (GOOD.replace("a=setup:active\r\n", ""), "setup"),
        (GOOD.replace("FID 8 9", "FID 8 x"), "ssrc"),
        (GOOD.replace("a=ssrc:7 cname:x", "a=ssrc:4294967296 cname:x"), "ssrc"),
        (GOOD.replace("a=ssrc:7 cname:x", "a=ssrc:0 cname:x"), "ssrc"),
        (GOOD.replace("a=ssrc:7 cname:x", "a=ssrc:٣ cname:x"), "ssrc"),
    ],
)
def test_an_answer_that_is_none_is_refused(text: str, why: str) -> None:
    with pytest.raises(BadDescription, match=why):
        answer(text, LINES)


def test_candidates_are_not_even_kept() -> None:
    candidate = "a=candidate:1 1 udp 1 10.0.0.9 53 typ host\r\n"
    assert answer(GOOD.replace("a=mid:0\r\n", "a=mid:0\r\n" + candidate * 500), LINES) == answer(
        GOOD, LINES
    )


@given(
    st.lists(
        st.sampled_from([*GOOD.splitlines(), "m=", "a=", "a=ssrc:", "a=ssrc-group:", "a=group:"])
        | st.text(max_size=40),
        max_size=60,
    )
)
def test_any_text_is_an_answer_or_refused(lines: list[str]) -> None:
    text = "\r\n".join(lines)
    with contextlib.suppress(BadDescription):
        assert answer(text, LINES).username
