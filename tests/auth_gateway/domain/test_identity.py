"""Which nodes may say who somebody is: those that the identity node itself names."""

import pytest
from auth_gateway.domain.identity import members_of
from companion.nodes import NodeConfig
from companion.technitium.session_info import ClusterNode, SessionInfo

CONFIGS = (
    NodeConfig(id="ns1", name="ns1", base_url="http://192.168.1.1:5380"),
    NodeConfig(id="ns2", name="ns2", base_url="http://192.168.1.2:5380"),
    NodeConfig(id="lab", name="lab", base_url="http://192.168.1.9:5380"),
)
NAMED = {"ns1.home": "192.168.1.1", "ns2.home": "192.168.1.2"}


def info(own: str, *, cluster: str | None = "home", named: dict[str, str] = NAMED) -> SessionInfo:
    """What a node says that calls itself `own` and names these members."""
    return SessionInfo(
        username="admin",
        version="15.2",
        started_at=None,
        server_domain=own,
        cluster_initialized=cluster is not None,
        cluster_domain=cluster,
        cluster_nodes=tuple(
            ClusterNode(
                name=name,
                url=f"https://{name}:53443/",
                ip_addresses=(address,),
                type="Primary",
                state="Self" if name == own else "Connected",
            )
            for name, address in named.items()
        ),
        permissions={},
    )


def test_a_member_at_the_address_of_the_settings_is_one() -> None:
    infos = {"ns1": info("ns1.home"), "ns2": info("ns2.home")}

    assert members_of("ns1", infos, CONFIGS, known=()) == ("ns2",)


def test_a_node_that_only_calls_itself_a_member_is_none() -> None:
    infos = {"ns1": info("ns1.home"), "lab": info("ns2.home")}

    assert members_of("ns1", infos, CONFIGS, known=()) == ()


def test_the_word_of_another_node_on_members_counts_for_nothing() -> None:
    everybody = {**NAMED, "lab.home": "192.168.1.9"}
    infos = {"ns1": info("ns1.home"), "lab": info("lab.home", named=everybody)}

    assert members_of("ns1", infos, CONFIGS, known=()) == ()


@pytest.mark.parametrize(("own", "cluster"), [("other.home", "home"), ("ns2.home", "elsewhere")])
def test_a_node_at_a_members_address_that_is_another_is_none(own: str, cluster: str) -> None:
    there = info(own, cluster=cluster, named={own: "192.168.1.2"})

    assert members_of("ns1", {"ns1": info("ns1.home"), "ns2": there}, CONFIGS, known=()) == ()


def test_two_nodes_that_call_themselves_the_same_member_are_none() -> None:
    same_host = (*CONFIGS[:2], NodeConfig(id="lab", name="lab", base_url="http://192.168.1.2:5381"))
    infos = {"ns1": info("ns1.home"), "ns2": info("ns2.home"), "lab": info("ns2.home")}

    assert members_of("ns1", infos, same_host, known=()) == ()


def test_a_known_member_that_does_not_answer_stays_while_it_is_named() -> None:
    alone = info("ns1.home", named={"ns1.home": "192.168.1.1"})

    assert members_of("ns1", {"ns1": info("ns1.home")}, CONFIGS, known=("ns2",)) == ("ns2",)
    assert members_of("ns1", {"ns1": info("ns1.home")}, CONFIGS, known=()) == ()
    assert members_of("ns1", {"ns1": alone}, CONFIGS, known=("ns2",)) == ()


def test_a_node_that_stands_alone_has_no_members() -> None:
    alone = info("ns1", cluster=None, named={})

    assert members_of("ns1", {"ns1": alone}, CONFIGS, known=("ns2",)) == ()
