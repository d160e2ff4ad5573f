"""Tries of passwords from outside: who is held back, who is not, what the nodes get to see."""

from auth_gateway.domain.regulation import PER_NAME
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import (
    IMPATIENT,
    LOGIN_PATH,
    Gateway,
    knowing_clients,
    node_codes,
    problem,
)

NODES = ("ns1", "ns2", "ns3")
ATTACKER = "198.51.100.66"
NEIGHBOUR = "198.51.100.9"


async def test_fifty_bad_passwords_hold_back_that_name_from_there_and_nobody_else(
    gateway: Gateway, lab: Sandbox
) -> None:
    await knowing_clients(gateway)
    attacker = gateway.browser(ATTACKER)

    last = [await attacker.login("viewer", "wrong") for _ in range(50)][-1]

    assert last.status_code == 429
    document = problem(last)
    assert document["code"] == "throttled"
    assert 0 < int(last.headers["retry-after"]) <= 900
    assert node_codes(document) == dict.fromkeys(NODES, "throttled")
    assert (await attacker.login("admin")).status_code == 201
    assert (await gateway.browser(NEIGHBOUR).login("viewer")).status_code == 201
    assert not any(
        lab.nodes[name].node.lockout.is_blocked(ATTACKER, lab.clock.now()) for name in NODES
    )


async def test_known_and_unknown_names_are_held_back_alike(gateway: Gateway) -> None:
    await knowing_clients(gateway)
    answers = []
    for ip, name in ((ATTACKER, "viewer"), (NEIGHBOUR, "nobody")):
        browser = gateway.browser(ip)
        last = [await browser.login(name, "wrong") for _ in range(3)][-1]
        answers.append((last.status_code, {**problem(last), "requestId": ""}))

    assert answers[0] == answers[1]


async def test_spellings_of_one_name_share_its_tries(gateway: Gateway) -> None:
    for spelling in ("Viewer", " viewer "):
        assert problem(await gateway.login(spelling, "wrong"))["code"] == "invalid_credentials"

    assert problem(await gateway.login("VIEWER", "wrong"))["code"] == "throttled"


async def test_no_node_ever_locks_us_out(gateway: Gateway, lab: Sandbox) -> None:
    await knowing_clients(gateway)
    attacker = gateway.browser(ATTACKER)

    for number in range(12):
        await attacker.login(f"name{number}", "wrong")

    assert len(lab.requests.of("ns1", LOGIN_PATH)) == 1 + 4
    assert not lab.nodes["ns1"].node.lockout.is_blocked(ATTACKER, lab.clock.now())


async def test_before_a_node_is_known_all_clients_share_its_budget(
    gateway: Gateway, lab: Sandbox
) -> None:
    for number in range(8):
        await gateway.browser(f"198.51.100.{number}").login(f"name{number}", "wrong")

    assert len(lab.requests.of("ns1", LOGIN_PATH)) == 4


async def test_a_node_out_of_budget_is_skipped_and_the_others_are_asked(
    make_gateway: MakeGateway, lab: Sandbox
) -> None:
    lab.faults.add("ns2", "hang", path=LOGIN_PATH)
    async with make_gateway(timing=IMPATIENT) as gateway:
        for _ in range(PER_NAME.free):
            await gateway.login("admin")
        asked = len(lab.requests.of("ns2", LOGIN_PATH))
        response = await gateway.login("admin")

    assert response.status_code == 201
    assert len(lab.requests.of("ns2", LOGIN_PATH)) == asked == PER_NAME.free
    assert [entry.get("code") for entry in response.json()["nodes"]] == [None, "throttled", None]
    assert response.json()["nodes"][1]["state"] == "signed_out"


async def test_a_node_that_was_down_costs_no_tries(gateway: Gateway, lab: Sandbox) -> None:
    await lab.stop("ns2")
    for _ in range(5):
        response = await gateway.login("admin")
        assert response.json()["nodes"][1]["code"] == "node_unreachable"


async def test_replicas_share_the_tries(make_gateway: MakeGateway, lab: Sandbox) -> None:
    async with make_gateway() as one, make_gateway() as other:
        for gateway in (one, other):
            await gateway.login("viewer", "wrong")

        assert problem(await one.login("viewer", "wrong"))["code"] == "throttled"
        assert problem(await other.login("viewer", "wrong"))["code"] == "throttled"
    assert len(lab.requests.of("ns1", LOGIN_PATH)) == 2


async def test_nodes_see_the_verified_client_and_never_its_own_claim(
    gateway: Gateway, lab: Sandbox
) -> None:
    gateway.http.headers["X-Real-IP"] = "203.0.113.99"

    await gateway.login("admin")

    (received,) = lab.requests.of("ns1", LOGIN_PATH)
    assert received.headers["x-real-ip"] == "192.0.2.7"
