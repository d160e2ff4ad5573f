"""The nodes that are configured: who they are and how they may be reached.

Ids are the operator's words; they appear in routes and, folded, in names of variables.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from companion.env import Env
from companion.technitium.address import is_private, read_base_url
from companion.technitium.tls import read_pins, readable_ca_file

ROUTE_WORDS = frozenset(
    {
        "all",
        "logs",
        "zones",
        "dhcp",
        "advanced-blocking",
        "known-clients",
        "dns-schedules",
        "dns-overrides",
        "log-alerts",
    }
)
# TECHNITIUM_CLUSTER_TOKEN and its like belong to no node.
TAKEN_VARIABLES = frozenset({"CLUSTER", "BACKGROUND", "DHCP"})

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeConfig:
    """One node of the settings.

    Attributes:
        id: As written in TECHNITIUM_NODES; matched without regard to case.
        name: For people; the id unless another is set.
        base_url: Scheme, host, port and perhaps a path; no slash at the end.
        ca_file: The only authority that is trusted for this node, if set.
        pins: SHA-256 digests of its certificate; if any, they replace authority and name.
        allow_http: Plain HTTP is accepted though the address is not private.
        verify: False: any certificate is accepted.
    """

    id: str
    name: str
    base_url: str
    ca_file: Path | None = None
    pins: tuple[bytes, ...] = ()
    allow_http: bool = False
    verify: bool = True

    @property
    def insecure(self) -> bool:
        """Whether a listener on the way could read or change what is sent."""
        return self.base_url.startswith("http://") or not (self.verify or self.pins)

    def variable(self, suffix: str) -> str:
        """Name a variable of this node, such as TECHNITIUM_NS1_BASE_URL."""
        return variable(self.id, suffix)


def variable(node_id: str, suffix: str) -> str:
    """Name a variable of a node: everything in the id but letters and digits falls away."""
    return f"TECHNITIUM_{_folded(node_id)}_{suffix}"


def find(nodes: Iterable[NodeConfig], node_id: str) -> NodeConfig | None:
    """Find a node by its id, in any case."""
    wanted = node_id.lower()
    return next((node for node in nodes if node.id.lower() == wanted), None)


def read_nodes(env: Env) -> tuple[NodeConfig, ...]:
    """Read every node of TECHNITIUM_NODES, in that order; what is wrong goes into `env`."""
    ids = env.csv(
        "TECHNITIUM_NODES", help="The ids of the nodes, separated by commas: ns1,ns2,ns3."
    )
    if not ids:
        env.problem("TECHNITIUM_NODES is not set: name your nodes, such as ns1,ns2.")
    seen: dict[str, str] = {}
    usable = [node_id for node_id in ids if _is_usable_id(env, node_id, seen)]
    return tuple(_read_node(env, node_id) for node_id in usable)


def _is_usable_id(env: Env, node_id: str, seen: dict[str, str]) -> bool:
    problem = _id_problem(node_id, seen)
    if problem is None:
        seen[_folded(node_id)] = node_id
        return True
    env.problem(f"TECHNITIUM_NODES: the id {node_id[:64]!r} {problem}.")
    return False


def _id_problem(node_id: str, seen: dict[str, str]) -> str | None:
    if _ID.fullmatch(node_id) is None:
        return "may hold letters, digits, '.', '_' and '-' only, and begins with one of the first"
    if node_id.lower() in ROUTE_WORDS or _folded(node_id) in TAKEN_VARIABLES:
        return "is a word with a meaning of its own here; choose another"
    other = seen.get(_folded(node_id))
    if other is not None:
        return f"shares the variables {variable(node_id, '…')} with {other!r}; choose another"
    return None


def _read_node(env: Env, node_id: str) -> NodeConfig:
    node = NodeConfig(
        id=node_id,
        name=env.text(
            variable(node_id, "NAME"), default=node_id, help=f"What people call {node_id}."
        ),
        base_url=_read_base_url(env, node_id),
        ca_file=env.parsed(
            variable(node_id, "CA_FILE"),
            readable_ca_file,
            default=None,
            help=f"Certificate authority of {node_id}, PEM; replaces the system's.",
        ),
        pins=env.parsed(
            variable(node_id, "TLS_PIN"),
            read_pins,
            default=(),
            help=f"SHA-256 fingerprints of the certificate of {node_id}, separated by commas.",
        ),
        allow_http=env.flag(
            variable(node_id, "ALLOW_HTTP"),
            default=False,
            help=f"Accept http:// to {node_id} though its address is not private.",
        ),
        verify=env.flag(
            variable(node_id, "TLS_VERIFY"),
            default=True,
            help=f"Verify the certificate of {node_id}.",
        ),
    )
    if node.base_url:
        _check_way(env, node)
    return node


def _read_base_url(env: Env, node_id: str) -> str:
    name = variable(node_id, "BASE_URL")
    base_url = env.parsed(
        name,
        read_base_url,
        default="",
        help=f"Where {node_id} is: https://192.168.1.2:53443 or http://192.168.1.2:5380.",
    )
    if env.raw(name) is None:
        env.problem(f"{name} is not set: give the address of {node_id}.")
    return base_url


def _check_way(env: Env, node: NodeConfig) -> None:
    plain = node.base_url.startswith("http://")
    if plain and not (node.allow_http or is_private(node.base_url)):
        env.problem(
            f"{node.variable('BASE_URL')} is http:// to an address that is not private: passwords "
            f"would travel readable. Use https://, or set {node.variable('ALLOW_HTTP')}=true."
        )
    for suffix, is_set in (("TLS_PIN", node.pins), ("CA_FILE", node.ca_file)):
        if plain and is_set:
            env.problem(f"{node.variable(suffix)} is set, but {node.variable('BASE_URL')} is http.")
    if node.ca_file is not None and not node.verify:
        env.problem(
            f"{node.variable('CA_FILE')} is set and {node.variable('TLS_VERIFY')} is false: keep "
            "one of them."
        )
    if node.insecure and not plain:
        env.warning(f"{node.variable('TLS_VERIFY')} is false: anyone may pose as {node.id}.")


def _folded(node_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", node_id).upper()
