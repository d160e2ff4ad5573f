"""The nodes of the demonstration: a cluster of three with people, zones and a day of traffic."""

from collections.abc import Sequence

from technitium_sandbox.accounts.directory import Password, User
from technitium_sandbox.accounts.permissions import (
    ADMINISTRATORS,
    DHCP_ADMINISTRATORS,
    DNS_ADMINISTRATORS,
    EVERYONE,
)
from technitium_sandbox.cluster import forming as cluster_forming
from technitium_sandbox.dashboard.statistics import DAY_S, QueryStatistics
from technitium_sandbox.demonstration import scopes, zones
from technitium_sandbox.demonstration.lists import fill_lists, install_apps, keep_cache
from technitium_sandbox.demonstration.logs import keep_logs
from technitium_sandbox.node import Node
from technitium_sandbox.resolver import traffic
from technitium_sandbox.resolver.answering import Answering
from technitium_sandbox.resolver.traffic import Household
from technitium_sandbox.sandbox import Sandbox
from technitium_sandbox.versions import V15_2, Version

CLUSTER_DOMAIN = "home.arpa"
NODE_NAMES = ("ns1", "ns2", "ns3")
TOTP_SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105 - the published secret of a made-up person
BUSIEST_PER_MINUTE = 30.0
BLOCK_LIST_ZONES = 84_213
LISTS_READ_AGO_S = 5.2 * 3_600
BLOCK_LIST = "https://lists.example.net/hosts.txt"
_SETTINGS = {
    "webServiceLocalAddresses": ["[::]"],
    "webServiceEnableTls": True,
    "webServiceUseSelfSignedTlsCertificate": True,
    "defaultResponsiblePerson": "hostmaster@home.arpa",
    "blockListUrls": [BLOCK_LIST],
    "forwarders": ["9.9.9.9", "149.112.112.112"],
    "forwarderProtocol": "Tls",
}
_PEOPLE = (
    ("admin", "Administrator", ADMINISTRATORS),
    ("viewer", "Viewer", EVERYONE),
    ("dhcp", "DHCP desk", DHCP_ADMINISTRATORS),
    ("totp", "Two-step user", DNS_ADMINISTRATORS),
)


def demonstration(
    sandbox: Sandbox,
    *,
    names: Sequence[str] = NODE_NAMES,
    failure_delay_s: float = 1.0,
    version: Version = V15_2,
) -> list[Node]:
    """A cluster, the first name is its Primary; single nodes where there were no clusters yet."""
    nodes = [
        Node(
            name,
            clock=sandbox.clock,
            randomness=sandbox.randomness,
            domain=f"{name}.{CLUSTER_DOMAIN}",
            ip_addresses=(f"192.168.10.{number}",),
            failure_delay_s=failure_delay_s,
            version=version,
        )
        for number, name in enumerate(names, start=2)
    ]
    for number, node in enumerate(nodes):
        _add_people(node)
        _furnish(node, number)
    zones.furnish(nodes, nodes[0].directory.user("admin"))
    if version.has_clusters:
        cluster_forming.form(nodes, wire=sandbox.wire, domain=CLUSTER_DOMAIN, owner="admin")
    return nodes


def fresh(
    sandbox: Sandbox,
    *,
    names: Sequence[str] = ("ns1",),
    failure_delay_s: float = 1.0,
    version: Version = V15_2,
) -> list[Node]:
    """Nodes as newly installed: admin/admin, no cluster."""
    nodes = [
        Node(
            name,
            clock=sandbox.clock,
            randomness=sandbox.randomness,
            failure_delay_s=failure_delay_s,
            version=version,
        )
        for name in names
    ]
    for node in nodes:
        add_user(
            node,
            "admin",
            password="admin",  # noqa: S106 - what a new node is installed with
            display_name="Administrator",
            group=ADMINISTRATORS,
        )
    return nodes


def _furnish(node: Node, number: int) -> None:
    """Zones, apps and a stream of queries; the first node is the busiest."""
    now = node.clock.now()
    install_apps(node)
    fill_lists(node)
    scopes.furnish(node, number)
    node.settings |= _SETTINGS
    node.updates.downloaded = now - LISTS_READ_AGO_S
    node.client_names = traffic.HOST_NAMES
    node.block_list_zones = BLOCK_LIST_ZONES
    node.resolver.cache.elsewhere = traffic.CACHED_ENTRIES // (number + 1)
    keep_cache(node)
    node.resolver.listed = dict.fromkeys(traffic.BLOCKED, BLOCK_LIST)
    stream = Household(seed=node.name, busiest=BUSIEST_PER_MINUTE / (number + 1))
    node.statistics = QueryStatistics(stream, since=(now // DAY_S - 1) * DAY_S)
    node.answering = Answering(node, stream)
    node.log_files = keep_logs(now)


def _add_people(node: Node) -> None:
    """Everybody's password is the user name."""
    for username, display_name, group in _PEOPLE:
        add_user(node, username, password=username, display_name=display_name, group=group)
    person = node.directory.user("totp")
    person.totp_secret, person.totp_enabled = TOTP_SECRET, True


def add_user(
    node: Node, username: str, *, password: str, display_name: str, group: str = EVERYONE
) -> None:
    """One more person; everybody is in Everyone anyway."""
    node.directory.add_user(
        User(
            username=username,
            display_name=display_name,
            password=Password.of(password, node.randomness),
            groups={EVERYONE, group},
        )
    )
