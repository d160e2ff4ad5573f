"""What a node says about itself and about the user who asks, read from its `info`.

Open to any valid token, so it is what topology and rights are learnt from. Sessions remember
some of it, so what is longer than any node has reason to say is not read at all.
"""

from collections.abc import Mapping, Sized
from dataclasses import dataclass
from typing import Any, Final, Self, TypeVar

from companion.technitium.text import is_readable
from companion.technitium.versions import Version

MAX_TEXT_CHARACTERS: Final = 255
# Technitium has eleven sections; apps and later versions may add some.
MAX_SECTIONS: Final = 64
MAX_SECTION_CHARACTERS: Final = 64
MAX_MEMBERS: Final = 64
MAX_ADDRESSES: Final = 16

Rights = tuple[bool, bool, bool]
_Values = TypeVar("_Values", bound=Sized)


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
            ip_addresses=tuple(
                _bounded(address) for address in _few(_typed(addresses, list), MAX_ADDRESSES)
            ),
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
            ValueError: Something is missing, of another type, or longer than is believed.
        """
        info = _typed(body.get("info"), dict)
        initialized = _typed(info.get("clusterInitialized", False), bool)
        members = _typed(info.get("clusterNodes", []), list) if initialized else []
        sections = _few(_typed(info.get("permissions", {}), dict), MAX_SECTIONS)
        return cls(
            username=_name(body),
            version=str(Version.parse(_text(info, "version"))),
            started_at=_optional_text(info, "uptimestamp"),
            server_domain=_text(info, "dnsServerDomain").lower(),
            cluster_initialized=initialized,
            cluster_domain=_optional_text(info, "clusterDomain") if initialized else None,
            cluster_nodes=tuple(
                ClusterNode.read(_typed(member, dict)) for member in _few(members, MAX_MEMBERS)
            ),
            permissions={
                _bounded(section, MAX_SECTION_CHARACTERS): _rights(_typed(flags, dict))
                for section, flags in sections.items()
            },
        )


def _rights(flags: Mapping[str, Any]) -> Rights:
    return (
        flags.get("canView") is True,
        flags.get("canModify") is True,
        flags.get("canDelete") is True,
    )


def _name(body: Mapping[str, Any]) -> str:
    """The user name, which pages show and logs repeat."""
    name = _text(body, "username")
    if not is_readable(name):
        raise ValueError("expected a readable user name")
    return name


def _text(fields: Mapping[str, Any], name: str) -> str:
    return _bounded(fields.get(name))


def _bounded(value: object, limit: int = MAX_TEXT_CHARACTERS) -> str:
    text: str = _typed(value, str)
    if len(text) > limit:
        message = f"expected at most {limit} characters, found {len(text)}"
        raise ValueError(message)
    return text


def _few(values: _Values, limit: int) -> _Values:
    if len(values) > limit:
        message = f"expected at most {limit} entries, found {len(values)}"
        raise ValueError(message)
    return values


def _optional_text(fields: Mapping[str, Any], name: str) -> str | None:
    return _text(fields, name) if fields.get(name) is not None else None


def _typed(value: Any, kind: type) -> Any:  # noqa: ANN401 - JSON is any type until it is checked
    if not isinstance(value, kind):
        message = f"expected {kind.__name__}, found {type(value).__name__}"
        raise ValueError(message)  # noqa: TRY004 - one error for every unreadable answer
    return value
