"""How clusters come to be and grow, by the calls init and initJoin."""

from dataclasses import replace
from typing import TYPE_CHECKING

from technitium_sandbox.accounts import sign_in
from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.calls.errors import ApiError, JoinNeedsCode, TotpRequired, access_denied
from technitium_sandbox.calls.parameters import Parameters
from technitium_sandbox.cluster import sync, zones
from technitium_sandbox.cluster.cluster import Cluster
from technitium_sandbox.cluster.forming import open_token
from technitium_sandbox.cluster.members import (
    MAX_MEMBERS,
    Member,
    Role,
    host_and_port,
    name_under,
    node_id,
)
from technitium_sandbox.cluster.roles import led
from technitium_sandbox.dns import domain_names

if TYPE_CHECKING:
    from technitium_sandbox.accounts.directory import User
    from technitium_sandbox.calls.routing import Call
    from technitium_sandbox.node import Node

Addresses = tuple[str, ...]


def initialize(node: "Node", domain: str, addresses: Addresses, owner: str) -> None:
    """Make a cluster of one; the node is renamed to lie under `domain` and speaks HTTPS."""
    failed = "Failed to initialize Cluster:"
    if node.cluster is not None:
        raise ApiError(f"{failed} the Cluster is already initialized.")
    domain = domain.lower().removesuffix(".")
    domain_names.check(domain)
    _require_no_zones(node, domain, failed)
    node.rename(name_under(node.domain, domain))
    _enable_https(node)
    open_token(node, owner, domain)
    node.cluster = Cluster(
        node=node, wire=node.wire, domain=domain, members=[_member(node, addresses, Role.PRIMARY)]
    )
    zones.make(node, node.cluster.me, domain)
    node.cluster.save()
    node.users_changed()


def join(call: "Call", addresses: Addresses, url: str, address: str | None) -> None:
    """Sign in on the Primary, be added there, and take over what it shares."""
    node, failed = call.node, "Failed to join Cluster:"
    if node.cluster is not None:
        raise ApiError(f"{failed} the Cluster is already initialized.")
    primary = _reached(node, url, address)
    user = _signed_in(call, primary)
    if primary.cluster is None:
        raise ApiError(f"{failed} the Primary node does not have a Cluster initialized.")
    domain = primary.cluster.domain
    _require_no_zones(node, domain, failed)
    if not primary.directory.allows(user, "Administration", Right.DELETE):
        raise access_denied()
    name = name_under(node.domain, domain)
    member = Member(
        node_id=node_id(name),
        name=name,
        ip_addresses=addresses,
        role=Role.SECONDARY,
        port=_tls_port(node),
    )
    add_secondary(primary, member)
    node.rename(name)
    _enable_https(node)
    node.cluster = Cluster(
        node=node,
        wire=node.wire,
        domain=domain,
        members=primary.cluster.members,
        intervals=primary.cluster.intervals,
    )
    if primary.cluster.saved is not None:
        sync.take(node, primary, primary.cluster.saved)
    zones.transfer(node, primary, domain)
    node.cluster.joined()


def add_secondary(primary: "Node", member: Member) -> None:
    """Have one more member on the Primary.

    Raises:
        ApiError: Not a Primary, no room, or the name is taken or of another domain.
    """
    failed = "Failed to add Secondary node:"
    cluster = led(primary, failed, "add Secondary nodes")
    if any(one.name == member.name for one in cluster.members):
        raise ApiError(
            f"{failed} A node with the same DNS Server Domain Name already exists in the Cluster."
            " Please change the DNS Server Domain Name and try again."
        )
    if not member.name.endswith(f".{cluster.domain}"):
        raise ApiError(f"{failed} the node domain name must be a subdomain of the Cluster domain.")
    if len(cluster.members) >= MAX_MEMBERS:
        raise ApiError(f"{failed} a Cluster cannot have more than {MAX_MEMBERS} nodes.")
    cluster.add(member)
    zones.member_came(primary, member, cluster.domain)


def _reached(node: "Node", url: str, address: str | None) -> "Node":
    """The node at the Primary's URL: it is up, has that name, and speaks HTTPS on that port."""
    host, port = host_and_port(url)
    primary = node.wire.find(host)
    if primary is None and address is None:
        raise ApiError(
            f"Failed to join Cluster: the Primary node domain name '{host}' could not be resolved"
            " to an IP address. Please specify the Primary node IP address manually.",
            inner=f"Domain does not exist: {host}; RCODE: NXDomain",
        )
    if primary is None or port != _tls_port(primary) or not _speaks_https(primary):
        raise ApiError(f"Connection refused ({host}:{port})", inner="Connection refused")
    return primary


def _signed_in(call: "Call", primary: "Node") -> "User":
    """Who the Primary knows by the given name; failures count there toward this node's lock."""
    parameters = call.parameters
    username = parameters.required("primaryNodeUsername")
    asked = replace(
        call,
        node=primary,
        address=call.node.ip_addresses[0],
        parameters=Parameters({}, {"totp": parameters.optional("primaryNodeTotp") or ""}),
    )
    password = parameters.required("primaryNodePassword")
    try:
        user = sign_in.authenticate(asked, username=username, password=password)
    except TotpRequired:
        raise JoinNeedsCode from None
    user.signed_in(primary.clock.now(), asked.address)
    return user


def _member(node: "Node", addresses: Addresses, role: Role) -> Member:
    return Member(
        node_id=node_id(node.domain),
        name=node.domain,
        ip_addresses=addresses,
        role=role,
        port=_tls_port(node),
    )


def _require_no_zones(node: "Node", domain: str, failed: str) -> None:
    for name in zones.names(domain):
        if any(zone.name == name for zone in node.zones):
            raise ApiError(f"{failed} the zone '{name}' already exists.")


def _enable_https(node: "Node") -> None:
    """Nodes speak HTTPS with each other; without a certificate they make one for themselves."""
    if not _speaks_https(node):
        node.settings["webServiceEnableTls"] = True
        node.settings["webServiceUseSelfSignedTlsCertificate"] = True


def _speaks_https(node: "Node") -> bool:
    return bool(node.settings["webServiceEnableTls"])


def _tls_port(node: "Node") -> int:
    port: int = node.settings["webServiceTlsPort"]
    return port
