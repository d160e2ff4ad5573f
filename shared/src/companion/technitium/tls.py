"""How a node proves over TLS that it is the one that was configured.

By the system's trust, by a CA file of its own, or by pins of its certificate. Cluster nodes have
self-signed certificates, so a pin is what most homes need.
"""

import asyncio
import hashlib
import re
import ssl
from pathlib import Path

import aiohttp

TlsTrust = ssl.SSLContext | aiohttp.Fingerprint | bool

_PIN_FORM = (
    "SHA-256 fingerprints as `openssl x509 -fingerprint -sha256` prints them, separated by commas"
)
_DIGEST = re.compile(r"[0-9A-Fa-f]{64}")


class PinnedCertificate(aiohttp.Fingerprint):
    """Trusts a node whose leaf certificate has one of several SHA-256 fingerprints, and no other.

    aiohttp calls `check` after the handshake and before the first byte of a request is sent. The
    fingerprint replaces the certificate authority, the dates and the name.
    """

    def __init__(self, pins: tuple[bytes, ...]) -> None:
        super().__init__(pins[0])
        self._pins = frozenset(pins)

    def check(self, transport: asyncio.Transport) -> None:
        """Raise aiohttp.ServerFingerprintMismatch unless the peer's certificate is pinned."""
        tls = transport.get_extra_info("ssl_object")
        certificate = tls.getpeercert(binary_form=True) if tls else None
        digest = hashlib.sha256(certificate or b"").digest()
        if certificate is None or digest not in self._pins:
            host, port, *_ = transport.get_extra_info("peername")
            raise aiohttp.ServerFingerprintMismatch(self.fingerprint, digest, host, port)


def tls_trust(*, pins: tuple[bytes, ...], ca_file: Path | None, verify: bool) -> TlsTrust:
    """Build what aiohttp's connector takes as `ssl`; pins win over everything else.

    True stands for the system's trust, which aiohttp reads once for all connectors.
    """
    if pins:
        return PinnedCertificate(pins)
    if not verify:
        return False
    return True if ca_file is None else ssl.create_default_context(cafile=ca_file)


def read_pins(text: str) -> tuple[bytes, ...]:
    """Read SHA-256 fingerprints of leaf certificates, several separated by commas.

    Each may be plain hexadecimal digits, pairs with colons, or the whole line that
    `openssl x509 -fingerprint -sha256` prints.

    Raises:
        ValueError: With the expected form alone.
    """
    pins = tuple(_pin(part) for part in text.split(",") if part.strip())
    if not pins:
        raise ValueError(_PIN_FORM)
    return pins


def fingerprint_text(digest: bytes) -> str:
    """Write a fingerprint as openssl does, so that people can compare."""
    return digest.hex(":").upper()


def readable_ca_file(text: str) -> Path:
    """Read the path of a CA file that can be used.

    Raises:
        ValueError: With the expected form alone.
    """
    try:
        ssl.create_default_context(cafile=text)
    except ssl.SSLError:
        raise ValueError(f"a file with certificates in PEM form, which {text} is not") from None
    except OSError as exc:
        raise ValueError(f"a file that can be read ({exc.strerror or exc}: {text})") from None
    return Path(text)


def _pin(text: str) -> bytes:
    digits = text.rpartition("=")[2].strip().replace(":", "")
    if _DIGEST.fullmatch(digits) is None:
        raise ValueError(_PIN_FORM)
    return bytes.fromhex(digits)
