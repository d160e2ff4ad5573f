"""Whom a session asks, how soon again, and what is made of the answers."""

from dataclasses import replace
from typing import Any

import pytest
from auth_gateway.domain.upkeep_lessons import after
from auth_gateway.domain.upkeep_plan import of_nodes, pause_s, questions
from auth_gateway.domain.upkeep_terms import Heard, Question, Refused, Rhythm, Silence, Word
from companion.sessions.record import Doubt, NodeGrant, NodeState, SessionRecord
from companion.technitium.session_info import ClusterNode, SessionInfo

from tests.support.sessions import record_of, signed_in

NOW = 1_700_000_000.0
RHYTHM = Rhythm()


def member(name: str, *, primary: bool = False, **fields: Any) -> NodeGrant:  # noqa: ANN401
    grant = replace(signed_in(f"token of {name}"), cluster="home", is_primary=primary)
    return replace(grant, **fields)


def session(**nodes: NodeGrant) -> SessionRecord:
    return replace(record_of()(NOW), nodes=nodes)


def cluster(**fields: Any) -> SessionRecord:  # noqa: ANN401
    return session(ns1=member("ns1", primary=True, **fields), ns2=member("ns2", **fields))


def asked(record: SessionRecord, **ago: float) -> set[str]:
    """Who is asked, where each node took its token so many seconds ago."""
    accepted = {node_id: NOW - seconds for node_id, seconds in ago.items()}
    return {one.node_id for one in questions(record, accepted, now=NOW, rhythm=RHYTHM)}


def pause(record: SessionRecord, **ago: float) -> float:
    accepted = {node_id: NOW - seconds for node_id, seconds in ago.items()}
    return pause_s(record, accepted, now=NOW, rhythm=RHYTHM)


def info(*, initialized: bool = True, role: str = "Primary", domain: str = "home") -> SessionInfo:
    own = ClusterNode(
        name="a.home", url="https://a.home:53443/", ip_addresses=(), type=role, state="Self"
    )
    return SessionInfo(
        username="admin",
        version="15.2",
        started_at=None,
        server_domain="a.home",
        cluster_initialized=initialized,
        cluster_domain=domain if initialized else None,
        cluster_nodes=(own,) if initialized else (),
        permissions={},
    )


def heard(
    record: SessionRecord, node_id: str, word: Word, *, accepted_ago: float = 45
) -> SessionRecord:
    grant = record.nodes[node_id]
    token = grant.token if grant.doubt is None else grant.doubt.token
    assert token is not None
    question = Question(node_id=node_id, token=token, version="15.2")
    one = Heard(question=question, word=word, accepted_at=NOW - accepted_ago)
    return after(record, [one], now=NOW, rhythm=RHYTHM)


def test_the_primary_speaks_for_its_cluster() -> None:
    assert asked(cluster(), ns1=45, ns2=45) == {"ns1"}


def test_a_new_token_is_sent_once_to_learn_when_it_was_last_taken() -> None:
    assert asked(cluster()) == {"ns1", "ns2"}


def test_nodes_are_asked_themselves_where_no_primary_holds_a_session() -> None:
    away = NodeGrant(state=NodeState.SIGNED_OUT)
    record = session(ns1=away, ns2=member("ns2"), ns3=member("ns3"))

    assert asked(record, ns2=45, ns3=45) == {"ns2", "ns3"}


def test_nodes_are_asked_themselves_where_two_call_themselves_primary() -> None:
    record = session(
        ns1=member("ns1", primary=True), ns2=member("ns2", primary=True), ns3=member("ns3")
    )

    assert asked(record, ns1=45, ns2=45, ns3=45) == {"ns1", "ns2", "ns3"}


def test_a_node_that_stands_alone_is_asked_itself() -> None:
    record = session(lab=replace(member("lab"), cluster=None))

    assert asked(record, lab=45) == {"lab"}


