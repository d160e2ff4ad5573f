"""What a refused token means: that token alone, or, unexplained at a Primary, its cluster's."""

from dataclasses import replace

import pytest
from companion.secret import Secret
from companion.sessions.record import NodeGrant, NodeState, SessionRecord, tokens_of
from companion.sessions.refusal import Refusal, is_over, with_refusal

from tests.support.sessions import record_of, signed_in

NOW = 1_700_000_000.0


def member(name: str, *, primary: bool = False, cluster: str | None = "home") -> NodeGrant:
    return replace(signed_in(f"token of {name}"), cluster=cluster, is_primary=primary)


@pytest.fixture
def record() -> SessionRecord:
    """Signed in to a cluster of three, to a node alone, and refused by one more."""
    nodes = {
        "ns1": member("ns1", primary=True),
        "ns2": member("ns2"),
        "ns3": member("ns3"),
        "lab": member("lab", primary=True, cluster=None),
        "old": NodeGrant(state=NodeState.DENIED, reason="No.", code="user_disabled"),
    }
    return replace(record_of()(NOW), nodes=nodes)


def refused(
    record: SessionRecord, node_id: str, *, accepted_ago: float | None = 60, token: str = ""
) -> SessionRecord:
    accepted_at = None if accepted_ago is None else NOW - accepted_ago
    held = Secret(token or f"token of {node_id}")
    return with_refusal(
        record, Refusal(node_id=node_id, token=held, accepted_at=accepted_at, now=NOW)
    )


def in_use(record: SessionRecord) -> set[str]:
    return {node_id for node_id, grant in record.nodes.items() if grant.token is not None}


@pytest.mark.parametrize("node_id", ["ns2", "lab"])
def test_who_speaks_for_nobody_else_is_signed_out_alone(
    record: SessionRecord, node_id: str
) -> None:
    after = refused(record, node_id)

    assert in_use(record) - in_use(after) == {node_id}
    assert after.nodes[node_id].state is NodeState.SIGNED_OUT
    assert after.nodes[node_id].refused


@pytest.mark.parametrize("accepted_ago", [0, 60, 1799, None])
def test_a_primary_that_refuses_too_soon_takes_its_cluster_along(
    record: SessionRecord, accepted_ago: float | None
) -> None:
    after = refused(record, "ns1", accepted_ago=accepted_ago)

    assert in_use(after) == {"lab"}
    assert [after.nodes[name].refused for name in ("ns1", "ns2", "ns3")] == [True, False, False]


def test_a_primary_whose_token_idled_out_is_signed_out_alone(record: SessionRecord) -> None:
    assert in_use(refused(record, "ns1", accepted_ago=1800)) == {"ns2", "ns3", "lab"}


@pytest.mark.parametrize(
    ("timeout_s", "left"), [(0, {"lab"}), (None, {"lab"}), (30, {"ns2", "ns3", "lab"})]
)
def test_a_timeout_of_its_own_decides(
    record: SessionRecord, timeout_s: int | None, left: set[str]
) -> None:
    record = record.with_node("ns1", replace(record.nodes["ns1"], timeout_s=timeout_s))

    assert in_use(refused(record, "ns1", accepted_ago=60)) == left


def test_of_two_that_call_themselves_primary_neither_speaks_for_the_cluster(
    record: SessionRecord,
) -> None:
    record = record.with_node("ns3", replace(record.nodes["ns3"], is_primary=True))

    assert in_use(refused(record, "ns3")) == {"ns1", "ns2", "lab"}


def test_another_token_than_the_one_that_is_held_changes_nothing(record: SessionRecord) -> None:
    assert refused(record, "ns1", token="an older one") is record
    assert refused(record, "old") is record
    assert refused(record, "none") is record


def test_a_token_in_doubt_is_still_ended_with_the_session(record: SessionRecord) -> None:
    after = refused(record, "ns1")

    held = {doomed.token.reveal() for doomed in tokens_of(after)}
    assert held == {"token of ns2", "token of ns3", "token of lab"}


def test_the_session_is_over_when_each_node_has_itself_refused(record: SessionRecord) -> None:
    after = refused(refused(record, "ns1"), "lab")
    assert in_use(after) == set()
    assert not is_over(after)

    after = refused(after, "ns2")
    assert not is_over(after)
    assert is_over(refused(after, "ns3"))


def test_a_node_that_was_given_up_unheard_keeps_the_session(record: SessionRecord) -> None:
    after = refused(refused(refused(record, "ns1"), "lab"), "ns2")
    given_up = after.with_node("ns3", replace(after.nodes["ns3"], doubt=None))

    assert not is_over(given_up)


def test_a_session_that_no_node_ever_took_is_not_over(record: SessionRecord) -> None:
    assert not is_over(replace(record, nodes={"old": record.nodes["old"]}))
    assert not is_over(replace(record, nodes={}))


def test_a_node_that_was_spared_at_the_sign_in_has_nothing_to_say(record: SessionRecord) -> None:
    """Else whoever is throttled at one node would stay signed in after their account is gone."""
    spared = NodeGrant(state=NodeState.SIGNED_OUT, reason="Too many.", code="throttled")
    record = replace(record, nodes={"lab": record.nodes["lab"], "ns1": spared})

    assert not is_over(record)
    assert is_over(refused(record, "lab"))
