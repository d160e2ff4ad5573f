"""The network between the simulated nodes: who is up, and what a peer says when it is not."""

import asyncio
import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from technitium_sandbox.calls.envelope import Answer
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.control.faults import Fault, Faults, Kind

if TYPE_CHECKING:
    from technitium_sandbox.calls.routing import Call
    from technitium_sandbox.node import Node

DNS_PORT = 53
PEER_TIMEOUT_S = 30


@dataclass(slots=True)
class Wire:
    """Nodes by their own domain name; a stopped node is there but refuses connections."""

    faults: Faults
    nodes: list["Node"] = field(default_factory=list)

    def find(self, name: str) -> "Node | None":
        """The node of that name when it is up."""
        return next((one for one in self.nodes if one.domain == name and one.is_running), None)

    def at(self, address: str, asker: "Node") -> "Node | None":
        """The node that `asker` would reach for DNS at an address, when one is up there."""
        for node in self.nodes:
            if node.is_running and _listens(node, address):
                return node
        everywhere = {"0.0.0.0:53", "[::]:53"} & set(_end_points(asker))
        return asker if everywhere and is_loopback(address) else None

    async def deliver(self, call: "Call", name: str) -> Answer:
        """The answer of the node `name` to a call that another node passes on.

        Raises:
            ApiError: In the words of .NET's HTTP client, when there is no answer.
        """
        node = self.find(name)
        if node is None:
            refused = "Connection refused"
            raise ApiError(f"{refused} ({name}:53443)", inner=refused)
        fault = self.faults.take(node.name, call.path)
        if fault is not None and fault.kind is not Kind.SLOW:
            await _fail(fault)
        answer = await node.answer_for_peer(call)
        if fault is not None:
            await asyncio.sleep(min(fault.seconds, PEER_TIMEOUT_S))
        return answer


def _listens(node: "Node", address: str) -> bool:
    """Where its settings say it does, else at its addresses that are not every machine's own."""
    shown = f"[{address}]" if ":" in address else address
    if f"{shown}:{DNS_PORT}" in _end_points(node):
        return True
    return address in node.ip_addresses and not is_loopback(address)


def _end_points(node: "Node") -> list[str]:
    return [str(one) for one in node.settings["dnsServerLocalEndPoints"]]


def is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


async def _fail(fault: Fault) -> None:
    if fault.kind is Kind.HANG:
        await asyncio.sleep(PEER_TIMEOUT_S)
        raise ApiError(
            "The request was canceled due to the configured HttpClient.Timeout of"
            f" {PEER_TIMEOUT_S} seconds elapsing.",
            inner="A task was canceled.",
        )
    if fault.kind is Kind.STATUS:
        raise ApiError(f"Response status code does not indicate success: {fault.status}.")
    raise ApiError("An error occurred while sending the request.")
