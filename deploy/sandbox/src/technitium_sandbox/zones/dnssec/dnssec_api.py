"""`/api/zones/dnssec/…`: sign and unsign, keys, and what the parent needs to know."""

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.parameters import (
    Parameters,
    as_byte,
    as_choice,
    as_integer,
    as_ttl,
    as_uint16,
)
from technitium_sandbox.calls.routing import Call, Outcome
from technitium_sandbox.zones.access import (
    demand,
    existing,
    name_of_zone,
    refuse_internal,
    zone_to_sign,
)
from technitium_sandbox.zones.dnssec import signing as dnssec
from technitium_sandbox.zones.dnssec.keys import (
    DEFAULT_ROLLOVER_DAYS,
    KSK,
    ZSK,
    Key,
    Nsec3,
    Signing,
)
from technitium_sandbox.zones.zone import Zone, ZoneType

MAX_ITERATIONS, MAX_SALT_BYTES = 50, 32
_DEFAULT_KEY_TTL_S = 3_600
_HASHES = {"MD5": "RSAMD5", "SHA1": "RSASHA1", "SHA256": "RSASHA256", "SHA512": "RSASHA512"}
_CURVES = {
    "ECDSA": ("ECDSA", {"P256": "ECDSAP256SHA256", "P384": "ECDSAP384SHA384"}),
    "EDDSA": ("EdDSA", {"ED25519": "ED25519", "ED448": "ED448"}),
}


def sign(call: Call) -> Outcome:
    zone, parameters, node = zone_to_sign(call), call.parameters, call.node
    algorithm = parameters.required("algorithm")
    signing = Signing(
        key_ttl=as_ttl(parameters.optional("dnsKeyTtl") or str(_DEFAULT_KEY_TTL_S)),
    )
    days = as_uint16(parameters.optional("zskRolloverDays") or str(DEFAULT_ROLLOVER_DAYS))
    if _wants_nsec3(parameters):
        signing.nsec3 = _nsec3(parameters)
    name = _algorithm(parameters, algorithm)
    sizes = (0, 0)
    if name.startswith("RSA"):
        sizes = (_size(parameters, "kskKeySize"), _size(parameters, "zskKeySize"))
    _require_primary(zone)
    dnssec.sign(
        zone,
        node.clock.now(),
        node.randomness,
        algorithm=name,
        signing=signing,
        key_sizes=sizes,
        rollover_days=days,
    )
    return {}


def unsign(call: Call) -> Outcome:
    zone = zone_to_sign(call)
    _require_primary(zone)
    dnssec.unsign(zone, call.node.clock.now())
    return {}


def view_ds(call: Call) -> Outcome:
    zone = _viewed(call)
    if zone.signing is None:
        raise ApiError("The zone must be signed with DNSSEC.")
    keys = [key for key in zone.signing.in_order() if key.kind == KSK and key.state != "Generated"]
    return {**_head(zone), "dsRecords": [_ds(zone, key) for key in keys]}


def properties_get(call: Call) -> Outcome:
    zone = _viewed(call)
    fields, signing = _head(zone), zone.signing
    if signing is None:
        return {**fields, "dnsKeyTtl": _DEFAULT_KEY_TTL_S, "dnssecPrivateKeys": []}
    if signing.nsec3 is not None:
        fields["nsec3Iterations"] = signing.nsec3.iterations
        fields["nsec3SaltLength"] = signing.nsec3.salt_bytes
    keys = [key.row() for key in signing.in_order()]
    return {**fields, "dnsKeyTtl": signing.key_ttl, "dnssecPrivateKeys": keys}


def convert_to_nsec(call: Call) -> Outcome:
    zone = _managed(call)
    if dnssec.signed(zone).nsec3 is None:
        raise ApiError("Cannot convert to NSEC: the zone is already signed with NSEC.")
    dnssec.use_nsec3(zone, None, call.node.clock.now())
    return {}


def convert_to_nsec3(call: Call) -> Outcome:
    zone, wanted = _managed_with_nsec3(call)
    if dnssec.signed(zone).nsec3 is not None:
        raise ApiError("Cannot convert to NSEC3: the zone is already signed with NSEC3.")
    dnssec.use_nsec3(zone, wanted, call.node.clock.now())
    return {}


def update_nsec3(call: Call) -> Outcome:
    zone, wanted = _managed_with_nsec3(call)
    if dnssec.signed(zone).nsec3 is None:
        raise ApiError("Cannot update NSEC3 parameters: the zone must be signed with NSEC3.")
    dnssec.use_nsec3(zone, wanted, call.node.clock.now())
    return {}


def update_key_ttl(call: Call) -> Outcome:
    zone = zone_to_sign(call)
    ttl = as_ttl(call.parameters.required("ttl"))
    _require_primary(zone)
    signing = dnssec.signed(zone)
    if any(key.state not in ("Ready", "Active") for key in signing.keys):
        raise ApiError(
            "Cannot update DNSKEY TTL value: one or more private keys have state other than"
            " Ready or Active."
        )
    signing.key_ttl = ttl
    zone.committed(call.node.clock.now())
    return {}


def add_key(call: Call) -> Outcome:
    zone, parameters, node = zone_to_sign(call), call.parameters, call.node
    kind = as_choice(parameters.required("keyType"), (KSK, ZSK))
    usual = DEFAULT_ROLLOVER_DAYS if kind == ZSK else 0
    days = as_uint16(parameters.optional("rolloverDays") or str(usual))
    name = _algorithm(parameters, parameters.required("algorithm"))
    size = _size(parameters, "keySize") if name.startswith("RSA") else 0
    _require_primary(zone)
    key = dnssec.add_key(
        zone,
        kind,
        name,
        now=node.clock.now(),
        randomness=node.randomness,
        key_size=size,
        rollover_days=days,
    )
    return {"addedDnssecPrivateKey": key.row()}


