"""The nodes as one caller reaches them, over the Technitium client.

Whose tokens they are is the business of `node_keys`: a person's own, or those of the settings.
"""

import math
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import structlog
from companion.sessions.errors import SessionInvalid
from companion.sessions.refused_tokens import RefusedTokens
from companion.sessions.store import OpenSession, SessionStore
from companion.store import StoreUnavailable
from companion.technitium.bodies import Body
from companion.technitium.calls import SESSION_GET, Call
from companion.technitium.errors import NodeError, NodeSessionExpired
from companion.technitium.forwarded import Forwarded
from companion.technitium.pool import NodePool

from node_proxy.adapters.answer_memory import AnswerMemory, question_of
from node_proxy.adapters.call_metrics import CallMetrics
from node_proxy.adapters.node_keys import NodeKey, NodeKeys
from node_proxy.adapters.session_keys import SessionKeys
from node_proxy.adapters.sign_of_life import while_alive
from node_proxy.domain.freshness import JUST_NOW_S, allowed_age_s
from node_proxy.domain.outcome import metric_word
from node_proxy.domain.technitium_paths import ApiPath

_T = TypeVar("_T")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WayToNodes:
    """What all requests share: the clients, the sessions, the counters, the clock.

    Attributes:
        memory: What nodes have just answered.
        everybodys: The tokens for callers without a session, where nobody signs in.
        deadline_s: Seconds that one call to one node may take.
    """

    pool: NodePool
    sessions: SessionStore
    refused_tokens: RefusedTokens
    everybodys: NodeKeys
    metrics: CallMetrics
    memory: AnswerMemory
    monotonic: Callable[[], float]
    deadline_s: float

    def for_caller(
        self, session: OpenSession | None, client_ip: str, *, asks_now: bool = False
    ) -> "TechnitiumNodes":
        """The nodes for one caller, for the length of one request; None where nobody signs in."""
        keys = (
            self.everybodys
            if session is None
            else SessionKeys(session, self.sessions, self.refused_tokens)
        )
        return TechnitiumNodes(self, keys, client_ip=client_ip, asks_now=asks_now)


class TechnitiumNodes:
    """Implements `node_proxy.domain.ports.PersonsNodes` for one request."""

    def __init__(
        self, way: WayToNodes, keys: NodeKeys, *, client_ip: str, asks_now: bool = False
    ) -> None:
        self._way = way
        self._keys = keys
        self._client_ip = client_ip
        self._most_age_s = JUST_NOW_S if asks_now else math.inf

    @property
    def owner(self) -> str:
        """See the port."""
        return self._keys.owner

    async def call(
        self,
        node_id: str,
        call: Call,
        params: Mapping[str, str] | None = None,
        *,
        max_age_s: float | None = None,
    ) -> dict[str, Any]:
        """One call with this caller's token for that node; see the port."""
        key = await self._keys.of(node_id, call.path)
        ask = partial(self._ask, node_id, key, call, params)
        question = question_of(self._keys.owner, self._keys.generation, node_id, call, params)
        age_s = allowed_age_s(call, params or {}) if max_age_s is None else max_age_s
        age_s = min(age_s, self._most_age_s)
        try:
            if call.changes:
                return await ask()
            return await self._way.memory.get(question, ask, max_age_s=age_s)
        except NodeSessionExpired:
            await self._keys.refused(node_id, key)
            raise

    async def _ask(
        self, node_id: str, key: NodeKey, call: Call, params: Mapping[str, str] | None
    ) -> dict[str, Any]:
        answer = self._way.pool[node_id].call(
            call,
            params,
            token=key.token,
            version=key.version,
            deadline_s=max(self._way.deadline_s, call.patience_s),
            real_ip=self._client_ip,
        )
        return await self._recorded(node_id, call.path, self._watched(node_id, key, call, answer))

    @asynccontextmanager
    async def forward(self, node_id: str, path: ApiPath, body: Body) -> AsyncGenerator[Forwarded]:
        """One call passed on with this caller's token for that node; see the port."""
        call = path.call
        key = await self._keys.of(node_id, call.path)
        forwarding = self._way.pool[node_id].forward(
            call,
            body,
            token=key.token,
            version=key.version,
            deadline_s=max(self._way.deadline_s, call.patience_s),
            real_ip=self._client_ip,
        )
        async with AsyncExitStack() as stack:
            try:
                # Over before the caller is answered, who may ask at once what has become of it.
                async with self._changing(call):
                    beginning = stack.enter_async_context(forwarding)
                    answer = await self._recorded(
                        node_id, call.path, self._watched(node_id, key, call, beginning)
                    )
            except NodeSessionExpired:
                await self._keys.refused(node_id, key)
                raise
            yield answer

    async def _watched(self, node_id: str, key: NodeKey, call: Call, answer: Awaitable[_T]) -> _T:
        """The answer; a node that may take longer than its deadline has to be alive meanwhile."""
        deadline_s = self._way.deadline_s
        if call.patience_s <= deadline_s:
            return await answer

        async def ask() -> object:
            return await self._way.pool[node_id].call(
                SESSION_GET,
                token=key.token,
                version=key.version,
                deadline_s=deadline_s,
                real_ip=self._client_ip,
            )

        async with while_alive(ask, every_s=deadline_s):
            return await answer

    @asynccontextmanager
    async def _changing(self, call: Call) -> AsyncGenerator[None]:
        """Caches end before a change is made and after it, whatever came of it.

        Where they cannot be ended, no change is made. One that has been made is told all the
        same: what is kept in memory is forgotten within seconds.
        """
        if call.changes:
            await self._keys.changing()
        try:
            yield
        finally:
            if call.changes:
                try:
                    await self._keys.changing()
                except (StoreUnavailable, SessionInvalid):
                    log.warning("caches of other replicas were not ended", path=call.path)

    async def _recorded(self, node_id: str, path: str, answer: Awaitable[_T]) -> _T:
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
