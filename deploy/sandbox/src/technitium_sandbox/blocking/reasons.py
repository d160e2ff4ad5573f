"""Why a name is blocked, and what a client is answered then."""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from technitium_sandbox.apps.table import ADVANCED_BLOCKING
from technitium_sandbox.blocking import groups
from technitium_sandbox.blocking.groups import Groups
from technitium_sandbox.dashboard.statistics import Rcode, Source
from technitium_sandbox.dns.resource_records import DnsRecord
from technitium_sandbox.resolver.cache import ExtendedError
from technitium_sandbox.resolver.replies import Question, Reply

if TYPE_CHECKING:
    from technitium_sandbox.node import Node

_ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - an answer, nothing listens there


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a client is answered: with NXDOMAIN, or with one of these addresses."""

    as_nx_domain: bool
    addresses: Sequence[str]
    ttl_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """`domain` is the listed name; `report` is what a client may be told; `manner` is how."""

    domain: str
    report: str | None
    manner: Manner


def reason(node: "Node", qname: str, client: str) -> Reason | None:
    """Why `qname` is blocked for that client; None when it is not.

    The settings switch the node's own lists, not the app, which allows before all of them.
    """
    settings, local = node.settings, node.ip_addresses[0]
    is_on = bool(settings["enableBlocking"])
    if is_on and _is_let_through(node, qname, client):
        return None
    app = _groups(node)
    if app.allows(qname, client=client, local=local):
        return None
    report = _listed(node, qname) if is_on else None
    if report is not None:
        domain = report.rpartition("domain=")[2]
        return Reason(domain=domain, report=report, manner=_manner(settings))
    ruling = app.ruling(qname, client=client, local=local)
    if ruling is None:
        return None
    manner = Manner(
        as_nx_domain=ruling.as_nx_domain, addresses=ruling.addresses, ttl_s=ruling.ttl_s
    )
    return Reason(domain=ruling.domain, report=ruling.report, manner=manner)


def answer(node: "Node", question: Question, why: Reason) -> Reply:
    """In the manner that was chosen; a question for TXT is told the reason."""
    ttl, report = why.manner.ttl_s, why.report
    if question.type == "TXT" and report is not None and _tells(node, report):
        data = {"text": report, "characterStrings": [report]}
        return _reply(Rcode.NO_ERROR, (DnsRecord(question.name, "TXT", ttl, data),))
    errors = () if report is None else (ExtendedError("Blocked", report),)
    if why.manner.as_nx_domain:
        return _reply(Rcode.NX_DOMAIN, (), (_soa(node, why.domain, ttl),), errors)
    records = tuple(_addresses(question, why.manner.addresses, ttl))
    authority = () if records else (_soa(node, why.domain, ttl),)
    return _reply(Rcode.NO_ERROR, records, authority, errors)


def _is_let_through(node: "Node", qname: str, client: str) -> bool:
    is_bypassing = _is_within(client, node.settings["blockingBypassList"])
    return is_bypassing or node.allowed.covering(qname) is not None


def _groups(node: "Node") -> Groups:
    app = node.apps.find(ADVANCED_BLOCKING)
    return Groups() if app is None or app.config is None else groups.read(app.config)


def _listed(node: "Node", qname: str) -> str | None:
    listed = node.blocked.covering(qname)
    if listed is not None:
        return f"source=blocked-zone; domain={listed}"
    for name in _upwards(qname):
        if name in node.resolver.listed:
            url = node.resolver.listed[name]
            return f"source=block-list-zone; blockListUrl={url}; domain={name}"
    return None


def _manner(settings: Mapping[str, Any]) -> Manner:
    is_custom = settings["blockingType"] == "CustomAddress"
    return Manner(
        as_nx_domain=settings["blockingType"] == "NxDomain",
        addresses=tuple(settings["customBlockingAddresses"]) if is_custom else _ANY_ADDRESS,
        ttl_s=int(settings["blockingAnswerTtl"]),
    )


def _tells(node: "Node", report: str) -> bool:
    """The app tells by its own settings: what it does not tell has no report."""
    is_by_app = report.startswith("source=advanced-blocking-app")
    return is_by_app or bool(node.settings["allowTxtBlockingReport"])


def _reply(
    rcode: Rcode,
    records: tuple[DnsRecord, ...],
    authority: tuple[DnsRecord, ...] = (),
    errors: tuple[ExtendedError, ...] = (),
) -> Reply:
    return Reply(
        rcode=rcode, source=Source.BLOCKED, answer=records, authority=authority, errors=errors
    )


def _addresses(question: Question, chosen: Sequence[str], ttl: int) -> list[DnsRecord]:
    kinds = {4: "A", 6: "AAAA"}
    return [
        DnsRecord(question.name, question.type, ttl, {"ipAddress": address})
        for address in chosen
        if kinds[ipaddress.ip_address(address).version] == question.type
    ]


def _soa(node: "Node", domain: str, ttl: int) -> DnsRecord:
    """Of the zone above; the person is one at the machine, not at the server's domain."""
    machine = node.host_name if node.version.blocked_soa_names_host else node.domain
    data = {
        "primaryNameServer": node.domain,
        "responsiblePerson": f"hostadmin@{machine}",
        "serial": 1,
        "refresh": 14_400,
        "retry": 3_600,
        "expire": 604_800,
        "minimum": ttl,
    }
    return DnsRecord(domain.partition(".")[2], "SOA", ttl, data)


def _upwards(name: str) -> list[str]:
    labels = name.split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]


def _is_within(client: str, networks: list[Any] | None) -> bool:
    address = ipaddress.ip_address(client)
    return any(address in ipaddress.ip_network(str(one), strict=False) for one in networks or ())
