"""`motesklar serve` from outside: starting, refusing, stopping."""

import os
import re
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from motesklar.paths import DataFolder
from tests.conftest import RunningCourse, free_port

pytestmark = pytest.mark.slow

MODULE = "01-why-meet-online"
Start = Callable[..., RunningCourse]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts courses on a data folder of the test's own."""
    running: list[RunningCourse] = []

    def start_course(*arguments: str) -> RunningCourse:
        course = RunningCourse(DataFolder(tmp_path / "data"), free_port(), arguments)
        running.append(course)
        course.start()
        return course

    yield start_course
    for course in running:
        course.stop()


def motesklar(*arguments: str, port: int, data: Path) -> subprocess.CompletedProcess[str]:
    """Run the console script to its end."""
    script = Path(sys.executable).parent / "motesklar"
    return subprocess.run(
        [script, *arguments],
        env=os.environ | {"PORT": str(port), "DATA": str(data)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def descendants(pid: int) -> set[int]:
    """Every process below `pid`."""
    below: set[int] = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            below |= {int(child)} | descendants(int(child))
    return below


def left_after(pids: set[int], seconds: float) -> list[str]:
    """The commands of those that still run when the time is over; none as soon as all are gone."""
    deadline = time.monotonic() + seconds
    while True:
        left = [pid for pid in pids if Path(f"/proc/{pid}").exists()]
        if not left or time.monotonic() > deadline:
            return [Path(f"/proc/{pid}/cmdline").read_text() for pid in left]
        time.sleep(0.05)


def test_ctrl_c_ends_every_process_even_after_pages_were_open(start: Start) -> None:
    course = start("--demo")
    client = course.client(course.person("Kerstin"))
    assert client.get(f"/m/{MODULE}").status_code == 200
    assert course.process
    children = descendants(course.process.pid)
    assert children, "grading processes and a kernel run below the server"
    assert course.stop() == 0
    assert left_after(children, seconds=10) == []


def test_a_taken_port_is_told_in_one_clear_sentence(start: Start) -> None:
    course = start("--demo")
    refused = motesklar("serve", "--demo", port=course.port, data=course.data.root)
    assert refused.returncode == 1
    assert f"Port {course.port} is already in use." in refused.stderr
    assert "Traceback" not in refused.stderr
    assert httpx.get(f"{course.url}/health").json()["status"] == "ok"


def test_a_demo_is_refused_on_any_address_but_loopback(tmp_path: Path) -> None:
    refused = motesklar("serve", "--demo", "--host", "0.0.0.0", port=free_port(), data=tmp_path)
    assert refused.returncode == 1
    assert "loopback" in refused.stderr


def test_without_demo_there_is_no_account_but_a_link_that_works_once(start: Start) -> None:
    course = start()
    assert "demo" not in course.printed
    link = re.search(r"(http\S+/link/\S+)", course.printed)
    assert link
    with httpx.Client(follow_redirects=False) as visitor:
        page = visitor.get(f"{course.url}/sign-in").text
        assert "/sign-in/demo" not in page
        looked = visitor.get(link[1])
        assert looked.status_code == 200
        form = {
            "_xsrf": visitor.cookies["_xsrf"],
            "name": "Adam Admin",
            "email": "adam@exempelstad.example",
        }
        assert visitor.post(link[1], data=form).status_code == 303
        assert visitor.get(f"{course.url}/people").status_code == 200
    with httpx.Client() as second:
        assert second.get(link[1]).status_code == 404


def test_with_a_certificate_the_course_speaks_tls_and_marks_its_cookies_secure(
    start: Start, tmp_path: Path
) -> None:
    certificate, key = make_certificate(tmp_path)
    course = start("--demo", "--tls-cert", str(certificate), "--tls-key", str(key))
    trust = ssl.create_default_context(cafile=str(certificate))
    answer = httpx.get(f"https://localhost:{course.port}/sign-in", verify=trust)
    assert answer.status_code == 200
    assert all("Secure" in cookie for cookie in answer.headers.get_list("set-cookie"))


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, key_pem = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem, key_pem