def update_key(call: Call) -> Outcome:
    zone, tag = zone_to_sign(call), _tag(call)
    days = as_uint16(call.parameters.required("rolloverDays"))
    _require_primary(zone)
    key = dnssec.key_of(zone, tag)
    if key.kind == KSK and days:
        raise ApiError("Rollover days can be set only for Zone Signing Keys (ZSK).")
    key.rollover_days = days
    return {"updatedDnssecPrivateKey": key.row()}


def delete_key(call: Call) -> Outcome:
    zone, tag = zone_to_sign(call), _tag(call)
    _require_primary(zone)
    dnssec.delete_key(zone, tag)
    return {}


def publish_all(call: Call) -> Outcome:
    dnssec.publish_all(_managed(call), call.node.clock.now())
    return {}


def rollover_key(call: Call) -> Outcome:
    zone, tag = zone_to_sign(call), _tag(call)
    _require_primary(zone)
    dnssec.rollover(zone, tag, call.node.clock.now(), call.node.randomness)
    return {}


def retire_key(call: Call) -> Outcome:
    zone, tag = zone_to_sign(call), _tag(call)
    _require_primary(zone)
    dnssec.retire(zone, tag, call.node.clock.now())
    return {}


def activate_ksk(call: Call) -> Outcome:
    """Have a key that is ready count as known to the parent (since 15)."""
    zone, tag = zone_to_sign(call), _tag(call)
    _require_primary(zone)
    dnssec.settle(zone, call.node.clock.now())
    key = dnssec.key_of(zone, tag)
    if key.kind != KSK or key.state != "Ready":
        raise ApiError("Cannot activate private key: the KSK private key state must be Ready.")
    key.state, key.changed = "Active", call.node.clock.now()
    return {}


def _viewed(call: Call) -> Zone:
    zone = existing(call, name_of_zone(call))
    refuse_internal(zone)
    if zone.type is not ZoneType.PRIMARY:
        raise ApiError("The zone must be a primary zone.")
    demand(call, zone, Right.VIEW)
    dnssec.settle(zone, call.node.clock.now())
    return zone


def _managed(call: Call) -> Zone:
    zone = zone_to_sign(call)
    _require_primary(zone)
    return zone


def _managed_with_nsec3(call: Call) -> tuple[Zone, Nsec3]:
    zone, wanted = zone_to_sign(call), _nsec3(call.parameters)
    _require_primary(zone)
    return zone, wanted


def _require_primary(zone: Zone) -> None:
    if zone.type is not ZoneType.PRIMARY or zone.internal:
        raise ApiError(f"No such primary zone was found: {zone.name}")


def _head(zone: Zone) -> dict[str, object]:
    return {
        "name": zone.name,
        "type": zone.type.value,
        "internal": zone.internal,
        "disabled": zone.disabled,
        "dnssecStatus": zone.dnssec_status,
    }


def _ds(zone: Zone, key: Key) -> dict[str, object]:
    row = key.row()
    ready = {"dnsKeyStateReadyBy": row["stateReadyBy"]} if "stateReadyBy" in row else {}
    return {
        "keyTag": key.tag,
        "dnsKeyState": key.state,
        **ready,
        "isRetiring": key.is_retiring,
        "algorithm": key.algorithm,
        "algorithmNumber": key.number,
        "publicKey": key.text,
        "digests": [
            {
                "digestType": name.upper(),
                "digestTypeNumber": number,
                "digest": key.digest(zone.name, name),
            }
            for name, number in (("sha256", "2"), ("sha384", "4"))
        ],
    }


def _wants_nsec3(parameters: Parameters) -> bool:
    wanted = parameters.optional("nxProof") or "NSEC"
    if wanted.upper() not in ("NSEC", "NSEC3"):
        raise ApiError(f"Non-existence proof type is not supported: {wanted}")
    return wanted.upper() == "NSEC3"


def _nsec3(parameters: Parameters) -> Nsec3:
    iterations = as_uint16(parameters.optional("iterations") or "0")
    salt_bytes = as_byte(parameters.optional("saltLength") or "0")
    if iterations > MAX_ITERATIONS:
        raise ApiError("NSEC3 iterations valid range is 0-50 (Parameter 'iterations')")
    if salt_bytes > MAX_SALT_BYTES:
        raise ApiError("NSEC3 salt length valid range is 0-32 (Parameter 'saltLength')")
    return Nsec3(iterations, salt_bytes)


def _algorithm(parameters: Parameters, wanted: str) -> str:
    if wanted.upper() == "RSA":
        hashed = parameters.required("hashAlgorithm")
        if hashed.upper() not in _HASHES:
            raise ApiError(f"Hash algorithm is not supported: {hashed}")
        return _HASHES[hashed.upper()]
    if wanted.upper() not in _CURVES:
        raise ApiError(f"Algorithm is not supported: {wanted}")
    name, curves = _CURVES[wanted.upper()]
    curve = parameters.required("curve")
    if curve.upper() not in curves:
        raise ApiError(f"{name} curve is not supported: {curve}")
    return curves[curve.upper()]


def _size(parameters: Parameters, name: str) -> int:
    """Bits of an RSA key."""
    size = as_integer(parameters.required(name))
    if not 1024 <= size <= 4096:  # noqa: PLR2004 - what nodes make
        raise ApiError("Valid RSA key size range is between 1024-4096 bits. (Parameter 'keySize')")
    return size


def _tag(call: Call) -> int:
    return as_uint16(call.parameters.required("keyTag"))
