"""Real aiortc callers against the real manager, over real UDP."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from aiortc import MediaStreamTrack

from motesklar.call.manager import Calls
from motesklar.call.messages import EvidenceMessage, Offer, PartnerMessage
from motesklar.call.room import Ending
from motesklar.call.rtc import LOOPBACK, Peer, PeerEvents, local_addresses, without_addresses
from motesklar.errors import BadRequest
from motesklar.store.models import Evidence
from tests.call.callers import Caller, Film, Tone
from tests.call.conftest import MODULE, until
from tests.call.strangers import Stranger, ports_in

pytestmark = pytest.mark.slow

Call = Callable[..., Awaitable[Caller]]


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Callers too use this machine's loopback, so that no network is needed."""
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda **_: [LOOPBACK])


@pytest.fixture
def loopback_calls(make_calls: Callable[..., Calls]) -> Calls:
    return make_calls(addresses=[LOOPBACK])


@pytest_asyncio.fixture
async def join(
    loopback_calls: Calls, add_person: Callable[[str], str]
) -> AsyncIterator[Callable[..., Awaitable[Caller]]]:
    callers: list[Caller] = []

    async def join(*tracks: MediaStreamTrack, person: str = "") -> Caller:
        caller = Caller(tracks=tracks)
        callers.append(caller)
        caller.room = await loopback_calls.join(
            person or add_person("Alma"),
            MODULE,
            language="sv",
            client_id="client-1",
            listener=caller,
        )
        return caller

    yield join
    for caller in callers:
        await caller.close()


@pytest.fixture
def call(join: Call) -> Call:
    async def call(*tracks: MediaStreamTrack, person: str = "") -> Caller:
        caller = await join(*tracks, person=person)
        await caller.answer()
        return caller

    return call


def evidence_in(caller: Caller) -> EvidenceMessage:
    last: EvidenceMessage = caller.of_type(EvidenceMessage)[-1]
    return last


async def test_the_greeting_can_really_be_heard(call: Call) -> None:
    caller = await call(Tone(0))
    await until(lambda: sum(loud > 0.02 for loud in caller.heard) > 50, "a second of voice")
    assert caller.of_type(PartnerMessage)[0].state == "greeting"


async def test_sound_that_arrives_is_evidence(
    call: Call, add_person: Callable[[str], str], evidence_of: Callable[[str], Evidence | None]
) -> None:
    bo = add_person("Bo")
    caller = await call(Tone(0.3), person=bo)
    await until(lambda: evidence_in(caller).sound_seconds >= 1.5, "evidence of sound")
    row = evidence_of(bo)
    assert row is not None
    assert row.sound_seconds >= 1.5
    assert row.picture_seconds == 0


async def test_a_moving_picture_is_evidence_and_the_room_ends_decoding_by_itself(
    call: Call,
) -> None:
    caller = await call(Tone(0), Film(110, moving=True))
    await until(lambda: evidence_in(caller).picture_seconds >= 1.5, "evidence of a picture")
    assert evidence_in(caller).sound_seconds == 0


async def test_silence_and_black_and_frozen_pictures_are_none(
    call: Call, add_person: Callable[[str], str], evidence_of: Callable[[str], Evidence | None]
) -> None:
    people = [add_person("Alma"), add_person("Bo")]
    for person, film in zip(people, [Film(16, moving=False), Film(110, moving=False)], strict=True):
        silence = Tone(0)
        await call(silence, film, person=person)
        # three seconds of pictures have been sent by then
        await until(lambda film=film: film.number > 45, "pictures")
        assert silence.number > 45
    await asyncio.gather(*(evidence_is_none(evidence_of, person) for person in people))


async def evidence_is_none(find: Callable[[str], Evidence | None], person: str) -> None:
    assert find(person) is None


async def test_a_caller_without_any_device_is_greeted(call: Call) -> None:
    caller = await call()
    await until(lambda: sum(loud > 0.02 for loud in caller.heard) > 10, "the voice")


async def test_the_offer_has_the_configured_addresses_only(join: Call) -> None:
    caller = await join()
    [offer] = caller.of_type(Offer)
    assert {address for address, _ in ports_in(offer.sdp)} == {LOOPBACK}
    assert len(set(ports_in(offer.sdp))) == 1, "one socket for everything"
    assert "typ srflx" not in offer.sdp
    assert "typ relay" not in offer.sdp


def test_addresses_are_all_of_the_machine_unless_configured() -> None:
    assert local_addresses(["192.0.2.7"]) == ["192.0.2.7"]
    assert local_addresses(["192.0.2.7"], loopback=True) == ["192.0.2.7", LOOPBACK]
    assert LOOPBACK not in local_addresses()
    assert LOOPBACK in local_addresses(loopback=True)


async def test_an_address_that_this_machine_does_not_have_is_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    peer = Peer(["192.0.2.254", LOOPBACK], _deaf())
    sdp = await peer.create_offer()
    await peer.close()
    assert {address for address, _ in ports_in(sdp)} == {LOOPBACK}
    assert "192.0.2.254" in caplog.text


def test_addresses_in_an_answer_are_never_used() -> None:
    answer = (
        "v=0\r\na=candidate:1 1 udp 1 10.0.0.9 53 typ host\r\na=mid:0\r\na=end-of-candidates\r\n"
    )
    assert without_addresses(answer) == "v=0\r\na=mid:0\r\n"


