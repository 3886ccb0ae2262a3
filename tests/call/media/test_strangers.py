"""What people on the network do who are not the caller, and what a caller does to others."""

import asyncio
import os
import re
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from motesklar.call.media import ice
from motesklar.call.media.addresses import LOOPBACK
from motesklar.call.media.ice import SharedConnection
from motesklar.call.media.port import MediaPort
from motesklar.call.media.shape import Track
from motesklar.call.rtp import packet as rtp
from tests.call.media.clients import Call, calling, make_call, until
from tests.call.media.strangers import ALERT, Stranger, check, check_for, value_in
from tests.call.media.tracks import Tone

slow = pytest.mark.slow

VICTIM = ("192.0.2.77", 5000)
NOW = 0.0


def memory_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def owners(port: MediaPort) -> dict[Any, Any]:
    return port.sockets[0]._owners


# strangers


@slow
async def test_a_forged_alert_does_not_break_a_connection_that_is_being_made(
    port: MediaPort,
) -> None:
    """Without the table of proven addresses this attack broke five of five connections."""
    for _ in range(5):
        call = make_call(port, Tone(0.3))
        call.offer = await call.peer.create_offer()
        async with Stranger(port.port, ALERT) as stranger:
            await stranger.has_sent(20)
            await call.peer.accept_answer(await call.client.answer(call.offer))
            await until(lambda call=call: call.told.rtp, "sound")
            sent = stranger.sent
            await stranger.has_sent(sent + 100)
        assert (call.told.connected, call.told.lost) == (1, 0)
        await asyncio.gather(call.client.close(), call.peer.close())


@slow
async def test_a_flood_of_junk_leaves_nothing_in_memory(port: MediaPort) -> None:
    """Without bounds this flood left 65,000 datagrams in a queue, and 215 MB."""
    call = make_call(port)
    await call.peer.create_offer()
    before, sent = memory_mib(), 0
    junk = [
        bytes([first]) + os.urandom(1399) for first in (0, 1, 3, 20, 22, 63, 128, 144, 191, 255)
    ]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for _ in range(90):
            for number in range(1000):
                stranger.sendto(junk[number % len(junk)], (LOOPBACK, port.port))
            # the system's buffer is bounded, too: what it drops would prove nothing
            sent += 1000
            await until(lambda sent=sent: port.received == sent, "the port to read them")
    assert port.refused == 90_000
    assert call.peer._ice._queue.qsize() == 0
    assert memory_mib() - before < 20
    await call.peer.close()


@pytest.mark.parametrize("size", [1, 2, 19, 20, 21, 500, 1400, 2049, 4000])
@pytest.mark.parametrize("cookie", [False, True])
async def test_junk_that_looks_like_stun_is_refused(
    port: MediaPort, size: int, cookie: bool
) -> None:
    call = make_call(port)
    await call.peer.create_offer()
    for kind in (b"\0\1", b"\1\1", b"\1\x11", b"\0\x11", b"\3\xff"):
        data = kind + (size - 20).to_bytes(4, "big", signed=True)[2:]
        data += b"\x21\x12\xa4\x42" if cookie else b"\0\0\0\0"
        port.sockets[0].take((data + os.urandom(size))[:size], VICTIM, NOW)
    assert port.refused == port.received == 5
    await call.peer.close()


async def test_a_check_signed_with_a_wrong_password_gets_no_answer_and_opens_nothing(
    port: MediaPort,
) -> None:
    call = make_call(port)
    offer = await call.peer.create_offer()
    async with Stranger(port.port, check_for(offer, password="w" * 24)) as stranger:
        await stranger.has_sent(20)
        await until(lambda: port.refused >= 20, "the checks to be refused")
        assert stranger.heard() is None
    assert port.sent == 0
    assert owners(port) == {}
    assert call.peer.heard_at == 0
    await call.peer.close()


async def test_a_check_signed_with_the_right_password_is_answered_before_the_answer_is_here(
    port: MediaPort,
) -> None:
    call = make_call(port)
    offer = await call.peer.create_offer()
    async with Stranger(port.port, check_for(offer)) as browser:
        await until(lambda: browser.heard() is not None, "an answer")
    assert len(owners(port)) == 1
    assert call.peer.heard_at > 0
    await call.peer.close()
    assert owners(port) == {}


