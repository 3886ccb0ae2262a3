"""Practice: what the partner and the evidence make of real sound, pictures and text."""

import itertools
from typing import Any

import pytest

from motesklar.call.evidence.collector import SOUND_SECONDS_MAX
from motesklar.call.evidence.probes import SoundProbe
from motesklar.call.media.shape import PRACTICE, Track
from motesklar.call.messages import (
    OVER,
    Ask,
    ErrorMessage,
    Failure,
    Heard,
    Joined,
    Line,
    Members,
    PartnerMessage,
    Repaired,
    State,
    Text,
)
from motesklar.call.rtp.packet import RtpPacket
from motesklar.call.worker.practice import PARTNER_ID
from motesklar.call.worker.seat import CONNECT_SECONDS
from motesklar.call.worker.wire import Practised
from motesklar.errors import BadRequest
from tests.call.evidence.media import opus, picture_packets, sound_packets, vp8
from tests.call.worker.fakes import FakeHost, House, practice_order

VOICE = 0.1


def sends(**on: bool) -> State:
    off = dict.fromkeys(("microphone", "camera", "screen", "hand", "hall"), False)
    return State.model_validate(off | on)


def said(host: FakeHost, visit: int = 1) -> list[str]:
    """The names of the sentences that were said, in order."""
    return [each.line for each in host.of_type(visit, PartnerMessage) if each.line]


async def meet(house: House, **changes: Any) -> None:
    """Somebody comes in, is connected, and listens until the partner listens too."""
    await house.enter(practice_order(1, **({"join": {"microphone": True}} | changes)))
    house.host.peers[-1].connect()
    listen(house)


def listen(house: House, visit: int = 1) -> None:
    """Until the partner has said what it has to say."""
    for _ in range(60):
        house.host.peers[-1].heard_at = house.host.now
        house.tick(1)
        if house.host.last(visit, PartnerMessage).state == "listening":
            return
    raise AssertionError("the partner never stops")


def await_answer(house: House) -> None:
    """Until the partner has answered what has come."""
    house.tick(2)
    listen(house)


def speak(house: House, loudness: float = VOICE, packets: int = 100) -> None:
    peer = house.host.peers[-1]
    for packet in sound_packets(opus(loudness, packets), level=20):
        peer.events.rtp(Track.MICROPHONE, packet, house.host.now)


def show(house: House, kind: str, *, first: int, track: Track = Track.CAMERA) -> None:
    """Three seconds of pictures, all of them whole ones, as they are asked for."""
    peer = house.host.peers[-1]
    for number, packet in picture_packets(vp8(kind, pictures=30, every=1), first):
        peer.events.rtp(track, packet, house.host.now + number * 0.1)
    house.tick(3)


def reported(host: FakeHost) -> Practised:
    found = [each for each in host.reports if isinstance(each, Practised)]
    assert found
    return found[-1]


async def test_the_partner_is_a_member_and_greets_once_somebody_can_hear_it(
    house: House, host: FakeHost
) -> None:
    await house.enter(practice_order(1))
    assert host.last(1, Joined).shape.model_dump() == {"audio": 1, "video": 1, "screen": True}
    assert host.peers[0].shape == PRACTICE
    house.tick(1)
    partner = host.last(1, Members).members[-1]
    assert (partner.id, partner.name, partner.partner) == (PARTNER_ID, "Kim", True)
    assert said(host) == []
    host.peers[0].connect()
    [greeting] = host.of_type(1, PartnerMessage)
    assert (greeting.state, greeting.line) == ("greeting", "greeting")
    assert greeting.caption.startswith("Hello, and welcome!")
    assert greeting.task == "speak"


async def test_its_voice_arrives_as_packets_and_gives_way_to_seldom_silence(
    house: House, host: FakeHost
) -> None:
    await house.enter(practice_order(1))
    host.peers[0].connect()
    house.tick(1)
    packets = [RtpPacket(packet) for packet in host.peers[0].sent]
    assert len(packets) >= 45, "a packet each 20 ms once it is chosen"
    steps = {b.timestamp - a.timestamp for a, b in itertools.pairwise(packets)}
    assert steps == {960}
    listen(house)
    host.peers[0].sent.clear()
    host.peers[0].heard_at = host.now
    house.tick(2)
    assert len(host.peers[0].sent) <= 6


async def test_speech_is_heard_answered_and_counted(house: House, host: FakeHost) -> None:
    await meet(house)
    speak(house)
    house.tick(5)
    assert "speak-heard" in said(host)
    assert reported(host).totals["sound_seconds"] == pytest.approx(2.0, abs=0.2)
    assert reported(host).totals["tasks"] == {"speak": "speech"}
    assert host.last(1, PartnerMessage).done == {"speak": "speech"}


@pytest.mark.parametrize("loudness", [0.0, 0.001])
async def test_silence_counts_for_nothing(house: House, host: FakeHost, loudness: float) -> None:
    await meet(house)
    speak(house, loudness)
    house.tick(3)
    assert [each for each in host.reports if isinstance(each, Practised)][-1].totals[
        "sound_seconds"
    ] == 0


async def test_a_moving_picture_counts_and_a_black_or_still_one_does_not(
    house: House, host: FakeHost
) -> None:
    await meet(house)
    house.say(1, sends(camera=True))
    for first, kind in ((0, "black"), (1000, "still")):
        show(house, kind, first=first)
        # the change from one to the other is all that moves
        assert reported(host).totals["picture_seconds"] < 0.5, kind
    show(house, "moving", first=2000)
    assert reported(host).totals["picture_seconds"] > 1


