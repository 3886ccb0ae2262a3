"""The certificate as browsers will judge it; every certificate here is a real one, just made."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from motesklar.doctor.report import Level
from motesklar.doctor.tls import check_certificate, covers
from tests.doctor.certificates import Authority, KeyHolder

HOST = "course.exempelstad.example"


ROOT = Authority("Root")
BETWEEN = Authority("Between", ROOT)


def told(
    folder: Path,
    server: KeyHolder,
    *chain: x509.Certificate,
    key: bytes | None = None,
    host: str = HOST,
) -> list[tuple[Level, str]]:
    (folder / "cert.pem").write_bytes(b"".join(c.public_bytes(Encoding.PEM) for c in chain))
    (folder / "key.pem").write_bytes(key or server.pem())
    checks = check_certificate(folder / "cert.pem", folder / "key.pem", host)
    assert all(check.next_step for check in checks if check.level is not Level.OK)
    return [(check.level, check.sentence) for check in checks]


@pytest.fixture
def server() -> KeyHolder:
    return KeyHolder(HOST)


def test_a_chain_for_the_right_name_is_fine(tmp_path: Path, server: KeyHolder) -> None:
    leaf = BETWEEN.sign(server, (HOST,), timedelta(days=90))
    [(level, sentence)] = told(tmp_path, server, leaf, BETWEEN.certificate)
    assert level is Level.OK
    assert "89 days left" in sentence


def test_another_servers_key_fails(tmp_path: Path, server: KeyHolder) -> None:
    leaf = BETWEEN.sign(server, (HOST,), timedelta(days=90))
    found = told(tmp_path, server, leaf, BETWEEN.certificate, key=KeyHolder(HOST).pem())
    assert found == [(Level.FAIL, "does not belong to the key")]


def test_another_name_fails_and_the_right_ones_are_named(tmp_path: Path, server: KeyHolder) -> None:
    leaf = BETWEEN.sign(server, ("intranet.example", "www.intranet.example"), timedelta(days=90))
    [(level, sentence)] = told(tmp_path, server, leaf, BETWEEN.certificate)
    assert level is Level.FAIL
    assert "is not for course.exempelstad.example, but for intranet.example, www." in sentence


def test_a_name_that_stands_only_in_the_subject_does_not_count(
    tmp_path: Path, server: KeyHolder
) -> None:
    leaf = BETWEEN.sign(server, (), timedelta(days=90))
    [(level, sentence)] = told(tmp_path, server, leaf, BETWEEN.certificate)
    assert level is Level.FAIL
    assert "no name at all" in sentence


def test_a_certificate_that_has_run_out_fails(tmp_path: Path, server: KeyHolder) -> None:
    leaf = BETWEEN.sign(server, (HOST,), timedelta(days=-2), timedelta(days=-90))
    [(level, sentence)] = told(tmp_path, server, leaf, BETWEEN.certificate)
    assert level is Level.FAIL
    assert "ran out on" in sentence


def test_a_certificate_that_soon_runs_out_warns(tmp_path: Path, server: KeyHolder) -> None:
    leaf = BETWEEN.sign(server, (HOST,), timedelta(days=10, hours=1))
    assert told(tmp_path, server, leaf, BETWEEN.certificate) == [
        (Level.WARN, "runs out in 10 days")
    ]


def test_a_chain_in_the_wrong_order_fails(tmp_path: Path, server: KeyHolder) -> None:
    leaf = BETWEEN.sign(server, (HOST,), timedelta(days=90))
    [(level, sentence)] = told(tmp_path, server, leaf, ROOT.certificate, BETWEEN.certificate)
    assert level is Level.FAIL
    assert "wrong order" in sentence


def test_a_lonely_certificate_warns_about_tablets(tmp_path: Path, server: KeyHolder) -> None:
    [(level, sentence)] = told(tmp_path, server, BETWEEN.sign(server, (HOST,), timedelta(days=90)))
    assert level is Level.WARN
    assert "no intermediate" in sentence


def test_a_certificate_signed_by_itself_warns(tmp_path: Path) -> None:
    [(level, sentence)] = told(tmp_path, ROOT, ROOT.certificate, host="")
    assert level is Level.WARN
    assert "signed by itself" in sentence


def test_a_locked_key_fails_with_what_to_give(tmp_path: Path, server: KeyHolder) -> None:
    leaf = BETWEEN.sign(server, (HOST,), timedelta(days=90))
    [(level, sentence)] = told(tmp_path, server, leaf, key=server.pem(b"secret"))
    assert level is Level.FAIL
    assert "can't be read" in sentence


def test_files_that_are_no_pem_fail(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("not a certificate")
    [check] = check_certificate(tmp_path / "x", tmp_path / "x", HOST)
    assert check.level is Level.FAIL
    assert "Give PEM files" in check.next_step


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    [check] = check_certificate(tmp_path / "none.pem", tmp_path / "none.pem", HOST)
    assert "none.pem: No such file" in check.sentence


def test_without_files_there_is_nothing_to_judge() -> None:
    assert check_certificate(None, None, HOST) == []


@pytest.mark.parametrize(
    ("names", "host", "covered"),
    [
        (("*.example.org",), "course.example.org", True),
        (("*.example.org",), "a.course.example.org", False),
        (("*.example.org",), "example.org", False),
        (("Course.Example.org",), "course.example.org.", True),
        (("192.0.2.1",), "192.0.2.1", True),
        (("*.0.2.1",), "192.0.2.1", False),
        ((), "course.example.org", False),
    ],
)
def test_names_are_compared_as_browsers_do(
    names: tuple[str, ...], host: str, covered: bool
) -> None:
    assert covers(names, host) is covered
