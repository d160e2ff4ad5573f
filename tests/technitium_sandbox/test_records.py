"""Records of every type: added, shown, updated, exported, read again from the file, deleted."""

import httpx
import pytest

from tests.support.sandbox import fresh_nodes
from tests.technitium_sandbox.caller import Caller

Form = dict[str, str]
HEX = "AB12" * 8
# Type, what is sent, what is shown, what an update sends beside it, what that changes.
CASES: tuple[tuple[str, Form, dict[str, object], Form, dict[str, object]], ...] = (
    (
        "A",
        {"ipAddress": "192.0.2.1"},
        {"ipAddress": "192.0.2.1"},
        {"newIpAddress": "192.0.2.2"},
        {"ipAddress": "192.0.2.2"},
    ),
    ("AAAA", {"value": "2001:DB8::0:1"}, {"ipAddress": "2001:db8::1"}, {}, {}),
    (
        "NS",
        {"nameServer": "ns.example.test."},
        {"nameServer": "ns.example.test"},
        {"newNameServer": "ns2.example.test"},
        {"nameServer": "ns2.example.test"},
    ),
    ("CNAME", {"cname": "www.example.test"}, {"cname": "www.example.test"}, {}, {}),
    ("DNAME", {"dname": "example.test"}, {"dname": "example.test"}, {}, {}),
    (
        "PTR",
        {"ptrName": "host.example.test"},
        {"ptrName": "host.example.test"},
        {"newPtrName": "other.example.test"},
        {"ptrName": "other.example.test"},
    ),
    (
        "MX",
        {"preference": "5", "exchange": "."},
        {"preference": 5, "exchange": "."},
        {"newPreference": "6"},
        {"preference": 6},
    ),
    (
        "TXT",
        {"text": "one\\n\ntwo", "splitText": "true"},
        {"text": "one\ntwo", "splitText": True, "characterStrings": ["one\n", "two"]},
        {"newText": "x", "newSplitText": "false"},
        {"text": "x", "splitText": False, "characterStrings": ["x"]},
    ),
    (
        "RP",
        {"mailbox": "admin@home.test", "txtDomain": "info.home.test"},
        {"mailbox": "admin@home.test", "txtDomain": "info.home.test"},
        {},
        {},
    ),
    (
        "SRV",
        {"priority": "1", "weight": "2", "port": "389", "target": "ldap.home.test"},
        {"priority": 1, "weight": 2, "port": 389, "target": "ldap.home.test"},
        {"newPort": "636"},
        {"port": 636},
    ),
    (
        "NAPTR",
        {"naptrOrder": "1", "naptrPreference": "2", "naptrFlags": "U", "naptrServices": "E2U+sip"},
        {
            "order": 1,
            "preference": 2,
            "flags": "U",
            "services": "E2U+sip",
            "regexp": "",
            "replacement": ".",
        },
        {"naptrNewOrder": "3"},
        {"order": 3},
    ),
    (
        "DS",
        {"keyTag": "1", "algorithm": "ECDSAP256SHA256", "digestType": "SHA256", "digest": HEX},
        {
            "keyTag": 1,
            "algorithm": "ECDSAP256SHA256",
            "algorithmNumber": 13,
            "digestType": "SHA256",
            "digestTypeNumber": 2,
            "digest": HEX,
        },
        {},
        {},
    ),
    (
        "SSHFP",
        {"sshfpAlgorithm": "ed25519", "sshfpFingerprintType": "2", "sshfpFingerprint": HEX.lower()},
        {"algorithm": "Ed25519", "fingerprintType": "SHA256", "fingerprint": HEX},
        {},
        {},
    ),
    (
        "TLSA",
        {
            "tlsaCertificateUsage": "DANE-EE",
            "tlsaSelector": "SPKI",
            "tlsaMatchingType": "SHA2-256",
            "tlsaCertificateAssociationData": HEX,
        },
        {
            "certificateUsage": "DANE-EE",
            "selector": "SPKI",
            "matchingType": "SHA2-256",
            "certificateAssociationData": HEX,
        },
        {},
        {},
    ),
    (
        "SVCB",
        {"svcPriority": "1", "svcTargetName": "www.home.test", "svcParams": "alpn|h2|port|8443"},
        {
            "svcPriority": 1,
            "svcTargetName": "www.home.test",
            "svcParams": {"alpn": "h2", "port": "8443"},
            "autoIpv4Hint": False,
            "autoIpv6Hint": False,
        },
        {"newSvcParams": "false"},
        {"svcParams": {}},
    ),
    (
        "URI",
        {"uriPriority": "1", "uriWeight": "2", "uri": "https://example.test"},
        {"priority": 1, "weight": 2, "uri": "https://example.test/"},
        {},
        {},
    ),
    (
        "CAA",
        {"flags": "0", "tag": "issue", "value": "ca.test"},
        {"flags": 0, "tag": "issue", "value": "ca.test"},
        {"newValue": "other.test"},
        {"value": "other.test"},
    ),
    ("ANAME", {"aname": "www.example.test"}, {"aname": "www.example.test"}, {}, {}),
    (
        "APP",
        {"appName": "Split Horizon", "classPath": "SplitHorizon.SimpleAddress", "recordData": "{}"},
        {"appName": "Split Horizon", "classPath": "SplitHorizon.SimpleAddress", "data": "{}"},
        {},
        {},
    ),
    ("65280", {"aname": "x.example.test"}, {"aname": "x.example.test"}, {}, {}),
    ("4711", {"rdata": "0a0b"}, {"value": "0A:0B"}, {}, {}),
)


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
async def test_a_record_lives_through_everything(
    case: tuple[str, Form, dict[str, object], Form, dict[str, object]],
) -> None:
    kind, sent, shown, change, changed = case
    async with fresh_nodes() as lab, httpx.AsyncClient() as client:
        caller = Caller(lab, client)
        token = await caller.token("ns1")
        await caller.call("ns1", "/api/zones/create", {"zone": "home.test"}, token=token)
        form = {"zone": "home.test", "domain": "x.home.test", "type": kind, **sent}

        added = await caller.call("ns1", "/api/zones/records/add", form, token=token)
        updated = await caller.call(
            "ns1", "/api/zones/records/update", {**form, **change, "ttl": "60"}, token=token
        )
        exported = await caller.post("ns1", "/api/zones/export", {"zone": "home.test"}, token=token)
        await caller.call("ns1", "/api/zones/create", {"zone": "copy.test"}, token=token)
        records = exported.text.replace("$ORIGIN home.test.", "$ORIGIN copy.test.")
        imported = await caller.call(
            "ns1", "/api/zones/import", {"zone": "copy.test", "records": records}, token=token
        )
        copied = await caller.call(
            "ns1", "/api/zones/records/get", {"domain": "x.copy.test"}, token=token
        )
        wanted = {**form, **_as_now(change)}
        deleted = await caller.call("ns1", "/api/zones/records/delete", wanted, token=token)

    assert added["response"]["addedRecord"]["rData"] == shown, added
    assert updated["response"]["updatedRecord"]["rData"] == {**shown, **changed}, updated
    assert updated["response"]["updatedRecord"]["ttl"] == 60
    assert imported["status"] == "ok", (imported, exported.text)
    copy = copied["response"]["records"][0]["rData"]
    assert {key: str(value).replace("home.test", "copy.test") for key, value in copy.items()} == {
        key: str(value).replace("home.test", "copy.test")
        for key, value in {**shown, **changed}.items()
    }, exported.text
    assert deleted["status"] == "ok", deleted


