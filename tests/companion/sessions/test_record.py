"""What a session holds, and which tokens are lost between two forms of it."""

from dataclasses import replace
from typing import Any

import pytest
from companion.secret import Secret
from companion.sessions.codec import open_doomed, open_session, seal_session, seal_tokens
from companion.sessions.limits import SessionLimits
from companion.sessions.record import NodeGrant, NodeState, tokens_lost, tokens_of
from companion.wire import WireError, pack

from tests.support.sessions import keyring, record_of, signed_in


def test_a_record_shows_none_of_its_tokens() -> None:
    assert "canary" not in repr(record_of("admin", node1="canary")(0.0))


def test_a_grant_replaces_that_of_its_node_alone() -> None:
    record = record_of("admin", node1="a", node2="b")(0.0)

    changed = record.with_node("node1", NodeGrant(state=NodeState.SIGNED_OUT))

    assert changed.nodes["node1"].state is NodeState.SIGNED_OUT
    assert changed.nodes["node2"] == record.nodes["node2"]
    assert record.nodes["node1"].token == Secret("a")


def test_a_replaced_token_is_lost_and_a_kept_one_is_not() -> None:
    before = record_of("admin", node1="a", node2="b")(0.0)
    after = before.with_node("node1", signed_in("c"))

    assert [one.token.reveal() for one in tokens_lost(before, after)] == ["a"]
    assert [one.token.reveal() for one in tokens_lost(after, before)] == ["c"]
    assert tokens_lost(before, before) == ()


def test_the_same_token_at_another_node_is_another_token() -> None:
    before = record_of("admin", node1="a")(0.0)
    after = record_of("admin", node2="a")(0.0)

    assert [one.node_id for one in tokens_lost(before, after)] == ["node1"]


def test_every_field_of_a_record_survives_the_seal() -> None:
    record = record_of("Ädmin", node1="a")(1_700_000_000.123456).with_node(
        "node2",
        NodeGrant(state=NodeState.DENIED, reason="No.", code="user_disabled", timeout_s=0),
    )

    blob = seal_session(record, name="session:1", keyring=keyring())

    assert open_session(blob, name="session:1", keyring=keyring()) == record
    assert open_doomed(blob, name="session:1", keyring=keyring()) == tokens_of(record)


def test_last_seen_moves_once_a_minute_and_oftener_where_the_idle_limit_is_short() -> None:
    assert SessionLimits(idle_s=8 * 3600, max_age_s=86_400).touch_s == 60
    assert SessionLimits(idle_s=60, max_age_s=86_400).touch_s == 6


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"public_id": "s-1"},
        {"tokens": "canary"},
        {"tokens": [{"node_id": "node1", "token": 7, "version": None}]},
    ],
)
@pytest.mark.parametrize("kind", ["session", "tokens"])
def test_a_sealed_body_that_lacks_a_part_is_refused(kind: str, body: dict[str, object]) -> None:
    blob = keyring().seal(pack(kind, 1, body), associated=b"name")

    with pytest.raises(WireError):
        open_doomed(blob, name="name", keyring=keyring())


def test_tokens_alone_are_no_session() -> None:
    blob = seal_tokens([], name="name", keyring=keyring())

    with pytest.raises(WireError, match="'tokens' stands where 'session' belongs"):
        open_session(blob, name="name", keyring=keyring())


def test_a_record_with_a_value_of_no_form_is_not_sealed() -> None:
    client: Any = object()
    record = replace(record_of("admin")(0.0), client=client)

    with pytest.raises(TypeError, match="object has no form"):
        seal_session(record, name="session:1", keyring=keyring())
