"""The records that signing adds to a zone, as lists show them; signatures are of the right shape.

NSEC3 zones show their parameters, but not the hashed names.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator

from technitium_sandbox.clock import timestamp
from technitium_sandbox.dns.record_types import number_of
from technitium_sandbox.zones.dnssec.keys import KSK, ZSK, Key, Signing
from technitium_sandbox.zones.dnssec.signing import key_records
from technitium_sandbox.zones.records.record import Record
from technitium_sandbox.zones.zone import Zone

_HOUR_S, _DAY_S = 3_600, 86_400
# Signatures outlive the time after which Secondaries give the zone up.
_SPARE_DAYS = 3


def signature_records(zone: Zone) -> list[Record]:
    """DNSKEY, NSEC or NSEC3PARAM, and RRSIG of a signed zone; none of any other."""
    signing = zone.signing
    if signing is None:
        return []
    added = [*key_records(zone), *_proofs(zone, signing)]
    names = {name: [*zone.records_of(name)] for name in zone.names() if _is_ours(zone, name)}
    for record in added:
        names.setdefault(record.name, []).append(record)
    signatures = [
        one for name, records in names.items() for one in _signatures(zone, signing, name, records)
    ]
    return [*added, *signatures]


def _is_ours(zone: Zone, name: str) -> bool:
    """Names that are delegated to other servers are theirs to sign."""
    return name == zone.name or not zone.records_of(name, "NS")


def _proofs(zone: Zone, signing: Signing) -> Iterator[Record]:
    minimum = zone.soa.data["minimum"]
    ttl = minimum if isinstance(minimum, int) else 0
    if signing.nsec3 is not None:
        salt = hashlib.sha256(zone.name.encode()).digest()[: signing.nsec3.salt_bytes]
        data: dict[str, object] = {"hashAlgorithm": "SHA1", "flags": "None"}
        data |= {"iterations": signing.nsec3.iterations, "salt": salt.hex().upper()}
        yield _record(zone, zone.name, "NSEC3PARAM", ttl, data)
        return
    names = zone.names()
    for name, following in zip(names, [*names[1:], zone.name], strict=True):
        kinds = {*zone.sets_of(name), "RRSIG", "NSEC"}
        kinds |= {"DNSKEY"} if name == zone.name else set()
        types = sorted(kinds, key=number_of)
        yield _record(zone, name, "NSEC", ttl, {"nextDomainName": following, "types": types})


def _signatures(
    zone: Zone, signing: Signing, name: str, records: Iterable[Record]
) -> Iterator[Record]:
    ttls = {one.type: one.ttl for one in records}
    for kind, ttl in ttls.items():
        wanted = KSK if kind == "DNSKEY" else ZSK
        for key in signing.keys:
            if key.kind == wanted and key.state != "Generated":
                yield _record(zone, name, "RRSIG", ttl, _signature(zone, name, kind, ttl, key))


def _signature(zone: Zone, name: str, kind: str, ttl: int, key: Key) -> dict[str, object]:
    expire = zone.soa.data["expire"]
    lasts_s = (expire if isinstance(expire, int) else 0) + _SPARE_DAYS * _DAY_S
    seed = f"{name} {kind} {zone.soa_serial}".encode() + key.public_key
    labels = [label for label in name.split(".") if label not in ("", "*")]
    return {
        "typeCovered": kind,
        "algorithm": key.algorithm,
        "algorithmNumber": key.number,
        "labels": len(labels),
        "originalTtl": ttl,
        "signatureExpiration": timestamp(int(zone.last_modified) + lasts_s),
        "signatureInception": timestamp(int(zone.last_modified) - _HOUR_S),
        "keyTag": key.tag,
        "signersName": zone.shown_name,
        "signature": base64.b64encode(hashlib.shake_256(seed).digest(64)).decode(),
    }


def _record(zone: Zone, name: str, kind: str, ttl: int, data: dict[str, object]) -> Record:
    return Record(name=name, type=kind, ttl=ttl, data=data, last_modified=zone.last_modified)
