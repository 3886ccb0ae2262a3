"""A real SMTP server, and real peers over this machine's own addresses."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from motesklar.config import MailSection, load_settings
from motesklar.doctor.mail import check_mail
from motesklar.doctor.media import (
    PathFacts,
    check_media,
    connect_over,
    judge_paths,
    local_addresses,
)
from motesklar.doctor.report import Level
from motesklar.paths import shipped_settings
from tests.conftest import free_port
from tests.doctor.certificates import tls_of_own_authority


class Letters:
    """Counts what was sent, which must stay nothing."""

    received = 0

    async def handle_DATA(self, *_arguments: object) -> str:  # noqa: N802 - aiosmtpd's name
        self.received += 1
        return "250 OK"


def _let_in(
    _server: SMTP, _session: object, _envelope: object, _mechanism: str, data: LoginPassword
) -> AuthResult:
    return AuthResult(success=data.password == b"right", handled=False)


@pytest.fixture
def mail_server() -> Iterator[Controller]:
    controller = Controller(
        Letters(),
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=_let_in,
        auth_require_tls=False,
    )
    controller.start()
    yield controller
    controller.stop()


def settings(port: int, **changes: object) -> MailSection:
    values: dict[str, object] = load_settings(shipped_settings()).mail.model_dump() | {
        "host": "127.0.0.1",
        "port": port,
        "sender": "noreply@exempelstad.example",
        "starttls": False,
        "username": "",
        "password_file": "",
    }
    return MailSection.model_validate(values | changes)


def test_without_a_mail_server_there_is_nothing_to_reach() -> None:
    [check] = check_mail(settings(25, host=""))
    assert check.level is Level.OK


def test_a_server_that_answers_is_fine_and_gets_no_letter(mail_server: Controller) -> None:
    [check] = check_mail(settings(mail_server.port))
    assert (check.level, check.sentence) == (
        Level.OK,
        f"127.0.0.1:{mail_server.port} lets us in",
    )
    assert mail_server.handler.received == 0


@pytest.mark.parametrize(("password", "level"), [("right", Level.OK), ("wrong", Level.FAIL)])
def test_the_password_is_tried(
    mail_server: Controller, tmp_path: Path, password: str, level: Level
) -> None:
    (tmp_path / "password").write_text(password + "\n")
    unprotected, check = check_mail(
        settings(mail_server.port, username="us", password_file=str(tmp_path / "password"))
    )
    assert check.level is level
    assert unprotected.level is Level.WARN


def test_a_server_without_starttls_fails_when_it_is_set(mail_server: Controller) -> None:
    [check] = check_mail(settings(mail_server.port, starttls=True))
    assert check.level is Level.FAIL
    assert "mail.starttls" in check.next_step


def test_implicit_tls_by_an_own_authority_is_fine_where_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, authority = tls_of_own_authority(tmp_path)
    port = free_port()
    server = Controller(Letters(), hostname="127.0.0.1", port=port, ssl_context=context)
    server.start()
    try:
        [check] = check_mail(settings(port, host="localhost", tls=True))
        assert check.level is Level.FAIL
        assert "CERTIFICATE_VERIFY_FAILED" in check.sentence
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        [check] = check_mail(settings(port, host="localhost", tls=True))
        assert check.level is Level.OK
    finally:
        server.stop()
    assert server.handler.received == 0


def test_a_server_that_is_not_there_fails() -> None:
    [check] = check_mail(settings(free_port()))
    assert check.level is Level.FAIL
    assert "refused" in check.sentence


def test_a_missing_password_file_is_told(mail_server: Controller) -> None:
    *_, check = check_mail(settings(mail_server.port, username="us", password_file="none"))
    assert "No such file" in check.sentence


def test_a_sender_that_is_no_address_fails(mail_server: Controller) -> None:
    check, *_ = check_mail(settings(mail_server.port, sender="Mötesklar"))
    assert check.level is Level.FAIL


async def test_two_real_peers_meet_over_every_address_of_this_machine() -> None:
    addresses = await local_addresses()
    checks = await check_media()
    if not addresses:
        pytest.skip("this machine has no network address but loopback")
    assert [check.level for check in checks] == [Level.OK] * len(addresses)


async def test_an_address_that_is_not_ours_connects_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("motesklar.doctor.media.TIMEOUT_SECONDS", 0.5)
    assert await asyncio.wait_for(connect_over("203.0.113.1"), 60) is None


def test_an_address_without_udp_fails_by_name() -> None:
    checks = judge_paths([PathFacts("192.0.2.1", 12.0), PathFacts("192.0.2.2", None)])
    assert [check.level for check in checks] == [Level.OK, Level.FAIL]
    assert "192.0.2.2" in checks[1].sentence


def test_a_machine_without_a_network_is_warned() -> None:
    [check] = judge_paths([])
    assert check.level is Level.WARN
