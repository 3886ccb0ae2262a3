"""`motesklar coturn` writes settings with which real coturn serves our people, and nobody else."""

import asyncio
import contextlib
import socket
import ssl
import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import cast

import pytest
from aioice.stun import TransactionFailed
from aioice.turn import TurnClientTcpProtocol
from click.testing import CliRunner, Result

from motesklar.call.coturn import Relay, configuration
from motesklar.cli import main
from tests.call.turn import HOST, RunningRelay, make_certificate, running_relay

REACHED = "127.0.0.1"
STRANGERS = [
    "127.0.0.2",  # this machine, but not what the course offers
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "100.64.0.1",
    "169.254.169.254",  # a cloud's own secrets
    "198.18.0.1",
    "203.0.113.7",
    "8.8.8.8",  # public: no way round the firewall either
    "224.0.0.1",
    "255.255.255.255",
    "0.0.0.0",
]


def write(folder: Path, *arguments: str) -> Result:
    command = ["coturn", "--data", str(folder / "data"), *arguments]
    return CliRunner().invoke(main, command)


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    with running_relay(tmp_path_factory.mktemp("relay"), REACHED) as relay:
        yield relay


class Echo(asyncio.DatagramProtocol):
    """Stands for the course's port: it sends back what comes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.transport.sendto(data, addr)


class Heard(asyncio.DatagramProtocol):
    """Waits for what comes back."""

    def __init__(self) -> None:
        self.first: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if not self.first.done():
            self.first.set_result(data)


@contextlib.asynccontextmanager
async def connected(
    relay: RunningRelay, credentials: tuple[str, str]
) -> AsyncIterator[TurnClientTcpProtocol]:
    """A client by TLS, which trusts the relay's authority alone."""
    context = ssl.create_default_context(cafile=str(relay.certificate.authority))
    _, client = await asyncio.get_running_loop().create_connection(
        lambda: TurnClientTcpProtocol((REACHED, relay.port), *credentials, 600, 500),
        REACHED,
        relay.port,
        ssl=context,
        server_hostname=HOST,
    )
    try:
        yield client
    finally:
        client.transport.abort()
        if client.refresh_task is not None:
            client.refresh_task.cancel()


@pytest.mark.slow
async def test_sound_goes_through_the_relay_with_a_password_that_holds(relay: RunningRelay) -> None:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Echo, local_addr=(REACHED, 0))
    with contextlib.closing(transport):
        async with connected(relay, relay.credentials()) as client:
            await client.connect()
            client.receiver = heard = Heard()
            await client.send_data(b"a packet", transport.get_extra_info("sockname"))
            assert await asyncio.wait_for(heard.first, 10) == b"a packet"


@pytest.mark.slow
@pytest.mark.parametrize("lasts", [-1, -3600])
async def test_a_password_that_has_run_out_opens_nothing(relay: RunningRelay, lasts: float) -> None:
    async with connected(relay, relay.credentials(lasts)) as client:
        with pytest.raises(TransactionFailed) as refused:
            await client.connect()
    assert refused.value.response.error_code == 401


@pytest.mark.slow
async def test_a_password_made_with_another_secret_opens_nothing(relay: RunningRelay) -> None:
    async with connected(relay, relay.credentials(secret="guessed")) as client:
        with pytest.raises(TransactionFailed) as refused:
            await client.connect()
    assert refused.value.response.error_code == 401


@pytest.mark.slow
async def test_the_relay_leads_to_the_course_alone(relay: RunningRelay) -> None:
    async with connected(relay, relay.credentials()) as client:
        await client.connect()
        for number, address in enumerate(STRANGERS):
            with pytest.raises(TransactionFailed) as refused:
                await client.channel_bind(0x4000 + number, (address, 9))
            assert refused.value.response.error_code == 403, address
        await client.channel_bind(0x4100, (REACHED, 9))


@pytest.mark.slow
async def test_a_password_opens_so_many_places_and_no_more(relay: RunningRelay) -> None:
    async with contextlib.AsyncExitStack() as stack:
        refusals = []
        for _ in range(14):
            credentials = relay.credentials(person="m-bo")
            client = await stack.enter_async_context(connected(relay, credentials))
            try:
                await client.connect()
            except TransactionFailed as refused:
                refusals.append(refused.response.error_code)
    assert refusals == [486, 486]


