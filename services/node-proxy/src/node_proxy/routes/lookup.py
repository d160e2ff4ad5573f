"""DNS lookups by one node, or by all of them side by side, with the caller's own tokens there."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from node_proxy.domain.lookup.answer import cluster_lookup, lookup_answer
from node_proxy.domain.lookup.question import Question, read_question
from node_proxy.domain.lookup.reply import look_up
from node_proxy.routes.answer import json_answer
from node_proxy.routes.asking import Needs, answered, of_all
from node_proxy.routes.caller import configured_node, persons_nodes
from node_proxy.routes.refused import named_fields


async def node_lookup(request: Request[Needs]) -> Response:
    """One node asks."""
    nodes, config = await persons_nodes(request), configured_node(request)
    question = _question(request)
    came = await answered(request.state["clock"], look_up(nodes, config.id, question))
    return json_answer(
        lookup_answer(config.id, question, came.value, now=came.now, took_ms=came.took_ms)
    )


async def all_lookups(request: Request[Needs]) -> Response:
    """Every node asks the same, at the same time."""
    nodes, question = await persons_nodes(request), _question(request)
    came = await of_all(request, partial(look_up, nodes, question=question))
    return json_answer(cluster_lookup(question, came.value, now=came.now, took_ms=came.took_ms))


def _question(request: Request[Needs]) -> Question:
    with named_fields():
        return read_question(request.query_params)
