"""How often the members of a cluster look after each other, for clients that poll in step.

Only people with Administration: View may read it from the node; others get Technitium's defaults.
"""

from typing import Annotated, Any, Literal

import msgspec
from companion.technitium.calls import CLUSTER_STATE
from companion.technitium.errors import NodePermissionDenied, NodeVersionUnsupported

from node_proxy.domain.answer import read
from node_proxy.domain.ports import PersonsNodes

Seconds = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class ClusterSettings(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The intervals in seconds, and whether the node said them or nobody may know."""

    heartbeat_refresh_interval_seconds: Seconds
    heartbeat_retry_interval_seconds: Seconds
    config_refresh_interval_seconds: Seconds
    config_retry_interval_seconds: Seconds
    source: Literal["node", "defaults"] = "node"


DEFAULTS = ClusterSettings(
    heartbeat_refresh_interval_seconds=30,
    heartbeat_retry_interval_seconds=10,
    config_refresh_interval_seconds=900,
    config_retry_interval_seconds=60,
    source="defaults",
)
"""What Technitium sets when a cluster is made."""


async def cluster_settings(nodes: PersonsNodes, node_id: str) -> ClusterSettings:
    """The node's own intervals; the defaults where it has no cluster or may not be asked.

    Raises:
        NodeError: The node did not answer, or the person is not signed in there.
    """
    try:
        body = await nodes.call(node_id, CLUSTER_STATE)
    except (NodePermissionDenied, NodeVersionUnsupported):
        return DEFAULTS
    return _from_answer(body, node_id)


def _from_answer(body: dict[str, Any], node_id: str) -> ClusterSettings:
    if body.get("clusterInitialized") is not True:
        return DEFAULTS
    # The field is ours: a node must not be able to say it.
    body = {name: value for name, value in body.items() if name != "source"}
    return read(ClusterSettings, body, node_id=node_id, call=CLUSTER_STATE)
