"""The operations of `node_proxy.routes.logs`, `.log_tail` and `.log_export`."""

from functools import partial
from typing import Annotated, Final, Literal

import msgspec
from companion.openapi.operation import Answer, Parameter

from node_proxy.domain.logs.answers import CombinedPage, NodeLogsAnswer
from node_proxy.domain.logs.export_lines import MEDIA_TYPES
from node_proxy.domain.logs.fields import LARGEST_PAGE
from node_proxy.domain.logs.query import LARGEST_ENTRIES
from node_proxy.domain.logs.storage import Storage
from node_proxy.openapi import reading
from node_proxy.openapi.reading import PROBLEMS_OF_NODES, json, same

read = partial(reading.read, tag="logs")

_FILTERS: Final = (
    Parameter(name="start", description="Rows from this moment on, ISO 8601."),
    Parameter(name="end", description="Rows up to this moment, ISO 8601."),
    Parameter(name="qname", description="A part of a name, or a name in which `*` is any text."),
    Parameter(name="qtype", description="A record type by name or number."),
    Parameter(name="qclass", description="IN, CS, CH, HS, NONE or ANY."),
    Parameter(name="rcode", description="As the node names it, such as NoError or NxDomain."),
    Parameter(name="responseType", description="Such as Cached, Recursive or Blocked."),
    Parameter(name="protocol", description="Such as Udp, Tcp, Tls, Https or Quic."),
    Parameter(
        name="clientIpAddress",
        description="An address; or part of one or of the client's name, which reads every row.",
    ),
    Parameter(
        name="statusFilter",
        description="Blocked: by the node or its upstream; allowed: everything that was answered.",
        shape=Literal["blocked", "allowed"],
    ),
    Parameter(name="name", description="The log app to ask, where a node has several."),
    Parameter(name="classPath", description="Its class; both or neither."),
)
_NODES: Final = Parameter(name="nodes", description="Ids of nodes, by comma; all without it.")
_DESCENDING: Final = Parameter(
    name="descendingOrder", description="Newest first, unless false.", shape=bool
)
_PAGE: Final = (
    Parameter(
        name="pageNumber",
        description="From 1; ignored with a cursor.",
        shape=Annotated[int, msgspec.Meta(ge=1, le=LARGEST_PAGE)],
    ),
    Parameter(
        name="entriesPerPage",
        description="Rows of a page.",
        shape=Annotated[int, msgspec.Meta(ge=1, le=LARGEST_ENTRIES)],
    ),
    Parameter(
        name="cursor",
        description="`nextCursor` of the page before. Rows that come meanwhile move nothing.",
    ),
    _DESCENDING,
    Parameter(name="deduplicateDomains", description="One row for each domain.", shape=bool),
    Parameter(
        name="deduplicatePerClient",
        description="One row for each domain and client.",
        shape=bool,
    ),
    Parameter(name="disableCache", description="Accepted; no page is kept.", shape=bool),
    *_FILTERS,
)
_TEXT_STREAM: Final = {"type": "string"}

_COMBINED: Final = read(
    "/api/nodes/logs/combined",
    "One page of the query logs of several nodes, by time",
    json("The rows, and how each node did.", CombinedPage),
    description="Filters are applied by the nodes, and totals are theirs. A node that does not "
    "answer is in `nodes` with a `state` that says so, and totals are then lower bounds.",
    parameters=(_NODES, *_PAGE),
    problems=("searches_busy",),
)
_ONE: Final = read(
    "/api/nodes/{node_id}/logs",
    "One page of one node's query log",
    json("The rows.", NodeLogsAnswer),
    parameters=_PAGE,
    problems=("no_query_logs", "searches_busy"),
)

OPERATIONS: Final = (
    _COMBINED,
    same(_COMBINED, "/api/nodes/logs/combined/stored"),
    read(
        "/api/nodes/logs/storage",
        "The state of a store of logs beside the nodes' own: there is none",
        json("Not enabled.", Storage),
    ),
    read(
        "/api/nodes/logs/tail",
        "Rows as they are written, as server-sent events",
        Answer(
            description="Events without end.",
            shape=_TEXT_STREAM,
            media_type="text/event-stream",
        ),
        description="Events: `open`, `entries` (rows of one node, with an id to resume behind "
        "them), `gap` (how many rows of a node are left out), `node` (one that begins or stops to "
        "answer), `session_ended`.",
        parameters=(
            _NODES,
            Parameter(
                name="backlog",
                description="Rows of each node to begin with.",
                shape=Annotated[int, msgspec.Meta(ge=0, le=500)],
            ),
            Parameter(name="lastEventId", description="As the header, for whoever cannot set it."),
            Parameter(
                name="Last-Event-ID",
                description="The id of the last event that was seen.",
                where="header",
            ),
            *_FILTERS,
        ),
        problems=("too_many_streams",),
    ),
    read(
        "/api/nodes/logs/export",
        "All rows of a search as a file",
        *(
            Answer(description="The file.", shape=_TEXT_STREAM, media_type=media_type)
            for media_type in ("text/csv", MEDIA_TYPES["jsonl"])
        ),
        description="A file that lacks rows ends with lines that say of which node and why.",
        parameters=(
            _NODES,
            Parameter(
                name="format",
                description="CSV unless jsonl is asked for.",
                shape=Literal["csv", "jsonl"],
            ),
            _DESCENDING,
            *_FILTERS,
        ),
        problems=(*PROBLEMS_OF_NODES, "no_query_logs"),
    ),
    _ONE,
    same(_ONE, "/api/nodes/{node_id}/logs/stored"),
)
