"""Says in Redis for which nodes the cluster token is used where nobody signs in.

The gateway tells people, so that they know what depends on that token before they remove it; only
node-proxy knows which nodes have a token of their own.
"""

from collections.abc import Mapping
from contextlib import suppress

from companion.env.legacy import NodeToken
from companion.env.mode import CLUSTER_TOKEN
from companion.keys import CLUSTER_TOKEN_NODES
from companion.store import StoreUnavailable, store_errors
from redis.asyncio import Redis


async def tell_cluster_token_use(redis: Redis, tokens: Mapping[str, NodeToken]) -> None:
    """Write the ids, sorted. Best effort by decision: nothing but a hint to people is lost."""
    using = sorted(node_id for node_id, token in tokens.items() if token.variable == CLUSTER_TOKEN)
    with suppress(StoreUnavailable), store_errors():
        await redis.set(CLUSTER_TOKEN_NODES, ",".join(using))
