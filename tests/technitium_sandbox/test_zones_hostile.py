"""Whatever is sent to the calls on zones: an answer of the node's own kind, never a failure."""

import asyncio
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from technitium_sandbox.accounts.sessions import Kind
from technitium_sandbox.calls.parameters import Parameters
from technitium_sandbox.calls.routing import Call
from technitium_sandbox.demonstration.nodes import fresh
from technitium_sandbox.node import Node
from technitium_sandbox.sandbox import Sandbox
from technitium_sandbox.zones import making
from technitium_sandbox.zones.routes import ROUTES

TYPES: tuple[str, ...] = (
    "A",
    "AAAA",
    "NS",
    "CNAME",
    "SOA",
    "PTR",
    "MX",
    "TXT",
    "RP",
    "SRV",
    "NAPTR",
    "DNAME",
    "DS",
)
TYPES += ("SSHFP", "TLSA", "SVCB", "HTTPS", "URI", "CAA", "ANAME", "FWD", "APP", "65280", "99999")
ZONE_TYPES: tuple[str, ...] = (
    "Primary",
    "Secondary",
    "Stub",
    "Forwarder",
    "SecondaryForwarder",
    "Catalog",
    "7",
)
NAMES: tuple[str, ...] = (
    "home.test",
    "www.home.test",
    "catalog.test",
    "fwd.test",
    ".",
    "",
    "*.home.test",
    "a..b",
)
NAMES += ("m\u00fcnchen.home.test", "xn--a.home.test", "\u2028", "x" * 300, "1.2.3.0/24", "::1/64")
VALUES: tuple[str, ...] = (
    "",
    "1",
    "-1",
    "0",
    "true",
    "false",
    "192.0.2.1",
    "::1",
    "a b",
    "alpn|h2",
    "a|b|c",
    "1h",
)
VALUES += (
    "AABB",
    "zz",
    "NSEC3",
    "ECDSA",
    "RSA",
    "P256",
    "SHA256",
    "home.test",
    "http://[",
    "9" * 40,
)
VALUES += (
    "admin|true|true",
    "Administrators|true|true|x",
    "10.0.0.0/8,!::/0",
    "\x00",
    "\U0001f600",
)
VALUES += ("$ORIGIN x\n@ 1 IN SOA a b 1 2 3 4 5\n", 'a IN TXT "x', "b 5 IN MX ( 1\n c )", "\\# 1 0")
PARAMETERS = (
    *("ipAddress", "newIpAddress", "value", "newValue", "ttl", "comments", "ptr", "createPtrZone"),
    *("overwrite", "disable", "expiryTtl", "newDomain", "nameServer", "glue", "cname", "ptrName"),
    *("preference", "exchange", "text", "splitText", "priority", "weight", "port", "target"),
    *("naptrOrder", "naptrPreference", "dname", "keyTag", "algorithm", "digestType", "digest"),
    *("sshfpAlgorithm", "sshfpFingerprintType", "sshfpFingerprint", "tlsaCertificateUsage"),
    *("tlsaSelector", "tlsaMatchingType", "tlsaCertificateAssociationData", "svcPriority"),
    *("svcTargetName", "svcParams", "autoIpv4Hint", "uriPriority", "uriWeight", "uri", "flags"),
    *("tag", "aname", "protocol", "forwarder", "proxyType", "appName", "classPath", "recordData"),
    *("rdata", "primaryNameServer", "responsiblePerson", "serial", "refresh", "retry", "expire"),
    *("minimum", "records", "catalog", "sourceZone", "pageNumber", "zonesPerPage", "listZone"),
    *("queryAccess", "queryAccessNetworkACL", "zoneTransfer", "notify", "notifyNameServers"),
    *("updateSecurityPolicies", "primaryNameServerAddresses", "userPermissions", "nxProof"),
    *("groupPermissions", "curve", "hashAlgorithm", "kskKeySize", "zskKeySize", "iterations"),
    *("saltLength", "keyType", "rolloverDays", "initializeForwarder", "useSoaSerialDateScheme"),
)


Form = dict[str, str]


@pytest.fixture(scope="module")
def node() -> Node:
    made: Node = next(iter(fresh(Sandbox(lambda _: []))))
    for zone in (
        making.primary(made, "home.test"),
        making.catalog(made, "catalog.test"),
        making.forwarder(made, "fwd.test"),
    ):
        made.zones.add(zone)
    return made


@st.composite
def forms(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """A path and a form of which much is nonsense, and sometimes everything has one value."""
    path = draw(st.sampled_from(ROUTES)).path
    value = st.sampled_from(VALUES) | st.text(max_size=8)
    common = draw(st.none() | st.sampled_from(VALUES))
    form = {} if common is None else dict.fromkeys(PARAMETERS, common)
    form |= draw(st.dictionaries(st.sampled_from(PARAMETERS), value, max_size=6))
    form["zone"] = draw(st.sampled_from(NAMES))
    form["domain"] = draw(st.sampled_from(NAMES))
    form["type"] = draw(st.sampled_from(TYPES if "records" in path else ZONE_TYPES))
    return path, form


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(asked=forms())
def test_any_call_gets_an_answer_of_its_own_kind(node: Node, asked: tuple[str, Form]) -> None:
    path, form = asked

    with asyncio.Runner() as runner:
        answer = runner.run(node.answer(_call(node, path, form)))

    assert answer.status == 200
    if b"attachment" not in dict(answer.headers).get(b"content-disposition", b""):
        message = json.loads(answer.body).get("errorMessage", "")
        assert "This sandbox failed" not in message


def _call(node: Node, path: str, form: dict[str, str]) -> Call:
    session = node.sessions.open(
        Kind.STANDARD, "admin", now=node.clock.now(), address="127.0.0.1", agent=None
    )
    lowered = {name.lower(): value for name, value in form.items()}
    return Call(
        node=node,
        method="POST",
        path=path,
        parameters=Parameters({}, {**lowered, "token": session.token}),
        address="127.0.0.1",
        content_type="application/x-www-form-urlencoded",
    )
