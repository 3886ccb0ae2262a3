"""Real clients of plain aiortc against peers on one shared port, over real UDP."""

import asyncio
import gc
import logging
import re
import threading
import weakref

import pytest
from aioice.ice import CandidatePair
from aiortc import RTCSessionDescription

from motesklar.call.media import ice
from motesklar.call.media.addresses import LOOPBACK
from motesklar.call.media.peer import Peer
from motesklar.call.media.port import MediaPort
from motesklar.call.media.shape import PRACTICE, ROOM, OutSlot, Track
from motesklar.call.rtp import packet as rtp
from motesklar.call.rtp import rtcp
from motesklar.call.rtp.rtx import RtxStream
from motesklar.errors import BadRequest
from tests.call.media.clients import Call, Client, Told, calling, make_call, until
from tests.call.media.tracks import Film, Tone

pytestmark = pytest.mark.slow

SILENCE = b"\xf8\xff\xfe"


def packet_for(slot: OutSlot, number: int) -> bytes:
    return rtp.build(slot.payload_type, number, 960 * number, slot.ssrc, SILENCE)


def assert_nothing_is_left(port: MediaPort) -> None:
    assert [each._owners for each in port.sockets] == [{} for _ in port.sockets]
    assert port._named == {}


# packets


async def test_sound_and_picture_arrive_deciphered(port: MediaPort) -> None:
    async with calling(port, Tone(0.3), Film(110, moving=True)) as call:
        await until(lambda: len(call.told.packets(Track.MICROPHONE)) > 10, "sound")
        await until(lambda: len(call.told.packets(Track.CAMERA)) > 3, "a picture")
        sound = rtp.RtpPacket(call.told.packets(Track.MICROPHONE)[0])
        assert sound.payload_type == rtp.OPUS
        assert sound.ssrc == call.peer.incoming[Track.MICROPHONE]
        level = sound.audio_level
        assert level is not None
        assert level.level < rtp.SILENCE
        picture = rtp.RtpPacket(call.told.packets(Track.CAMERA)[0])
        assert picture.payload_type == rtp.VP8
        assert picture.ssrc == call.peer.incoming[Track.CAMERA]


async def test_what_is_sent_arrives_at_the_client(port: MediaPort) -> None:
    async with calling(port) as call:
        await call.until_client_connected()
        packets = [packet_for(call.peer.slots[0], number) for number in range(10)]
        for packet in packets:
            call.peer.send_rtp(bytearray(packet))
        await until(lambda: len(call.client.received) == 10, "ten packets")
        assert call.client.received == packets


async def test_reports_go_both_ways(port: MediaPort) -> None:
    async with calling(port) as call:
        await call.until_client_connected()
        heard: list[bytes] = []

        async def note(data: bytes) -> None:
            heard.append(data)

        call.client.dtls._handle_rtcp_data = note
        ours = rtcp.receiver_report(call.peer.rtcp_ssrc)
        call.peer.send_rtcp(ours)
        theirs = rtcp.receiver_report(77)
        await call.client.send(theirs)
        await until(lambda: ours in heard and theirs in call.told.rtcp, "both reports")


async def test_a_packet_that_was_lost_arrives_in_its_retransmission(port: MediaPort) -> None:
    async with calling(port) as call:
        await call.until_client_connected()
        sender = call.client.connection.getTransceivers()[1].sender
        ssrc = call.peer.incoming[Track.CAMERA]
        assert ssrc == sender._ssrc
        lost = rtp.build(rtp.VP8, 4711, 90, ssrc, b"\x10\0\0\0picture", marker=True)
        again = RtxStream(sender._rtx_ssrc, sequence_number=9).wrap(lost, 12)
        await call.client.send(bytes(again))
        # padding alone, as browsers send to find out how much the network carries
        await call.client.send(rtp.build(rtp.RTX, 10, 90, sender._rtx_ssrc, b""))
        await call.client.send(rtp.build(rtp.VP8, 4712, 90, ssrc, b"\x10\0\0\0next"))
        await until(lambda: len(call.told.rtp) == 2, "both packets")
        assert call.told.packets(Track.CAMERA)[0] == lost


async def test_a_browser_that_names_no_streams_is_known_by_its_packets(port: MediaPort) -> None:
    call = make_call(port, Tone(0.3), Film(110, moving=True))
    answer = await call.client.answer(await call.peer.create_offer())
    await call.peer.accept_answer(re.sub(r"a=ssrc.*\r\n", "", answer))
    assert call.peer.incoming == {}
    await until(lambda: {track for track, _, _ in call.told.rtp} == {*PRACTICE_TRACKS}, "both")
    assert {*call.peer.incoming} == {*PRACTICE_TRACKS}
    await asyncio.gather(call.peer.close(), call.client.close())


