"""Names of the keys with which servers prove who they are: `/api/settings/getTsigKeyNames`."""

from typing import TYPE_CHECKING

from technitium_sandbox.calls.routing import Call, Outcome

if TYPE_CHECKING:
    from technitium_sandbox.node import Node


def key_names(node: "Node") -> list[str]:
    keys = node.settings.get("tsigKeys") or []
    return [str(key["keyName"]) for key in keys]


def get_names(call: Call) -> Outcome:
    return {"tsigKeyNames": key_names(call.node)}
