"""All fields of `settings/set`, in the order in which they are applied.

Each is in effect as soon as it is read; a bad one ends the call and leaves those before it.
Which of them belong to the whole cluster stands beside each.
"""

from typing import TYPE_CHECKING

from technitium_sandbox.settings.field import Field
from technitium_sandbox.settings.source import Source
from technitium_sandbox.settings.subjects import (
    blocking,
    forwarding,
    general,
    logs,
    protocols,
    resolver,
    web_service,
)

if TYPE_CHECKING:
    from technitium_sandbox.node import Node

FIELDS: tuple[Field, ...] = (
    *general.FIELDS,
    *web_service.FIELDS,
    *protocols.FIELDS,
    *resolver.FIELDS,
    *blocking.FIELDS,
    *forwarding.FIELDS,
    *logs.FIELDS,
)
SHARED_KEYS = tuple(key for field in FIELDS if field.is_shared for key in field.keys)


def apply(node: "Node", source: Source) -> list[str]:
    """Apply all; gives back the names of what was sent and belongs to the cluster."""
    sent: list[str] = []
    for field in FIELDS:
        if field.apply(node, source) and field.is_shared:
            sent += (field.name, *field.also)
    return sent
