"""What Advanced Blocking decides about a name, by the client's group: its names and its patterns.

The lists that a configuration names by address are not there: a sandbox loads nothing.
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from technitium_sandbox.calls import dotnet_json
from technitium_sandbox.calls.dotnet_text import Network, as_network
from technitium_sandbox.dns.domain_names import as_address

_DEFAULT_TTL_S = 30
# Patterns that would look at a name too often are passed over, so that none can stop the node.
_REPEATED_GROUP = re.compile(r"\)[*+{]")
_REPEATS = re.compile(r"[*+]|,\}")
_MAX_REPEATS = 2
_MAX_PATTERN_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A name is blocked; `report` is None where clients are not told the reason."""

    domain: str
    report: str | None
    as_nx_domain: bool
    addresses: Sequence[str]
    ttl_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    name: str
    is_on: bool
    reports: bool
    as_nx_domain: bool
    addresses: Sequence[str]
    allowed: frozenset[str]
    blocked: frozenset[str]
    allowed_patterns: Sequence[re.Pattern[str]]
    blocked_patterns: Sequence[re.Pattern[str]]

    def allows(self, qname: str) -> bool:
        return bool(_listed(self.allowed, qname) or _matching(self.allowed_patterns, qname))

    def why(self, qname: str) -> tuple[str, str] | None:
        """The entry that blocks the name, and in words."""
        domain = _listed(self.blocked, qname)
        if domain is not None:
            return domain, f"domain={domain}"
        pattern = _matching(self.blocked_patterns, qname)
        return None if pattern is None else (qname, f"regex={pattern}")


@dataclass(frozen=True, slots=True)
class Groups:
    """A configuration, ready to decide."""

    is_on: bool = False
    ttl_s: int = _DEFAULT_TTL_S
    by_name: Mapping[str, Group] = field(default_factory=dict)
    end_points: Mapping[str, str] = field(default_factory=dict)
    networks: Sequence[tuple[Network, str]] = ()

    def allows(self, qname: str, *, client: str, local: str) -> bool:
        """Whether the client's group lets a name through, whoever else would block it."""
        group = self._group(client, local)
        return group is not None and group.allows(qname.lower())

    def ruling(self, qname: str, *, client: str, local: str) -> Ruling | None:
        """None when the app does not block; `local` is the address that was asked."""
        group = self._group(client, local)
        why = None if group is None or group.allows(qname.lower()) else group.why(qname.lower())
        if group is None or why is None:
            return None
        report = f"source=advanced-blocking-app; group={group.name}; {why[1]}"
        return Ruling(
            domain=why[0],
            report=report if group.reports else None,
            as_nx_domain=group.as_nx_domain,
            addresses=group.addresses,
            ttl_s=self.ttl_s,
        )

    def _group(self, client: str, local: str) -> Group | None:
        """The client's group, when the app and the group are on."""
        group = self.by_name.get(self._group_of(client, local) or "")
        return group if self.is_on and group is not None and group.is_on else None

    def _group_of(self, client: str, local: str) -> str | None:
        """By the address that was asked, else by the smallest network of the client."""
        if local in self.end_points:
            return self.end_points[local]
        address = ipaddress.ip_address(client)
        return next((name for network, name in self.networks if address in network), None)


@lru_cache(maxsize=16)
def read(config: str) -> Groups:
    """The groups of a configuration that the app has taken."""
    root = dotnet_json.parse(config)
    networks = [(as_network(text), name) for text, name in (root["networkGroupMap"] or {}).items()]
    known = [(network, name) for network, name in networks if network is not None]
    end_points: dict[str, str] = root.get("localEndPointGroupMap") or {}
    return Groups(
        is_on=root.get("enableBlocking", True),
        ttl_s=root.get("blockingAnswerTtl", _DEFAULT_TTL_S),
        by_name={group["name"]: _group(group) for group in root["groups"] or []},
        end_points={text.removesuffix(":53"): name for text, name in end_points.items()},
        networks=sorted(known, key=lambda entry: -entry[0].prefixlen),
    )


def _group(members: Mapping[str, Any]) -> Group:
    addresses = [as_address(text or "") for text in members.get("blockingAddresses") or ()]
    return Group(
        name=members["name"],
        is_on=members.get("enableBlocking", True),
        reports=members.get("allowTxtBlockingReport", True),
        as_nx_domain=members.get("blockAsNxDomain", False),
        addresses=tuple(str(one) for one in addresses if one is not None),
        allowed=frozenset(members["allowed"] or ()),
        blocked=frozenset(members["blocked"] or ()),
        allowed_patterns=tuple(_patterns(members["allowedRegex"] or ())),
        blocked_patterns=tuple(_patterns(members["blockedRegex"] or ())),
    )


def _patterns(texts: Sequence[str]) -> Iterator[re.Pattern[str]]:
    for text in texts:
        repeats = len(_REPEATS.findall(text))
        is_quick = repeats <= _MAX_REPEATS and not _REPEATED_GROUP.search(text)
        if is_quick and len(text) <= _MAX_PATTERN_CHARS:
            try:
                yield re.compile(text, re.IGNORECASE)
            except (re.error, RecursionError, OverflowError):
                # What only .NET reads matches nothing here.
                continue


def _listed(names: frozenset[str], qname: str) -> str | None:
    """The entry that is the name or above it, as it was written: upper case never matches."""
    labels = qname.split(".")
    upwards = (".".join(labels[start:]) for start in range(len(labels)))
    return next((name for name in upwards if name in names), None)


def _matching(patterns: Sequence[re.Pattern[str]], qname: str) -> str | None:
    return next((one.pattern for one in patterns if one.search(qname)), None)
