"""The tokens of the settings, which act for everybody where nobody signs in.

A session is told a node's version when it begins; here each node is asked once and believed for a
while. The question itself carries the token as a form field, which every version reads.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final, Self

from companion.env.legacy import NodeToken
from companion.technitium.errors import NodeSessionExpired, NodeSignedOut, NodeTokenRefused
from companion.technitium.pool import NodePool

from node_proxy.adapters.node_keys import NodeKey

# A node that was updated is asked in the old way for so long, at the most.
KEPT_S: Final = 300.0
_EVERYBODY: Final = "everybody"


class LegacyKeys:
    """Implements `node_proxy.adapters.node_keys.NodeKeys` for all requests there are."""

    def __init__(
        self,
        tokens: Mapping[str, NodeToken],
        pool: NodePool,
        *,
        monotonic: Callable[[], float],
        deadline_s: float,
    ) -> None:
        self._tokens = tokens
        self._pool = pool
        self._monotonic = monotonic
        self._deadline_s = deadline_s
        # By node: the version that was told, and until when it is believed.
        self._versions: dict[str, tuple[str | None, float]] = {}
        self._asking: dict[str, asyncio.Task[str | None]] = {}
        self._generation = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        asking = [*self._asking.values()]
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    @property
    def owner(self) -> str:
        return _EVERYBODY

    @property
    def generation(self) -> int:
        return self._generation

    async def of(self, node_id: str, path: str) -> NodeKey:
        """The configured token, with the version that the node says it is.

        Raises:
            NodeError: It did not say so; among others `NodeTokenRefused`.
        """
        known = self._tokens.get(node_id)
        if known is None:
            raise NodeSignedOut(node_id, "No token is configured for this node.", path=path)
        version, until = self._versions.get(node_id, (None, float("-inf")))
        if self._monotonic() >= until:
            version = await self._asked(node_id)
        return NodeKey(token=known.token, version=version)

    async def refused(self, node_id: str, _: NodeKey) -> None:
        """Names the setting to change. What was known of the node counts no more.

        A node that went back to an older version refuses a token only by the way it travelled, so
        the next call asks anew.
        """
        self._versions.pop(node_id, None)
        raise NodeTokenRefused(node_id, _refusal(self._tokens[node_id]))

    async def changing(self) -> None:
        """Makes what this replica keeps stale; at others it is seconds old at the most."""
        self._generation += 1

    async def _asked(self, node_id: str) -> str | None:
        """One question to a node at a time, however many wait for its answer."""
        task = self._asking.get(node_id)
        if task is None:
            task = asyncio.create_task(self._ask(node_id), name=f"version of {node_id}")
            self._asking[node_id] = task
            task.add_done_callback(lambda done: self._done(node_id, done))
        return await asyncio.shield(task)

    def _done(self, node_id: str, task: asyncio.Task[str | None]) -> None:
        del self._asking[node_id]
        # Whoever waited may have left; then nobody else looks at what it ended with.
        if not task.cancelled():
            task.exception()

    async def _ask(self, node_id: str) -> str | None:
        known = self._tokens[node_id]
        try:
            info = await self._pool[node_id].session_info(
                known.token, None, deadline_s=self._deadline_s
            )
        except NodeSessionExpired as exc:
            raise NodeTokenRefused(node_id, _refusal(known), path=exc.path) from exc
        self._versions[node_id] = (info.version, self._monotonic() + KEPT_S)
        return info.version


def _refusal(known: NodeToken) -> str:
    return (
        f"The node does not know the token of {known.variable}: it was deleted, or is another "
        f"node's. Make a new one at the node and change {known.variable}."
    )
