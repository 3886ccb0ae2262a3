"""The shared sockets: who gets which datagram, and which addresses they are on."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from aioice import stun as aioice_stun
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motesklar.call.media import addresses
from motesklar.call.media.addresses import LOOPBACK, local_addresses
from motesklar.call.media.port import Address, MediaPort, PortSocket
from motesklar.call.media.sockets import AddressUnusable
from tests.call.media.clients import until

HERE = ("192.0.2.8", 4000)
NOW = 100.0
SRTP = bytes([128, 96]) + bytes(30)
DTLS = bytes([22, 254, 253]) + bytes(30)


@dataclass
class Connection:
    """Takes what it is told to take."""

    believes: bool = True
    using: bool = True
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    lost: list[Address] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)

    def take_check(self, data: bytes, source: Address, via: PortSocket) -> bool:
        self.taken.append(("check", data))
        return self.believes and via.claim(source, self)

    def take_check_answer(self, data: bytes, source: Address, via: PortSocket) -> bool:
        self.taken.append(("answer", data))
        return True

    def take_dtls(self, data: bytes) -> bool:
        self.taken.append(("dtls", data))
        return True

    def take_media(self, data: bytes, source: Address, via: PortSocket, arrival: float) -> bool:
        self.taken.append(("media", data))
        self.arrivals.append(arrival)
        return True

    def holds(self, source: Address, via: PortSocket) -> bool:
        return self.using

    def lose(self, source: Address, via: PortSocket) -> None:
        self.lost.append(source)


def check_for(username: str) -> bytes:
    made = aioice_stun.Message(aioice_stun.Method.BINDING, aioice_stun.Class.REQUEST)
    made.attributes["USERNAME"] = f"{username}:them"
    return bytes(made)


def answer() -> bytes:
    return bytes(aioice_stun.Message(aioice_stun.Method.BINDING, aioice_stun.Class.RESPONSE))


@pytest.fixture
def via(port: MediaPort) -> PortSocket:
    return port.sockets[0]


@pytest.fixture
def alma(port: MediaPort) -> Connection:
    made = Connection()
    port.add(b"alma", made)
    return made


@pytest.fixture
def bo(port: MediaPort) -> Connection:
    made = Connection()
    port.add(b"bo", made)
    return made


def test_a_check_goes_to_whom_it_names(via: PortSocket, alma: Connection, bo: Connection) -> None:
    via.take(check_for("bo"), HERE, NOW)
    assert [kind for kind, _ in bo.taken] == ["check"]
    assert alma.taken == []


def test_an_address_that_proved_itself_brings_everything_else(
    via: PortSocket, alma: Connection
) -> None:
    via.take(check_for("alma"), HERE, NOW)
    for data in (DTLS, SRTP, answer()):
        via.take(data, HERE, NOW)
    assert [kind for kind, _ in alma.taken] == ["check", "dtls", "media", "answer"]
    assert via._port.refused == 0


def test_a_check_that_is_not_believed_opens_nothing(via: PortSocket, alma: Connection) -> None:
    alma.believes = False
    via.take(check_for("alma"), HERE, NOW)
    via.take(SRTP, HERE, NOW)
    assert [kind for kind, _ in alma.taken] == ["check"]
    assert via._port.refused == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        SRTP,
        DTLS,
        answer(),
        check_for("nobody"),
        bytes([0]) * 100,
        bytes([3]) + b"\0\0\0\x21\x12\xa4\x42" + bytes(12),
        bytes([64]) * 100,
        bytes([192]) * 100,
        SRTP + bytes(3000),
    ],
    # their bytes are random, and a test has to have the same name in each process
    ids=[
        "nothing",
        "media",
        "handshake",
        "answer",
        "check",
        "no-cookie",
        "no-answer",
        "turn",
        "unknown",
        "oversize",
    ],
)
def test_what_strangers_send_reaches_nobody_and_is_counted(
    via: PortSocket, alma: Connection, data: bytes
) -> None:
    via.take(data, HERE, NOW)
    assert alma.taken == []
    assert (via._port.received, via._port.refused) == (1, 1)


@pytest.mark.parametrize("first", [4, 19, 64, 127, 192, 255])
def test_what_is_neither_stun_nor_dtls_nor_media_is_refused(
    via: PortSocket, alma: Connection, first: int
) -> None:
    via.take(check_for("alma"), HERE, NOW)
    via.take(bytes([first]) * 40, HERE, NOW)
    assert [kind for kind, _ in alma.taken] == ["check"]


def test_nobody_gets_an_address_that_somebody_is_using(
    via: PortSocket, alma: Connection, bo: Connection
) -> None:
    via.take(check_for("alma"), HERE, NOW)
    via.take(check_for("bo"), HERE, NOW)
    via.take(SRTP, HERE, NOW)
    assert [kind for kind, _ in alma.taken] == ["check", "media"]
    assert [kind for kind, _ in bo.taken] == ["check"]


def test_an_address_that_nobody_uses_any_more_goes_to_who_proves_it(
    via: PortSocket, alma: Connection, bo: Connection
) -> None:
    via.take(check_for("alma"), HERE, NOW)
    alma.using = False
    via.take(check_for("bo"), HERE, NOW)
    via.take(SRTP, HERE, NOW)
    assert alma.lost == [HERE]
    assert [kind for kind, _ in bo.taken] == ["check", "media"]


def test_only_its_owner_can_give_an_address_back(
    via: PortSocket, alma: Connection, bo: Connection
) -> None:
    via.take(check_for("alma"), HERE, NOW)
    via.release(HERE, bo)
    via.take(SRTP, HERE, NOW)
    assert ("media", SRTP) in alma.taken
    via.release(HERE, alma)
    via.take(SRTP, HERE, NOW)
    assert alma.taken.count(("media", SRTP)) == 1


def test_an_address_of_ipv6_is_the_same_with_and_without_its_zone(
    via: PortSocket, alma: Connection
) -> None:
    via.take(check_for("alma"), ("2001:db8::8", 4000, 0, 0), NOW)
    via.take(SRTP, ("2001:db8::8", 4000, 7, 0), NOW)
    assert [kind for kind, _ in alma.taken] == ["check", "media"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60))
def test_any_bytes_may_come_from_anywhere(via: PortSocket, alma: Connection, data: bytes) -> None:
    via.take(data, HERE, NOW)
    via.take(check_for("alma"), ("192.0.2.9", 1), NOW)
    via.take(data, ("192.0.2.9", 1), NOW)


async def test_a_datagram_arrived_when_the_system_got_it_however_late_it_is_read(
    port: MediaPort, alma: Connection
) -> None:
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind((LOOPBACK, 0))
        port.sockets[0].claim(sender.getsockname(), alma)
        before = loop.time()
        sender.sendto(SRTP, (LOOPBACK, port.port))
        after = loop.time()
        # a loop that is busy
        while loop.time() < after + 0.05:
            pass
        await until(lambda: alma.arrivals, "the datagram")
    assert before - 0.002 <= alma.arrivals[0] <= after + 0.002


async def test_a_full_buffer_and_a_way_that_does_not_exist_are_counted_and_nothing_more(
    port: MediaPort,
) -> None:
    [via] = port.sockets
    via.send(b"x" * 70_000, (LOOPBACK, 9))
    via.send(b"x", ("2001:db8::1", 9))
    via.send(b"x", (LOOPBACK, 9))
    assert (port.sent, port.send_failed) == (1, 2)


# where it listens


@pytest_asyncio.fixture
async def ports() -> AsyncIterator[list[MediaPort]]:
    opened: list[MediaPort] = []
    yield opened
    for each in opened:
        await each.close()


async def test_every_address_has_the_same_port(ports: list[MediaPort]) -> None:
    port = await MediaPort.open([LOOPBACK, "127.0.0.2"], public_address="203.0.113.5")
    ports.append(port)
    assert port.addresses == (LOOPBACK, "127.0.0.2")
    assert {each._socket.getsockname()[1] for each in port.sockets} == {port.port}


async def test_loopback_comes_on_request_and_once(ports: list[MediaPort]) -> None:
    ports.append(await MediaPort.open(["127.0.0.2"], loopback=True))
    ports.append(await MediaPort.open([LOOPBACK], loopback=True))
    assert [each.addresses for each in ports] == [("127.0.0.2", LOOPBACK), (LOOPBACK,)]


async def test_an_address_that_is_not_ours_is_named(ports: list[MediaPort]) -> None:
    with pytest.raises(AddressUnusable, match=r"192\.0\.2\.254"):
        ports.append(await MediaPort.open([LOOPBACK, "192.0.2.254"]))


async def test_a_port_that_is_taken_is_named(ports: list[MediaPort]) -> None:
    first = await MediaPort.open([LOOPBACK])
    ports.append(first)
    with pytest.raises(AddressUnusable, match=f"{first.port}"):
        ports.append(await MediaPort.open([LOOPBACK], first.port))


async def test_a_free_port_is_looked_for_on_every_address(
    ports: list[MediaPort], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.2", 0))
        number = taken.getsockname()[1]
        # the system's first choice on the first address is what is taken on the second
        choices = iter([number])
        bind = socket.socket.bind

        class Socket(socket.socket):
            def bind(self, address: object) -> None:
                host, port = address  # type: ignore[misc]
                bind(self, (host, port or next(choices, 0)))

        monkeypatch.setattr("motesklar.call.media.sockets.socket.socket", Socket)
        ports.append(await MediaPort.open([LOOPBACK, "127.0.0.2"]))
    assert ports[0].port != number


async def test_an_address_found_by_itself_that_has_gone_is_left_out(
    ports: list[MediaPort], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(addresses, "get_host_addresses", lambda **_: ["192.0.2.254"])
    ports.append(await MediaPort.open([], loopback=True))
    assert ports[0].addresses == (LOOPBACK,)
    assert "192.0.2.254" in caplog.text


async def test_a_closed_port_is_free_again_and_closing_twice_is_harmless(
    ports: list[MediaPort],
) -> None:
    first = await MediaPort.open([LOOPBACK])
    await first.close()
    await first.close()
    ports.append(await MediaPort.open([LOOPBACK], first.port))
    first.sockets[0].send(b"x", (LOOPBACK, 9))
    assert first.send_failed == 1


def test_addresses_are_all_of_the_machine_unless_configured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = ["192.0.2.2", "::1", "fe80::1", "169.254.1.1", "2001:db8::2"]
    monkeypatch.setattr(addresses, "get_host_addresses", lambda **_: found)
    assert local_addresses() == ["192.0.2.2", "2001:db8::2"]
    assert local_addresses(["192.0.2.7"]) == ["192.0.2.7"]
    assert local_addresses(["192.0.2.7"], loopback=True) == ["192.0.2.7", LOOPBACK]


def test_a_machine_without_a_network_still_reaches_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "get_host_addresses", lambda **_: [])
    assert local_addresses() == [LOOPBACK]
