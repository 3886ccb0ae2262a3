"""Every private name of aiortc, aioice and pylibsrtp that `call/media` uses, by name.

When one of these fails after an upgrade, read the library's new source before changing anything:
the safety of the shared sockets hangs on these names.
"""

import asyncio
import inspect
import struct
from importlib.metadata import version
from pathlib import Path

import aioice.ice
import pylibsrtp
import pytest
from aioice import stun
from aiortc import RTCCertificate, RTCIceGatherer, RTCIceTransport, rtcdtlstransport
from aiortc.rtcdtlstransport import RTCDtlsTransport
from pylibsrtp import _binding

import motesklar.call

CALL = Path(motesklar.call.__file__).parent
LIBRARIES = ("aiortc", "aioice", "pylibsrtp")


@pytest.fixture
async def connection() -> aioice.ice.Connection:
    return aioice.ice.Connection(ice_controlling=True)


def source_of(thing: object) -> str:
    return inspect.getsource(thing)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("package", "pinned"), [("aiortc", "1.16.0"), ("aioice", "0.13.0"), ("pylibsrtp", "1.0.0")]
)
def test_the_version_is_the_one_whose_inside_we_know(package: str, pinned: str) -> None:
    assert version(package) == pinned


def test_no_other_part_knows_the_libraries() -> None:
    users = {
        path.relative_to(CALL).parts[0]
        for path in CALL.rglob("*.py")
        if any(
            line.strip().startswith((f"import {name}", f"from {name}"))
            for line in path.read_text(encoding="utf-8").splitlines()
            for name in LIBRARIES
        )
    }
    assert users == {"media"}


# aioice: Connection


async def test_a_connection_keeps_what_gathering_gives_it(
    connection: aioice.ice.Connection,
) -> None:
    assert connection._local_candidates_start is False
    assert connection._local_candidates_end is False
    assert connection._local_candidates == []
    assert connection._protocols == []
    assert "_local_candidates_end" in source_of(aioice.ice.Connection.connect)


async def test_a_connection_has_the_tables_that_we_bound(connection: aioice.ice.Connection) -> None:
    assert connection._check_list == []
    assert connection._remote_candidates == []
    assert isinstance(connection._queue, asyncio.Queue)
    assert connection._early_checks.maxlen == 100
    assert connection._nominated == {}


async def test_a_connection_says_when_it_is_closing(connection: aioice.ice.Connection) -> None:
    assert connection._closing is False
    await connection.close()
    assert connection._closing is True


def test_connecting_polls_by_the_name_that_we_override() -> None:
    source = source_of(aioice.ice.Connection.connect)
    assert source.index("check_incoming(*early_check)") < source.index("self._check_periodic()")
    assert "self.query_consent()" in source


def test_consent_is_a_task_by_the_name_that_we_reset(connection: aioice.ice.Connection) -> None:
    assert connection._query_consent_task is None
    assert "self._query_consent_task.cancel()" in source_of(aioice.ice.Connection.close)


def test_a_check_ends_by_the_name_that_we_override() -> None:
    assert "self.check_complete(pair)" in source_of(aioice.ice.Connection.check_start)
    assert "self._nominated[pair.component] = pair" in source_of(
        aioice.ice.Connection.check_complete
    )


def test_connectivity_checks_are_answered_and_checked_back() -> None:
    """We hand over signed checks only; this makes the pair that proves the address."""
    source = source_of(aioice.ice.Connection.request_received)
    assert source.index("protocol.send_stun(response, addr)") < source.index("self.check_incoming(")
    assert "self.check_start_task(pair)" in source_of(aioice.ice.Connection.check_incoming)


def test_an_address_answers_a_check_from_there_only() -> None:
    assert "addr != pair.remote_addr" in source_of(aioice.ice.Connection.check_start)


async def test_the_user_name_of_a_check_is_compared(connection: aioice.ice.Connection) -> None:
    connection.remote_username = "them"
    assert connection._valid_username(f"{connection.local_username}:them")
    assert not connection._valid_username(f"{connection.local_username}:others")
    assert not connection._valid_username("others:them")


async def test_datagrams_for_dtls_are_queued_by_the_name_that_we_call(
    connection: aioice.ice.Connection,
) -> None:
    connection.data_received(b"x", 1)
    assert connection._queue.get_nowait() == (b"x", 1)


