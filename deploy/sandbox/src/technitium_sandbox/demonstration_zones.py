"""The zones of the demonstration, as the Primary and as a Secondary of the cluster hold them."""

from collections.abc import Iterator
from dataclasses import dataclass

from technitium_sandbox.statistics import DAY_S, HOUR_S
from technitium_sandbox.zones import Zone, ZoneType

CATALOG = "cluster-catalog.home.arpa"
_EXPIRES_AFTER_S = 7 * DAY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """A zone of the cluster catalog: Primary on one node, Secondary on the others."""

    name: str
    serial: int
    hours_ago: float
    signed: bool = False
    hosts: tuple[str, ...] = ()


_SHARED = (
    _Shared(
        name="home.arpa",
        serial=2026,
        hours_ago=3.2,
        signed=True,
        hosts=("ns1", "ns2", "ns3", "nas", "printer", "router", "www"),
    ),
    _Shared(name="iot.home.arpa", serial=118, hours_ago=9.5, hosts=("mqtt", "thermostat")),
    _Shared(name="lab.home.arpa", serial=57, hours_ago=49.0, hosts=("git", "build")),
    _Shared(name="10.168.192.in-addr.arpa", serial=311, hours_ago=3.2, hosts=("40", "41")),
    _Shared(name="20.168.192.in-addr.arpa", serial=94, hours_ago=9.5),
)
# Zones that one node alone holds.
_OWN = {
    "ns1": (("corp.example", ZoneType.FORWARDER),),
    "ns2": (("media.home.arpa", ZoneType.PRIMARY),),
    "ns3": (("guest.home.arpa", ZoneType.PRIMARY), ("partner.example", ZoneType.STUB)),
}


def demonstration_zones(node: str, *, now: float, is_primary: bool) -> Iterator[Zone]:
    """The zones of one node beside the internal ones; `now` dates them."""
    yield Zone(
        name=CATALOG,
        type=ZoneType.CATALOG if is_primary else ZoneType.SECONDARY_CATALOG,
        last_modified=now - 49 * HOUR_S,
        soa_serial=14,
        expiry=now + _EXPIRES_AFTER_S,
    )
    for shared in _SHARED:
        yield Zone(
            name=shared.name,
            type=ZoneType.PRIMARY if is_primary else ZoneType.SECONDARY,
            last_modified=now - shared.hours_ago * HOUR_S,
            soa_serial=shared.serial,
            catalog=CATALOG,
            signed=shared.signed,
            expiry=now + _EXPIRES_AFTER_S,
            hosts=frozenset(f"{host}.{shared.name}" for host in shared.hosts),
        )
    for name, kind in _OWN.get(node, ()):
        yield Zone(
            name=name,
            type=kind,
            last_modified=now - 20 * HOUR_S,
            soa_serial=3,
            expiry=now + _EXPIRES_AFTER_S,
        )
