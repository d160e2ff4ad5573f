"""All rows of a search as a file, CSV or JSON lines, streamed while the nodes are read."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Final, TypedDict, cast

import structlog
from companion.asgi.ending import until_the_end
from companion.clock import Clock
from companion.nodes import NodeConfig
from companion.problems import node_problem
from companion.sessions.errors import SessionInvalid
from starlette.requests import Request
from starlette.responses import Response

from node_proxy.domain.logs.export import Export
from node_proxy.domain.logs.export_lines import (
    MEDIA_TYPES,
    Format,
    Incomplete,
    head,
    lines,
    trailer,
)
from node_proxy.domain.logs.filters import Names
from node_proxy.domain.logs.gathering import Gathering
from node_proxy.domain.logs.query import read_search, refuse_dedupe
from node_proxy.domain.logs.service import Logs
from node_proxy.domain.logs.vocabulary import folded
from node_proxy.routes.caller import persons_nodes
from node_proxy.routes.log_fields import fields_of
from node_proxy.routes.refused import named_fields
from node_proxy.routes.streamed import Streamed, while_signed_in

log = structlog.get_logger(__name__)

_FORMATS: Final = folded(MEDIA_TYPES)


class Needs(TypedDict):
    """What this route takes from the application's state."""

    configs: tuple[NodeConfig, ...]
    clock: Clock
    logs: Logs
    ending: asyncio.Event


async def export(request: Request[Needs]) -> Response:
    """A file of everything that is found; a problem where no node at all answers."""
    nodes, configs = await persons_nodes(request), request.state["configs"]
    fields = fields_of(request)
    with named_fields():
        refuse_dedupe(fields)
        search = read_search(fields, configs)
        form = cast("Format", fields.word("format", _FORMATS) or "csv")
    logs = request.state["logs"]
    gathering = logs.gathering(nodes, search)
    rows = Export(gathering)
    # A client of one node may have its lease from another.
    await logs.names.refresh(nodes, [config.id for config in configs])
    await rows.begin()
    if len(gathering.errors) == len(search.node_ids):
        raise node_problem(gathering.errors[search.node_ids[0]])
    moment = datetime.fromtimestamp(request.state["clock"].now(), UTC)
    name = f"query-logs-{moment:%Y-%m-%dT%H-%M-%SZ}.{form}"
    return Streamed(
        _file(request, form, rows, gathering, logs.names.of(nodes)),
        media_type=MEDIA_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _file(
    request: Request[Needs], form: Format, rows: Export, gathering: Gathering, names: Names
) -> AsyncGenerator[bytes]:
    configs = {config.id: config for config in request.state["configs"]}
    reasons: list[Incomplete] = []
    yield head(form)
    found = while_signed_in(request, rows.rows(names))
    is_over = False
    try:
        async with aclosing(until_the_end(found, request.state["ending"])) as batches:
            async for batch in batches:
                if batch is not None:
                    yield lines(form, batch, configs, names)
            is_over = not request.state["ending"].is_set()
    except SessionInvalid:
        reasons.append(_reason("session_invalid", "The session ended."))
    else:
        if not is_over:
            reasons.append(_reason("upstream_unavailable", "The service was stopped."))
    reasons += [
        Incomplete(node_id=node_id, code=error.code, message=error.message)
        for node_id, error in gathering.errors.items()
    ]
    if reasons:
        log.warning("an export lacks rows", reasons=[(r.node_id, r.code) for r in reasons])
        yield trailer(form, reasons)


def _reason(code: str, message: str) -> Incomplete:
    return Incomplete(node_id=None, code=code, message=message)