def _as_now(change: Form) -> Form:
    """What an update sent as new is, for what comes after it, what is there."""
    names = {name: name.replace("naptrNew", "naptr") for name in change if "naptrNew" in name}
    names |= {name: name[3].lower() + name[4:] for name in change if name.startswith("new")}
    return {names[name]: value for name, value in change.items()}


async def test_a_signed_zone_shows_its_keys_proofs_and_signatures() -> None:
    async with fresh_nodes() as lab, httpx.AsyncClient() as client:
        caller = Caller(lab, client)
        token = await caller.token("ns1")
        zone = {"zone": "home.test"}
        await caller.call("ns1", "/api/zones/create", zone, token=token)
        await caller.call(
            "ns1",
            "/api/zones/dnssec/sign",
            {**zone, "algorithm": "ECDSA", "curve": "P256"},
            token=token,
        )

        form = {"domain": "home.test", "listZone": "true"}
        listed = await caller.call("ns1", "/api/zones/records/get", form, token=token)
        properties = await caller.call("ns1", "/api/zones/dnssec/properties/get", zone, token=token)
        delegation = await caller.call("ns1", "/api/zones/dnssec/viewDS", zone, token=token)

    types = [one["type"] for one in listed["response"]["records"]]
    assert types == ["NS", "SOA", *["RRSIG"] * 4, "NSEC", "DNSKEY", "DNSKEY"]
    key = properties["response"]["dnssecPrivateKeys"][0]
    assert delegation["response"]["dsRecords"][0]["keyTag"] == key["keyTag"]
