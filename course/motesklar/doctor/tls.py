"""The certificate: does it fit its key and the name people type, and how long still?"""

import ipaddress
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from motesklar.doctor.report import Check, fail, ok, warn

#: Somebody must have time to renew it before a workshop meets a warning page.
DAYS_LEFT_MIN = 21


@dataclass(frozen=True)
class CertificateFacts:
    """A certificate and what came with it.

    Args:
        names: host names and addresses it is valid for.
        fits_key: whether the key belongs to it.
        starts, ends: when it is valid.
        in_order: each certificate in the file is signed by the next one.
        length: certificates in the file.
        self_signed: its issuer is itself.
    """

    names: tuple[str, ...]
    fits_key: bool
    starts: datetime
    ends: datetime
    in_order: bool
    length: int
    self_signed: bool


def covers(names: Sequence[str], host: str) -> bool:
    """Whether a certificate for `names` is valid for `host` (RFC 6125: `*` is one label)."""
    host = host.lower().rstrip(".")
    for name in (name.lower() for name in names):
        if name == host:
            return True
        label, _, parent = host.partition(".")
        if name.startswith("*.") and label and parent == name[2:] and not _is_address(host):
            return True
    return False


def judge_certificate(facts: CertificateFacts, host: str, now: datetime) -> list[Check]:
    """Whether browsers will accept it for `host`; an empty host is not judged."""
    name = "TLS certificate"
    checks = []
    if not facts.fits_key:
        checks.append(
            fail(
                name,
                "does not belong to the key",
                "Give the certificate and key that were made together",
            )
        )
    if now < facts.starts:
        checks.append(
            fail(name, f"is valid only from {facts.starts:%Y-%m-%d}", "Check this machine's clock")
        )
    days = (facts.ends - now).days
    if now >= facts.ends:
        checks.append(fail(name, f"ran out on {facts.ends:%Y-%m-%d}", "Renew it and restart"))
    elif days < DAYS_LEFT_MIN:
        checks.append(warn(name, f"runs out in {days} days", "Renew it and restart"))
    if host and not covers(facts.names, host):
        checks.append(
            fail(
                name,
                f"is not for {host}, but for {', '.join(facts.names) or 'no name at all'}",
                "Get one whose alternative names contain the name that people type",
            )
        )
    checks += _judge_chain(name, facts)
    return checks or [ok(name, f"fits its key and {host or 'has names'}, {days} days left")]


def _judge_chain(name: str, facts: CertificateFacts) -> list[Check]:
    if facts.self_signed:
        return [
            warn(
                name,
                "is signed by itself, so browsers warn and may refuse camera and microphone",
                "Get one from an authority that your people's devices trust",
            )
        ]
    if not facts.in_order:
        return [
            fail(
                name,
                "the certificates in the file are in the wrong order",
                "Put the server's own first, then each one that signed the one above it",
            )
        ]
    if facts.length == 1:
        return [
            warn(
                name,
                "the file holds no intermediate certificate, which tablets may need",
                "Use the full chain, often called fullchain.pem",
            )
        ]
    return []


def check_certificate(cert: Path | None, key: Path | None, host: str) -> list[Check]:
    """Look at the files; nothing where TLS is done elsewhere or not at all."""
    if cert is None and key is None:
        return []
    if cert is None or key is None:
        return [
            fail(
                "TLS certificate", "only one of two files is given", "Give --tls-cert and --tls-key"
            )
        ]
    try:
        facts = read_certificate(cert.read_bytes(), key.read_bytes())
    except OSError as error:
        next_step = "Let the user that runs the course read both files"
        return [fail("TLS certificate", f"{error.filename}: {error.strerror}", next_step)]
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        next_step = "Give PEM files, the key without a passphrase"
        return [
            fail("TLS certificate", f"can't be read: {str(error).split('. ', 1)[0]}", next_step)
        ]
    return judge_certificate(facts, host, datetime.now(UTC))


def read_certificate(cert: bytes, key: bytes) -> CertificateFacts:
    """The facts of a PEM chain and its key.

    Raises:
        ValueError, TypeError, UnsupportedAlgorithm: one of them is no such PEM, or is locked.
    """
    chain = x509.load_pem_x509_certificates(cert)
    leaf = chain[0]
    private = load_pem_private_key(key, password=None)
    return CertificateFacts(
        names=_names(leaf),
        fits_key=_public(private.public_key()) == _public(leaf.public_key()),
        starts=leaf.not_valid_before_utc,
        ends=leaf.not_valid_after_utc,
        in_order=all(_signed_by(a, b) for a, b in itertools.pairwise(chain)),
        length=len(chain),
        self_signed=leaf.issuer == leaf.subject,
    )


def _names(leaf: x509.Certificate) -> tuple[str, ...]:
    try:
        found = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = map(str, found.get_values_for_type(x509.IPAddress))
    return (*found.get_values_for_type(x509.DNSName), *addresses)


def _public(key: object) -> bytes:
    encoded: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]
    return encoded


def _signed_by(child: x509.Certificate, parent: x509.Certificate) -> bool:
    try:
        child.verify_directly_issued_by(parent)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
