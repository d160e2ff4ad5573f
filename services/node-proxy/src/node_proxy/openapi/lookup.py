"""The operations of `node_proxy.routes.lookup`."""

from functools import partial

from companion.openapi.operation import Parameter

from node_proxy.domain.lookup.answer import ClusterLookup, Lookup
from node_proxy.domain.lookup.question import Protocol
from node_proxy.openapi import reading
from node_proxy.openapi.reading import json

read = partial(reading.read, tag="lookup")

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
    read(
        "/api/nodes/{node_id}/lookup",
        "One node looks a name up",
        json("A reply or a failure.", Lookup),
        description="Every response code is a reply. A server that stays silent is a `failure` of "
        "kind `timed_out`, which takes the node up to 20 s to say.",
        parameters=_QUESTION,
    ),
    read(
        "/api/nodes/all/lookup",
        "All nodes look the same name up",
        json("One entry for each node.", ClusterLookup),
        description="`agree` compares codes and records, not times to live.",
        parameters=_QUESTION,
    ),
)
