"""DNS lookups by one node, or by all of them side by side, with the caller's own tokens there."""

from functools import partial
from typing import TypedDict

from companion.clock import Clock
from companion.nodes import NodeConfig
from companion.problems import Problem
from starlette.requests import Request
from starlette.responses import Response

from node_proxy.domain.fan_out import ask_each
from node_proxy.domain.lookup.answer import cluster_lookup, lookup_answer
from node_proxy.domain.lookup.question import Question, QuestionRefused, read_question
from node_proxy.domain.lookup.reply import look_up
from node_proxy.routes.answer import json_answer
from node_proxy.routes.caller import configured_node, persons_nodes


class Needs(TypedDict):
    """What these routes take from the application's state."""

    configs: tuple[NodeConfig, ...]
    clock: Clock


async def node_lookup(request: Request[Needs]) -> Response:
    """One node asks."""
    nodes, config = await persons_nodes(request), configured_node(request)
    question, clock = _question(request), request.state["clock"]
    began = clock.monotonic()
    outcome = await look_up(nodes, config.id, question)
    took_ms = round((clock.monotonic() - began) * 1000)
    return json_answer(
        lookup_answer(config.id, question, outcome, now=clock.now(), took_ms=took_ms)
    )


async def all_lookups(request: Request[Needs]) -> Response:
    """Every node asks the same, at the same time."""
    nodes, question = await persons_nodes(request), _question(request)
    configs, clock = request.state["configs"], request.state["clock"]
    began = clock.monotonic()
    replies = await ask_each(
        [config.id for config in configs],
        partial(look_up, nodes, question=question),
        monotonic=clock.monotonic,
    )
    took_ms = round((clock.monotonic() - began) * 1000)
    return json_answer(cluster_lookup(question, replies, now=clock.now(), took_ms=took_ms))


def _question(request: Request[Needs]) -> Question:
    try:
        return read_question(request.query_params)
    except QuestionRefused as exc:
        raise Problem("invalid_request", exc.message, field=exc.field) from exc
