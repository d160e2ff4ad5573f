"""The calls under `/api/settings/`, but for the names of TSIG keys, which zones want."""

from typing import TYPE_CHECKING

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.calls.parameters import as_integer
from technitium_sandbox.calls.routing import Call, Handler, Outcome, Route
from technitium_sandbox.settings import backup, fields, settings
from technitium_sandbox.settings.source import Only, source_of
from technitium_sandbox.settings.sync import tell_primary

if TYPE_CHECKING:
    from technitium_sandbox.node import Node


def settings_get(call: Call) -> Outcome:
    return settings.view(call.node)


def settings_set(call: Call) -> Outcome:
    """Apply what was sent, field by field, here; what belongs to the cluster goes to its Primary.

    When a field is bad, or the Primary cannot be reached, what was applied before stays.
    """
    node, source = call.node, source_of(call)
    try:
        sent = fields.apply(node, source)
    finally:
        _keep_tls(node)
    node.config_changed()
    if node.is_secondary and sent:
        tell_primary(call, Only(source, sent))
    return settings.view(node)


def force_update(call: Call) -> Outcome:
    """Every node of the cluster fetches the lists anew."""
    for node in _all_nodes(call.node):
        node.updates.download_soon()
    return {}


def temporary_disable(call: Call) -> Outcome:
    """Every node of the cluster stops blocking for a while."""
    minutes = as_integer(call.parameters.required("minutes"))
    till = call.node.updates.pause(minutes)
    for node in _all_nodes(call.node)[1:]:
        node.updates.pause(minutes)
    return {"temporaryDisableBlockingTill": till}


def _keep_tls(node: "Node") -> None:
    """HTTPS needs a certificate, and a cluster needs HTTPS."""
    values = node.settings
    if node.cluster is not None and not (
        values["webServiceEnableTls"] and values["webServiceTlsCertificatePath"]
    ):
        values["webServiceEnableTls"] = True
        values["webServiceUseSelfSignedTlsCertificate"] = True
    has_certificate = (
        values["webServiceTlsCertificatePath"] is not None
        or values["webServiceUseSelfSignedTlsCertificate"]
    )
    if not has_certificate:
        values["webServiceEnableTls"] = False


def _all_nodes(node: "Node") -> list["Node"]:
    """This one first, then the others of its cluster that are up."""
    if node.cluster is None:
        return [node]
    found = [node.cluster.peer(member) for member in node.cluster.peers]
    return [node, *(one for one in found if one is not None)]


_CALLS: tuple[tuple[str, Right, Handler], ...] = (
    ("get", Right.VIEW, settings_get),
    ("set", Right.MODIFY, settings_set),
    ("forceUpdateBlockLists", Right.MODIFY, force_update),
    ("temporaryDisableBlocking", Right.MODIFY, temporary_disable),
    ("backup", Right.DELETE, backup.backup),
)
ROUTES = (
    *(
        Route(path=f"/api/settings/{name}", needs=(("Settings", right),), handler=handler)
        for name, right, handler in _CALLS
    ),
    Route(
        path="/api/settings/restore",
        needs=(("Settings", Right.DELETE),),
        handler=backup.restore,
        methods=("POST",),
    ),
)