PRACTICE_TRACKS = (Track.MICROPHONE, Track.CAMERA)


async def test_a_packet_that_can_not_be_sent_is_dropped_and_counted(port: MediaPort) -> None:
    peer = Peer(port, PRACTICE, Told().events())
    peer.send_rtp(packet_for(peer.slots[0], 1))
    peer.send_rtcp(rtcp.receiver_report(1))
    assert (port.sent, port.send_failed) == (0, 0)
    async with calling(port) as call:
        await call.until_client_connected()
        before = port.send_failed
        call.peer.send_rtp(packet_for(call.peer.slots[0], 5000) + bytes(3000))
        call.peer.send_rtp(b"\x80\x60")
        call.peer.send_rtcp(b"")
        call.peer.send_rtp(packet_for(call.peer.slots[0], 5000))
        call.peer.send_rtp(packet_for(call.peer.slots[0], 1000))
        await until(lambda: call.client.received, "the good one")
        assert port.send_failed - before == 4


# offers


async def test_an_offer_has_a_candidate_for_every_address(port: MediaPort) -> None:
    two = await MediaPort.open([LOOPBACK, "127.0.0.2"], public_address="203.0.113.5")
    peer = Peer(two, PRACTICE, Told().events())
    offer = await peer.create_offer()
    found = re.findall(r"^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host\r$", offer, re.MULTILINE)
    assert found[:3] == [
        (address, str(two.port)) for address in ("203.0.113.5", LOOPBACK, "127.0.0.2")
    ]
    assert "srflx" not in offer
    assert "relay" not in offer
    await peer.close()
    await two.close()


async def test_slots_are_those_of_the_shape_with_numbers_of_their_own(port: MediaPort) -> None:
    peer = Peer(port, ROOM, Told().events())
    offer = await peer.create_offer()
    assert [(slot.kind, slot.index, slot.mid) for slot in peer.slots] == [
        *(("audio", index, str(index)) for index in range(3)),
        *(("video", index, str(3 + index)) for index in range(5)),
        ("screen", 0, "8"),
    ]
    numbers = [slot.ssrc for slot in peer.slots] + [slot.rtx_ssrc for slot in peer.slots[3:]]
    assert len(set(numbers)) == 15
    assert all(f"a=ssrc:{number} " in offer for number in numbers)
    assert {(slot.payload_type, slot.rtx_payload_type) for slot in peer.slots[:3]} == {(96, 0)}
    assert {(slot.payload_type, slot.rtx_payload_type) for slot in peer.slots[3:]} == {(97, 98)}
    codecs = {line.split()[1] for line in offer.splitlines() if line.startswith("a=rtpmap:")}
    assert codecs == {"opus/48000/2", "VP8/90000", "rtx/90000"}
    await peer.close()


async def test_a_second_offer_is_a_mistake(port: MediaPort) -> None:
    peer = Peer(port, PRACTICE, Told().events())
    await peer.create_offer()
    with pytest.raises(RuntimeError, match="offered"):
        await peer.create_offer()
    await peer.close()


# answers


async def test_an_answer_that_is_none_is_refused_and_a_right_one_may_follow(
    port: MediaPort,
) -> None:
    call = make_call(port)
    offer = await call.peer.create_offer()
    for wrong in ("nonsense", "x" * 100_000, offer):
        with pytest.raises(BadRequest):
            await call.peer.accept_answer(wrong)
    await call.peer.accept_answer(await call.client.answer(offer))
    await call.until_connected()
    await asyncio.gather(call.peer.close(), call.client.close())


async def test_a_second_answer_is_refused_and_the_call_goes_on(port: MediaPort) -> None:
    async with calling(port, Tone(0.3)) as call:
        with pytest.raises(BadRequest):
            await call.peer.accept_answer(str(call.client.connection.localDescription.sdp))
        heard = len(call.told.rtp)
        await until(lambda: len(call.told.rtp) > heard, "more sound")


async def test_an_answer_before_the_offer_is_refused(port: MediaPort) -> None:
    peer = Peer(port, PRACTICE, Told().events())
    with pytest.raises(BadRequest):
        await peer.accept_answer("v=0\r\n")
    await peer.close()


async def test_an_answer_cannot_point_our_packets_at_somebody_else(port: MediaPort) -> None:
    call = make_call(port, Tone(0.3))
    answer = await call.client.answer(await call.peer.create_offer())
    victim = "a=candidate:1 1 udp 9 192.0.2.77 53 typ host\r\n" * 300
    await call.peer.accept_answer(answer.replace("a=mid:0\r\n", f"a=mid:0\r\n{victim}"))
    await until(lambda: call.told.rtp, "sound")
    known = call.peer._ice._remote_candidates
    assert {(each.host, each.type) for each in known} == {(LOOPBACK, "prflx")}
    await asyncio.gather(call.peer.close(), call.client.close())


