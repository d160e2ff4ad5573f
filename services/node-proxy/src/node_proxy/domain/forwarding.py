"""One call passed on to one node, and its answer with nothing in it that nobody should see."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import Final

from companion.technitium.bodies import Body
from companion.technitium.errors import NodeGarbled
from companion.technitium.forwarded import Download, Envelope, Forwarded

from node_proxy.domain.masks import CannotMask, masked
from node_proxy.domain.ports import ForwardingNodes
from node_proxy.domain.technitium_paths import ApiPath
from node_proxy.domain.zone_file import LineTooLong, mask_lines

_ZONE_FILES: Final = frozenset({"zones/export"})


@asynccontextmanager
async def forward(
    nodes: ForwardingNodes, node_id: str, path: ApiPath, body: Body
) -> AsyncGenerator[Forwarded]:
    """The answer as the node gave it, without tokens and with its secrets masked.

    Raises:
        NodeError: The node did not answer with a success.
    """
    async with nodes.forward(node_id, path, body) as answer:
        yield _shown(answer, node_id, path.call.path)


def _shown(answer: Forwarded, node_id: str, path: str) -> Forwarded:
    if isinstance(answer, Envelope):
        try:
            return Envelope(body=masked(answer.body))
        except CannotMask as error:
            raise NodeGarbled(
                node_id,
                "The node's answer may hold secrets, and is too long or not well enough written "
                "to look for them. Ask for a smaller part of it.",
                path=path,
            ) from error
    if path in _ZONE_FILES:
        return replace(answer, chunks=_zone_file(answer, node_id, path))
    return answer


async def _zone_file(answer: Download, node_id: str, path: str) -> AsyncGenerator[bytes]:
    try:
        async with aclosing(answer.chunks):
            async for chunk in mask_lines(answer.chunks):
                yield chunk
    except LineTooLong as error:
        raise NodeGarbled(node_id, "What the node sent is no zone file.", path=path) from error