async def test_a_check_for_another_browser_s_part_is_refused_once_the_part_is_known(
    port: MediaPort,
) -> None:
    async with calling(port) as call:
        before = {*owners(port)}
        port.sockets[0].take(check_for(call.offer, theirs="somebody"), VICTIM, NOW)
        assert {*owners(port)} == before


@pytest.mark.parametrize("missing", ["PRIORITY", "USERNAME"])
async def test_a_check_that_lacks_what_a_check_must_have_is_refused(
    port: MediaPort, missing: str
) -> None:
    call = make_call(port)
    offer = await call.peer.create_offer()
    made = ice.stun.parse_message(check_for(offer))
    del made.attributes[missing]
    made.add_message_integrity(value_in(offer, "ice-pwd").encode())
    port.sockets[0].take(bytes(made), VICTIM, NOW)
    assert owners(port) == {}
    await call.peer.close()


@slow
async def test_forged_checks_that_name_a_connection_cost_little_and_keep_nobody_out(
    port: MediaPort, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[Any] = []
    is_signed = SharedConnection._is_signed_check

    def counted(self: SharedConnection, message: Any) -> bool:
        looked_at.append(message)
        return is_signed(self, message)

    monkeypatch.setattr(SharedConnection, "_is_signed_check", counted)
    call = make_call(port, Tone(0.3))
    call.offer = await call.peer.create_offer()
    forged = [check_for(call.offer, password="w" * 24)] * 20
    async with Stranger(port.port, *forged, address="127.0.0.2") as stranger:
        await stranger.has_sent(2000)
        assert len(looked_at) < 200
        await call.peer.accept_answer(await call.client.answer(call.offer))
        await until(lambda: call.told.rtp, "sound")
    await asyncio.gather(call.client.close(), call.peer.close())


# callers who harm others or themselves


@slow
async def test_a_caller_cannot_take_another_caller_s_address(port: MediaPort) -> None:
    async with calling(port, Tone(0.3)) as alma, calling(port, Tone(0.3)) as bo:
        assert alma.peer._ice.route is not None
        via, address = alma.peer._ice.route
        # Bo's own check, rightly signed, but sent as if from Alma's address
        theirs = bo.client.ice.local_username
        via.take(check_for(bo.offer, theirs=theirs), address, NOW)
        assert owners(port)[address] is alma.peer._ice
        heard = len(alma.told.rtp)
        await until(lambda: len(alma.told.rtp) > heard + 10, "more of Alma's sound")


@slow
async def test_a_caller_cannot_have_sound_sent_to_somebody_who_does_not_want_it(
    port: MediaPort,
) -> None:
    async with calling(port, Tone(0.3)) as call:
        theirs = call.client.ice.local_username
        route = call.peer._ice.route
        port.sockets[0].take(check_for(call.offer, theirs=theirs), VICTIM, NOW)
        # even packets that are really the caller's: the victim has not answered our check
        await until(lambda: call.told.rtp, "sound")
        send = call.client.ice.sendto
        sent: list[bytes] = []

        async def divert(data: bytes, component: int) -> None:
            sent.append(data)
            await send(b"\xff" + data[1:], component)

        call.client.ice.sendto = divert
        await until(lambda: len(sent) > 5, "packets")
        for data in sent:
            port.sockets[0].take(data, VICTIM, NOW)
        assert call.peer._ice.route == route
        call.client.ice.sendto = send


@slow
async def test_a_caller_who_checks_from_ever_new_addresses_keeps_a_few(port: MediaPort) -> None:
    async with calling(port, Tone(0.3)) as call:
        theirs = call.client.ice.local_username
        for number in range(1000):
            source = (f"192.0.2.{number % 200}", 1000 + number)
            port.sockets[0].take(check_for(call.offer, theirs=theirs), source, NOW)
        connection = call.peer._ice
        assert len(owners(port)) <= 6
        assert len(connection._check_list) <= 6
        assert len(connection._remote_candidates) <= 6
        heard = len(call.told.rtp)
        await until(lambda: len(call.told.rtp) > heard + 10, "more sound")
        assert call.told.lost == 0


@slow
async def test_a_packet_that_is_sent_again_as_it_was_is_refused(port: MediaPort) -> None:
    async with calling(port) as call:
        await call.until_client_connected()
        sent: list[bytes] = []
        send = call.client.ice.sendto

        async def keep(data: bytes, component: int) -> None:
            sent.append(data)
            await send(data, component)

        call.client.ice.sendto = keep
        ssrc = call.peer.incoming[Track.MICROPHONE]
        await call.client.send(rtp.build(rtp.OPUS, 1, 960, ssrc, b"\xf8\xff\xfe"))
        await until(lambda: call.told.rtp, "the packet")
        refused = port.refused
        for _ in range(10):
            await send(sent[0], 1)
        await until(lambda: port.refused >= refused + 10, "the copies to be refused")
        assert len(call.told.rtp) == 1


@slow
async def test_junk_from_the_caller_s_own_address_breaks_nothing(port: MediaPort) -> None:
    async with calling(port, Tone(0.3)) as call:
        for first in (0, 20, 22, 23, 128, 144, 191, 200, 255):
            for size in (1, 2, 11, 12, 20, 200, 1400, 2048, 2049, 4000):
                await call.client.ice.send(bytes([first]) + os.urandom(size - 1))
        await call.client.ice.send(ALERT)
        heard = len(call.told.rtp)
        await until(lambda: len(call.told.rtp) > heard + 10, "more sound")
        assert call.told.lost == 0
        assert call.peer._ice._queue.qsize() <= 64


@slow
async def test_a_caller_with_ever_new_streams_gets_a_few_and_no_more(port: MediaPort) -> None:
    async with calling(port) as call:
        await call.until_client_connected()
        for ssrc in range(1000, 1100):
            packet = rtp.build(rtp.OPUS, 1, 960, ssrc, b"\xf8", extensions=[(rtp.MID, b"0")])
            await call.client.send(packet)
            await call.client.send(bytes([128, 201, 0, 1]) + ssrc.to_bytes(4, "big"))
        await until(lambda: port.refused >= 100, "most of them to be refused")
        assert len(call.told.packets(Track.MICROPHONE)) == 16
        assert len(call.told.rtcp) <= 32


@slow
async def test_a_caller_whose_certificate_is_another_one_is_not_connected(port: MediaPort) -> None:
    call = make_call(port)
    answer = await call.client.answer(await call.peer.create_offer())
    forged = re.sub(r"(sha-256) \S+", r"\1 " + ":".join(["AB"] * 32), answer)
    await call.peer.accept_answer(forged)
    await until(lambda: call.told.lost, "it to fail")
    assert call.told.connected == 0
    await asyncio.gather(call.client.close(), call.peer.close())


@pytest.fixture
async def waiting(port: MediaPort) -> Any:
    call = make_call(port)
    call.offer = await call.peer.create_offer()
    yield call
    await call.peer.close()


async def test_a_flood_of_handshakes_by_the_caller_itself_is_bounded(
    port: MediaPort, waiting: Call
) -> None:
    port.sockets[0].take(check_for(waiting.offer), VICTIM, NOW)
    for _ in range(1000):
        port.sockets[0].take(ALERT, VICTIM, NOW)
    assert waiting.peer._ice._queue.qsize() <= 64
    assert port.refused >= 900


#: A priority and a name that are shorter than they must be, and a name that is no text.
TRUNCATED = (b"\0\x24\0\1\1\0\0\0", b"\0\x25\0\4\0\0\0\0", b"\0\6\0\1\xff\0\0\0")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example(body=TRUNCATED[0], signed=True)
@example(body=TRUNCATED[1], signed=True)
@example(body=TRUNCATED[2], signed=True)
@given(body=st.binary(max_size=120), signed=st.booleans())
def test_any_attributes_in_a_check_are_harmless(
    waiting: Call, port: MediaPort, body: bytes, signed: bool
) -> None:
    username = f"{value_in(waiting.offer, 'ice-ufrag')}:them".encode().ljust(16)
    attributes = b"\0\x06" + len(username).to_bytes(2, "big") + username + body
    attributes += bytes(-len(attributes) % 4)
    header = b"\0\1" + len(attributes).to_bytes(2, "big") + b"\x21\x12\xa4\x42" + bytes(12)
    data = header + attributes
    if signed:
        password = value_in(waiting.offer, "ice-pwd").encode()
        signature = ice.stun.message_integrity(data, password)
        data = ice.stun.set_body_length(data, len(data) + 4) + b"\0\x08\0\x14" + signature
    port.sockets[0].take(data, VICTIM, NOW)


def test_the_checks_of_these_tests_are_what_a_browser_sends() -> None:
    parsed = ice.stun.parse_message(check("a:b", "p" * 24))
    assert parsed.check_message_integrity(b"p" * 24)
