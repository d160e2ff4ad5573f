"""Which nodes a request names in its field `nodes`."""

from collections.abc import Sequence

import msgspec
from companion.nodes import NodeConfig, find

from auth_gateway.domain.credentials import InvalidRequest

_FIELD = "nodes"


class UnknownNode(Exception):  # noqa: N818 - it states an outcome, not a fault
    """No node with this id is configured; the message names it by its place in the list."""


def read_node_list(body: bytes, known: Sequence[NodeConfig]) -> list[NodeConfig]:
    """The nodes that a JSON body names, in its order.

    Raises:
        InvalidRequest: There is no list, an empty one, or one that is not of distinct texts.
        UnknownNode: One of them is not among `known`.
    """
    ids = _ids(body)
    nodes = []
    for place, node_id in enumerate(ids, start=1):
        node = find(known, node_id)
        if node is None:
            raise UnknownNode(f"with the id at place {place} of nodes")
        if node in nodes:
            raise InvalidRequest("The field nodes names a node twice.", field=_FIELD)
        nodes.append(node)
    return nodes


def _ids(body: bytes) -> list[str]:
    try:
        fields = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        fields = None
    ids = fields.get(_FIELD) if isinstance(fields, dict) else None
    if not isinstance(ids, list) or not ids:
        raise InvalidRequest("The field nodes must be a list of node ids.", field=_FIELD)
    if not all(isinstance(one, str) for one in ids):
        raise InvalidRequest("The field nodes must hold texts.", field=_FIELD)
    return ids