async def test_an_answer_cannot_point_our_packets_at_somebody_else(join: Call) -> None:
    caller = await join(Tone(0))
    answer = await caller.make_answer()
    victim = "a=candidate:1 1 udp 9 192.0.2.77 53 typ host\r\n"
    peer = caller.peer()
    await peer.accept_answer(answer.replace("a=mid:0\r\n", f"a=mid:0\r\n{victim}"))
    await until(lambda: sum(loud > 0.02 for loud in caller.heard) > 10, "the voice")
    known = ice_of(peer).remote_candidates
    assert known, "the caller itself, found by its checks"
    assert {candidate.type for candidate in known} == {"prflx"}


@pytest.mark.parametrize(
    "answer",
    [
        "nonsense",
        "v=0\r\n",
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio x y z\r\n",
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n",
        "\0" * 30_000,
        "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\n" * 900,
    ],
    ids=["text", "empty", "no numbers", "no codec of ours", "zeros", "many lines"],
)
async def test_an_answer_that_is_none_is_refused(join: Call, answer: str) -> None:
    caller = await join()
    assert caller.room is not None
    with pytest.raises(BadRequest):
        await caller.room.answer(answer)


async def test_a_second_answer_is_refused_and_the_call_goes_on(call: Call) -> None:
    caller = await call(Tone(0.3))
    await until(lambda: caller.heard, "sound")
    assert caller.room is not None
    with pytest.raises(BadRequest):
        await caller.room.answer(str(caller.connection.localDescription.sdp))
    await until(lambda: evidence_in(caller).sound_seconds >= 1.0, "evidence of sound")


async def test_hanging_up_closes_every_socket(call: Call, loopback_calls: Calls) -> None:
    caller = await call(Tone(0))
    await until(lambda: caller.heard, "sound")
    [offer] = caller.of_type(Offer)
    assert caller.room is not None
    await caller.room.close(Ending.LEFT)
    for address, port in set(ports_in(offer.sdp)):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
            again.bind((address, port))
    assert loopback_calls.people == 0


async def test_a_caller_who_vanishes_ends_the_room(call: Call) -> None:
    caller = await call(Tone(0))
    await until(lambda: caller.heard, "sound")
    await caller.connection.close()
    await until(lambda: caller.endings, "the end")
    assert caller.endings == [Ending.LOST]


# What strangers do (see `GuardedProtocol`)


async def test_a_forged_alert_does_not_break_a_connection_that_is_being_made(join: Call) -> None:
    """Without the guard this attack broke five of five connections."""
    for number in range(5):
        caller = await join(Tone(0))
        async with Stranger(caller.of_type(Offer)[0].sdp) as stranger:
            await stranger.has_sent(20)
            await caller.answer()
            await until(lambda caller=caller: caller.heard, f"sound in call {number}")
            sent = stranger.sent
            await stranger.has_sent(sent + 100)
        assert caller.endings == []
        assert caller.connection.connectionState == "connected"
        await caller.close()


async def test_junk_does_not_fill_the_memory_of_a_connection_that_waits() -> None:
    peer = Peer([LOOPBACK], _deaf())
    [(address, port)] = set(ports_in(await peer.create_offer()))
    connection = ice_of(peer)
    [protocol] = connection._protocols
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for first in (0, 3, 20, 22, 63, 128, 191, 255):
            for size in (1, 2, 19, 20, 500, 1400, 4000):
                stranger.sendto(bytes([first]) + os.urandom(size - 1), (address, port))
        stranger.sendto(b"", (address, port))
        await until(lambda: protocol.dropped >= 57, "all of it to be dropped")
    assert connection._queue.qsize() == 0
    await peer.close()


async def test_junk_from_the_callers_own_address_breaks_nothing(call: Call) -> None:
    caller = await call(Tone(0.3))
    await until(lambda: caller.heard, "sound")
    ice = caller.connection.getTransceivers()[0].sender.transport.transport._connection
    for first in (0, 20, 22, 128, 144, 200, 255):
        for size in (1, 2, 12, 20, 200, 1400, 4000):
            await ice.send(bytes([first]) + os.urandom(size - 1))
    before = evidence_in(caller).sound_seconds
    await until(lambda: evidence_in(caller).sound_seconds > before + 1, "more evidence")
    assert caller.endings == []


async def test_a_connection_closes_while_it_is_being_made() -> None:
    peer = Peer([LOOPBACK], _deaf())
    await peer.create_offer()
    await asyncio.gather(peer.close(), peer.close(), peer.close())
    never_opened = Peer([LOOPBACK], _deaf())
    await never_opened.close()


async def test_only_opus_and_vp8_are_offered(join: Call) -> None:
    caller = await join()
    caller_offer = caller.of_type(Offer)[0].sdp
    codecs = {line.split()[1] for line in caller_offer.splitlines() if line.startswith("a=rtpmap:")}
    assert codecs == {"opus/48000/2", "VP8/90000", "rtx/90000"}


def ice_of(peer: Peer) -> Any:
    assert peer._connection is not None
    return peer._connection.getTransceivers()[0].sender.transport.transport._connection


def _deaf() -> PeerEvents:
    return PeerEvents(lambda: None, lambda: None, lambda *_: None, lambda _: None)
