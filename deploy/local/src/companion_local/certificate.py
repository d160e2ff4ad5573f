"""A certificate authority of this machine's own, and the certificate it gives to the gateway.

Elliptic curve P-256. The authority is made once, so that trusting it is done once; the server's
certificate is made anew before it ends or when the names of this machine change.
"""

import ipaddress
import re
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from companion_local.secrets import write_private

CA_LIFE = timedelta(days=3650)
# Browsers and systems refuse longer ones from an authority that a person added.
SERVER_LIFE = timedelta(days=397)
RENEW_BEFORE = timedelta(days=30)
# Clocks of other machines may run behind.
BACKDATE = timedelta(hours=1)
ADDRESSES = ("127.0.0.1", "::1")
_HOST_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Where the gateway's certificate, its key, and the authority to trust lie."""

    server: Path
    key: Path
    ca: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Authority:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def local_names() -> tuple[str, ...]:
    """`localhost` and this machine's own name, where that is one a certificate can hold."""
    own = socket.gethostname().lower()
    return (
        ("localhost", own) if own != "localhost" and _HOST_NAME.fullmatch(own) else ("localhost",)
    )


def keep(folder: Path, *, names: tuple[str, ...], now: datetime) -> Certificate:
    """Answer a certificate for these host names and the loopback addresses, good for 30 days more.

    Keys are readable for their owner alone. The authority is replaced only when it is missing,
    unreadable or itself about to end.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = Certificate(
        server=folder / "server.crt", key=folder / "server.key", ca=folder / "ca.crt"
    )
    authority = _load_authority(folder, now=now)
    if authority is None:
        authority = _make_authority(folder, now=now)
    if not _is_good(files, authority, names=names, now=now):
        _issue(files, authority, names=names, now=now)
    return files


def _load_authority(folder: Path, *, now: datetime) -> _Authority | None:
    try:
        certificate = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())
        key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), password=None)
    except (OSError, ValueError):
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        return None
    if certificate.public_key() != key.public_key() or _ends_soon(certificate, now=now):
        return None
    return _Authority(certificate=certificate, key=key)


def _make_authority(folder: Path, *, now: datetime) -> _Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Companion on this machine (CA)")])
    usage = _key_usage(signs_certificates=True)
    certificate = (
        _builder(subject=name, issuer=name, key=key, until=now + CA_LIFE, now=now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    write_private(folder / "ca.key", _pem(key))
    (folder / "ca.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return _Authority(certificate=certificate, key=key)


def _is_good(
    files: Certificate, authority: _Authority, *, names: tuple[str, ...], now: datetime
) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(files.server.read_bytes())
        key = serialization.load_pem_private_key(files.key.read_bytes(), password=None)
        certificate.verify_directly_issued_by(authority.certificate)
        held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except Exception:  # noqa: BLE001 - whatever is wrong with these files, new ones mend it
        return False
    return (
        certificate.public_key() == key.public_key()
        and not _ends_soon(certificate, now=now)
        and set(held) == set(_alternatives(names))
    )


def _issue(
    files: Certificate, authority: _Authority, *, names: tuple[str, ...], now: datetime
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    until = min(now + SERVER_LIFE, authority.certificate.not_valid_after_utc)
    identifier = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    certificate = (
        _builder(
            subject=subject, issuer=authority.certificate.subject, key=key, until=until, now=now
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(_alternatives(names)), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier.value),
            critical=False,
        )
        .sign(authority.key, hashes.SHA256())
    )
    write_private(files.key, _pem(key))
    files.server.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _builder(
    *,
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    until: datetime,
    now: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATE)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _alternatives(names: tuple[str, ...]) -> list[x509.GeneralName]:
    hosts: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
    return hosts + [x509.IPAddress(ipaddress.ip_address(address)) for address in ADDRESSES]


def _ends_soon(certificate: x509.Certificate, *, now: datetime) -> bool:
    return certificate.not_valid_after_utc - now < RENEW_BEFORE


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def utc_now() -> datetime:
    return datetime.now(UTC)
