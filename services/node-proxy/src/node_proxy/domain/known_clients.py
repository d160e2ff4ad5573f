"""Who is on the network, as the leases say that a person may see."""

from collections.abc import Iterable

import msgspec

from node_proxy.domain.leases import LeasesList


class KnownClient(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One client: its address, and its name where it has one that can be shown."""

    ip: str
    hostname: str | None = None


def known_clients(lists: Iterable[LeasesList]) -> list[KnownClient]:
    """Each address once, with the first name that a node has for it; by name, else by address."""
    names: dict[str, str | None] = {}
    for found in lists:
        for lease in found.taken():
            names[lease.address] = names.get(lease.address) or lease.shown_name
    clients = [KnownClient(ip=ip, hostname=name) for ip, name in names.items()]
    return sorted(clients, key=lambda client: ((client.hostname or client.ip).lower(), client.ip))
