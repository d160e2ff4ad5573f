"""The nodes as one signed-in person reaches them, over the Technitium client.

Picks that person's token for each node, and takes a token that was refused out of the session.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog
from companion.secret import Secret
from companion.sessions.record import NodeGrant, NodeState, SessionRecord
from companion.sessions.store import OpenSession, SessionStore
from companion.store import StoreUnavailable
from companion.technitium.calls import Call
from companion.technitium.client import NodePool
from companion.technitium.errors import NodeError, NodeSessionExpired, NodeSignedOut

from node_proxy.adapters.call_metrics import CallMetrics
from node_proxy.domain.outcome import metric_word

log = structlog.get_logger(__name__)

_EXPIRED = "The session at this node is over. Sign in to it again."
_NOT_SIGNED_IN = "You are not signed in to this node."


@dataclass(frozen=True, slots=True, kw_only=True)
class WayToNodes:
    """What all requests share: the clients, the sessions, the counters, the clock.

    Attributes:
        deadline_s: Seconds that one call to one node may take.
    """

    pool: NodePool
    sessions: SessionStore
    metrics: CallMetrics
    monotonic: Callable[[], float]
    deadline_s: float

    def for_session(self, session: OpenSession, client_ip: str) -> "TechnitiumNodes":
        """The nodes for the person of one session, for the length of one request."""
        return TechnitiumNodes(self, session, client_ip=client_ip)


class TechnitiumNodes:
    """Implements `node_proxy.domain.ports.PersonsNodes` for one request."""

    def __init__(self, way: WayToNodes, session: OpenSession, *, client_ip: str) -> None:
        self._way = way
        self._session = session
        self._client_ip = client_ip
        self._marking = asyncio.Lock()

    async def call(
        self, node_id: str, call: Call, params: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """One call with this person's token for that node; see the port."""
        grant = self._session.record.nodes.get(node_id)
        if grant is None or grant.token is None:
            raise NodeSignedOut(node_id, _why_signed_out(grant), path=call.path)
        answer = self._way.pool[node_id].call(
            call,
            params,
            token=grant.token,
            version=grant.version,
            deadline_s=self._way.deadline_s,
            real_ip=self._client_ip,
        )
        try:
            return await self._recorded(node_id, call.path, answer)
        except NodeSessionExpired:
            await self._sign_out(node_id, grant.token)
            raise

    async def _recorded(
        self, node_id: str, path: str, answer: Awaitable[dict[str, Any]]
    ) -> dict[str, Any]:
        began, outcome = self._way.monotonic(), "cancelled"
        try:
            result = await answer
            outcome = "ok"
        except NodeError as error:
            outcome = metric_word(error)
            raise
        finally:
            self._way.metrics.record(
                node_id=node_id,
                path=path,
                outcome=outcome,
                seconds=self._way.monotonic() - began,
            )
        return result

    async def _sign_out(self, node_id: str, refused: Secret) -> None:
        """Takes the refused token out of the session, so that pages and other calls know.

        Only if the session still holds that very token: somebody who has just signed in to the
        node again keeps the new one. Best effort by decision: while the store is gone the caller
        still learns what the node said, and the next call meets the same refusal.

        Raises:
            SessionInvalid: The whole session ended in the meantime.
        """
        # One at a time, so that several refusals within one request are one change.
        async with self._marking:
            if not _holds(self._session.record, node_id, refused):
                return
            try:
                self._session = await self._way.sessions.rewrite(
                    self._session, lambda record: _without(record, node_id, refused)
                )
            except StoreUnavailable:
                log.warning("refused node token stays: the store does not answer", node=node_id)


def _holds(record: SessionRecord, node_id: str, token: Secret) -> bool:
    grant = record.nodes.get(node_id)
    return grant is not None and grant.token is not None and grant.token == token


def _without(record: SessionRecord, node_id: str, refused: Secret) -> SessionRecord:
    if not _holds(record, node_id, refused):
        return record
    grant = replace(
        record.nodes[node_id],
        state=NodeState.SIGNED_OUT,
        reason=_EXPIRED,
        code=NodeSessionExpired.code,
        token=None,
    )
    return record.with_node(node_id, grant)


def _why_signed_out(grant: NodeGrant | None) -> str:
    """What happened is long past when somebody reads it, so it says when it was."""
    if grant is None or grant.reason is None:
        return f"{_NOT_SIGNED_IN} Sign in to it."
    if grant.state is NodeState.SIGNED_OUT:
        return grant.reason
    return f"{_NOT_SIGNED_IN} When you signed in: {grant.reason} Sign in to it again."
