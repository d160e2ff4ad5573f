"""The local authority and the certificate it gives."""

import ipaddress
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from companion.ip import read_ip
from companion_local import authority, certificate
from companion_local.private import NotPrivate
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.verification import PolicyBuilder, Store

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NAMES = ("localhost", "desk")


def test_the_certificate_is_for_this_machine_and_its_loopback_addresses(tmp_path: Path) -> None:
    files = certificate.keep(tmp_path, names=NAMES, now=NOW)

    made = x509.load_pem_x509_certificate(files.server.read_bytes())
    held = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert held.get_values_for_type(x509.DNSName) == ["localhost", "desk"]
    assert held.get_values_for_type(x509.IPAddress) == [
        ipaddress.ip_address("127.0.0.1"),
        ipaddress.ip_address("::1"),
    ]
    assert isinstance(made.public_key(), ec.EllipticCurvePublicKey)


def test_who_trusts_the_authority_accepts_the_certificate_strictly(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    files = certificate.keep(tmp_path, names=NAMES, now=now)
    client = ssl.create_default_context(cafile=files.ca)
    client.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.server, files.key)

    for name in (*NAMES, "127.0.0.1", "::1"):
        _shake_hands(client, server, name)


def test_another_strict_verifier_accepts_it_too(tmp_path: Path) -> None:
    files = certificate.keep(tmp_path, names=NAMES, now=NOW)
    store = Store([x509.load_pem_x509_certificate(files.ca.read_bytes())])
    names = [x509.DNSName(name) for name in NAMES]
    addresses = [x509.IPAddress(ipaddress.ip_address(text)) for text in authority.ADDRESSES]
    subjects: list[x509.DNSName | x509.IPAddress] = [*names, *addresses]

    for subject in subjects:
        verifier = PolicyBuilder().store(store).time(NOW).build_server_verifier(subject)
        verifier.verify(x509.load_pem_x509_certificate(files.server.read_bytes()), [])


@pytest.mark.parametrize("name", ["example.org", "192.0.2.7", "mylocalhost"])
def test_with_the_authoritys_key_nobody_can_pose_as_another_site(tmp_path: Path, name: str) -> None:
    now = datetime.now(UTC)
    files = certificate.keep(tmp_path, names=NAMES, now=now)
    _sign(tmp_path, name, now=now)
    client = ssl.create_default_context(cafile=files.ca)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.server, files.key)

    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        _shake_hands(client, server, name)


def test_an_authority_that_is_bound_to_no_names_is_replaced(tmp_path: Path) -> None:
    _unbound_authority(tmp_path)

    files = certificate.keep(tmp_path, names=NAMES, now=NOW)

    made = x509.load_pem_x509_certificate(files.ca.read_bytes())
    assert made.extensions.get_extension_for_class(x509.NameConstraints).critical
    assert files.is_new_authority
    assert not certificate.keep(tmp_path, names=NAMES, now=NOW).is_new_authority


def test_the_first_authority_replaces_none(tmp_path: Path) -> None:
    assert not certificate.keep(tmp_path, names=NAMES, now=NOW).is_new_authority


@pytest.mark.parametrize("name", ["ca.key", "server.key"])
def test_a_key_that_others_could_read_is_refused(tmp_path: Path, name: str) -> None:
    certificate.keep(tmp_path, names=NAMES, now=NOW)
    (tmp_path / name).chmod(0o640)

    with pytest.raises(NotPrivate, match=f"chmod 600 .*{name}"):
        certificate.keep(tmp_path, names=NAMES, now=NOW)


def test_keys_are_readable_for_their_owner_alone(tmp_path: Path) -> None:
    certificate.keep(tmp_path / "certificates", names=NAMES, now=NOW)

    for name in ("ca.key", "server.key"):
        mode = (tmp_path / "certificates" / name).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600
    assert stat.S_IMODE((tmp_path / "certificates").stat().st_mode) == 0o700


def test_a_good_certificate_is_kept(tmp_path: Path) -> None:
    first = certificate.keep(tmp_path, names=NAMES, now=NOW).server.read_bytes()

    later = NOW + certificate.SERVER_LIFE - timedelta(days=31)
    assert certificate.keep(tmp_path, names=NAMES, now=later).server.read_bytes() == first


def test_a_certificate_near_its_end_is_renewed_by_the_same_authority(tmp_path: Path) -> None:
    first = certificate.keep(tmp_path, names=NAMES, now=NOW)
    server, ca = first.server.read_bytes(), first.ca.read_bytes()

    later = NOW + certificate.SERVER_LIFE - timedelta(days=29)
    second = certificate.keep(tmp_path, names=NAMES, now=later)

    assert second.server.read_bytes() != server
    assert second.ca.read_bytes() == ca


