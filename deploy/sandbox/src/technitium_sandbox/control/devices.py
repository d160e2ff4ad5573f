"""Devices that ask a node for an address, as the control port names them."""

import msgspec

from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.dhcp.fields import as_hardware
from technitium_sandbox.dhcp.leases_api import as_client_id, row
from technitium_sandbox.dhcp.records import publish
from technitium_sandbox.dhcp.server import Client
from technitium_sandbox.node import Node

EXPIRY_CHECK_S = 10


class Device(msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename="camel"):
    """One device on the network of the node `to`; the texts are as the API spells them."""

    to: str
    hardware_address: str
    host_name: str | None = None
    client_identifier: str | None = None

    def client(self) -> Client:
        """What the device sends.

        Raises:
            ValueError: A text is no hardware address or no client identifier.
        """
        try:
            identifier = self.client_identifier
            return Client(
                hardware=as_hardware(self.hardware_address),
                host_name=self.host_name,
                identifier=None if identifier is None else as_client_id(identifier),
            )
        except ApiError as problem:
            raise ValueError(problem.message) from None


def take_lease(device: Device, node: Node) -> dict[str, object] | None:
    """The lease as `leases/list` shows it; None when nobody offered the device an address."""
    client = device.client()
    served = node.dhcp.serve(client, node.clock.now()) if node.is_running else None
    if served is None:
        return None
    publish(node)
    # The node looks for leases that have run out every ten seconds.
    node.clock.later(served[0].lease_s + EXPIRY_CHECK_S, lambda: publish(node))
    return row(*served)
