"""A name is known where a session lives in whose nodes that very name was confirmed."""

from collections.abc import Sequence
from dataclasses import replace

from auth_gateway.domain.known_networks import KnownNetworks
from companion.sessions.record import NodeGrant, NodeState
from companion.sessions.store import OpenSession

from tests.support.sessions import record_of, signed_in

HOME = "192.0.2.7"


class Living:
    """The port `LiveSessions` with one session of "admin"."""

    def __init__(self, **nodes: NodeGrant) -> None:
        record = replace(record_of("admin")(0), client=HOME, nodes=nodes)
        self._session = OpenSession(
            record=record, key="k", blob=b"", generation=1, seen=0, deadline=1, now=0
        )

    async def of_user(self, _user: str) -> Sequence[OpenSession]:
        return [self._session]


async def known(**nodes: NodeGrant) -> set[str]:
    return set(await KnownNetworks(Living(**nodes)).at("admin", HOME))


async def test_a_node_counts_that_confirmed_the_name_in_whatever_case() -> None:
    assert await known(ns1=signed_in("t", username="Admin")) == {"ns1"}


async def test_a_node_that_let_nobody_in_does_not_count() -> None:
    assert await known(ns1=NodeGrant(state=NodeState.SIGNED_OUT, username="admin")) == set()


async def test_whoever_is_somebody_else_at_a_node_is_not_known_there() -> None:
    """Else a node of one's own would let its owner guess the passwords of others for longer.

    There he signs in as "admin", and to the next node, in the same session, as himself.
    """
    assert await known(
        lab=signed_in("t", username="admin"), ns1=signed_in("t", username="mallory")
    ) == {"lab"}
