"""The operations of `node_proxy.routes.lookup`."""

from companion.openapi.operation import NODE_PROBLEMS, Answer, Operation, Parameter

from node_proxy.domain.lookup.answer import ClusterLookup, Lookup
from node_proxy.domain.lookup.question import Protocol

TAG = "lookup"

_QUESTION = (
    Parameter(
        name="name",
        description="The domain name; for PTR an address too; empty is the root.",
        shape=str,
        required=True,
    ),
    Parameter(name="type", description="A record type or its number; A without one.", shape=str),
    Parameter(name="protocol", description="Udp without one.", shape=Protocol),
    Parameter(name="dnssec", description="Whether to validate; false without it.", shape=bool),
    Parameter(
        name="server",
        description="Whom the node asks: this-server (without one), recursive-resolver, "
        "system-dns, or another server's address, name or URL.",
        shape=str,
    ),
    Parameter(name="subnet", description="The client network to tell that server.", shape=str),
)

OPERATIONS = (
    Operation(
        method="GET",
        path="/api/nodes/{node_id}/lookup",
        summary="One node looks a name up",
        description="Every response code is a reply. A server that stays silent is a `failure` of "
        "kind `timed_out`, which takes the node up to 20 s to say.",
        tag=TAG,
        parameters=_QUESTION,
        answers=(Answer(description="A reply or a failure.", shape=Lookup),),
        problems=(*NODE_PROBLEMS, "invalid_request"),
    ),
    Operation(
        method="GET",
        path="/api/nodes/all/lookup",
        summary="All nodes look the same name up",
        description="`agree` compares codes and records, not times to live.",
        tag=TAG,
        parameters=_QUESTION,
        answers=(Answer(description="One entry for each node.", shape=ClusterLookup),),
        problems=("invalid_request",),
    ),
)
