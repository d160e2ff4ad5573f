"""Who is Primary of what: read from every configured node's own answer, and from nothing else.

A write goes to a Primary, so a node counts as one only on its own word. What others say of it
names whom to ask next; unknown stays unknown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from companion.nodes import NodeConfig
from companion.technitium.errors import (
    NodeError,
    NodePermissionDenied,
    NodeRejected,
    NodeSessionExpired,
    NodeSignedOut,
    NodeVersionUnsupported,
)
from companion.technitium.members import MemberName, match_members, own_entry
from companion.technitium.session_info import ClusterNode, SessionInfo


class Role(StrEnum):
    """What a node is in its own words."""

    PRIMARY = "Primary"
    SECONDARY = "Secondary"
    STANDALONE = "Standalone"
    UNKNOWN = "Unknown"


class Health(StrEnum):
    """Whether a node answers."""

    CONNECTED = "Connected"
    UNREACHABLE = "Unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterView:
    """One configured node's place, by its own answer.

    Attributes:
        initialized: Whether it is in a cluster; None if it did not say.
        domain: The cluster's name.
        server_domain: The node's own DNS name; None if it did not say.
        type: Its role.
        health: Whether it answered; of a node nobody is signed in to, what other members see.
        is_primary: Whether changes may be sent to it as Primary.
    """

    initialized: bool | None
    domain: str | None
    server_domain: str | None
    type: Role
    health: Health
    is_primary: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """All configured nodes at one moment.

    Attributes:
        nodes: By node id, in the order of the settings.
        primaries: Ids of the nodes that are Primary, or alone, by their own word.
        named_primaries: Ids of the nodes that others call Primary but that did not say so
            themselves: whom to ask, and whom to name when a Primary is missing.
    """

    nodes: Mapping[str, ClusterView]
    primaries: tuple[str, ...]
    named_primaries: tuple[str, ...]


class Place(NamedTuple):
    """Where a node stands by its own word, as far as a session remembers it.

    `cluster` is its cluster's name, None where it stands alone or did not say; `is_primary` says
    whether changes may be sent to it, which is so of a node that stands alone.
    """

    cluster: str | None
    is_primary: bool


Answers = Mapping[str, SessionInfo | NodeError]

# The node itself answered, though not what was asked.
_ANSWERED = (NodeSessionExpired, NodePermissionDenied, NodeRejected, NodeVersionUnsupported)


def topology(configs: Sequence[NodeConfig], answers: Answers) -> Topology:
    """Read who is what from each node's session information or from why there is none.

    `answers` holds one entry per configured node, by id; a missing one counts as unreachable.
    """
    infos = {
        config.id: answer
        for config in configs
        if isinstance(answer := answers.get(config.id), SessionInfo)
    }
    hearsay = list(_hearsay(infos, match_members(configs, infos)))
    seen = {node_id for node_id, view in hearsay if view.state == Health.CONNECTED}
    called_primary = {node_id for node_id, view in hearsay if view.type == Role.PRIMARY}
    views = {
        config.id: _own_view(infos[config.id])
        if config.id in infos
        else _missing_view(answers.get(config.id), seen_by_others=config.id in seen)
        for config in configs
    }
    return Topology(
        nodes=views,
        primaries=tuple(node_id for node_id, view in views.items() if view.is_primary),
        named_primaries=tuple(
            node_id
            for node_id, view in views.items()
            if view.type is Role.UNKNOWN and node_id in called_primary
        ),
    )


def place_of(info: SessionInfo) -> Place:
    """Read one node's place out of its own answer."""
    view = _own_view(info)
    return Place(cluster=view.domain, is_primary=view.is_primary)


def _own_view(info: SessionInfo) -> ClusterView:
    role = _role(info)
    return ClusterView(
        initialized=info.cluster_initialized,
        domain=info.cluster_domain,
        server_domain=info.server_domain,
        type=role,
        health=Health.CONNECTED,
        is_primary=role in {Role.PRIMARY, Role.STANDALONE},
    )


def _role(info: SessionInfo) -> Role:
    if not info.cluster_initialized:
        return Role.STANDALONE
    own = own_entry(info)
    roles = {Role.PRIMARY.value: Role.PRIMARY, Role.SECONDARY.value: Role.SECONDARY}
    return Role.UNKNOWN if own is None else roles.get(own.type, Role.UNKNOWN)


def _missing_view(error: SessionInfo | NodeError | None, *, seen_by_others: bool) -> ClusterView:
    signed_out = isinstance(error, NodeSignedOut)
    answers = seen_by_others if signed_out else isinstance(error, _ANSWERED)
    return ClusterView(
        initialized=None,
        domain=None,
        server_domain=None,
        type=Role.UNKNOWN,
        health=Health.CONNECTED if answers else Health.UNREACHABLE,
        is_primary=False,
    )


def _hearsay(
    infos: Mapping[str, SessionInfo], members: Mapping[MemberName, str]
) -> Iterator[tuple[str, ClusterNode]]:
    """Each configured node with what some member says of it."""
    for info in infos.values():
        for member in info.cluster_nodes:
            node_id = members.get(MemberName(info.cluster_domain or "", member.name))
            if node_id is not None:
                yield node_id, member
