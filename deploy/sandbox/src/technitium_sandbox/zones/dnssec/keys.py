"""Keys of a signed zone: real key tags and digests over made-up public keys."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from technitium_sandbox.clock import timestamp
from technitium_sandbox.zones.records.fields import ALGORITHMS

KSK, ZSK = "KeySigningKey", "ZoneSigningKey"
_FLAGS = {KSK: 257, ZSK: 256}
_FLAG_NAMES = {KSK: "SecureEntryPoint, ZoneKey", ZSK: "ZoneKey"}
_KEY_BYTES = {"ECDSAP256SHA256": 64, "ECDSAP384SHA384": 96, "ED25519": 32, "ED448": 57}
DEFAULT_ROLLOVER_DAYS = 30


@dataclass(slots=True, kw_only=True)
class Key:
    """One key pair; `key_size` in bits counts for RSA only."""

    kind: str
    algorithm: str
    public_key: bytes
    state: str
    changed: float
    ready_by: float
    key_size: int = 0
    is_retiring: bool = False
    rollover_days: int = 0

    @classmethod
    def made(
        cls,
        kind: str,
        algorithm: str,
        *,
        state: str,
        now: float,
        ready_by: float,
        randomness: Callable[[int], bytes],
        key_size: int = 0,
        rollover_days: int = 0,
    ) -> "Key":
        length = _KEY_BYTES.get(algorithm, max(key_size // 8, 64) + 4)
        return cls(
            kind=kind,
            algorithm=algorithm,
            public_key=randomness(length),
            state=state,
            changed=now,
            ready_by=ready_by,
            key_size=key_size,
            rollover_days=rollover_days,
        )

    @property
    def number(self) -> int:
        return ALGORITHMS[self.algorithm]

    @property
    def rdata(self) -> bytes:
        """The record's data on the wire: flags, protocol 3, algorithm, key."""
        return _FLAGS[self.kind].to_bytes(2, "big") + bytes([3, self.number]) + self.public_key

    @property
    def tag(self) -> int:
        """As RFC 4034, appendix B, computes it."""
        total = sum(byte << 8 if at % 2 == 0 else byte for at, byte in enumerate(self.rdata))
        return (total + (total >> 16)) & 0xFFFF

    @property
    def text(self) -> str:
        return base64.b64encode(self.public_key).decode()

    def digest(self, zone: str, algorithm: str) -> str:
        """What a DS record at the parent holds, in hexadecimal."""
        owner = b"".join(bytes([len(label)]) + label.encode() for label in zone.split(".") if label)
        return hashlib.new(algorithm, owner + b"\0" + self.rdata).hexdigest().upper()

    def row(self) -> dict[str, object]:
        bits = f" ({self.key_size} bits)" if self.algorithm.startswith("RSA") else ""
        row: dict[str, object] = {
            "keyTag": self.tag,
            "keyType": self.kind,
            "algorithm": self.algorithm + bits,
            "algorithmNumber": self.number,
            "state": self.state,
            "stateChangedOn": timestamp(self.changed),
        }
        if self.state == "Published":
            by = "stateReadyBy" if self.kind == KSK else "stateActiveBy"
            row[by] = timestamp(self.ready_by)
        return row | {"isRetiring": self.is_retiring, "rolloverDays": self.rollover_days}

    def data(self, zone: str) -> dict[str, object]:
        """What the DNSKEY record shows as rData."""
        data: dict[str, object] = {
            "flags": _FLAG_NAMES[self.kind],
            "protocol": 3,
            "algorithm": self.algorithm,
            "algorithmNumber": self.number,
            "publicKey": self.text,
            "computedKeyTag": self.tag,
            "dnsKeyState": self.state,
        }
        if self.state == "Published":
            by = "dnsKeyStateReadyBy" if self.kind == KSK else "dnsKeyStateActiveBy"
            data[by] = timestamp(self.ready_by)
        if self.kind == KSK:
            data["computedDigests"] = [
                {"digestType": name.upper(), "digest": self.digest(zone, name)}
                for name in ("sha256", "sha384")
            ]
        return data


@dataclass(frozen=True, slots=True)
class Nsec3:
    iterations: int = 0
    salt_bytes: int = 0


@dataclass(slots=True, kw_only=True)
class Signing:
    """That a zone is signed, with which keys, and how it proves what does not exist."""

    keys: list[Key] = field(default_factory=list)
    key_ttl: int = 3_600
    nsec3: Nsec3 | None = None

    def in_order(self) -> list[Key]:
        """Keys that sign keys first, then by age."""
        return sorted(self.keys, key=lambda key: (key.kind != KSK, key.changed))

    def find(self, tag: int) -> Key | None:
        return next((key for key in self.keys if key.tag == tag), None)
