"""Technitium's own API at the nodes, for people and their scripts: passed on, never changed."""

from contextlib import AbstractAsyncContextManager
from typing import Final, TypedDict

from companion.clock import Clock
from companion.nodes import NodeConfig
from companion.technitium.forwarded import Download, Forwarded
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from node_proxy.domain.forward_all import forward_to_all, require_for_all
from node_proxy.domain.forwarding import forward
from node_proxy.domain.primary import find_primary
from node_proxy.routes.answer import json_answer
from node_proxy.routes.caller import configured_node, persons_nodes
from node_proxy.routes.forwarded_call import read_call
from node_proxy.routes.streamed import Streamed, while_signed_in

METHODS: Final = ["GET", "POST"]


class Needs(TypedDict):
    """What these routes take from the application's state."""

    configs: tuple[NodeConfig, ...]
    clock: Clock


async def to_node(request: Request[Needs]) -> Response:
    """To the node of the path, whatever its part in a cluster is."""
    nodes, config = await persons_nodes(request), configured_node(request)
    asked = await read_call(request)
    return ForwardedAnswer(request, forward(nodes, config.id, asked.path, asked.body))


async def to_primary(request: Request[Needs]) -> Response:
    """To the only Primary, which is looked for anew each time; else nowhere."""
    nodes = await persons_nodes(request)
    asked = await read_call(request)
    node_id = await find_primary(
        nodes, request.state["configs"], monotonic=request.state["clock"].monotonic
    )
    return ForwardedAnswer(request, forward(nodes, node_id, asked.path, asked.body))


async def to_all(request: Request[Needs]) -> Response:
    """To every node at the same time; 200 whatever they say."""
    nodes = await persons_nodes(request)
    asked = await read_call(request)
    require_for_all(asked.path, asked.body)
    return json_answer(
        await forward_to_all(
            nodes,
            request.state["configs"],
            asked.path,
            asked.body,
            monotonic=request.state["clock"].monotonic,
        )
    )


class ForwardedAnswer(Response):
    """Asks the node when it is sent, and keeps the way to it open for as long as a file takes.

    Raises:
        NodeError: Before anything is sent, if the node does not answer with a success. In the
            middle of a file it cuts the connection, so that nobody takes a part for the whole.
    """

    def __init__(
        self, request: Request[Needs], forwarding: AbstractAsyncContextManager[Forwarded]
    ) -> None:
        super().__init__()
        self._request = request
        self._forwarding = forwarding

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._forwarding as answer:
            if isinstance(answer, Download):
                response = self._file(answer)
            else:
                response = Response(answer.body, media_type="application/json")
            await response(scope, receive, send)

    def _file(self, answer: Download) -> Response:
        """A file to be saved: nothing of a node's is shown as a page of ours."""
        return Streamed(
            while_signed_in(self._request, answer.chunks),
            media_type=answer.media_type,
            headers={"Content-Disposition": f'attachment; filename="{answer.filename}"'},
        )
