"""The members of a cluster as one of its nodes sees them, and how it speaks with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from technitium_sandbox.calls.envelope import Answer, forwarded
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.clock import timestamp
from technitium_sandbox.cluster.members import Contact, Intervals, Member, Role, State

if TYPE_CHECKING:
    from technitium_sandbox.calls.routing import Call
    from technitium_sandbox.node import Node
    from technitium_sandbox.wire import Wire


@dataclass(slots=True)
class Membership:
    """One node's place among the members; each keeps its own view of the others."""

    node: "Node"
    wire: "Wire"
    domain: str
    members: Sequence[Member]
    intervals: Intervals = field(default_factory=Intervals)
    contacts: dict[str, Contact] = field(default_factory=dict)
    config_synced: float | None = None

    def __post_init__(self) -> None:
        self.members = in_order(self.members)
        self.contacts = {member.name: Contact() for member in self.peers}

    @property
    def me(self) -> Member:
        return next(member for member in self.members if member.name == self.node.domain)

    @property
    def is_primary(self) -> bool:
        return self.me.role is Role.PRIMARY

    @property
    def peers(self) -> list[Member]:
        return [member for member in self.members if member.name != self.node.domain]

    @property
    def primary(self) -> Member:
        return next(member for member in self.members if member.role is Role.PRIMARY)

    def find(self, name: str) -> Member:
        folded = name.lower()
        for member in self.members:
            if member.name == folded:
                return member
        raise ApiError(f"No such node exists in the Cluster by name: {name}")

    def peer(self, member: Member) -> "Node | None":
        """The node behind a member, when it is up and of this cluster still."""
        node = self.wire.find(member.name)
        if node is None or node.cluster is None or node.cluster.domain != self.domain:
            return None
        return node

    def rows(self) -> list[dict[str, object]]:
        """The members as this node shows them."""
        return [member.row() | self._state_of(member) for member in self.members]

    def contact(self, member: Member) -> None:
        """Ask a peer for a sign of life."""
        contact, peer = self.contacts[member.name], self.peer(member)
        if peer is None:
            contact.state = State.UNREACHABLE
            return
        contact.reached(self.node.clock.now())
        contact.up_since = peer.up_since

    async def forward(self, call: "Call", member: Member) -> Answer:
        """Have another node carry out the call for the same person, with that node's rights."""
        contact = self.contacts[member.name]
        try:
            answer = await self.wire.deliver(call, member.name)
        except ApiError:
            contact.state = State.UNREACHABLE
            raise
        contact.reached(self.node.clock.now())
        return forwarded(answer)

    def _state_of(self, member: Member) -> dict[str, object]:
        if member.name != self.node.domain:
            return self.contacts[member.name].row()
        row: dict[str, object] = {"state": State.SELF.value}
        row["upSince"] = timestamp(self.node.up_since)
        if member.role is Role.SECONDARY and self.config_synced is not None:
            row["configLastSynced"] = timestamp(self.config_synced)
        return row


def in_order(members: Iterable[Member]) -> list[Member]:
    return sorted(members, key=lambda member: member.name)
