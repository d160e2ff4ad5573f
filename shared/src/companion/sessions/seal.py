"""The keys of sessions: a ring that seals what lies in Redis, a pepper that hides its key names.

Both are lists, so that a key can be replaced while sessions sealed with the old one go on.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32

_FORMAT = b"\x01"
_ID_BYTES = 4
_NONCE_BYTES = 12
_TAG_BYTES = 16
_HEAD_BYTES = len(_FORMAT) + _ID_BYTES + _NONCE_BYTES
_SHORTEST_PEPPER = 16


class UnknownKey(Exception):  # noqa: N818 - it states an outcome, not a fault
    """A well-formed blob names a key that is not on the ring.

    Attributes:
        key_id: Hex id of that key, which is not secret.
    """

    def __init__(self, key_id: str) -> None:
        super().__init__(f"No key with the id {key_id} is on the ring.")
        self.key_id = key_id


class SealBroken(Exception):  # noqa: N818 - it states an outcome, not a fault
    """A blob was not sealed by us for this place: cut, forged or moved from elsewhere."""


class KeyRing:
    """Seals with its first key and opens with any.

    A blob is 0x01, the key's id (4 bytes), a random nonce (12) and AES-256-GCM's ciphertext with
    its tag. Sealing and opening take microseconds.
    """

    def __init__(
        self, keys: Sequence[bytes], *, randomness: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        """Takes the keys in order of use.

        Raises:
            ValueError: No key, or one that is not 32 bytes long.
        """
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise ValueError(f"Session keys are one or more keys of {KEY_BYTES} bytes each.")
        self._sealing_id = _key_id(keys[0])
        self._ciphers = {_key_id(key): AESGCM(key) for key in keys}
        self._randomness = randomness

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Reads keys in base64 (either alphabet), separated by commas.

        Raises:
            ValueError: A key is not 32 bytes of base64; the message does not show it.
        """
        return cls([_decoded(part.strip(), number) for number, part in _numbered(text)])

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The hex ids of the keys, which are not secret; the first is the one that seals."""
        return tuple(key_id.hex() for key_id in self._ciphers)

    def seal(self, plain: bytes, *, associated: bytes) -> bytes:
        """A blob that opens only together with the same `associated` bytes."""
        nonce = self._randomness(_NONCE_BYTES)
        sealed = self._ciphers[self._sealing_id].encrypt(nonce, plain, associated)
        return _FORMAT + self._sealing_id + nonce + sealed

    def open(self, blob: bytes, *, associated: bytes) -> bytes:
        """What was sealed for `associated`.

        Raises:
            UnknownKey: The blob is well formed, and its key is not on the ring.
            SealBroken: It does not open.
        """
        if not blob.startswith(_FORMAT) or len(blob) < _HEAD_BYTES + _TAG_BYTES:
            raise SealBroken("This is no sealed blob.")
        key_id, nonce = blob[1 : 1 + _ID_BYTES], blob[1 + _ID_BYTES : _HEAD_BYTES]
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise UnknownKey(key_id.hex())
        try:
            return cipher.decrypt(nonce, blob[_HEAD_BYTES:], associated)
        except InvalidTag as exc:
            raise SealBroken("A sealed blob was forged, or belongs to another place.") from exc


class Pepper:
    """Makes names that cannot be turned back, with the first secret; finds them with all."""

    def __init__(self, secrets_in_order: Sequence[str]) -> None:
        """Takes the secrets in order of use.

        Raises:
            ValueError: No secret, or one shorter than 16 characters.
        """
        if not secrets_in_order or min(map(len, secrets_in_order)) < _SHORTEST_PEPPER:
            raise ValueError(
                f"A session pepper is one or more texts of {_SHORTEST_PEPPER} characters or more."
            )
        self._secrets = [one.encode() for one in secrets_in_order]

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Reads secrets separated by commas.

        Raises:
            ValueError: One is too short; the message does not show it.
        """
        return cls([part.strip() for _, part in _numbered(text)])

    def digest(self, value: str) -> bytes:
        """The 32 bytes that stand for `value` in new names."""
        return self.digests(value)[0]

    def digests(self, value: str) -> list[bytes]:
        """The bytes that may stand for `value` in names that exist, newest secret first."""
        return [hmac.digest(one, value.encode(), "sha256") for one in self._secrets]


def _numbered(text: str) -> list[tuple[int, str]]:
    return list(enumerate(text.split(","), start=1))


def _decoded(text: str, number: int) -> bytes:
    """The key that `text` is the base64 of, padding optional."""
    try:
        standard = text.replace("-", "+").replace("_", "/").rstrip("=")
        key = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"Session key {number} is not {KEY_BYTES} bytes of base64.")
    return key


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()[:_ID_BYTES]
