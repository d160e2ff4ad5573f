"""Options of a zone: who may query, transfer and update it, whom it notifies."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field

QUERY_ACCESS = {
    "Deny": 0,
    "Allow": 1,
    "AllowOnlyPrivateNetworks": 2,
    "AllowOnlyZoneNameServers": 3,
    "UseSpecifiedNetworkACL": 4,
    "AllowZoneNameServersAndUseSpecifiedNetworkACL": 5,
}
ZONE_TRANSFER = {
    "Deny": 0,
    "Allow": 1,
    "AllowOnlyZoneNameServers": 2,
    "UseSpecifiedNetworkACL": 3,
    "AllowZoneNameServersAndUseSpecifiedNetworkACL": 4,
}
UPDATE = ZONE_TRANSFER
NOTIFY = {
    "None": 0,
    "ZoneNameServers": 1,
    "SpecifiedNameServers": 2,
    "BothZoneAndSpecifiedNameServers": 3,
    "SeparateNameServersForCatalogAndMemberZones": 4,
}
Policy = Mapping[str, object]


@dataclass(slots=True, kw_only=True)
class Options:
    """As options/get names them; which of them a zone has depends on its type."""

    query_access: str = "Allow"
    query_access_acl: list[str] = field(default_factory=list)
    zone_transfer: str = "Deny"
    zone_transfer_acl: list[str] = field(default_factory=list)
    zone_transfer_keys: list[str] = field(default_factory=list)
    notify: str = "None"
    notify_servers: list[str] = field(default_factory=list)
    notify_catalogs: list[str] = field(default_factory=list)
    update: str = "Deny"
    update_acl: list[str] = field(default_factory=list)
    update_policies: list[Policy] = field(default_factory=list)
    override_query_access: bool = False
    override_zone_transfer: bool = False
    override_notify: bool = False
    override_primary_servers: bool = False
    primary_servers: list[str] = field(default_factory=list)
    transfer_protocol: str = "Tcp"
    transfer_key: str | None = None
    validate: bool = False

    @classmethod
    def of(cls, zone_type: str) -> "Options":
        """What a new zone of this type has."""
        if zone_type == "Primary":
            return cls(zone_transfer="AllowOnlyZoneNameServers", notify="ZoneNameServers")
        return cls()

    def copied(self) -> "Options":
        return copy.deepcopy(self)
