"""A real coturn with the settings that `motesklar coturn` writes, and passwords for it."""

import base64
import contextlib
import hashlib
import hmac
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import Encoding

from motesklar.cli import main
from motesklar.paths import DataFolder
from tests.conftest import free_port
from tests.doctor.certificates import Authority, KeyHolder

START_SECONDS = 60
HOST = "localhost"


def coturn_program() -> str:
    """The system's own coturn; without it the test is skipped, and says so."""
    found = shutil.which("turnserver")
    if found is None:
        pytest.skip("NOT TESTED: coturn is missing; `make test` as root installs it from Debian")
    return found


@dataclass(frozen=True)
class Certificate:
    """Files of a certificate for `HOST`, and of the authority that signed it."""

    authority: Path
    chain: Path
    key: Path


def make_certificate(folder: Path) -> Certificate:
    """A certificate as an organisation's own authority signs it."""
    authority, server = Authority("Exempelstad"), KeyHolder(HOST)
    own = authority.sign(server, (HOST,), timedelta(days=90))
    made = Certificate(folder / "authority.pem", folder / "chain.pem", folder / "key.pem")
    root = authority.certificate.public_bytes(Encoding.PEM)
    made.authority.write_bytes(root)
    made.chain.write_bytes(own.public_bytes(Encoding.PEM) + root)
    made.key.write_bytes(server.pem())
    return made


@dataclass(frozen=True)
class RunningRelay:
    """Coturn, taking TLS over TCP on `port`.

    Args:
        data: the course's data folder, where its secret is.
        told_settings: what the command says should stand in the course's own settings.
    """

    port: int
    secret: str
    certificate: Certificate
    log: Path
    data: Path
    told_settings: str

    def credentials(
        self, lasts: float = 600, secret: str = "", person: str = "m-anna"
    ) -> tuple[str, str]:
        """A name and its password, as the course hands them out (TURN REST)."""
        name = f"{int(time.time() + lasts)}:{person}"
        digest = hmac.new((secret or self.secret).encode(), name.encode(), hashlib.sha1).digest()
        return name, base64.b64encode(digest).decode()


@contextlib.contextmanager
def running_relay(folder: Path, *reaches: str, data: Path | None = None) -> Iterator[RunningRelay]:
    """Coturn on loopback with our settings, leading to `reaches` alone."""
    program = coturn_program()
    folder.mkdir(parents=True, exist_ok=True)
    certificate = make_certificate(folder)
    port, kept = free_port(), DataFolder(data or folder / "data")
    settings, log = folder / "turnserver.conf", folder / "coturn.log"
    arguments = ["coturn", "--host", HOST, "--data", str(kept.root), "--out", str(settings)]
    arguments += ["--cert", str(certificate.chain), "--key", str(certificate.key)]
    arguments += ["--tls-port", str(port), "--no-udp", "--listen", "127.0.0.1", "--listen", "::1"]
    arguments += [part for address in reaches for part in ("--reach", address)]
    written = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert written.exit_code == 0, written.output
    # what a test alone needs: peers on loopback, and files where a test may write
    extra = ["--allow-loopback-peers", "--pidfile", str(folder / "pid")]
    extra += ["--userdb", str(folder / "turndb"), "--log-file", str(log), "--simple-log"]
    with log.open("wb") as told:
        process = subprocess.Popen(
            [program, "-c", str(settings), *extra], stdout=told, stderr=told, cwd=folder
        )
    try:
        _wait_for(process, port, log)
        secret = kept.turn_secret_file.read_text().strip()
        told_settings = written.output[written.output.index("[call]") :]
        yield RunningRelay(port, secret, certificate, log, kept.root, told_settings)
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        os.sched_yield()
    pytest.fail(f"coturn did not start:\n{log.read_text(errors='replace')}")
