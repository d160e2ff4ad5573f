"""Which zone a call means and whether its caller may: zones have rights of their own."""

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.calls.errors import ApiError, access_denied
from technitium_sandbox.calls.parameters import as_choice
from technitium_sandbox.calls.routing import Call
from technitium_sandbox.dns import domain_names
from technitium_sandbox.zones.zone import Zone, ZoneType

INTERNAL = "Access was denied to manage internal DNS Server zone."


def as_name(text: str) -> str:
    """A zone's name as sent: no dots around it, IDN in Punycode; the case stays."""
    return domain_names.to_ascii(text.strip("."))


def name_of_zone(call: Call, *, also_domain: bool = False) -> str:
    """The parameter `zone`, which some calls also take as `domain`."""
    parameters = call.parameters
    if also_domain and parameters.optional("zone") is None:
        text = parameters.optional("domain") or parameters.required("zone")
    else:
        text = parameters.required("zone")
    return as_name(text)


def may(call: Call, zone: Zone, right: Right) -> bool:
    return bool(zone.grants.bits(call.user.username, call.user.groups) & right)


def demand(call: Call, zone: Zone, right: Right) -> None:
    if not may(call, zone, right):
        raise access_denied()


def existing(call: Call, name: str) -> Zone:
    zone = call.node.zones.find(name.lower())
    if zone is None:
        raise ApiError(f"No such zone was found: {name}")
    return zone


def zone_for(call: Call, right: Right, *, also_domain: bool = False) -> Zone:
    """The zone that a call manages: it exists, is not internal, and the caller has the right."""
    zone = existing(call, name_of_zone(call, also_domain=also_domain))
    refuse_internal(zone)
    demand(call, zone, right)
    return zone


def zone_to_sign(call: Call) -> Zone:
    """For DNSSEC the right is looked at first, so a zone that is not there is denied, too."""
    name = name_of_zone(call)
    zone = call.node.zones.find(name.lower())
    if zone is None:
        raise access_denied()
    demand(call, zone, Right.DELETE)
    return zone


def refuse_internal(zone: Zone) -> None:
    if zone.internal:
        raise ApiError(INTERNAL)


def zone_and_domain(call: Call) -> tuple[Zone, str]:
    """For records/*: the zone in which `zone`, or else `domain`, lies, and the domain."""
    domain = as_name(call.parameters.required("domain"))
    named = call.parameters.optional("zone")
    place = domain if named is None else as_name(named)
    zone = call.node.zones.closest(place.lower())
    if zone is None:
        raise ApiError(f"No such zone was found: {domain}")
    return zone, domain


def refuse_outside(zone: Zone, domain: str) -> None:
    """Names must be well-formed and belong to the zone."""
    domain_names.check(domain)
    if not zone.holds(domain.lower()):
        raise ApiError(f"The domain name '{domain}' does not belong to the zone: {zone.shown_name}")


def cluster_catalog(call: Call) -> str | None:
    """The name of the catalog that the cluster keeps."""
    cluster = call.node.cluster
    return None if cluster is None else f"cluster-catalog.{cluster.domain}"


def type_of(text: str) -> ZoneType:
    if text.strip().lower() in ("0", "unknown"):
        raise ApiError("Zone type not supported.")
    return ZoneType(as_choice(text, tuple(one.value for one in ZoneType)))


def spare_cluster(call: Call, zone: Zone, verb: str) -> None:
    """The Primary keeps the zones that hold its cluster together."""
    cluster = call.node.cluster
    if cluster is None:
        return
    if zone.type is ZoneType.PRIMARY and zone.name == cluster.domain:
        raise ApiError(f"Cannot {verb} the Cluster Primary zone '{zone.name}'.")
    if zone.type is ZoneType.CATALOG and zone.name == cluster_catalog(call) and verb != "convert":
        raise ApiError(f"Cannot {verb} the Cluster Catalog zone '{zone.name}'.")