async def test_a_client_that_waits_for_our_handshake_gets_it(port: MediaPort) -> None:
    call = make_call(port, Tone(0.3))
    offer = RTCSessionDescription(sdp=await call.peer.create_offer(), type="offer")
    await call.client.connection.setRemoteDescription(offer)
    call.client.connection.addTrack(call.client.tracks[0])
    answer = await call.client.connection.createAnswer()
    passive = answer.sdp.replace("a=setup:active", "a=setup:passive")
    await call.client.connection.setLocalDescription(type(answer)(sdp=passive, type="answer"))
    await call.peer.accept_answer(str(call.client.connection.localDescription.sdp))
    await until(lambda: call.told.rtp, "sound")
    await asyncio.gather(call.peer.close(), call.client.close())


# many, and their ends


async def test_thirty_people_share_one_port(port: MediaPort) -> None:
    calls = [make_call(port, shape=ROOM) for _ in range(30)]
    await asyncio.gather(*(call.connect() for call in calls))
    for call in calls:
        await call.until_client_connected()
        ssrc = call.peer.incoming[Track.MICROPHONE]
        await call.client.send(rtp.build(rtp.OPUS, 1, 960, ssrc, SILENCE))
        call.peer.send_rtp(packet_for(call.peer.slots[0], 1))
    await until(
        lambda: all(call.told.rtp and call.client.received for call in calls), "all packets"
    )
    addresses = {address for call in calls for address in call.client.addresses}
    assert {*port.sockets[0]._owners} == addresses
    for call in calls:
        [(track, packet, _)] = call.told.rtp
        assert track is Track.MICROPHONE
        assert rtp.RtpPacket(packet).ssrc == call.peer.incoming[Track.MICROPHONE]
        assert call.client.received == [packet_for(call.peer.slots[0], 1)]
    await asyncio.gather(*(call.client.close() for call in calls))
    await until(lambda: all(call.told.lost for call in calls), "everybody's goodbye")
    await asyncio.gather(*(call.peer.close() for call in calls))
    assert_nothing_is_left(port)


