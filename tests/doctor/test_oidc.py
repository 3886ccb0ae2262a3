"""What the doctor says of the organisation's sign-in, with a real provider over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from motesklar.config import OidcSection, load_settings
from motesklar.doctor.oidc import check_oidc
from motesklar.doctor.report import Check, Level, failed
from motesklar.paths import shipped_settings
from tests.conftest import free_port
from tests.doctor.certificates import tls_of_own_authority
from tests.oidc.provider import CLIENT, LocalProvider, running_provider

PUBLIC = "https://motesklar.exempelstad.example/"


@pytest.fixture
def provider() -> Iterator[LocalProvider]:
    with running_provider() as provider:
        yield provider


def settings(issuer: str, **changes: object) -> OidcSection:
    shipped = load_settings(shipped_settings()).oidc.model_dump()
    ours = {"issuer": issuer, "client_id": CLIENT, "name": "Exempelstad"}
    return OidcSection.model_validate(shipped | ours | changes)


def only(checks: list[Check], level: Level) -> Check:
    """The one check there is."""
    [check] = checks
    assert check.level is level, check
    assert bool(check.next_step) is (level is not Level.OK)
    return check


def test_without_one_there_is_nothing_wrong() -> None:
    assert "none is set" in only(check_oidc(settings(""), PUBLIC), Level.OK).sentence


def test_one_that_answers_is_told_with_the_address_to_register(provider: LocalProvider) -> None:
    check = only(check_oidc(settings(provider.issuer), PUBLIC), Level.OK)
    address = "https://motesklar.exempelstad.example/sign-in/oidc/done"
    assert check.sentence == f"answers; the address to register there is {address}"
    paths = [path for path, _ in provider.seen]
    assert paths[0] == "/.well-known/openid-configuration"
    assert paths[-1] == "/keys"
    assert not {"/authorize", "/token"} & set(paths), "nobody is signed in"


def test_one_that_cannot_be_reached_fails() -> None:
    issuer = f"http://127.0.0.1:{free_port()}"
    check = only(check_oidc(settings(issuer), PUBLIC), Level.FAIL)
    assert check.sentence == f"{issuer} does not answer as it should: ConnectionError"
    assert "firewall" in check.next_step


def test_one_that_is_down_fails(provider: LocalProvider) -> None:
    provider.is_down = True
    check = only(check_oidc(settings(provider.issuer), PUBLIC), Level.FAIL)
    assert "HTTPError" in check.sentence


def test_an_address_where_something_else_answers_fails(provider: LocalProvider) -> None:
    check = only(check_oidc(settings(f"{provider.issuer}/other"), PUBLIC), Level.FAIL)
    assert "does not answer as it should" in check.sentence


def test_another_issuer_than_ours_fails_and_both_names_are_told(provider: LocalProvider) -> None:
    provider.told_issuer = "https://login.example/other-tenant"
    check = only(check_oidc(settings(provider.issuer), PUBLIC), Level.FAIL)
    assert provider.told_issuer in check.sentence
    assert provider.issuer in check.sentence
    assert "letter by letter" in check.next_step


def test_a_slash_too_many_is_another_issuer(provider: LocalProvider) -> None:
    check = only(check_oidc(settings(f"{provider.issuer}/"), PUBLIC), Level.FAIL)
    assert f"it calls itself {provider.issuer}," in check.sentence


@pytest.mark.parametrize("description", [[], "sign-in", None])
def test_a_description_of_another_kind_fails(
    provider: LocalProvider, monkeypatch: pytest.MonkeyPatch, description: object
) -> None:
    monkeypatch.setattr(provider, "metadata", lambda: description)
    check = only(check_oidc(settings(provider.issuer), PUBLIC), Level.FAIL)
    assert "does not answer as it should" in check.sentence


def test_keys_that_cannot_be_used_fail(provider: LocalProvider) -> None:
    provider.keys = []
    check = only(check_oidc(settings(provider.issuer), PUBLIC), Level.FAIL)
    assert "keys can't be used" in check.sentence


def test_clocks_that_differ_fail(provider: LocalProvider) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    checks = check_oidc(settings(provider.issuer), PUBLIC, lambda: later)
    [clock, _] = checks
    assert failed([clock])
    assert "s apart, so nobody can sign in" in clock.sentence


@pytest.mark.parametrize(
    ("content", "mode", "level"),
    [
        ("s3cret\n", 0o600, None),
        ("s3cret\n", 0o644, Level.WARN),
        (" \n", 0o600, Level.FAIL),
        (None, 0o600, Level.FAIL),
    ],
)
def test_the_clients_secret_is_looked_at(
    provider: LocalProvider, tmp_path: Path, content: str | None, mode: int, level: Level | None
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_text(content)
        file.chmod(mode)
    checks = check_oidc(settings(provider.issuer, client_secret_file=str(file)), PUBLIC)
    assert [one.level for one in checks] == [*([level] if level else []), Level.OK]
    assert "s3cret" not in str(checks)


def test_an_own_authority_is_trusted_where_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls, authority = tls_of_own_authority(tmp_path)
    with running_provider(tls) as provider:
        check = only(check_oidc(settings(provider.issuer), PUBLIC), Level.FAIL)
        assert "SSLError" in check.sentence
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority))
        only(check_oidc(settings(provider.issuer), PUBLIC), Level.OK)
