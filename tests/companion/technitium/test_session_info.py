"""What nodes of each version say of themselves, and what is made of nonsense."""

from typing import Any

import pytest
from companion.technitium.session_info import ClusterNode, SessionInfo

SECONDARY: dict[str, Any] = {
    "id": 811905692,
    "name": "NS2.lab.test",
    "url": "https://ns2.lab.test:53443/",
    "ipAddresses": ["10.0.0.2", "fd00::2"],
    "type": "Secondary",
    "state": "Self",
    "upSince": "2026-06-01T08:30:00Z",
}
INFO: dict[str, Any] = {
    "version": "15.2",
    "uptimestamp": "2026-06-01T08:00:00.1234567Z",
    "dnsServerDomain": "ns2.lab.test",
    "clusterInitialized": True,
    "clusterDomain": "lab.test",
    "clusterNodes": [SECONDARY],
    "permissions": {"Zones": {"canView": True, "canModify": False, "canDelete": "true"}},
}
BODY: dict[str, Any] = {"username": "watchbot", "tokenName": "prod", "info": INFO}


def test_answer_of_a_cluster_member_is_read() -> None:
    info = SessionInfo.read(BODY)

    assert (info.username, info.version, info.server_domain) == ("watchbot", "15.2", "ns2.lab.test")
    assert info.started_at == "2026-06-01T08:00:00.1234567Z"
    assert (info.cluster_initialized, info.cluster_domain) == (True, "lab.test")
    assert info.cluster_nodes == (
        ClusterNode(
            name="ns2.lab.test",
            url="https://ns2.lab.test:53443/",
            ip_addresses=("10.0.0.2", "fd00::2"),
            type="Secondary",
            state="Self",
        ),
    )


def test_right_counts_only_when_it_is_true() -> None:
    assert SessionInfo.read(BODY).permissions == {"Zones": (True, False, False)}


def test_members_without_a_cluster_are_not_believed() -> None:
    info = SessionInfo.read(BODY | {"info": INFO | {"clusterInitialized": False}})

    assert info.cluster_initialized is False
    assert info.cluster_nodes == ()
    assert info.cluster_domain is None


def test_single_address_of_14_0_is_read() -> None:
    old = {key: value for key, value in SECONDARY.items() if key != "ipAddresses"}

    assert ClusterNode.read(old | {"ipAddress": "10.0.0.2"}).ip_addresses == ("10.0.0.2",)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": "a"},
        BODY | {"username": None},
        BODY | {"info": []},
        BODY | {"info": INFO | {"version": 15.2}},
        BODY | {"info": INFO | {"version": "next"}},
        BODY | {"info": INFO | {"clusterInitialized": "true"}},
        BODY | {"info": INFO | {"clusterNodes": {}}},
        BODY | {"info": INFO | {"clusterNodes": ["ns1"]}},
        BODY | {"info": INFO | {"clusterNodes": [SECONDARY | {"ipAddresses": 7}]}},
        BODY | {"info": INFO | {"clusterNodes": [SECONDARY | {"ipAddresses": [7]}]}},
        BODY | {"info": INFO | {"permissions": {"Zones": True}}},
        BODY | {"username": "a" * 256},
        BODY | {"username": "admin\nroot"},
        BODY | {"username": "admin\u202e"},
        BODY | {"info": INFO | {"version": "15." + "2" * 256}},
        BODY | {"info": INFO | {"uptimestamp": "2" * 256}},
        BODY | {"info": INFO | {"dnsServerDomain": "n" * 256}},
        BODY | {"info": INFO | {"clusterDomain": "n" * 256}},
        BODY | {"info": INFO | {"clusterNodes": [SECONDARY] * 65}},
        BODY | {"info": INFO | {"clusterNodes": [SECONDARY | {"url": "n" * 256}]}},
        BODY | {"info": INFO | {"clusterNodes": [SECONDARY | {"ipAddresses": ["::"] * 17}]}},
        BODY | {"info": INFO | {"permissions": {"n" * 65: {}}}},
        BODY | {"info": INFO | {"permissions": {f"Section {n}": {} for n in range(65)}}},
    ],
)
def test_what_is_missing_of_another_type_or_too_long_is_an_error(body: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"expected|Not a version"):
        SessionInfo.read(body)


def test_as_much_as_a_node_may_say_is_read() -> None:
    most = INFO | {
        "dnsServerDomain": "n" * 255,
        "clusterNodes": [SECONDARY | {"ipAddresses": ["::"] * 16}] * 64,
        "permissions": {f"{n:064}": {} for n in range(64)},
    }

    info = SessionInfo.read(BODY | {"username": "ü" * 255, "info": most})

    assert (len(info.cluster_nodes), len(info.permissions)) == (64, 64)
