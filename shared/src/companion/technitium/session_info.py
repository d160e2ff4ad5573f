"""What a node says about itself and about the user who asks, read from its `info`.

Open to any valid token, so it is what topology and rights are learnt from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from companion.technitium.versions import Version

Rights = tuple[bool, bool, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterNode:
    """One member of a cluster, as the node that was asked sees it.

    Attributes:
        name: Full DNS name, lower case.
        url: `https://<name>:<port>/`, the way members take to each other.
        ip_addresses: As they were announced, in the node's order.
        type: `Primary` or `Secondary`.
        state: `Self`, `Connected`, `Unreachable` or `Unknown`.
    """

    name: str
    url: str
    ip_addresses: tuple[str, ...]
    type: str
    state: str

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Self:
        # 14.0 had a single ipAddress.
        addresses = fields.get("ipAddresses", fields.get("ipAddress", []))
        if isinstance(addresses, str):
            addresses = [addresses]
        return cls(
            name=_text(fields, "name").lower(),
            url=_text(fields, "url"),
            ip_addresses=tuple(str(address) for address in _typed(addresses, list)),
            type=_text(fields, "type"),
            state=_text(fields, "state"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInfo:
    """Who asked, and what the node says of itself.

    Attributes:
        username: As the node spells it.
        version: Such as `15.2`.
        started_at: ISO 8601, UTC; None where the node does not say.
        server_domain: The node's own DNS name.
        cluster_initialized: False for a node alone, and for versions that know no clusters.
        cluster_domain: The cluster's name, if there is one.
        cluster_nodes: Its members in this node's view.
        permissions: View, Modify and Delete of this user, by section.
    """

    username: str
    version: str
    started_at: str | None
    server_domain: str
    cluster_initialized: bool
    cluster_domain: str | None
    cluster_nodes: tuple[ClusterNode, ...]
    permissions: Mapping[str, Rights]

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        """Read the fields of a login with includeInfo or of session/get.

        Raises:
            ValueError: Something is missing or of another type.
        """
        info = _typed(body.get("info"), dict)
        initialized = _typed(info.get("clusterInitialized", False), bool)
        members = _typed(info.get("clusterNodes", []), list) if initialized else []
        permissions = _typed(info.get("permissions", {}), dict)
        return cls(
            username=_text(body, "username"),
            version=str(Version.parse(_text(info, "version"))),
            started_at=_optional_text(info, "uptimestamp"),
            server_domain=_text(info, "dnsServerDomain").lower(),
            cluster_initialized=initialized,
            cluster_domain=_optional_text(info, "clusterDomain") if initialized else None,
            cluster_nodes=tuple(ClusterNode.read(_typed(member, dict)) for member in members),
            permissions={
                str(section): _rights(_typed(flags, dict)) for section, flags in permissions.items()
            },
        )


def _rights(flags: Mapping[str, Any]) -> Rights:
    return (
        flags.get("canView") is True,
        flags.get("canModify") is True,
        flags.get("canDelete") is True,
    )


def _text(fields: Mapping[str, Any], name: str) -> str:
    text: str = _typed(fields.get(name), str)
    return text


def _optional_text(fields: Mapping[str, Any], name: str) -> str | None:
    return _text(fields, name) if fields.get(name) is not None else None


def _typed(value: Any, kind: type) -> Any:  # noqa: ANN401 - JSON is any type until it is checked
    if not isinstance(value, kind):
        message = f"expected {kind.__name__}, found {type(value).__name__}"
        raise ValueError(message)  # noqa: TRY004 - one error for every unreadable answer
    return value
