"""What one node knows of its cluster: the members, and how it last found each of them.

Users, groups, section rights and API tokens come from the Primary some seconds after they changed;
Standard sessions belong to the node that opened them.
"""

import copy
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from technitium_sandbox.clock import timestamp
from technitium_sandbox.envelope import Answer, forwarded
from technitium_sandbox.errors import ApiError
from technitium_sandbox.sessions import SPREADING, Kind

if TYPE_CHECKING:
    from technitium_sandbox.node import Node
    from technitium_sandbox.routing import Call
    from technitium_sandbox.wire import Wire

SPREAD_S = 10.1
HEARTBEAT_S = 30
HEARTBEAT_RETRY_S = 10
FIRST_CONTACT_S = 5
CONFIG_REFRESH_S = 900
CONFIG_RETRY_S = 60


class Role(StrEnum):
    PRIMARY = "Primary"
    SECONDARY = "Secondary"


class State(StrEnum):
    SELF = "Self"
    CONNECTED = "Connected"
    UNREACHABLE = "Unreachable"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    node_id: int
    name: str
    ip_addresses: tuple[str, ...]
    role: Role

    @property
    def url(self) -> str:
        return f"https://{self.name}:53443/"


@dataclass(slots=True)
class Contact:
    """How a peer was found the last time; what was never learnt is left out of answers."""

    state: State = State.UNKNOWN
    up_since: float | None = None
    last_seen: float | None = None


@dataclass(slots=True)
class Cluster:
    """The cluster as one of its nodes sees it."""

    node: "Node"
    wire: "Wire"
    domain: str
    members: Sequence[Member]
    contacts: dict[str, Contact] = field(default_factory=dict)
    config_synced: float | None = None
    _lives: int = 0
    _spreading: bool = False

    def __post_init__(self) -> None:
        self.members = sorted(self.members, key=lambda member: member.name)
        self.contacts = {member.name: Contact() for member in self.peers}

    @property
    def me(self) -> Member:
        return next(member for member in self.members if member.name == self.node.domain)

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

    def rows(self) -> list[dict[str, object]]:
        return [self._row(member) for member in self.members]

    def begin(self) -> None:
        """Forget how the peers were found and set the timers, as a node does when it starts."""
        self._lives += 1
        self.contacts = {member.name: Contact() for member in self.peers}
        self._set_timers(self._lives)

    def end(self) -> None:
        """Timers of the life that ends here find that it is over."""
        self._lives += 1
        self._spreading = False

    def meet(self) -> None:
        """Contact every peer now."""
        for member in self.peers:
            self._contact(member)

    def users_changed(self) -> None:
        """On a Primary: have the Secondaries fetch users, rights and tokens in a while."""
        if self.me.role is Role.PRIMARY and not self._spreading:
            self._spreading = True
            self.node.clock.later(SPREAD_S, self._spread)

    def sync_from_primary(self) -> bool:
        """Take the Primary's users, rights and saved API tokens; false when it is down."""
        primary = self.wire.find(self.primary.name)
        if primary is None:
            return False
        take_accounts(self.node, primary)
        self.config_synced = self.node.clock.now()
        return True

    async def forward(self, call: "Call", member: Member) -> Answer:
        """Have another node carry out the call for the same person, with that node's rights."""
        contact = self.contacts[member.name]
        try:
            answer = await self.wire.deliver(call, member.name)
        except ApiError:
            contact.state = State.UNREACHABLE
            raise
        self._contact(member)
        return forwarded(answer)

    def _row(self, member: Member) -> dict[str, object]:
        row: dict[str, object] = {
            "id": member.node_id,
            "name": member.name,
            "url": member.url,
            "ipAddresses": member.ip_addresses,
            "type": member.role.value,
        }
        if member.name == self.node.domain:
            row |= {"state": State.SELF.value, "upSince": timestamp(self.node.up_since)}
            if member.role is Role.SECONDARY and self.config_synced is not None:
                row["configLastSynced"] = timestamp(self.config_synced)
            return row
        contact = self.contacts[member.name]
        row["state"] = contact.state.value
        if contact.up_since is not None:
            row["upSince"] = timestamp(contact.up_since)
        if contact.last_seen is not None:
            row["lastSeen"] = timestamp(contact.last_seen)
        return row

    def _contact(self, member: Member) -> None:
        contact, peer = self.contacts[member.name], self.wire.find(member.name)
        if peer is None:
            contact.state = State.UNREACHABLE
            return
        contact.state = State.CONNECTED
        contact.up_since = peer.up_since
        contact.last_seen = self.node.clock.now()

    def _set_timers(self, life: int) -> None:
        clock = self.node.clock
        clock.later(FIRST_CONTACT_S, lambda: self._heartbeat(life))
        clock.later(CONFIG_REFRESH_S, lambda: self._refresh(life))

    def _heartbeat(self, life: int) -> None:
        if life != self._lives:
            return
        self.meet()
        lost = any(one.state is State.UNREACHABLE for one in self.contacts.values())
        delay_s = HEARTBEAT_RETRY_S if lost else HEARTBEAT_S
        self.node.clock.later(delay_s, lambda: self._heartbeat(life))

    def _refresh(self, life: int) -> None:
        if life != self._lives:
            return
        is_primary = self.me.role is Role.PRIMARY
        delay_s = CONFIG_REFRESH_S if is_primary or self.sync_from_primary() else CONFIG_RETRY_S
        self.node.clock.later(delay_s, lambda: self._refresh(life))

    def _spread(self) -> None:
        self._spreading = False
        if self.wire.find(self.node.domain) is None:
            return
        for member in self.peers:
            peer = self.wire.find(member.name)
            if peer is not None and peer.cluster is not None:
                peer.cluster.sync_from_primary()


def take_accounts(node: "Node", primary: "Node") -> None:
    """Copy the people of `primary`; where and when they signed in here stays this node's own."""
    here = node.directory.users
    node.directory = copy.deepcopy(primary.directory)
    for name, user in node.directory.users.items():
        if name in here:
            user.previous, user.recent = here[name].previous, here[name].recent
    theirs = {one.token: one for one in primary.sessions if one.kind in SPREADING and one.saved}
    node.sessions.end_where(lambda one: one.kind in SPREADING and one.token not in theirs)
    for token, session in theirs.items():
        if node.sessions.find(token) is None:
            node.sessions.add(copy.copy(session))


def form(nodes: Sequence["Node"], *, wire: "Wire", domain: str, owner: str) -> None:
    """Make a running cluster of `nodes`: the first is the Primary, all have met and synced.

    Each node's domain must already lie under `domain`; `owner` is who owns the cluster's token.
    """
    primary = nodes[0]
    members = [
        Member(
            node_id=_node_id(node.domain),
            name=node.domain,
            ip_addresses=node.ip_addresses,
            role=Role.PRIMARY if node is primary else Role.SECONDARY,
        )
        for node in nodes
    ]
    primary.sessions.open(
        Kind.CLUSTER,
        owner,
        now=primary.clock.now(),
        address=primary.ip_addresses[0],
        agent=None,
        token_name=domain,
    )
    for node in nodes:
        node.cluster = Cluster(
            node=node,
            wire=wire,
            domain=domain,
            members=members,
            config_synced=None if node is primary else node.clock.now(),
        )
    for node in nodes:
        if node is not primary:
            take_accounts(node, primary)


def _node_id(name: str) -> int:
    """A positive 32-bit number that stays the same when the sandbox starts again."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") >> 1