@pytest.mark.slow
async def test_the_relay_takes_neither_plain_tcp_nor_udp(relay: RunningRelay) -> None:
    credentials = relay.credentials()
    loop = asyncio.get_running_loop()
    _, client = await loop.create_connection(
        lambda: TurnClientTcpProtocol((REACHED, relay.port), *credentials, 600, 500),
        REACHED,
        relay.port,
    )
    with contextlib.closing(client.transport), pytest.raises((TimeoutError, ConnectionError)):
        await asyncio.wait_for(client.connect(), 2)
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as mine:
        mine.bind((REACHED, relay.port))  # nobody has it


@pytest.mark.slow
def test_coturn_knows_every_setting(relay: RunningRelay) -> None:
    said = relay.log.read_text(errors="replace")
    assert "Bad configuration" not in said
    assert "ERROR" not in said


@pytest.fixture
def described(tmp_path: Path) -> Relay:
    return Relay(
        host="turn.exempelstad.example",
        tls_port=443,
        cert=tmp_path / "chain.pem",
        key=tmp_path / "key.pem",
        secret="s3cret",
        reaches=["192.0.2.10", "2001:db8::10"],
        listens=["192.0.2.20"],
        people=80,
        udp=True,
    )


def test_only_the_courses_addresses_are_allowed(described: Relay) -> None:
    lines = configuration(described).splitlines()
    allowed = [line for line in lines if line.startswith("allowed-peer-ip=")]
    assert allowed == ["allowed-peer-ip=192.0.2.10", "allowed-peer-ip=2001:db8::10"]
    assert "denied-peer-ip=0.0.0.0-255.255.255.255" in lines
    assert "denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" in lines


def test_pages_are_told_the_quick_way_first_and_tls_always(described: Relay) -> None:
    assert described.urls == [
        "turn:turn.exempelstad.example:3478?transport=udp",
        "turns:turn.exempelstad.example:443?transport=tcp",
    ]


def test_the_same_command_again_keeps_the_secret(tmp_path: Path) -> None:
    arguments = ["--host", "turn.exempelstad.example", "--reach", "192.0.2.10"]
    first, second = (write(tmp_path, *arguments) for _ in range(2))
    assert first.exit_code == 0, first.output
    assert "static-auth-secret=" in first.stdout
    assert first.stdout == second.stdout


def test_the_courses_own_addresses_are_reached_unless_others_are_named(tmp_path: Path) -> None:
    overlay = tmp_path / "course"
    overlay.mkdir()
    text = '[call]\naddresses = ["192.0.2.10"]\npublic_address = "203.0.113.10"\n'
    (overlay / "course.toml").write_text(text)
    arguments = ["--host", "turn.exempelstad.example", "--course", str(overlay)]
    lines = write(tmp_path, *arguments).stdout.splitlines()
    reached = [line for line in lines if line.startswith("allowed-peer-ip=")]
    assert reached == ["allowed-peer-ip=203.0.113.10", "allowed-peer-ip=192.0.2.10"]


def test_secret_and_settings_are_their_owners_alone(tmp_path: Path) -> None:
    out = tmp_path / "turnserver.conf"
    result = write(
        tmp_path, "--host", "turn.exempelstad.example", "--reach", "192.0.2.1", "--out", str(out)
    )
    secret = tmp_path / "data" / "turn-secret"
    assert {stat.S_IMODE(path.stat().st_mode) for path in (out, secret)} == {0o600}
    assert secret.read_text() not in result.output, "a terminal's history is no place for it"
    assert "turns:turn.exempelstad.example:443?transport=tcp" in result.output


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    made = make_certificate(tmp_path)
    files = ["--cert", str(made.chain), "--key", str(made.key)]
    result = write(tmp_path, "--host", "turn.exempelstad.example", "--reach", "192.0.2.1", *files)
    assert result.exit_code == 1
    assert "is not for turn.exempelstad.example, but for localhost" in result.stderr
    assert "Get one whose alternative names" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["--host", "bad name\n"], "give a name such as turn.exempelstad.example"),
        (["--host", "a.example", "--reach", "a.example"], "give an IPv4 or IPv6 address"),
        (["--host", "a.example", "--reach", "10.0.0.0/8"], "give an IPv4 or IPv6 address"),
        (["--host", "a.example", "--cert", "chain.pem"], "give both or none"),
        (["--host", "a.example", "--out", "/nowhere/turnserver.conf"], "choose another folder"),
    ],
)
def test_what_can_not_be_used_is_refused_with_what_to_do(
    tmp_path: Path, arguments: list[str], advice: str
) -> None:
    result = write(tmp_path, *arguments)
    assert result.exit_code == 1
    assert advice in result.output
    assert not (tmp_path / "turnserver.conf").exists()