@pytest.mark.parametrize(
    ("timeout_s", "ago", "expected"),
    [
        (1800, 570, set()),
        (1800, 600, {"ns2"}),
        (None, 600, {"ns2"}),
        (0, 1e9, set()),
        (90, 30, {"ns2"}),
        (86_400 * 7, 3 * 86_400, {"ns2"}),
    ],
)
def test_another_node_is_asked_at_a_third_of_its_timeout(
    timeout_s: int | None, ago: float, expected: set[str]
) -> None:
    record = cluster(timeout_s=timeout_s)

    assert asked(record, ns1=0, ns2=ago) == expected


def test_a_checked_node_with_a_short_timeout_is_asked_more_often() -> None:
    assert pause(cluster(timeout_s=30), ns1=0, ns2=0) == 10


def test_the_next_turn_comes_when_the_first_is_due() -> None:
    assert pause(cluster(), ns1=0, ns2=0) == RHYTHM.check_s < 60
    assert pause(cluster(), ns1=0, ns2=580) == 20


def test_who_did_not_answer_is_asked_again_soon() -> None:
    assert pause(cluster(), ns1=50, ns2=0) == RHYTHM.retry_s


def test_a_session_without_any_token_is_looked_at_now_and_then() -> None:
    assert pause(session()) == RHYTHM.check_s


@pytest.mark.parametrize("word", list(Silence))
def test_silence_proves_nothing(word: Silence) -> None:
    record = cluster()

    assert heard(record, "ns1", word, accepted_ago=1e6) == record


def test_a_node_in_doubt_is_heard_at_once_and_then_until_it_is_certain() -> None:
    record = heard(cluster(), "ns1", Refused.REFUSED)

    assert asked(record) == {"ns2"}
    assert pause(record) == 1
    waiting = record.with_node("ns2", doubted(record, ago=5))
    assert pause(waiting) == RHYTHM.confirm_s
    assert heard(waiting, "ns2", info(role="Secondary")) == waiting


def test_a_node_that_still_takes_a_doubted_token_lets_it_go_in_the_end() -> None:
    record = heard(cluster(), "ns1", Refused.REFUSED)
    waiting = record.with_node("ns2", doubted(record, ago=RHYTHM.doubt_s))

    given_up = heard(waiting, "ns2", info(role="Secondary")).nodes["ns2"]

    assert given_up.doubt is None
    assert not given_up.refused


def doubted(record: SessionRecord, *, ago: float) -> NodeGrant:
    grant = record.nodes["ns2"]
    assert grant.doubt is not None
    return replace(grant, doubt=Doubt(token=grant.doubt.token, since=NOW - ago))


def test_what_a_node_says_of_its_place_is_learnt() -> None:
    alone = heard(cluster(), "ns1", info(initialized=False)).nodes["ns1"]
    assert (alone.cluster, alone.is_primary) == (None, True)

    second = heard(cluster(), "ns1", info(role="Secondary")).nodes["ns1"]
    assert (second.cluster, second.is_primary) == ("home", False)


def test_the_same_place_again_changes_nothing() -> None:
    assert heard(cluster(), "ns1", info()) == cluster()


def test_who_is_primary_now_decides_what_a_refusal_in_the_same_turn_means() -> None:
    record = cluster()
    words: dict[str, Word] = {"ns1": Refused.REFUSED, "ns2": info()}
    both = [
        Heard(
            question=Question(node_id=node_id, token=grant.token, version="15.2"),
            word=words[node_id],
            accepted_at=NOW - 45,
        )
        for node_id, grant in record.nodes.items()
        if grant.token is not None
    ]

    learnt = after(record, both, now=NOW, rhythm=RHYTHM)

    assert learnt.nodes["ns2"].state is NodeState.SIGNED_IN


def test_a_newer_token_is_not_touched_by_what_was_said_of_the_old_one() -> None:
    old = cluster()
    newer = old.with_node("ns1", member("another", primary=True))
    token = old.nodes["ns1"].token
    assert token is not None
    question = Question(node_id="ns1", token=token, version="15.2")
    words: list[Word] = [Refused.REFUSED, info(initialized=False)]
    for word in words:
        one = Heard(question=question, word=word, accepted_at=None)
        assert after(newer, [one], now=NOW, rhythm=RHYTHM) == newer


def test_nodes_that_are_no_longer_configured_are_not_asked() -> None:
    assert asked(of_nodes(cluster(), ["ns2"])) == {"ns2"}
