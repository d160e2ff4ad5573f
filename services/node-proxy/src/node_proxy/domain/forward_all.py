"""One call passed on to every node, with one result for each, whatever the others do."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import msgspec
from companion.nodes import NodeConfig
from companion.problems import Problem
from companion.technitium.bodies import Body, Form
from companion.technitium.errors import NodeError, NodeGarbled
from companion.technitium.forwarded import Envelope
from msgspec import UNSET, UnsetType

from node_proxy.domain.fan_out import Reply, ask_each
from node_proxy.domain.forwarding import forward
from node_proxy.domain.node_entry import NodeEntry, entry_of
from node_proxy.domain.parameters import folded
from node_proxy.domain.ports import ForwardingNodes
from node_proxy.domain.shared_settings import SHARED_SETTINGS
from node_proxy.domain.technitium_paths import ApiPath

# Of each node, since all answers are in memory together.
MOST_OF_ONE_BYTES: Final = 4 * 1024 * 1024


class NodeResult(NodeEntry, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What one node said: `data` as its own route answers it, where it did not fail."""

    data: msgspec.Raw | UnsetType = UNSET


async def forward_to_all(
    nodes: ForwardingNodes,
    configs: Sequence[NodeConfig],
    path: ApiPath,
    body: Body,
    *,
    monotonic: Callable[[], float],
) -> list[NodeResult]:
    """One result per node in the order of the settings, within the deadline of one node."""
    shorter = replace(path, call=replace(path.call, max_bytes=MOST_OF_ONE_BYTES))
    replies = await ask_each(
        [config.id for config in configs],
        partial(_ask, nodes, path=shorter, body=body),
        monotonic=monotonic,
    )
    return [_result(config, replies[config.id]) for config in configs]


def require_for_all(path: ApiPath, body: Body) -> None:
    """See to it that sending a call to every node is not sending it several times to one place.

    Raises:
        Problem: `path_not_for_all`.
    """
    if path.call.download:
        raise Problem("path_not_for_all", "A file comes from one node: name it in the path.")
    if path.spreads:
        raise Problem(
            "path_not_for_all",
            "This changes a cluster or a zone, and so belongs to one node: use "
            f"/api/primary/technitium/{path.call.path}, or name the node in the path.",
        )
    shared = [name for name in _names(path, body) if folded(name) in SHARED_SETTINGS]
    if shared:
        raise Problem(
            "path_not_for_all",
            f"A cluster has {', '.join(shared)} in common: use "
            f"/api/primary/technitium/{path.call.path}, or name the node in the path.",
        )


def _names(path: ApiPath, body: Body) -> list[str]:
    """The settings that a change of settings is about."""
    if path.call.path != "settings/set":
        return []
    if isinstance(body, Form):
        return [name for name, _ in body.fields]
    return list(msgspec.json.decode(body.content, type=dict[str, msgspec.Raw]))


async def _ask(nodes: ForwardingNodes, node_id: str, *, path: ApiPath, body: Body) -> bytes:
    async with forward(nodes, node_id, path, body) as answer:
        if isinstance(answer, Envelope):
            return answer.body
    raise NodeGarbled(node_id, "The node sent a file.", path=path.call.path)


def _result(config: NodeConfig, reply: Reply[bytes]) -> NodeResult:
    data = UNSET if isinstance(reply.value, NodeError) else msgspec.Raw(reply.value)
    return entry_of(NodeResult, config.id, reply, data=data)
