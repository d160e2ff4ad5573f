"""Every path under `/api/zones/`: its handler and the right on the section."""

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.calls.routing import Handler, Need, Route
from technitium_sandbox.settings import tsig_keys
from technitium_sandbox.zones import (
    changing_api,
    creating_api,
    options_api,
    permissions_api,
    zones_api,
)
from technitium_sandbox.zones.dnssec import dnssec_api
from technitium_sandbox.zones.files import files_api
from technitium_sandbox.zones.records import records_api

_VIEW: Need = ("Zones", Right.VIEW)
_MODIFY: Need = ("Zones", Right.MODIFY)
_DELETE: Need = ("Zones", Right.DELETE)

# Zones have rights of their own beside these; records/* ask for those only.
_CALLS: tuple[tuple[str, Need | None, Handler], ...] = (
    ("list", _VIEW, zones_api.zones_list),
    ("catalogs/list", _VIEW, zones_api.catalogs_list),
    ("create", _MODIFY, creating_api.create),
    ("import", _MODIFY, files_api.zones_import),
    ("export", _VIEW, files_api.export),
    ("clone", _MODIFY, changing_api.clone),
    ("convert", _DELETE, changing_api.convert),
    ("enable", _MODIFY, zones_api.enable),
    ("disable", _MODIFY, zones_api.disable),
    ("delete", _DELETE, zones_api.delete),
    ("resync", _MODIFY, zones_api.resync),
    ("options/get", _MODIFY, options_api.options_get),
    ("options/set", _MODIFY, options_api.options_set),
    ("permissions/get", _MODIFY, permissions_api.permissions_get),
    ("permissions/set", _MODIFY, permissions_api.permissions_set),
    ("dnssec/sign", _MODIFY, dnssec_api.sign),
    ("dnssec/unsign", _MODIFY, dnssec_api.unsign),
    ("dnssec/viewDS", _VIEW, dnssec_api.view_ds),
    ("dnssec/properties/get", _MODIFY, dnssec_api.properties_get),
    ("dnssec/properties/convertToNSEC", _MODIFY, dnssec_api.convert_to_nsec),
    ("dnssec/properties/convertToNSEC3", _MODIFY, dnssec_api.convert_to_nsec3),
    ("dnssec/properties/updateNSEC3Params", _MODIFY, dnssec_api.update_nsec3),
    ("dnssec/properties/updateDnsKeyTtl", _MODIFY, dnssec_api.update_key_ttl),
    ("dnssec/properties/generatePrivateKey", _MODIFY, dnssec_api.add_key),
    ("dnssec/properties/addPrivateKey", _MODIFY, dnssec_api.add_key),
    ("dnssec/properties/updatePrivateKey", _MODIFY, dnssec_api.update_key),
    ("dnssec/properties/deletePrivateKey", _MODIFY, dnssec_api.delete_key),
    ("dnssec/properties/publishAllPrivateKeys", _MODIFY, dnssec_api.publish_all),
    ("dnssec/properties/rolloverDnsKey", _MODIFY, dnssec_api.rollover_key),
    ("dnssec/properties/retireDnsKey", _MODIFY, dnssec_api.retire_key),
    ("dnssec/properties/activateKskDnsKey", _MODIFY, dnssec_api.activate_ksk),
    ("records/add", None, records_api.add),
    ("records/get", None, records_api.get),
    ("records/update", None, records_api.update),
    ("records/delete", None, records_api.delete),
)

ROUTES = (
    *(
        Route(path=f"/api/zones/{path}", needs=() if need is None else (need,), handler=handler)
        for path, need, handler in _CALLS
    ),
    Route(
        path="/api/settings/getTsigKeyNames",
        needs=(("Settings", Right.VIEW), _MODIFY),
        handler=tsig_keys.get_names,
    ),
)
