"""Which member of a cluster is which configured node.

A node's own word comes first. For nodes that did not answer, members that others name are
compared with the settings, and only a match that cannot be another counts. What comes of it
says whom to ask, never what is true.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from companion.ip import read_ip
from companion.nodes import NodeConfig
from companion.technitium.session_info import ClusterNode, SessionInfo

SELF = "Self"


class MemberName(NamedTuple):
    """One member, wherever it is spoken of: names are unique within a cluster."""

    cluster: str
    name: str


class _Place(NamedTuple):
    """Where an address leads: a host in comparable form and the port of HTTPS, where known."""

    host: str
    https_port: int | None


def own_entry(info: SessionInfo) -> ClusterNode | None:
    """The member that a node calls itself; None unless there is exactly one."""
    own = [member for member in info.cluster_nodes if member.state == SELF]
    return own[0] if len(own) == 1 else None


def match_members(
    configs: Sequence[NodeConfig], infos: Mapping[str, SessionInfo]
) -> dict[MemberName, str]:
    """Map members to ids of configured nodes; who could be several is left out.

    No node stands for two members and no member for two nodes; the order of either does not
    matter.
    """
    claims = _claims(infos)
    matched = _unique_claims(claims)
    silent = [config for config in configs if config.id not in infos]
    unclaimed = [member for member in _named_members(infos) if member[0] not in claims.values()]
    fits = [
        (name, config.id)
        for name, views in unclaimed
        for config in silent
        if any(could_be(config, view) for view in views)
    ]
    per_member = Counter(name for name, _ in fits)
    per_node = Counter(node_id for _, node_id in fits)
    for name, node_id in fits:
        if per_member[name] == 1 and per_node[node_id] == 1:
            matched[name] = node_id
    return matched


def _claims(infos: Mapping[str, SessionInfo]) -> dict[str, MemberName]:
    """What each node that answered calls itself."""
    return {
        node_id: MemberName(info.cluster_domain or "", own.name)
        for node_id, info in infos.items()
        if (own := own_entry(info)) is not None
    }


def _unique_claims(claims: Mapping[str, MemberName]) -> dict[MemberName, str]:
    """Two ids that reach one node, or two clusters of one name, leave no certainty."""
    count = Counter(claims.values())
    return {name: node_id for node_id, name in claims.items() if count[name] == 1}


def _named_members(infos: Mapping[str, SessionInfo]) -> list[tuple[MemberName, list[ClusterNode]]]:
    """Every member that any node names, with all that is said of where it is."""
    named: dict[MemberName, list[ClusterNode]] = {}
    for info in infos.values():
        for member in info.cluster_nodes:
            key = MemberName(info.cluster_domain or "", member.name)
            named.setdefault(key, []).append(member)
    return list(named.items())


def could_be(config: NodeConfig, member: ClusterNode) -> bool:
    """Whether the configured address could be that member's.

    Several nodes may share a host: where both ports of HTTPS are known, they must be equal.
    """
    ours, theirs = _place(config.base_url), _place(member.url)
    known = ours.https_port is not None and theirs.https_port is not None
    if known and ours.https_port != theirs.https_port:
        return False
    return ours.host in {theirs.host, _host(member.name), *_hosts(member.ip_addresses)} - {""}


def _place(url: str) -> _Place:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return _Place("", None)
    return _Place(_host(parts.hostname or ""), (port or 443) if parts.scheme == "https" else None)


def _hosts(addresses: Iterable[str]) -> list[str]:
    return [_host(address) for address in addresses]


def _host(text: str) -> str:
    literal = read_ip(text)
    return text.lower().rstrip(".") if literal is None else str(literal)
