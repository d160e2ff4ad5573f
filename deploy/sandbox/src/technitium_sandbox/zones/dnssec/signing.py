"""Signing a zone and its keys: states and moments are true, signatures are not made."""

from collections.abc import Callable

from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.dns.record_types import DNSSEC
from technitium_sandbox.zones.dnssec.keys import (
    DEFAULT_ROLLOVER_DAYS,
    KSK,
    ZSK,
    Key,
    Nsec3,
    Signing,
)
from technitium_sandbox.zones.records.record import Record
from technitium_sandbox.zones.zone import Zone

Randomness = Callable[[int], bytes]
# The node looks at its keys so often, which is when a key becomes ready.
LOOKS_EVERY_S = 900


def sign(
    zone: Zone,
    now: float,
    randomness: Randomness,
    *,
    algorithm: str = "ECDSAP256SHA256",
    signing: Signing | None = None,
    key_sizes: tuple[int, int] = (0, 0),
    rollover_days: int = DEFAULT_ROLLOVER_DAYS,
) -> None:
    """Give a zone two keys and their records; that takes two serials.

    Raises:
        ApiError: It is signed already.
    """
    if zone.signing is not None:
        raise ApiError("Cannot sign zone: the zone is already signed.")
    chosen = signing or Signing()
    chosen.keys = [
        Key.made(
            KSK,
            algorithm,
            state="Published",
            ready_by=_ready_by(zone, now),
            key_size=key_sizes[0],
            now=now,
            randomness=randomness,
        ),
        Key.made(
            ZSK,
            algorithm,
            state="Active",
            ready_by=now,
            key_size=key_sizes[1],
            rollover_days=rollover_days,
            now=now,
            randomness=randomness,
        ),
    ]
    zone.signing = chosen
    zone.committed(now)


def unsign(zone: Zone, now: float) -> None:
    if zone.signing is None:
        raise ApiError("Cannot unsign zone: the zone is unsigned.")
    zone.signing = None
    zone.committed(now)


def key_records(zone: Zone) -> list[Record]:
    """The DNSKEY records that a signed zone publishes."""
    if zone.signing is None:
        return []
    return [
        Record(
            name=zone.name,
            type="DNSKEY",
            ttl=zone.signing.key_ttl,
            data=key.data(zone.name),
            last_modified=key.changed,
        )
        for key in zone.signing.keys
        if key.state != "Generated"
    ]


def records_without_signatures(zone: Zone) -> list[Record]:
    return [one for one in zone.records() if one.type not in DNSSEC]


def settle(zone: Zone, now: float) -> None:
    """Keys that have been published long enough are ready."""
    for key in zone.signing.keys if zone.signing else ():
        if key.state == "Published" and key.ready_by <= now:
            key.state = "Ready" if key.kind == KSK else "Active"
            key.changed = key.ready_by


def add_key(
    zone: Zone,
    kind: str,
    algorithm: str,
    *,
    now: float,
    randomness: Randomness,
    key_size: int = 0,
    rollover_days: int = 0,
) -> Key:
    """A key that is there, but not yet published."""
    key = Key.made(
        kind,
        algorithm,
        state="Generated",
        now=now,
        ready_by=_ready_by(zone, now),
        randomness=randomness,
        key_size=key_size,
        rollover_days=rollover_days,
    )
    signed(zone).keys.append(key)
    return key


def publish_all(zone: Zone, now: float) -> None:
    generated = [key for key in signed(zone).keys if key.state == "Generated"]
    if not generated:
        raise ApiError("Cannot publish DNSKEY: no generated private keys were found.")
    for key in generated:
        key.state, key.changed, key.ready_by = "Published", now, _ready_by(zone, now)
    zone.committed(now)


def rollover(zone: Zone, tag: int, now: float, randomness: Randomness) -> None:
    """A successor is published; the old key goes when that is ready."""
    old = key_of(zone, tag)
    if old.state not in ("Ready", "Active"):
        raise ApiError("Cannot rollover private key: private key state must be Ready or Active.")
    successor = add_key(
        zone,
        old.kind,
        old.algorithm,
        now=now,
        randomness=randomness,
        key_size=old.key_size,
        rollover_days=old.rollover_days,
    )
    successor.state = "Published"
    old.is_retiring = True
    zone.committed(now)


def retire(zone: Zone, tag: int, now: float) -> None:
    key = key_of(zone, tag)
    others = [
        one
        for one in signed(zone).keys
        if one is not key and one.kind == key.kind and one.state in ("Ready", "Active")
    ]
    if key.state not in ("Ready", "Active"):
        raise ApiError("Cannot retire private key: private key state must be Ready or Active.")
    if not others:
        raise ApiError("Cannot retire private key: no successor key was found.")
    key.state, key.changed, key.is_retiring = "Retired", now, False
    zone.committed(now)


def delete_key(zone: Zone, tag: int) -> None:
    key = key_of(zone, tag)
    if key.state != "Generated":
        raise ApiError("Cannot delete private key: only keys with Generated state can be deleted.")
    signed(zone).keys.remove(key)


def signed(zone: Zone) -> Signing:
    if zone.signing is None:
        raise ApiError("The zone must be signed.")
    return zone.signing


def key_of(zone: Zone, tag: int) -> Key:
    found = signed(zone).find(tag)
    if found is None:
        raise ApiError("Cannot find private key: no such private key was found.")
    return found


def use_nsec3(zone: Zone, nsec3: Nsec3 | None, now: float) -> None:
    """Change how the zone proves what does not exist; None means NSEC."""
    signed(zone).nsec3 = nsec3
    zone.committed(now)


def _ready_by(zone: Zone, now: float) -> float:
    """When caches have forgotten the zone without the key, and the node has looked again."""
    longest = max((one.ttl for one in zone.records_of(zone.name)), default=0)
    soa = zone.soa.data
    spread = sum(value for key in ("refresh", "retry") if isinstance(value := soa[key], int))
    return now + longest + spread + LOOKS_EVERY_S
