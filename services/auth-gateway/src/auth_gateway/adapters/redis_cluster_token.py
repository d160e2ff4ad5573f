"""For which nodes the cluster token is used where nobody signs in, as node-proxy wrote it."""

from companion.keys import CLUSTER_TOKEN_NODES
from companion.store import store_errors
from redis.asyncio import Redis


class RedisClusterTokenUse:
    """The gateway does not know the tokens of nodes, so it cannot say which have none."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def node_ids(self) -> tuple[str, ...]:
        """The ids in order; none while node-proxy has not said any. Raises StoreUnavailable."""
        with store_errors():
            value = await self._redis.get(CLUSTER_TOKEN_NODES)
        text = value.decode() if isinstance(value, bytes) else value or ""
        return tuple(text.split(",")) if text else ()
