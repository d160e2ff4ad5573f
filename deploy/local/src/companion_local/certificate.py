"""The gateway's certificate for this machine, signed by an authority of the machine's own.

Elliptic curve P-256. The authority is kept, so that trusting it is done once; the certificate is
made anew before it ends. A new name or address of the machine takes a new authority, too: an
authority can vouch for those it was made with alone.
"""

import re
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from companion.ip import read_ip
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from companion_local import authority, private
from companion_local.authority import (
    Authority,
    builder,
    ends_soon,
    hosts_and_addresses,
    key_usage,
    pem,
)

# Browsers and systems refuse longer ones from an authority that a person added.
SERVER_LIFE = timedelta(days=397)
# Addresses that belong to nobody, to ask which way out there is.
_FAR_AWAY = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
_HOST_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Where the gateway's certificate, its key, and the authority to trust lie.

    Attributes:
        server: The certificate.
        key: Its key.
        ca: The authority's certificate, which people may trust.
        is_new_authority: Another one was there before, which people may have trusted.
    """

    server: Path
    key: Path
    ca: Path
    is_new_authority: bool


def local_names(listen_host: str) -> tuple[str, ...]:
    """What this machine is called by whoever may reach it.

    `localhost` and its own name, where that is one a certificate can hold; and where it listens to
    more than itself, its addresses in the network.
    """
    own = socket.gethostname().lower()
    host = (own,) if own != "localhost" and _HOST_NAME.fullmatch(own) else ()
    return ("localhost", *host, *_addresses(listen_host))


def _addresses(listen_host: str) -> tuple[str, ...]:
    address = read_ip(listen_host)
    if address is None or address.is_loopback:
        return ()
    if not address.is_unspecified:
        return (str(address),)
    found = (_own_address(family, far) for family, far in _FAR_AWAY)
    return tuple(text for text in found if text is not None)


def _own_address(family: socket.AddressFamily, far: str) -> str | None:
    """The address that this machine would call from; nothing is sent."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as way:
            way.connect((far, 9))
            address = read_ip(way.getsockname()[0])
    except OSError:
        return None
    return None if address is None or address.is_loopback else str(address)


def keep(folder: Path, *, names: tuple[str, ...], now: datetime) -> Certificate:
    """Answer a certificate for these host names and the loopback addresses, good for 30 days more.

    Keys are readable for their owner alone. The authority is replaced only when it cannot be used
    for these names any longer; `Certificate.is_new_authority` says so.

    Raises:
        NotPrivate: The folder or a key in it is not ours alone.
    """
    private.keep_folder(folder)
    ca = folder / "ca.crt"
    had_one = ca.exists()
    known = authority.load(folder, names=names, now=now)
    signer = known or authority.make(folder, names=names, now=now)
    files = Certificate(
        server=folder / "server.crt",
        key=folder / "server.key",
        ca=ca,
        is_new_authority=had_one and known is None,
    )
    if not (private.is_kept(files.key) and _is_good(files, signer, names=names, now=now)):
        _issue(files, signer, names=names, now=now)
    return files


def _is_good(
    files: Certificate, signer: Authority, *, names: tuple[str, ...], now: datetime
) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(files.server.read_bytes())
        key = serialization.load_pem_private_key(files.key.read_bytes(), password=None)
        certificate.verify_directly_issued_by(signer.certificate)
        held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except Exception:  # noqa: BLE001 - whatever is wrong with these files, new ones mend it
        return False
    return (
        certificate.public_key() == key.public_key()
        and not ends_soon(certificate, now=now)
        and set(held) == set(_alternatives(names))
    )


def _issue(files: Certificate, signer: Authority, *, names: tuple[str, ...], now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    until = min(now + SERVER_LIFE, signer.certificate.not_valid_after_utc)
    identifier = signer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    certificate = (
        builder(subject=subject, issuer=signer.certificate.subject, key=key, until=until, now=now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(_alternatives(names)), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier.value),
            critical=False,
        )
        .sign(signer.key, hashes.SHA256())
    )
    private.write(files.key, pem(key))
    files.server.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _alternatives(names: tuple[str, ...]) -> list[x509.GeneralName]:
    hosts, addresses = hosts_and_addresses(names)
    found: list[x509.GeneralName] = [x509.DNSName(name) for name in hosts]
    return found + [x509.IPAddress(address) for address in addresses]


def utc_now() -> datetime:
    return datetime.now(UTC)
