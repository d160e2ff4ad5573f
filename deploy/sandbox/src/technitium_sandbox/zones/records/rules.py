"""What a zone takes: by its type, and by what is there already."""

from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.dns.record_types import DNSSEC
from technitium_sandbox.zones.records.record import Record
from technitium_sandbox.zones.zone import Zone, ZoneType

ONE_OF_A_KIND = ("CNAME", "DNAME", "APP")
_WRITABLE = (ZoneType.PRIMARY, ZoneType.FORWARDER)
_NOT_WHEN_SIGNED = ("ANAME", "APP")
_NOT_AT_APEX = ("CNAME", "DS")
_BESIDE_CNAME = (
    "Cannot add record: a CNAME record cannot exists with other record types for the same name."
)
_CLUSTER_NS = (
    "NS records for Primary zones that are members of the Cluster Catalog zone. These NS records"
    " are automatically managed by the Cluster and only their TTL values can be updated."
)


def refuse_foreign(zone: Zone, verb: str, noun: str = "record") -> None:
    """Records that another server keeps cannot be changed here."""
    if zone.type not in _WRITABLE:
        raise ApiError(f"Cannot {verb} {noun} in {zone.type.label} zone.")


def check_new(zone: Zone, record: Record, *, sets: bool) -> None:
    """Whether a record may be added, or with `sets` put in the place of its set."""
    failed = "set records" if sets else "add record"
    if record.type in DNSSEC:
        raise ApiError("Cannot set DNSSEC records." if sets else "Cannot add DNSSEC record.")
    if record.type == "SOA":
        raise ApiError("Cannot add record: use SetRecords() for SOA record.")
    if zone.type is ZoneType.PRIMARY:
        _check_primary(zone, record, failed)
    _check_beside(zone, record)


def check_ttl(zone: Zone, record: Record, failed: str) -> None:
    expire = zone.soa.data["expire"]
    if isinstance(expire, int) and record.ttl > expire:
        raise ApiError(f"{failed}: TTL cannot be greater than SOA EXPIRE.")


def check_disabled(zone: Zone, record: Record) -> None:
    if record.disabled and zone.signing is not None:
        raise ApiError(
            "Cannot update record: disabling records in a signed zones is not supported."
        )


def refuse_cluster_ns(zone: Zone, domain: str, catalog: str | None, verb: str) -> None:
    """The cluster itself keeps the NS records of the zones that all its nodes serve."""
    if catalog is not None and zone.catalog == catalog and zone.name == domain:
        raise ApiError(f"Cannot {verb} {_CLUSTER_NS}")


def _check_primary(zone: Zone, record: Record, failed: str) -> None:
    if record.type == "FWD":
        raise ApiError("The record type is not supported by primary zones.")
    if zone.signing is not None and record.type in _NOT_WHEN_SIGNED:
        raise ApiError("The record type is not supported by DNSSEC signed primary zones.")
    if record.name == zone.name and record.type in _NOT_AT_APEX:
        raise ApiError(f"Cannot set {record.type} record at zone apex.")
    check_ttl(zone, record, f"Failed to {failed}")


def _check_beside(zone: Zone, record: Record) -> None:
    kinds = zone.sets_of(record.name).keys()
    if ("CNAME" in kinds or record.type == "CNAME") and kinds - {record.type}:
        raise ApiError(_BESIDE_CNAME)
