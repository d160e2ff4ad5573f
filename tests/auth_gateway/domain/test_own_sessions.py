"""A session is one's own where the same cluster or node confirmed the same name."""

from dataclasses import replace

from auth_gateway.domain.own_sessions import confirming, own_sessions, spoken_for
from companion.sessions.record import NodeGrant, NodeState, SessionRecord
from companion.sessions.store import OpenSession

from tests.support.sessions import signed_in

ONE_CLUSTER = frozenset({"ns1", "ns2", "ns3"})


def at(username: str = "admin", *, is_primary: bool = False) -> NodeGrant:
    """What a node granted; whatever cluster it claims to be of says nothing."""
    grant = signed_in("a token", username=username)
    return replace(grant, cluster="home.example", is_primary=is_primary)


GONE = NodeGrant(state=NodeState.SIGNED_OUT)


def session(key: str, user: str = "admin", **nodes: NodeGrant) -> OpenSession:
    created = float(ord(key))
    record = SessionRecord(
        public_id=key, user=user, created=created, client="", agent="", nodes=nodes
    )
    return OpenSession(
        record=record, key=key, blob=b"", generation=1, seen=created, deadline=9e9, now=created
    )


def keys(sessions: list[OpenSession]) -> str:
    return "".join(one.key for one in sessions)


def own(mine: OpenSession, *others: OpenSession) -> str:
    return "".join(one.key for one in own_sessions(mine, others, ONE_CLUSTER))


def test_two_nodes_of_one_cluster_confirm_one_person() -> None:
    assert own(session("b", ns1=at()), session("b", ns1=at()), session("a", ns2=at())) == "ab"


def test_a_node_that_claims_to_be_of_the_cluster_is_not_believed() -> None:
    """Else whoever administers it would see, and end, the sessions of others."""
    mine = session("a", lab=at(is_primary=True))

    assert own(mine, session("b", ns1=at())) == "a"
    assert own(session("b", ns1=at()), mine) == "b"


def test_two_nodes_that_stand_alone_are_not_one_and_the_same_one_is() -> None:
    mine = session("a", lab=at())

    assert own(mine, session("b", cabin=at()), session("c", lab=at())) == "ac"


def test_a_node_that_signed_a_session_out_confirms_nothing() -> None:
    mine, other = session("a", ns1=GONE), session("b", ns1=at())

    assert own(mine, other) == "a"
    assert own(other, mine) == "b"


def test_another_name_at_the_shared_node_is_another_person() -> None:
    assert own(session("a", ns1=at("admin")), session("b", ns1=at("viewer"))) == "a"


def test_a_name_counts_in_whatever_case_the_node_spells_it() -> None:
    assert own(session("a", ns1=at("Admin")), session("b", ns2=at("ADMIN"))) == "ab"


def test_a_session_of_another_name_is_not_ones_own_wherever_it_signed_in_later() -> None:
    other = session("b", user="viewer", ns1=at("admin"))

    assert own(session("a", ns1=at()), other) == "a"


def test_the_primary_is_asked_first_and_first_those_that_know_most_of_them() -> None:
    mine = session("a", lab=at(is_primary=True), ns2=at(), ns1=at(is_primary=True), ns3=GONE)
    others = [session("b", ns2=at()), session("c", ns1=at()), session("d", lab=at())]

    assert confirming(mine, others, ONE_CLUSTER) == ["ns1", "ns2", "lab"]
    assert confirming(mine, others[2:], ONE_CLUSTER) == ["lab"]
    assert confirming(mine, [], ONE_CLUSTER) == ["lab", "ns1", "ns2"]
    assert confirming(session("a", ns1=GONE), others, ONE_CLUSTER) == []


def test_a_node_speaks_only_for_sessions_of_the_person_it_knows() -> None:
    mine = session("a", ns1=at(), lab=at())
    targets = [mine, session("b", ns2=at()), session("d", lab=at())]

    def keys(node_id: str) -> str:
        return "".join(one.key for one in spoken_for(mine, node_id, targets, ONE_CLUSTER))

    assert keys("ns1") == "ab"
    assert keys("lab") == "ad"
