"""The live tail as server-sent events: one stream for all nodes of a page.

It never counts as activity. Event names: open, entries, gap, node, session_ended.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Final, TypedDict

import msgspec
from companion.asgi.ending import PING_S, until_the_end
from companion.nodes import NodeConfig
from companion.problems import Problem
from companion.sessions.errors import SessionInvalid
from starlette.requests import Request
from starlette.responses import Response

from node_proxy.domain.logs.fields import BadField
from node_proxy.domain.logs.query import read_search, refuse_dedupe
from node_proxy.domain.logs.service import Logs
from node_proxy.domain.logs.tail_events import Tail
from node_proxy.domain.logs.tail_point import LONGEST_ID, TailPoint, read_event_id
from node_proxy.domain.logs.tail_shapes import TailEvent
from node_proxy.routes.caller import persons_nodes
from node_proxy.routes.log_fields import fields_of
from node_proxy.routes.refused import named_fields
from node_proxy.routes.streamed import Streamed, while_signed_in

MOST_BACKLOG: Final = 500
_RETRY_MS: Final = 2_000
_PING: Final = b": ping\n\n"
_SESSION_ENDED: Final = b"event: session_ended\ndata: {}\n\n"
_encoder = msgspec.json.Encoder()


class Needs(TypedDict):
    """What this route takes from the application's state."""

    configs: tuple[NodeConfig, ...]
    logs: Logs
    ending: asyncio.Event


async def tail(request: Request[Needs]) -> Response:
    """Rows of several nodes as they are written; `Last-Event-ID` goes on where a stream broke."""
    nodes, configs = await persons_nodes(request, activity=False), request.state["configs"]
    fields = fields_of(request)
    with named_fields():
        refuse_dedupe(fields)
        search = replace(read_search(fields, configs), descending=False)
        backlog = fields.number("backlog", default=0, largest=MOST_BACKLOG, least=0)
        points = _points(
            request.headers.get("last-event-id") or fields.text("lastEventId", longest=LONGEST_ID)
        )
    if not request.state["logs"].tails.has_room(nodes.owner):
        raise Problem("too_many_streams", "Close other pages that follow the query logs first.")
    following = Tail(
        logs=request.state["logs"],
        search=search,
        configs={config.id: config for config in configs},
        nodes=nodes,
        fresh_nodes=partial(persons_nodes, request, activity=False),
        backlog=backlog,
        points=points,
    )
    return Streamed(_lines(request, following), media_type="text/event-stream")


async def _lines(request: Request[Needs], following: Tail) -> AsyncGenerator[bytes]:
    yield f"retry: {_RETRY_MS}\n\n".encode()
    events = while_signed_in(request, following.events())
    try:
        with request.state["logs"].tails.one_more(following.nodes.owner):
            told = until_the_end(events, request.state["ending"], ping_s=PING_S)
            async with aclosing(told):
                async for event in told:
                    yield _PING if event is None else _line(event)
    except (SessionInvalid, Problem):
        # A problem here is that of a session which could not be opened anew.
        yield _SESSION_ENDED


def _line(event: TailEvent) -> bytes:
    """One event; an id without data moves only the place at which a browser would go on."""
    head = f"id: {event.id}\n".encode() if event.id else b""
    if event.data is None:
        return head + b"\n"
    return head + f"event: {event.kind}\ndata: ".encode() + _encoder.encode(event.data) + b"\n\n"


def _points(text: str | None) -> dict[str, TailPoint]:
    if not text:
        return {}
    try:
        return read_event_id(text)
    except ValueError as error:
        raise BadField("lastEventId", "the id of an event of this stream") from error