def test_a_new_name_of_the_machine_takes_a_new_authority(tmp_path: Path) -> None:
    first = certificate.keep(tmp_path, names=NAMES, now=NOW)
    server, ca = first.server.read_bytes(), first.ca.read_bytes()

    second = certificate.keep(tmp_path, names=("localhost", "lap"), now=NOW)

    assert second.server.read_bytes() != server
    assert second.ca.read_bytes() != ca
    assert second.is_new_authority


def test_an_authority_that_can_vouch_for_fewer_names_is_kept(tmp_path: Path) -> None:
    first = certificate.keep(tmp_path, names=NAMES, now=NOW)
    server, ca = first.server.read_bytes(), first.ca.read_bytes()

    second = certificate.keep(tmp_path, names=("localhost",), now=NOW)

    assert second.server.read_bytes() != server
    assert second.ca.read_bytes() == ca


def test_broken_files_are_replaced(tmp_path: Path) -> None:
    files = certificate.keep(tmp_path, names=NAMES, now=NOW)
    files.server.write_text("nothing")
    files.ca.write_text("nothing")

    again = certificate.keep(tmp_path, names=NAMES, now=NOW)

    made = x509.load_pem_x509_certificate(again.server.read_bytes())
    made.verify_directly_issued_by(x509.load_pem_x509_certificate(again.ca.read_bytes()))


def test_a_key_of_another_certificate_is_replaced(tmp_path: Path) -> None:
    files = certificate.keep(tmp_path / "one", names=NAMES, now=NOW)
    other = certificate.keep(tmp_path / "two", names=NAMES, now=NOW)
    files.key.write_bytes(other.key.read_bytes())

    again = certificate.keep(tmp_path / "one", names=NAMES, now=NOW)

    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(again.server, again.key)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_what_only_this_machine_reaches_is_called_by_names_alone(host: str) -> None:
    names = certificate.local_names(host)

    assert names[0] == "localhost"
    assert all(read_ip(name) is None for name in names)


def test_an_address_that_is_listened_on_is_a_name_too() -> None:
    assert certificate.local_names("192.168.1.5")[-1] == "192.168.1.5"


def test_whoever_opens_it_to_the_network_reaches_it_by_its_address() -> None:
    found = certificate.local_names("0.0.0.0")

    addresses = [address for name in found if (address := read_ip(name)) is not None]
    assert not any(address.is_loopback or address.is_unspecified for address in addresses)


def test_a_certificate_for_the_network_holds_the_addresses_strictly(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    files = certificate.keep(tmp_path, names=(*NAMES, "192.168.1.5", "fd00::5"), now=now)
    client = ssl.create_default_context(cafile=files.ca)
    client.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.server, files.key)

    for name in (*NAMES, "127.0.0.1", "192.168.1.5", "fd00::5"):
        _shake_hands(client, server, name)


def test_another_address_takes_another_authority_and_fewer_do_not(tmp_path: Path) -> None:
    certificate.keep(tmp_path, names=(*NAMES, "192.168.1.5"), now=NOW)

    fewer = certificate.keep(tmp_path, names=NAMES, now=NOW)
    other = certificate.keep(tmp_path, names=(*NAMES, "192.168.1.6"), now=NOW)

    assert (fewer.is_new_authority, other.is_new_authority) == (False, True)


def _sign(folder: Path, name: str, *, now: datetime) -> None:
    """What somebody does who got hold of ca.key: a certificate for any name, in place of ours."""
    signer = authority.load(folder, names=NAMES, now=now)
    assert signer is not None
    key = ec.generate_private_key(ec.SECP256R1())
    held = x509.IPAddress(ipaddress.ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    made = (
        authority.builder(
            subject=x509.Name([]),
            issuer=signer.certificate.subject,
            key=key,
            until=now + certificate.SERVER_LIFE,
            now=now,
        )
        .add_extension(x509.SubjectAlternativeName([held]), critical=True)
        .sign(signer.key, hashes.SHA256())
    )
    (folder / "server.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(authority.pem(key))


def _unbound_authority(folder: Path) -> None:
    """An authority that can vouch for every name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([])
    made = (
        authority.builder(
            subject=name, issuer=name, key=key, until=NOW + authority.CA_LIFE, now=NOW
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(authority.key_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "ca.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "ca.key").write_bytes(authority.pem(key))
    (folder / "ca.key").chmod(0o600)


def _shake_hands(client: ssl.SSLContext, server: ssl.SSLContext, name: str) -> None:
    """Verify a certificate without a network: two ends joined by memory."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert ends[0].version() is not None
