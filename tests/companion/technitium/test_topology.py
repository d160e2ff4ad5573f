"""Who is Primary: by each node's own word, under everything others say."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pytest
from companion.nodes import NodeConfig
from companion.technitium.errors import (
    NodeError,
    NodePermissionDenied,
    NodeSessionExpired,
    NodeSignedOut,
    NodeTimeout,
    NodeUnreachable,
)
from companion.technitium.members import MemberName, match_members
from companion.technitium.session_info import ClusterNode, SessionInfo
from companion.technitium.topology import Health, Role, topology
from hypothesis import given
from hypothesis import strategies as st

DOWN = NodeUnreachable("x", "down")


def config(node_id: str, base_url: str) -> NodeConfig:
    return NodeConfig(id=node_id, name=node_id, base_url=base_url)


def member(
    name: str,
    *,
    ip: Sequence[str] = ("10.0.0.1",),
    port: int = 53443,
    kind: str = "Secondary",
    state: str = "Connected",
) -> ClusterNode:
    return ClusterNode(
        name=name,
        url=f"https://{name}:{port}/",
        ip_addresses=tuple(ip),
        type=kind,
        state=state,
    )


def info(own: str, *members: ClusterNode, domain: str | None = "lab.test") -> SessionInfo:
    """What the node called `own` says; without members it is alone."""
    return SessionInfo(
        username="admin",
        version="15.2",
        started_at=None,
        server_domain=own,
        cluster_initialized=bool(members),
        cluster_domain=domain if members else None,
        cluster_nodes=tuple(
            replace(one, state="Self") if one.name == own else one for one in members
        ),
        permissions={},
    )


NS1 = member("ns1.lab.test", ip=["10.0.0.1"], kind="Primary")
NS2 = member("ns2.lab.test", ip=["10.0.0.2"])
NS3 = member("ns3.lab.test", ip=["10.0.0.3"])
ALL = (NS1, NS2, NS3)

CONFIGS = [
    config("a", "http://10.0.0.1:5380"),
    config("b", "https://10.0.0.2:53443"),
    config("c", "https://ns3.lab.test:53443"),
]


def test_each_node_is_what_it_says_of_itself() -> None:
    found = topology(
        CONFIGS,
        {
            "a": info("ns1.lab.test", *ALL),
            "b": info("ns2.lab.test", *ALL),
            "c": info("ns3.lab.test", *ALL),
        },
    )

    assert found.primaries == ("a",)
    assert found.named_primaries == ()
    assert [view.type for view in found.nodes.values()] == ["Primary", "Secondary", "Secondary"]
    assert {view.domain for view in found.nodes.values()} == {"lab.test"}
    assert found.nodes["b"].server_domain == "ns2.lab.test"


def test_node_that_is_alone_is_its_own_primary() -> None:
    found = topology(CONFIGS[:2], {"a": info("ns1"), "b": info("ns2")})

    assert found.primaries == ("a", "b")
    assert found.nodes["a"].type is Role.STANDALONE
    assert found.nodes["a"].initialized is False


def test_primary_that_is_down_is_named_but_is_not_primary() -> None:
    found = topology(
        CONFIGS, {"a": DOWN, "b": info("ns2.lab.test", *ALL), "c": info("ns3.lab.test", *ALL)}
    )

    assert found.primaries == ()
    assert found.named_primaries == ("a",)
    assert found.nodes["a"].type is Role.UNKNOWN
    assert found.nodes["a"].initialized is None
    assert found.nodes["a"].domain is None
    assert found.nodes["a"].health is Health.UNREACHABLE


def test_stale_word_of_another_does_not_name_a_node_that_calls_itself_secondary() -> None:
    promoted = (replace(NS1, type="Secondary"), replace(NS2, type="Primary"), NS3)

    found = topology(
        CONFIGS,
        {
            "a": info("ns1.lab.test", *promoted),
            "b": info("ns2.lab.test", *promoted),
            "c": info("ns3.lab.test", *ALL),
        },
    )

    assert found.primaries == ("b",)
    assert found.named_primaries == ()


def test_other_nodes_cannot_make_a_node_primary() -> None:
    claims = tuple(replace(one, type="Primary") for one in ALL)

    found = topology(
        CONFIGS,
        {
            "a": info("ns1.lab.test", *ALL),
            "b": info("ns2.lab.test", NS1, replace(NS2, type="Secondary"), claims[2]),
            "c": info("ns3.lab.test", *ALL),
        },
    )

    assert found.primaries == ("a",)
    assert found.nodes["c"].type is Role.SECONDARY


@pytest.mark.parametrize(
    "members",
    [
        (NS1, NS2),
        (replace(NS1, state="Self"), replace(NS2, state="Self")),
        (replace(NS1, type="King"),),
    ],
    ids=["no self", "two selves", "unknown type"],
)
def test_node_that_cannot_say_who_it_is_is_unknown(members: tuple[ClusterNode, ...]) -> None:
    own = "ns1.lab.test" if len(members) == 1 else "other"

    found = topology(CONFIGS[:1], {"a": info(own, *members)})

    assert found.nodes["a"].type is Role.UNKNOWN
    assert found.nodes["a"].initialized is True
    assert found.primaries == ()


@pytest.mark.parametrize(
    ("error", "health"),
    [
        (NodeUnreachable("a", ""), Health.UNREACHABLE),
        (NodeTimeout("a", ""), Health.UNREACHABLE),
        (NodeSessionExpired("a", ""), Health.CONNECTED),
        (NodePermissionDenied("a", ""), Health.CONNECTED),
        (NodeSignedOut("a", ""), Health.UNREACHABLE),
        (None, Health.UNREACHABLE),
    ],
)
def test_health_says_whether_the_node_itself_answered(
    error: NodeError | None, health: Health
) -> None:
    found = topology(CONFIGS[:1], {} if error is None else {"a": error})

    assert found.nodes["a"].health is health


def test_node_nobody_asked_is_as_healthy_as_its_fellows_see_it() -> None:
    answers: dict[str, SessionInfo | NodeError] = {"a": NodeSignedOut("a", "")}
    unseen = replace(NS1, state="Unknown")

    seen = topology(CONFIGS, answers | {"b": info("ns2.lab.test", *ALL)})
    gone = topology(CONFIGS, answers | {"b": info("ns2.lab.test", unseen, NS2)})

    assert seen.nodes["a"].health is Health.CONNECTED
    assert gone.nodes["a"].health is Health.UNREACHABLE


def test_nodes_of_one_host_are_told_apart_by_what_they_say() -> None:
    """Our addresses have ports of HTTP, theirs of HTTPS: only their own word can match them."""
    here = [config(name, f"http://127.0.0.1:1538{nth}") for nth, name in enumerate("abc")]
    members = [replace(one, ip_addresses=("127.0.0.1",)) for one in ALL]

    found = topology(
        here,
        {
            "a": info("ns3.lab.test", *members),
            "b": info("ns1.lab.test", *members),
            "c": info("ns2.lab.test", *members),
        },
    )

    assert found.primaries == ("b",)


def test_two_silent_nodes_of_one_host_are_not_guessed() -> None:
    here = [config(name, f"http://127.0.0.1:1538{nth}") for nth, name in enumerate("abc")]
    members = [replace(one, ip_addresses=("127.0.0.1",)) for one in ALL]

    found = topology(here, {"a": DOWN, "b": DOWN, "c": info("ns3.lab.test", *members)})

    assert found.named_primaries == ()


def test_last_silent_node_of_one_host_is_known_by_elimination() -> None:
    here = [config(name, f"http://127.0.0.1:1538{nth}") for nth, name in enumerate("abc")]
    members = [replace(one, ip_addresses=("127.0.0.1",)) for one in ALL]

    found = topology(
        here,
        {"a": DOWN, "b": info("ns2.lab.test", *members), "c": info("ns3.lab.test", *members)},
    )

    assert found.named_primaries == ("a",)


def test_nodes_of_one_host_are_told_apart_by_ports_where_both_are_known() -> None:
    here = [
        config("a", "https://10.0.0.1:53443"),
        config("b", "https://10.0.0.1:53444"),
        config("c", "http://10.0.0.3:5380"),
    ]
    members = [
        member("ns1.lab.test", port=53444, kind="Primary"),
        member("ns2.lab.test", port=53443),
        NS3,
    ]

    found = topology(here, {"a": DOWN, "b": DOWN, "c": info("ns3.lab.test", *members)})

    assert found.named_primaries == ("b",)


def test_two_clusters_have_two_primaries() -> None:
    other = replace(NS2, name="ns2.far.test", type="Primary")

    found = topology(
        CONFIGS[:2],
        {"a": info("ns1.lab.test", NS1), "b": info("ns2.far.test", other, domain="far.test")},
    )

    assert found.primaries == ("a", "b")


def test_two_ids_that_reach_one_node_match_no_member() -> None:
    twice = [config("a", "http://10.0.0.1:5380"), config("b", "https://10.0.0.1:53443")]
    says = info("ns1.lab.test", *ALL)

    assert match_members(twice, {"a": says, "b": says}) == {}


@pytest.mark.parametrize("url", ["", "https://[", "https://x:99999/", "::::"])
def test_unreadable_address_of_a_member_matches_nothing(url: str) -> None:
    odd = replace(NS1, url=url, name="", ip_addresses=("", "nonsense"))

    found = topology(CONFIGS, {"a": DOWN, "b": info("ns2.lab.test", odd, NS2), "c": DOWN})

    assert found.named_primaries == ()


hosts = st.sampled_from(["127.0.0.1", "10.0.0.1", "10.0.0.2", "ns1.lab.test", "ns2.lab.test"])
ports = st.sampled_from([5380, 53443, 53444])
names = st.sampled_from(["ns1.lab.test", "ns2.lab.test", "ns3.lab.test", "ns4.lab.test"])
settings = st.lists(
    st.builds("{}://{}:{}".format, st.sampled_from(["http", "https"]), hosts, ports),
    min_size=1,
    max_size=5,
).map(lambda urls: [config(f"n{nth}", url) for nth, url in enumerate(urls)])
clusters = st.lists(
    st.builds(
        member,
        names,
        ip=st.lists(hosts.filter(lambda host: host[0].isdigit()), max_size=2),
        port=ports,
        kind=st.sampled_from(["Primary", "Secondary"]),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one.name,
)
speakers = st.lists(st.one_of(st.none(), names, st.just("alone")), min_size=5, max_size=5)


def spoken_by(
    configs: list[NodeConfig], members: list[ClusterNode], spoken: list[str | None]
) -> dict[str, SessionInfo]:
    """Who answers, and as which member; `alone` is a node without a cluster."""
    return {
        one.id: info(own) if own == "alone" else info(own, *members)
        for one, own in zip(configs, spoken, strict=False)
        if own is not None
    }


@given(settings, clusters, speakers)
def test_no_node_is_two_members_and_no_member_two_nodes(
    configs: list[NodeConfig], members: list[ClusterNode], spoken: list[str | None]
) -> None:
    matched = match_members(configs, spoken_by(configs, members, spoken))

    assert len(set(matched.values())) == len(matched)


@given(settings, clusters, speakers)
def test_match_does_not_depend_on_any_order(
    configs: list[NodeConfig], members: list[ClusterNode], spoken: list[str | None]
) -> None:
    infos = spoken_by(configs, members, spoken)
    turned = spoken_by(configs, members[::-1], spoken)

    expected = match_members(configs, infos)

    for order in itertools.islice(itertools.permutations(configs), 24):
        assert match_members(order, dict(reversed(turned.items()))) == expected


@given(settings, clusters, speakers)
def test_node_that_answers_is_never_matched_against_its_own_word(
    configs: list[NodeConfig], members: list[ClusterNode], spoken: list[str | None]
) -> None:
    infos = spoken_by(configs, members, spoken)

    for name, node_id in match_members(configs, infos).items():
        if node_id in infos:
            assert name == MemberName("lab.test", infos[node_id].server_domain)


@given(settings, clusters, speakers)
def test_primaries_are_exactly_those_who_say_so(
    configs: list[NodeConfig], members: list[ClusterNode], spoken: list[str | None]
) -> None:
    primary_names = {one.name for one in members if one.type == "Primary"} | {"alone"}

    found = topology(configs, spoken_by(configs, members, spoken))

    assert set(found.primaries) == {
        one.id for one, own in zip(configs, spoken, strict=False) if own in primary_names
    }
    assert not set(found.primaries) & set(found.named_primaries)
    assert list(found.nodes) == [one.id for one in configs]
