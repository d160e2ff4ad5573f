"""The DNS client beyond what was recorded: servers, the made-up world, what is imported."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.support.sandbox import Sandbox
from tests.technitium_sandbox.caller import Caller

Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
async def ask(caller: Caller) -> Ask:
    token = await caller.token("ns1")

    async def resolve(**parameters: str) -> dict[str, Any]:
        values = {"server": "this-server", "domain": "www.example.com", "type": "A", **parameters}
        return await caller.call("ns1", "/api/dnsClient/resolve", form={**values, "token": token})

    return resolve


@pytest.mark.parametrize(
    ("server", "shown"),
    [
        ("9.9.9.9", "9.9.9.9"),
        ("9.9.9.9:53", "9.9.9.9"),
        ("[2620:fe::fe]:53", "2620:fe::fe"),
        ("dns.example.net (9.9.9.9)", "dns.example.net (9.9.9.9)"),
        ("tls://dns.example.net:853 (9.9.9.9)", "dns.example.net (9.9.9.9)"),
        ("https://9.9.9.9/dns-query", "9.9.9.9"),
        ("recursive-resolver", "a.root-servers.net (198.41.0.4)"),
    ],
)
async def test_servers_are_meant_by_many_texts(ask: Ask, server: str, shown: str) -> None:
    answer = await ask(server=server)

    assert answer["response"]["result"]["Metadata"]["NameServer"] == shown
    assert answer["response"]["result"]["RCODE"] == "NoError"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"server": "dns.example:port"},
            "Invalid name server address was encountered: dns.example:port",
        ),
        ({"server": "none.invalid"}, "No IP address was found for name server: none.invalid"),
        (
            {"protocol": "Https"},
            (
                "Cannot use DNS-over-HTTPS protocol for 'this-server'. Please use the TLS"
                " certificate domain name with a url as the server."
            ),
        ),
        (
            {"server": "recursive-resolver", "type": "AXFR"},
            "Cannot do zone transfer (AXFR) for 'recursive-resolver'.",
        ),
        (
            {"eDnsClientSubnet": "nowhere"},
            "Invalid network address was specified: nowhere",
        ),
    ],
)
async def test_what_cannot_be_asked_is_refused(
    ask: Ask, parameters: dict[str, str], message: str
) -> None:
    assert (await ask(**parameters))["errorMessage"] == message


async def test_a_secondary_is_asked_by_its_address(ask: Ask, lab: Sandbox) -> None:
    address = lab.nodes["ns2"].node.ip_addresses[0]

    answer = await ask(server=address, domain="nas.home.arpa")

    assert answer["response"]["result"]["AuthoritativeAnswer"] is True


async def test_a_node_that_is_down_does_not_answer(ask: Ask, lab: Sandbox) -> None:
    address = lab.nodes["ns3"].node.ip_addresses[0]
    await lab.stop("ns3")

    answer = await ask(server=address)

    assert answer["status"] == "error"
    assert "request timed out for name server" in answer["errorMessage"]


async def test_own_questions_are_logged_as_those_of_localhost(ask: Ask, lab: Sandbox) -> None:
    await ask(domain="only.asked.example")

    log = lab.nodes["ns1"].node.answering.log()

    # The stream of made-up queries goes on, so other rows may have come since.
    rows = [log.row(number) for number in range(len(log))]
    assert [row.client for row in rows if row.qname == "only.asked.example"] == ["127.0.0.1"]


async def test_what_is_imported_stands_in_a_new_zone(ask: Ask, caller: Caller) -> None:
    await ask(domain="shop.example", server="9.9.9.9", **{"import": "true"})

    token = await caller.token("ns1")
    zone = {"zone": "shop.example", "domain": "shop.example", "listZone": "true"}
    answer = await caller.call("ns1", "/api/zones/records/get", form={**zone, "token": token})
    assert [one["type"] for one in answer["response"]["records"]] == ["A", "NS", "SOA"]


async def test_nothing_is_imported_into_a_copy(caller: Caller) -> None:
    token = await caller.token("ns2")
    values = {"server": "this-server", "domain": "nas.home.arpa", "type": "A", "import": "true"}

    answer = await caller.call("ns2", "/api/dnsClient/resolve", form={**values, "token": token})

    assert answer["errorMessage"] == (
        "Cannot import records: import zone must be of primary or forwarder type."
    )