async def test_a_peer_has_no_thread(port: MediaPort, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    start = threading.Thread.start

    def note(thread: threading.Thread) -> None:
        started.append(thread.name)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", note)
    async with calling(port) as call:
        # the client decodes each line that it receives in a thread, and that is all
        await until(lambda: len(started) == len(call.peer.slots), "the client's threads")
        call.peer.send_rtp(packet_for(call.peer.slots[0], 1))
        await until(lambda: call.client.received, "a packet")
    assert len(started) == len(call.peer.slots), started


async def test_a_closed_call_leaves_no_task_no_address_and_no_memory(port: MediaPort) -> None:
    tasks = asyncio.all_tasks()
    call = make_call(port, Tone(0.3))
    await call.connect()
    await until(lambda call=call: call.told.rtp, "sound")
    peer, connection = weakref.ref(call.peer), weakref.ref(call.peer._ice)
    await asyncio.gather(call.peer.close(), call.client.close())
    assert asyncio.all_tasks() == tasks
    assert_nothing_is_left(port)
    del call
    gc.collect()
    assert (peer(), connection()) == (None, None)


async def test_a_closed_calls_keys_need_no_garbage_collector_to_go(port: MediaPort) -> None:
    call = make_call(port)
    await call.connect()
    await call.until_client_connected()
    dtls = call.peer._dtls
    keys = [weakref.ref(each) for each in (dtls._ssl, dtls._rx_srtp, dtls._tx_srtp)]
    assert None not in [key() for key in keys]
    gc.disable()
    try:
        await asyncio.gather(call.peer.close(), call.client.close())
        assert [key() for key in keys] == [None, None, None]
    finally:
        gc.enable()


async def test_the_other_end_is_told_when_a_call_is_closed(port: MediaPort) -> None:
    async with calling(port) as call:
        await call.until_client_connected()
        await call.peer.close()
        await until(lambda: call.client.connection.connectionState == "closed", "the goodbye")
        # we closed it ourselves
        assert call.told.lost == 0


async def test_a_client_that_says_goodbye_is_lost_at_once(port: MediaPort) -> None:
    async with calling(port) as call:
        await call.until_client_connected()
        await call.client.close()
        await until(lambda: call.told.lost, "the loss")
        sent = port.sent
        call.peer.send_rtp(packet_for(call.peer.slots[0], 1))
        assert port.sent == sent
    assert call.told.lost == 1


async def test_a_client_that_vanishes_is_lost_when_its_consent_expires(
    port: MediaPort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ice, "CONSENT_EVERY_SECONDS", 0.05)
    monkeypatch.setattr(ice, "CONSENT_SECONDS", 1.0)
    async with calling(port) as call:
        await call.until_client_connected()
        heard_at = call.peer.heard_at
        assert heard_at > 0
        # without a goodbye
        for protocol in call.client.ice._protocols:
            protocol.transport.abort()
        await until(lambda: call.told.lost, "the loss")
        assert_nothing_is_left(port)


async def test_consent_that_is_given_keeps_a_silent_call(
    port: MediaPort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ice, "CONSENT_EVERY_SECONDS", 0.02)
    monkeypatch.setattr(ice, "CONSENT_SECONDS", 0.5)
    async with calling(port) as call:
        asked = port.sent
        heard_at = call.peer.heard_at
        await until(lambda: port.sent > asked + 60, "many questions")
        assert call.told.lost == 0
        assert call.peer.heard_at > heard_at


async def test_a_peer_that_never_hears_an_answer_costs_nothing_and_closes(port: MediaPort) -> None:
    tasks = asyncio.all_tasks()
    peers = [Peer(port, ROOM, Told().events()) for _ in range(20)]
    for peer in peers:
        await peer.create_offer()
    assert asyncio.all_tasks() == tasks
    await asyncio.gather(*(peer.close() for peer in peers))
    assert_nothing_is_left(port)


async def test_closing_works_in_every_state_and_more_than_once(port: MediaPort) -> None:
    tasks = asyncio.all_tasks()
    new, offered, answered, shaking = (make_call(port) for _ in range(4))
    await offered.peer.create_offer()
    await answered.peer.accept_answer(
        await answered.client.answer(await answered.peer.create_offer())
    )
    await shaking.peer.accept_answer(await shaking.client.answer(await shaking.peer.create_offer()))
    await until(lambda: shaking.peer._dtls.state == "connecting", "the handshake")
    for call in (new, offered, answered, shaking):
        await asyncio.gather(call.peer.close(), call.peer.close())
        await call.peer.close()
    assert_nothing_is_left(port)
    for call in (new, offered, answered, shaking):
        assert call.told.lost == 0
        await call.client.close()
    # aiortc forgets a task of a client whose handshake never ended; peers have no such connection
    left = {task.get_coro().__qualname__ for task in asyncio.all_tasks() - tasks}
    assert left <= {"RTCPeerConnection.__connect"}


async def test_who_gives_up_waiting_for_the_end_does_not_undo_it(port: MediaPort) -> None:
    async with calling(port) as call:
        closing = asyncio.create_task(call.peer.close())
        await asyncio.sleep(0)
        closing.cancel()
        await asyncio.wait([closing])
        await call.peer.close()
    assert_nothing_is_left(port)


async def test_a_fault_of_ours_on_connecting_is_told_and_logged(
    port: MediaPort, caplog: pytest.LogCaptureFixture
) -> None:
    told = Told()
    events = told.events()

    def fail() -> None:
        raise ZeroDivisionError

    peer = Peer(port, PRACTICE, type(events)(fail, events.lost, events.rtp, events.rtcp))
    call = Call(peer, told, Client())
    with caplog.at_level(logging.ERROR):
        await call.peer.accept_answer(await call.client.answer(await call.peer.create_offer()))
        await until(lambda: told.lost, "the loss")
    assert "ZeroDivisionError" in caplog.text
    await asyncio.gather(call.peer.close(), call.client.close())


# networks that change


async def test_packets_follow_a_client_that_goes_on_from_another_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda **_: [LOOPBACK, "127.0.0.3"])
    port = await MediaPort.open([LOOPBACK])
    async with calling(port) as call:
        await call.until_client_connected()
        assert call.peer._ice.route is not None
        _, first = call.peer._ice.route
        client = call.client.ice
        # a way that a browser keeps in reserve
        [protocol] = [
            each
            for each in client._protocols
            if (each.local_candidate.host, each.local_candidate.port) != first
        ]
        other = CandidatePair(protocol, client._remote_candidates[0])
        client._check_list.append(other)
        await client.check_start(other)
        way = (port.sockets[0], other.local_addr)
        await until(lambda: succeeded(call, other.local_addr), "our check of it")
        # nothing has come from there yet
        assert call.peer._ice.route == (port.sockets[0], first)
        assert call.peer._ice._nominated[1].remote_addr == first
        client._nominated[1] = other
        ssrc = call.peer.incoming[Track.MICROPHONE]
        await call.client.send(rtp.build(rtp.OPUS, 1, 960, ssrc, SILENCE))
        await until(lambda: call.peer._ice.route == way, "the change")
        call.peer.send_rtp(packet_for(call.peer.slots[0], 1))
        await until(lambda: call.client.received, "a packet there")
    await port.close()


def succeeded(call: Call, address: tuple[str, int]) -> bool:
    return any(
        pair.remote_addr == address and pair.state is ice.CandidatePair.State.SUCCEEDED
        for pair in call.peer._ice._check_list
    )
