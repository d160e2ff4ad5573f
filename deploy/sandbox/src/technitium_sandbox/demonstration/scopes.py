"""The DHCP scopes of the demonstration: home and things on the first node, guests on the second.

Who lives in the house keeps renewing; of the guests one has left.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address

from technitium_sandbox.dhcp.fields import as_hardware
from technitium_sandbox.dhcp.scope import ETHERNET, ClientId, Lease, LeaseType, Reservation, Scope
from technitium_sandbox.node import Node

_HOUR_S = 3_600
# In which networks each node has an address.
_NETWORKS = ((10, 20), (10, 30), (10,))
_MASK = IPv4Address("255.255.255.0")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Device:
    """Somebody's device; with `comments` its address is reserved."""

    last: int
    hardware: str
    name: str | None
    hours_ago: float
    comments: str | None = None
    stays: bool = True


_HOME = (
    _Device(last=21, hardware="3C-22-FB-4A-10-21", name="anna-laptop", hours_ago=31.4),
    _Device(last=22, hardware="A8-A1-59-0C-77-22", name="jonas-desktop", hours_ago=7.9),
    _Device(last=23, hardware="F0-18-98-5E-21-23", name="anna-phone", hours_ago=52.2),
    _Device(last=24, hardware="DC-A9-04-33-8F-24", name="jonas-phone", hours_ago=18.6),
    _Device(last=25, hardware="6C-4A-85-90-1D-25", name="tablet", hours_ago=96.3),
    _Device(
        last=30,
        hardware="78-5D-C8-11-42-30",
        name="living-room-tv",
        hours_ago=210.5,
        comments="Wired, behind the cupboard",
    ),
    _Device(last=31, hardware="44-00-49-7A-B6-31", name="kitchen-speaker", hours_ago=75.1),
    _Device(
        last=40,
        hardware="00-11-32-C4-5B-40",
        name="nas",
        hours_ago=640.0,
        comments="Backups and photos",
    ),
    _Device(
        last=41,
        hardware="30-05-5C-2E-90-41",
        name="printer",
        hours_ago=333.7,
        comments="2nd floor",
    ),
)
_THINGS = (
    _Device(last=11, hardware="18-B4-30-6F-02-11", name="thermostat", hours_ago=401.8),
    _Device(
        last=12,
        hardware="5C-47-5E-83-D0-12",
        name="doorbell",
        hours_ago=159.2,
        comments="Front door",
    ),
    _Device(last=13, hardware="50-EC-50-1B-34-13", name="vacuum", hours_ago=22.5),
    _Device(
        last=14,
        hardware="8C-AA-B5-D7-61-14",
        name="solar-inverter",
        hours_ago=812.4,
        comments="Garage, read by the meter",
    ),
)
_GUESTS = (
    _Device(last=57, hardware="7A-1F-C2-08-EE-57", name=None, hours_ago=0.6),
    _Device(last=58, hardware="CE-40-93-B1-2A-58", name="galaxy-s24", hours_ago=1.3, stays=False),
)
# Reserved and never seen yet: such a one stands in the scope and not among the leases.
_SPARE = Reservation(
    hardware=as_hardware("D8-3A-DD-55-01-60"),
    address=IPv4Address("192.168.10.60"),
    host_name="sewing-room-pi",
    comments="Not unpacked yet",
)


def furnish(node: Node, number: int) -> None:
    """The scopes of the node with that number, counted from nought."""
    host = number + 2
    node.dhcp.own_address = IPv4Address(f"192.168.10.{host}")
    networks = _NETWORKS[number] if number < len(_NETWORKS) else _NETWORKS[-1]
    node.dhcp.interfaces = [IPv4Address(f"192.168.{one}.{host}") for one in networks]
    now = float(int(node.clock.now()))
    for scope, devices in _scopes(number):
        node.dhcp.add(scope)
        _house(scope, devices, now)
    if number == 1:
        node.dhcp.disable(node.dhcp.scopes["Home"])


def _scopes(number: int) -> Iterable[tuple[Scope, tuple[_Device, ...]]]:
    if number == 0:
        home = _scope("Home", 10, (20, 199), "home.arpa")
        home.exclusions = ((IPv4Address("192.168.10.100"), IPv4Address("192.168.10.119")),)
        home.search_list = ("home.arpa", "iot.home.arpa")
        home.reservations[_SPARE.hardware] = _SPARE
        things = _scope("IoT", 20, (10, 99), "iot.home.arpa")
        things.lease_days = 7
        return ((home, _HOME), (things, _THINGS))
    if number == 1:
        guests = _scope("Guest", 30, (50, 150), "guest.home.arpa")
        guests.lease_days, guests.lease_hours = 0, 2
        standby = _scope("Home", 10, (200, 239), "home.arpa")
        return ((guests, _GUESTS), (standby, ()))
    return ()


def _scope(name: str, network: int, ends: tuple[int, int], domain: str) -> Scope:
    def at(last: int) -> IPv4Address:
        return IPv4Address(f"192.168.{network}.{last}")

    return Scope(
        name=name,
        start=at(ends[0]),
        end=at(ends[1]),
        mask=_MASK,
        domain_name=domain,
        # Who looks after the names of this house is the product.
        dns_updates=False,
        router=at(1),
        dns_servers=(IPv4Address("192.168.10.2"), IPv4Address("192.168.10.3")),
        ntp_servers=(IPv4Address("192.168.10.1"),),
    )


def _house(scope: Scope, devices: Iterable[_Device], now: float) -> None:
    for device in devices:
        hardware = as_hardware(device.hardware)
        address = scope.network + device.last
        if device.comments is not None:
            scope.reservations[hardware] = Reservation(
                hardware=hardware,
                address=address,
                host_name=device.name,
                comments=device.comments,
            )
        client = ClientId(ETHERNET, hardware)
        obtained = now - device.hours_ago * _HOUR_S
        is_reserved = device.comments is not None
        scope.leases[client] = Lease(
            kind=LeaseType.RESERVED if is_reserved else LeaseType.DYNAMIC,
            client=client,
            hardware=hardware,
            address=address,
            host_name=None if device.name is None else f"{device.name}.{scope.domain_name}",
            obtained=obtained,
            expires=obtained + scope.lease_s,
            keeps_renewing=device.stays,
        )
