"""Scopes, reservations and leases beyond what the story tells: every field, and every refusal."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
from technitium_sandbox.control.devices import Device, take_lease

from tests.support.sandbox import Sandbox, fresh_nodes
from tests.technitium_sandbox.caller import Caller, Form, Json

ADDRESSES = {
    "startingAddress": "10.77.0.10",
    "endingAddress": "10.77.0.14",
    "subnetMask": "255.255.255.0",
}
ALL_FIELDS = {
    **ADDRESSES,
    "leaseTimeDays": "3",
    "leaseTimeHours": "4",
    "leaseTimeMinutes": "5",
    "offerDelayTime": "6",
    "pingCheckEnabled": "True",
    "pingCheckTimeout": "700",
    "pingCheckRetries": "8",
    "domainName": "lab.test",
    "domainSearchList": "lab.test,home.test",
    "dnsUpdates": "false",
    "dnsOverwriteForDynamicLease": "true",
    "dnsTtl": "1h30m",
    "serverAddress": "10.77.0.1",
    "serverHostName": "tftp1",
    "bootFileName": "boot.bin",
    "routerAddress": "10.77.0.1",
    "useThisDnsServer": "false",
    "dnsServers": "10.77.0.1, 10.77.0.2",
    "winsServers": "10.77.0.3",
    "ntpServers": "10.77.0.4",
    "ntpServerDomainNames": "pool.ntp.test",
    "staticRoutes": "172.16.0.0|255.255.0.0|10.77.0.2",
    "vendorInfo": "PXEClient|060103",
    "capwapAcIpAddresses": "10.77.0.5",
    "tftpServerAddresses": "10.77.0.6",
    "genericOptions": "150|C0:A8:01:01|43|FF",
    "exclusions": "10.77.0.13|10.77.0.13",
    "reservedLeases": "printer|02-00-00-00-00-50|10.77.0.12|2nd floor",
    "allowOnlyReservedLeases": "true",
    "blockLocallyAdministeredMacAddresses": "true",
    "ignoreClientIdentifierOption": "false",
}


class Desk:
    """The administrator of one new node, who looks after its DHCP."""

    def __init__(self, lab: Sandbox, caller: Caller, token: str) -> None:
        self.lab = lab
        self._caller = caller
        self._token = token

    async def ask(self, path: str, form: Form | None = None) -> Json:
        return await self._caller.call("ns1", f"/api/{path}", form, token=self._token)

    async def set(self, name: str = "Lab", **fields: str) -> Json:
        return await self.ask("dhcp/scopes/set", {"name": name, **fields})

    async def scope(self, name: str = "Lab") -> Json:
        found: Json = (await self.ask("dhcp/scopes/get", {"name": name}))["response"]
        return found

    async def leases(self) -> list[Json]:
        found: list[Json] = (await self.ask("dhcp/leases/list"))["response"]["leases"]
        return found

    def client(self, number: int, **more: Any) -> str | None:  # noqa: ANN401
        """The address that a device got; None when nobody offered one."""
        device = Device(to="ns1", hardware_address=f"00-00-00-00-00-{number:02X}", **more)
        lease = take_lease(device, self.lab.nodes["ns1"].node)
        return None if lease is None else str(lease["address"])


@pytest.fixture
async def desk() -> AsyncGenerator[Desk, None]:
    async with fresh_nodes() as lab, httpx.AsyncClient(timeout=5) as client:
        caller = Caller(lab, client)
        yield Desk(lab, caller, await caller.token("ns1"))


async def test_every_field_of_a_scope_is_kept_and_shown(desk: Desk) -> None:
    made = await desk.set(**ALL_FIELDS)
    scope = await desk.scope()

    assert made["status"] == "ok"
    assert list(scope) == ["name", *ALL_FIELDS]
    assert (scope["leaseTimeDays"], scope["dnsTtl"], scope["pingCheckRetries"]) == (3, 5_400, 8)
    assert scope["vendorInfo"] == [{"identifier": "PXEClient", "information": "06:01:03"}]
    assert scope["genericOptions"][1] == {"code": 43, "value": "FF"}
    assert scope["dnsServers"] == ["10.77.0.1", "10.77.0.2"]


async def test_empty_values_clear_what_may_be_clear_and_leave_the_rest(desk: Desk) -> None:
    await desk.set(**ALL_FIELDS)

    await desk.set(**dict.fromkeys(ALL_FIELDS, ""))
    scope = await desk.scope()

    assert (scope["leaseTimeDays"], scope["dnsTtl"], scope["startingAddress"]) == (
        3,
        5_400,
        "10.77.0.10",
    )
    assert scope["reservedLeases"] == []
    cleared = {"domainName", "serverHostName", "dnsServers", "staticRoutes", "exclusions"}
    assert not cleared & set(scope)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"leaseTimeDays": "1000"}, "between 0 to 999. (Parameter 'LeaseTimeDays')"),
        ({"leaseTimeDays": "-1"}, "too large or too small for a UInt16."),
        ({"leaseTimeHours": "256"}, "too large or too small for an unsigned byte."),
        ({"leaseTimeMinutes": "60"}, "between 0 to 59. (Parameter 'LeaseTimeMinutes')"),
        ({"offerDelayTime": "soon"}, "The input string 'soon' was not in a correct format."),
        ({"pingCheckEnabled": "1"}, "String '1' was not recognized as a valid Boolean."),
        ({"dnsTtl": "long"}, "Failed to parse TTL from value: long"),
        ({"domainName": "a b"}, "Invalid domain name [a b]: invalid character [32] was found."),
        ({"domainSearchList": "a.test, b.test"}, "Invalid domain name [ b.test]:"),
        ({"routerAddress": "::1"}, "must be an IPv4 address: ::1 (Parameter 'RouterAddress')"),
        ({"serverHostName": "x" * 64}, "Server host name cannot exceed 63 bytes."),
        ({"bootFileName": "x" * 128}, "Boot file name cannot exceed 127 bytes."),
        ({"staticRoutes": "10.0.0.0|255.0.0.0"}, "Index was outside the bounds of the array."),
        ({"vendorInfo": "a|00|a|01"}, "same key has already been added. Key: a"),
        ({"genericOptions": "1|xyz"}, "must be a colon (:) separated hex string."),
        ({"exclusions": "10.77.0.12|10.77.0.11"}, "greater than or equal to starting address."),
        ({"exclusions": "10.77.0.9|10.77.0.11"}, "Exclusion starting address must be in scope"),
        ({"exclusions": "10.77.0.11|10.77.0.99"}, "Exclusion ending address must be in scope"),
        ({"reservedLeases": "x|001122334455|10.77.0.11|"}, "too small for an unsigned byte."),
        ({"startingAddress": "10.77.0.0"}, "cannot be same as the network address."),
        ({"endingAddress": "10.77.0.255"}, "cannot be same as the broadcast address."),
    ],
)
async def test_a_bad_field_ends_the_change_and_leaves_what_came_before(
    desk: Desk, fields: Form, message: str
) -> None:
    await desk.set(**ADDRESSES)

    refused = await desk.set(**{"leaseTimeDays": "7", "newName": "New", **fields})
    refused_new = await desk.set("Other", **{**ADDRESSES, "newName": "New", **fields})
    scopes = (await desk.ask("dhcp/scopes/list"))["response"]["scopes"]

    assert message in refused["errorMessage"]
    assert message in refused_new["errorMessage"]
    assert [one["name"] for one in scopes] == ["Default", "Lab"]
    if next(iter(fields)) not in {"leaseTimeDays", "startingAddress", "endingAddress"}:
        assert (await desk.scope())["leaseTimeDays"] == 7


async def test_this_server_as_dns_server_hides_the_list(desk: Desk) -> None:
    await desk.set(**ADDRESSES, useThisDnsServer="true", dnsServers="10.77.0.9")
    on = await desk.scope()
    await desk.set(useThisDnsServer="false", dnsServers="10.77.0.9")
    off = await desk.scope()

    assert (on["useThisDnsServer"], on["dnsServers"]) == (True, ["10.77.0.1"])
    assert (off["useThisDnsServer"], off["dnsServers"]) == (False, ["10.77.0.9"])


async def test_a_full_scope_offers_nothing_and_a_lease_that_ran_out_is_free(desk: Desk) -> None:
    await desk.set(
        **ADDRESSES, leaseTimeDays="0", leaseTimeMinutes="20", exclusions="10.77.0.13|10.77.0.14"
    )
    first = [desk.client(number) for number in (1, 2, 3, 4)]
    again = desk.client(2)
    desk.lab.clock.advance(1_201)
    after = await desk.leases()
    late = desk.client(4)

    assert first == ["10.77.0.10", "10.77.0.11", "10.77.0.12", None]
    assert again == "10.77.0.11"
    assert after == []
    assert late == "10.77.0.10"


async def test_a_scope_for_reservations_only_is_silent_to_others(desk: Desk) -> None:
    await desk.set(**ADDRESSES, allowOnlyReservedLeases="true")
    silent = desk.client(1)
    await desk.ask(
        "dhcp/scopes/addReservedLease",
        {"name": "Lab", "hardwareAddress": "00-00-00-00-00-01", "ipAddress": "10.77.0.12"},
    )
    served, other = desk.client(1), desk.client(2)

    assert (silent, served, other) == (None, "10.77.0.12", None)


async def test_a_scope_serves_while_it_is_enabled(desk: Desk) -> None:
    await desk.set(**ADDRESSES)
    await desk.ask("dhcp/scopes/disable", {"name": "Lab"})
    off = desk.client(1)
    await desk.ask("dhcp/scopes/enable", {"name": "Lab"})
    on = desk.client(1)
    await desk.ask("dhcp/scopes/delete", {"name": "Lab"})

    assert (off, on) == (None, "10.77.0.10")
    assert await desk.leases() == []
    assert desk.client(1) is None


async def test_a_machine_without_static_address_cannot_serve(desk: Desk) -> None:
    desk.lab.nodes["ns1"].node.dhcp.interfaces = ()

    made = await desk.set(**ADDRESSES)
    scopes = (await desk.ask("dhcp/scopes/list"))["response"]["scopes"]
    enabled = await desk.ask("dhcp/scopes/enable", {"name": "Lab"})

    assert made["status"] == "ok"
    assert [one["enabled"] for one in scopes] == [False, False]
    assert "no network interface was found" in enabled["errorMessage"]


async def test_a_network_of_no_interface_is_served_to_relays(desk: Desk) -> None:
    await desk.set(
        startingAddress="10.99.0.10", endingAddress="10.99.0.20", subnetMask="255.255.255.0"
    )

    scopes = (await desk.ask("dhcp/scopes/list"))["response"]["scopes"]

    assert scopes[1]["interfaceAddress"] == "0.0.0.0"
    assert desk.client(1) == "10.99.0.10"


async def test_the_identifier_of_a_client_counts_where_it_is_not_ignored(desk: Desk) -> None:
    await desk.set(**ADDRESSES, ignoreClientIdentifierOption="false")
    desk.client(1, client_identifier="255-0A0B")

    lease = (await desk.leases())[0]
    gone = await desk.ask("dhcp/leases/remove", {"name": "Lab", "clientIdentifier": "255-0a0b"})

    assert lease["clientIdentifier"] == "255-0A0B"
    assert (gone["status"], await desk.leases()) == ("ok", [])


async def test_removing_a_reserved_lease_removes_the_reservation(desk: Desk) -> None:
    await desk.set(**ADDRESSES)
    desk.client(1)
    named = {"name": "Lab", "hardwareAddress": "00:00:00:00:00:01"}
    await desk.ask("dhcp/leases/convertToReserved", named)
    before = (await desk.scope())["reservedLeases"]
    await desk.ask("dhcp/leases/remove", named)

    assert [one["hostName"] for one in before] == [None]
    assert (await desk.scope())["reservedLeases"] == []
    assert await desk.leases() == []


async def test_becoming_dynamic_takes_reservation_and_its_own_exclusion_away(desk: Desk) -> None:
    await desk.set(
        **ADDRESSES,
        exclusions="10.77.0.12|10.77.0.12|10.77.0.13|10.77.0.14",
        reservedLeases="tv|00-00-00-00-00-01|10.77.0.12|",
    )
    desk.client(1)
    named = {"name": "Lab", "hardwareAddress": "00-00-00-00-00-01"}
    await desk.ask("dhcp/leases/convertToDynamic", named)
    scope = await desk.scope()

    assert [one["type"] for one in await desk.leases()] == ["Dynamic"]
    assert scope["reservedLeases"] == []
    assert [one["startingAddress"] for one in scope["exclusions"]] == ["10.77.0.13"]


@pytest.mark.parametrize(
    ("identifier", "message"),
    [
        ("1", "Index was outside the bounds of the array."),
        ("x-00", "The input string 'x' was not in a correct format."),
        ("1-zz", "as it contains a non-hex character."),
        ("1-00FF", "No lease was found for client identifier: 1-00FF"),
    ],
)
async def test_a_lease_that_is_not_there_is_told(desk: Desk, identifier: str, message: str) -> None:
    await desk.set(**ADDRESSES)

    answer = await desk.ask("dhcp/leases/remove", {"name": "Lab", "clientIdentifier": identifier})

    assert message in answer["errorMessage"]


async def test_the_names_of_clients_are_in_dns_while_they_have_their_address(desk: Desk) -> None:
    await desk.set(**ADDRESSES, domainName="lab.test", leaseTimeDays="0", leaseTimeHours="1")
    desk.client(1, host_name="laptop")
    zones = desk.lab.nodes["ns1"].node.zones
    forward, reverse = zones.find("lab.test"), zones.find("0.77.10.in-addr.arpa")
    assert forward is not None
    assert reverse is not None
    held = forward.records_of("laptop.lab.test", "A")
    pointer = reverse.records_of("10.0.77.10.in-addr.arpa", "PTR")
    desk.lab.clock.advance(3_620)

    assert [one.data for one in held] == [{"ipAddress": "10.77.0.10"}]
    assert [one.data for one in pointer] == [{"ptrName": "laptop.lab.test"}]
    assert (held[0].comments, held[0].ttl) == ("Via 'Lab' DHCP scope", 900)
    assert forward.records_of("laptop.lab.test", "A") == []


async def test_reservations_with_names_are_in_dns_as_long_as_the_scope_is_enabled(
    desk: Desk,
) -> None:
    row = "printer|02-00-00-00-00-50|10.77.0.12|"
    await desk.set(**ADDRESSES, domainName="lab.test", reservedLeases=row)
    zone = desk.lab.nodes["ns1"].node.zones.find("lab.test")
    assert zone is not None
    on = zone.records_of("printer.lab.test", "A")
    await desk.ask("dhcp/scopes/disable", {"name": "Lab"})

    assert [one.data for one in on] == [{"ipAddress": "10.77.0.12"}]
    assert zone.records_of("printer.lab.test", "A") == []


async def test_older_releases_say_less() -> None:
    async with fresh_nodes(version="13.6") as lab, httpx.AsyncClient(timeout=5) as client:
        caller = Caller(lab, client)
        answer = await caller.sign_in("ns1")

        def ask(path: str, **form: str) -> Any:  # noqa: ANN401
            return caller.call("ns1", f"/api/dhcp/{path}", {**form, "token": answer["token"]})

        scope = await ask("scopes/get", name="Default")
        mac = "02-00-00-00-00-01"
        gone = await ask("scopes/removeReservedLease", name="Default", hardwareAddress=mac)

    assert "dnsOverwriteForDynamicLease" not in scope["response"]
    assert gone["errorMessage"] == "Failed to remove reserved lease for scope: Default"