# aioice: the rest


async def test_a_protocol_takes_its_transport_and_ends_with_it(
    connection: aioice.ice.Connection,
) -> None:
    protocol = aioice.ice.StunProtocol(connection)
    closed: list[bool] = []

    class Transport(asyncio.DatagramTransport):
        def close(self) -> None:
            closed.append(True)
            protocol.connection_lost(None)

    protocol.connection_made(Transport())
    assert protocol.receiver is connection
    assert protocol.transactions == {}
    await protocol.close()
    assert closed == [True]


def test_a_protocol_sends_by_its_transport_only() -> None:
    assert "self.transport.sendto(" in source_of(aioice.ice.StunProtocol.send_stun)
    assert "self.transport.sendto(" in source_of(aioice.ice.StunProtocol.send_data)


def test_an_answer_is_looked_at_before_it_counts() -> None:
    source = source_of(stun.Transaction.response_received)
    assert source.index("self.__authenticated(") < source.index("set_result(")


def test_a_pair_has_its_socket_its_address_its_state_and_its_task() -> None:
    source = source_of(aioice.ice.CandidatePair.__init__)
    assert "self.protocol = protocol" in source
    assert "self.task" in source
    assert "self.state" in source
    assert isinstance(inspect.getattr_static(aioice.ice.CandidatePair, "remote_addr"), property)
    assert {"WAITING", "SUCCEEDED", "FAILED"} <= {*aioice.ice.CandidatePair.State.__members__}


@pytest.mark.parametrize("attribute", [b"\0\x24\0\1\1\0\0\0", b"\0\6\0\1\xff\0\0\0"])
def test_reading_a_message_fails_in_the_ways_that_we_catch(attribute: bytes) -> None:
    header = b"\0\1\0\x08\x21\x12\xa4\x42" + bytes(12)
    with pytest.raises((ValueError, struct.error)):
        stun.parse_message(header + attribute)


# aiortc


async def test_a_transport_takes_the_connection_of_its_gatherer(
    connection: aioice.ice.Connection,
) -> None:
    gatherer = RTCIceGatherer(iceServers=[])
    gatherer._connection = connection
    transport = RTCIceTransport(gatherer)
    assert transport._connection is connection
    assert transport._recv == connection.recv
    assert transport._send == connection.send


async def test_a_dtls_transport_has_what_we_set_and_read() -> None:
    certificate = RTCCertificate.generateCertificate()
    dtls = RTCDtlsTransport(RTCIceTransport(RTCIceGatherer(iceServers=[])), [certificate])
    assert dtls._srtp_profiles is rtcdtlstransport.SRTP_PROFILES
    assert dtls._ssl is None
    assert dtls._rx_srtp is None
    assert dtls._tx_srtp is None
    assert dtls._task is None
    dtls._set_role("client")
    assert dtls._role == "client"


def test_the_keys_are_there_before_it_says_connected() -> None:
    source = source_of(RTCDtlsTransport.start)
    assert source.index("_validate_peer_identity(") < source.index("_setup_srtp()")
    assert source.index("_setup_srtp()") < source.index("_set_state(State.CONNECTED)")


def test_a_certificate_makes_its_context_by_the_name_that_we_override() -> None:
    assert "._create_ssl_context(" in source_of(RTCDtlsTransport.start)
    assert list(inspect.signature(RTCCertificate._create_ssl_context).parameters) == [
        "self",
        "srtp_profiles",
    ]


# pylibsrtp


def test_a_session_gives_libsrtp_its_handle() -> None:
    policy = pylibsrtp.Policy(key=bytes(30), ssrc_type=pylibsrtp.Policy.SSRC_ANY_OUTBOUND)
    session = pylibsrtp.Session(policy)
    buffer = _binding.ffi.new("char[]", 200)
    length = _binding.ffi.new("int *", 12)
    _binding.ffi.buffer(buffer)[0:12] = bytes([128, 96]) + bytes(10)
    assert _binding.lib.srtp_protect(session._srtp[0], buffer, length) == 0
    assert length[0] == 12 + 10


@pytest.mark.parametrize(
    "name", ["srtp_protect", "srtp_protect_rtcp", "srtp_unprotect", "srtp_unprotect_rtcp"]
)
def test_libsrtp_has_the_functions_that_we_call(name: str) -> None:
    assert callable(getattr(_binding.lib, name))