async def test_text_is_read_answered_and_counted_without_any_media(
    house: House, host: FakeHost
) -> None:
    await house.enter(practice_order(1))
    house.say(1, Text(text="Hej Kim\n"))
    assert said(host) == ["greeting"]
    house.tick(CONNECT_SECONDS + 1)
    assert host.last(1, ErrorMessage).code == "media_blocked"
    house.host.peers[0].heard_at = 0
    house.tick(60)
    assert "speak-read" in said(host)
    assert reported(host).totals["text_characters"] == 7
    [mine, answer] = [line for line in host.of_type(1, Line) if line.text.endswith("\n")]
    assert (mine.member, answer.member) == ("m-alma", PARTNER_ID)
    assert answer.text.startswith("Thank you, I can read")


async def test_what_only_the_page_has_heard_moves_the_conversation_but_is_no_evidence(
    house: House, host: FakeHost
) -> None:
    await house.enter(practice_order(1, join={"microphone": True}))
    house.tick(CONNECT_SECONDS + 20)
    listen(house)
    for _ in range(4):
        house.say(1, Heard(seconds=0.5))
    house.tick(5)
    assert "heard-here" in said(host)
    assert reported(host).totals["sound_seconds"] == 0
    assert "speak" not in reported(host).totals["tasks"]


async def test_a_page_whose_sound_arrives_can_claim_nothing(house: House, host: FakeHost) -> None:
    await meet(house)
    before = said(host)
    for _ in range(10):
        house.say(1, Heard(seconds=5))
    house.tick(3)
    assert said(host) == before


async def test_the_same_page_comes_back_to_where_the_conversation_was(
    house: House, host: FakeHost
) -> None:
    await meet(house, join={"microphone": True, "client_id": "client-same"})
    speak(house)
    await_answer(house)
    house.seats[1].close()
    await house.enter(practice_order(2, join={"microphone": True, "client_id": "client-same"}))
    host.peers[-1].connect()
    assert said(host, 2) == ["welcome-back"]
    assert host.last(2, PartnerMessage).done == {"speak": "speech"}


async def test_another_page_begins_anew_and_keeps_the_evidence(
    house: House, host: FakeHost
) -> None:
    await meet(house)
    speak(house)
    await_answer(house)
    await house.enter(practice_order(2))
    host.peers[-1].connect()
    assert said(host, 2) == ["greeting"]
    assert host.last(2, PartnerMessage).done == {}
    listen(house, 2)
    assert reported(host).totals["tasks"] == {"speak": "speech"}


async def test_another_worker_goes_on_from_what_this_one_has_told(
    house: House, host: FakeHost
) -> None:
    await meet(house)
    speak(house)
    await_answer(house)
    house.tick(2)
    told = reported(host)
    there = House(host)
    await there.enter(practice_order(7, progress=told.progress, totals=told.totals))
    host.peers[-1].connect()
    assert said(host, 7) == ["welcome-back"]
    assert host.last(7, PartnerMessage).done == {"speak": "speech"}
    assert there.room is not None
    there.room.close()


async def test_a_leader_confirms_a_task(house: House, host: FakeHost) -> None:
    await meet(house, led=True)
    assert "leader" in host.last(1, PartnerMessage).ways
    assert house.room is not None
    house.room.confirm("speak")
    house.tick(2)
    assert reported(host).totals["tasks"] == {"speak": "leader"}
    assert "confirmed" in said(host)


async def test_something_breaks_when_asked_for_and_its_repair_is_seen(
    house: House, host: FakeHost
) -> None:
    await meet(house)
    speak(house)
    await_answer(house)
    house.say(1, Ask(what="break"))
    listen(house)
    [failure] = host.of_type(1, Failure)
    assert failure.kind in ("muted", "wrong_device", "network")
    house.say(1, Ask(what="skip"))
    house.tick(1)
    assert len(host.of_type(1, Repaired)) == 1


async def test_the_call_ends_when_its_time_is_up_and_another_may_begin(
    house: House, host: FakeHost
) -> None:
    await meet(house)
    while 1 not in host.endings:
        host.peers[0].heard_at = host.now
        house.tick(10)
    assert host.last(1, ErrorMessage).code == "time_up"
    assert host.endings == {1: OVER}
    await house.enter(practice_order(2, join={"client_id": "client-1"}))
    house.tick(5)
    assert 2 not in host.endings


async def test_what_has_arrived_is_reported_once_a_second_at_most_and_at_the_end(
    house: House, host: FakeHost
) -> None:
    await meet(house)
    host.reports.clear()
    for _ in range(30):
        house.say(1, Text(text="x" * (len(host.reports) + 1)))
        house.tick(0.1)
    assert len(host.reports) <= 4
    house.say(1, Text(text="the very last words"))
    house.seats[1].close()
    assert house.room is not None
    house.room.close()
    assert reported(host).totals["text_characters"] >= len("the very last words")


async def test_nobody_leads_a_practice(house: House) -> None:
    await meet(house)
    with pytest.raises(BadRequest):
        house.say(1, PartnerMessage)


@pytest.mark.parametrize(("missing", "while_it_speaks"), [(1.0, 3), (0.0, 0)])
async def test_sound_is_decoded_while_it_counts_or_the_partner_listens_and_else_not(
    house: House, monkeypatch: pytest.MonkeyPatch, missing: float, while_it_speaks: int
) -> None:
    decoded: list[bytes] = []
    monkeypatch.setattr(SoundProbe, "rtp", lambda probe, packet: decoded.append(packet))
    sound = SOUND_SECONDS_MAX - missing
    await house.enter(practice_order(1, totals={"sound_seconds": sound}))
    house.host.peers[0].connect()
    house.tick(0.2)
    speak(house, packets=3)
    assert len(decoded) == while_it_speaks
    listen(house)
    decoded.clear()
    speak(house, packets=3)
    assert len(decoded) == 3
