"""Every private name of aiortc and aioice that `call/rtc.py` uses, by name.

When one of these fails after an upgrade, read the library's new source before changing anything:
the guard against strangers' datagrams hangs on these names.
"""

import asyncio
import inspect
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path

import aioice.ice
import av
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpReceiver
from aiortc.codecs.opus import OpusEncoder
from aiortc.rtcicetransport import RTCIceTransport

import motesklar.call

ROOM = Path(motesklar.call.__file__).parent


@pytest.mark.parametrize(("package", "pinned"), [("aiortc", "1.16.0"), ("aioice", "0.13.0")])
def test_the_version_is_the_one_whose_inside_we_know(package: str, pinned: str) -> None:
    assert version(package) == pinned


def test_no_other_module_knows_the_libraries() -> None:
    users = {
        path.name
        for path in ROOM.glob("*.py")
        if any(
            line.startswith((f"import {name}", f"from {name}"))
            for line in path.read_text(encoding="utf-8").splitlines()
            for name in ("aiortc", "aioice")
        )
    }
    assert users == {"rtc.py"}


async def test_a_connection_has_what_the_guard_reads() -> None:
    connection = aioice.ice.Connection(ice_controlling=True)
    assert isinstance(connection._queue, asyncio.Queue)
    assert connection._check_list == []
    assert connection._protocols == []
    assert aioice.ice.StunProtocol(connection).receiver is connection
    await connection.close()


def test_a_pair_tells_its_socket_and_the_proven_address() -> None:
    assert isinstance(inspect.getattr_static(aioice.ice.CandidatePair, "remote_addr"), property)
    assert "self.protocol = protocol" in inspect.getsource(aioice.ice.CandidatePair.__init__)


def test_gathering_asks_for_candidates_by_the_name_that_we_replace() -> None:
    source = inspect.getsource(aioice.ice.Connection.gather_candidates)
    assert "self.get_component_candidates(component=component, addresses=addresses)" in source


def test_datagrams_come_in_by_the_name_that_we_override() -> None:
    assert issubclass(aioice.ice.StunProtocol, asyncio.DatagramProtocol)
    assert "datagram_received" in vars(aioice.ice.StunProtocol)


def test_connectivity_checks_are_refused_unless_they_are_signed() -> None:
    """The guard trusts an address because it stands in the check list; only this puts it there."""
    source = inspect.getsource(aioice.ice.Connection.request_received)
    assert source.index("check_message_integrity") < source.index("self.check_incoming(")


def test_connecting_waits_for_checks_until_it_is_told_that_no_address_comes() -> None:
    source = inspect.getsource(aioice.ice.Connection._check_periodic)
    assert "return self._remote_candidates_expected()" in source


async def test_a_transport_leads_to_its_connection() -> None:
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    transport = peer.addTransceiver("audio").receiver.transport.transport
    assert isinstance(transport, RTCIceTransport)
    assert isinstance(transport._connection, aioice.ice.Connection)
    await peer.close()


async def test_a_receiver_has_what_bounds_it() -> None:
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    receiver = peer.addTransceiver("video").receiver
    assert receiver._enabled is True
    assert receiver._RTCRtpReceiver__decoder_queue.qsize() == 0  # type: ignore[attr-defined]
    assert receiver._track is None
    assert list(inspect.signature(receiver._handle_rtp_packet).parameters) == [
        "packet",
        "arrival_time_ms",
    ]
    await peer.close()


def test_a_disabled_receiver_decodes_nothing() -> None:
    source = inspect.getsource(RTCRtpReceiver._handle_rtp_packet)
    assert source.index("if not self._enabled") < source.index("depayload")


def test_ready_packets_are_sent_without_encoding() -> None:
    packet = av.Packet(b"\xf8\xff\xfe")
    packet.pts, packet.time_base = 960, Fraction(1, 48_000)
    assert OpusEncoder().pack(packet) == ([b"\xf8\xff\xfe"], 960)
