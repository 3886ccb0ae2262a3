"""Makes real certificates, as an authority would."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID


class KeyHolder:
    """Somebody with a name and a key of their own."""

    def __init__(self, name: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])

    def pem(self, passphrase: bytes = b"") -> bytes:
        lock = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)


class Authority(KeyHolder):
    """Signs certificates; its own is signed by `signer`, or by itself."""

    def __init__(self, name: str, signer: "Authority | None" = None) -> None:
        super().__init__(name)
        self.certificate = (signer or self).sign(self, (), timedelta(days=3650), is_authority=True)

    def sign(
        self,
        subject: KeyHolder,
        names: tuple[str, ...],
        lasts: timedelta,
        starts: timedelta = timedelta(days=-1),
        is_authority: bool = False,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject.name)
            .issuer_name(self.name)
            .public_key(subject.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + starts)
            .not_valid_after(now + lasts)
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        )
        if names:
            alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
            builder = builder.add_extension(alternatives, critical=False)
        return builder.sign(self.key, hashes.SHA256())


def tls_of_own_authority(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """TLS for a server called localhost, and the file of the authority that nobody else knows."""
    authority, server = Authority("Exempelstad's own"), KeyHolder("localhost")
    certificate = authority.sign(server, ("localhost",), timedelta(days=30))
    chain, trusted = folder / "server.pem", folder / "authority.pem"
    chain.write_bytes(server.pem() + certificate.public_bytes(Encoding.PEM))
    trusted.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain)
    return context, trusted
