"""Which nodes have single sign-on on, as they tell anybody who asks."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from companion.technitium.calls import SSO_STATUS
from companion.technitium.errors import NodeError, NodeRejected, NodeSessionExpired
from companion.technitium.pool import NodePool

# A setting that is changed once in years; a node that did not answer is asked again sooner.
_KEPT_S: Final = 300.0
_UNKNOWN_KEPT_S: Final = 30.0
# Whoever mistyped a password waits no longer for a hint.
_DEADLINE_S: Final = 2.0


class TechnitiumSingleSignOn:
    """The port `SingleSignOn`; remembers answers, so that no node is asked at every refusal."""

    def __init__(self, pool: NodePool, *, monotonic: Callable[[], float]) -> None:
        self._pool = pool
        self._monotonic = monotonic
        # By node: whether it is on, and until when that is believed.
        self._known: dict[str, tuple[bool, float]] = {}

    async def enabled_at(self, node_ids: Sequence[str]) -> tuple[str, ...]:
        enabled = await asyncio.gather(*(self._enabled(node_id) for node_id in node_ids))
        return tuple(node_id for node_id, is_on in zip(node_ids, enabled, strict=True) if is_on)

    async def _enabled(self, node_id: str) -> bool:
        is_on, until = self._known.get(node_id, (False, float("-inf")))
        if self._monotonic() < until:
            return is_on
        is_on, kept_s = await self._ask(node_id)
        self._known[node_id] = is_on, self._monotonic() + kept_s
        return is_on

    async def _ask(self, node_id: str) -> tuple[bool, float]:
        """A release without this call refuses it, or says ok to everything and tells nothing."""
        try:
            fields = await self._pool[node_id].public(SSO_STATUS, deadline_s=_DEADLINE_S)
        except NodeError as exc:
            return False, _KEPT_S if _answered(exc) else _UNKNOWN_KEPT_S
        return fields.get("ssoEnabled") is True, _KEPT_S


def _answered(error: NodeError) -> bool:
    return isinstance(error, NodeRejected | NodeSessionExpired)
