"""A certificate authority of this machine's own, which can vouch for this machine alone.

People are asked to trust it, so it is bound to our names: a certificate for any other site is
refused by whoever trusts it, even if somebody got hold of its key.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from companion.ip import Address, read_ip
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from companion_local import private

CA_LIFE = timedelta(days=3650)
RENEW_BEFORE = timedelta(days=30)
# Clocks of other machines may run behind.
BACKDATE = timedelta(hours=1)
ADDRESSES = ("127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """What certificates are signed with; `key` leaves its file for nothing else."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def load(folder: Path, *, names: tuple[str, ...], now: datetime) -> Authority | None:
    """The authority of this folder, if it can vouch for these names and no more than it must.

    None: it is missing, unreadable, about to end, not bound to names, or bound to others.

    Raises:
        NotPrivate: Its key is not ours alone.
    """
    if not private.is_kept(folder / "ca.key"):
        return None
    try:
        certificate = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())
        key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), password=None)
        fits = _permits(certificate, names)
    except (OSError, ValueError):
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not fits:
        return None
    if certificate.public_key() != key.public_key() or ends_soon(certificate, now=now):
        return None
    return Authority(certificate=certificate, key=key)


def make(folder: Path, *, names: tuple[str, ...], now: datetime) -> Authority:
    """A new authority in the place of any other, for these names and the loopback addresses."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Companion on this machine (CA)")])
    constraints = x509.NameConstraints(permitted_subtrees=_subtrees(names), excluded_subtrees=None)
    certificate = (
        builder(subject=name, issuer=name, key=key, until=now + CA_LIFE, now=now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage(signs_certificates=True), critical=True)
        .add_extension(constraints, critical=True)
        .sign(key, hashes.SHA256())
    )
    private.write(folder / "ca.key", pem(key))
    (folder / "ca.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(certificate=certificate, key=key)


def _permits(certificate: x509.Certificate, names: tuple[str, ...]) -> bool:
    try:
        found = certificate.extensions.get_extension_for_class(x509.NameConstraints)
    except x509.ExtensionNotFound:
        return False
    return found.critical and set(_subtrees(names)) <= set(found.value.permitted_subtrees or ())


def hosts_and_addresses(names: tuple[str, ...]) -> tuple[list[str], list[Address]]:
    """The names that are names, and all addresses: the loopback ones, and those among the names."""
    read = {name: read_ip(name) for name in (*ADDRESSES, *names)}
    addresses = [address for address in read.values() if address is not None]
    return [name for name, address in read.items() if address is None], addresses


def _subtrees(names: tuple[str, ...]) -> list[x509.GeneralName]:
    """Hosts (and what is below them), and each address as a network of one."""
    hosts, addresses = hosts_and_addresses(names)
    found: list[x509.GeneralName] = [x509.DNSName(name) for name in hosts]
    return found + [x509.IPAddress(ipaddress.ip_network(address)) for address in addresses]


def builder(
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


def ends_soon(certificate: x509.Certificate, *, now: datetime) -> bool:
    return certificate.not_valid_after_utc - now < RENEW_BEFORE


def key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
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


def pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
