"""GET /api/nodes/known-clients: whom the leases name, and which nodes could not say."""

from companion.technitium.calls import LEASES_LIST
from node_proxy.domain.known_clients import KnownClient, known_clients
from node_proxy.domain.leases import Lease, LeasesList

from tests.node_proxy.conftest import Stack
from tests.node_proxy.test_overview import ask, take_view

PATH = "/api/nodes/known-clients"


async def test_clients_are_those_of_the_leases_by_name(stack: Stack) -> None:
    lists = [await ask(stack, LEASES_LIST, {}, node=node) for node in stack.lab.nodes]
    leases = [lease for each in lists for lease in each["leases"]]
    cookie = await stack.sign_in("admin")

    answer = await stack.get(PATH, cookie)

    rows = answer.json()
    assert {row["ip"] for row in rows} == {lease["address"] for lease in leases} != set()
    assert {row.get("hostname") for row in rows} == {lease["hostName"] for lease in leases}
    shown = [row.get("hostname", row["ip"]).lower() for row in rows]
    assert shown == sorted(shown)
    assert "X-Missing-Nodes" not in answer.headers


async def test_nodes_that_could_not_say_are_named(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    await stack.lab.stop("ns2")

    answer = await stack.get(PATH, cookie)

    assert answer.status_code == 200
    assert answer.headers["X-Missing-Nodes"] == "ns2"
    assert answer.json() != []


async def test_where_no_node_could_say_there_is_no_empty_list(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    for node in ("ns1", "ns2", "ns3"):
        await stack.lab.stop(node)

    answer = await stack.get(PATH, cookie)

    assert (answer.status_code, answer.json()["code"]) == (502, "node_unreachable")


async def test_what_one_may_see_reaches_nobody_else(stack: Stack) -> None:
    await take_view(stack, "DhcpServer")
    admin, viewer = await stack.sign_in("admin"), await stack.sign_in("viewer")
    seen = (await stack.get(PATH, admin)).json()

    answer = await stack.get(PATH, viewer)

    assert answer.headers["X-Missing-Nodes"].split(",")[0] == "ns1"
    assert seen != answer.json()


async def test_leases_are_asked_for_once_in_a_while(stack: Stack) -> None:
    cookie = await stack.sign_in("admin")
    await stack.get(PATH, cookie)
    stack.lab.requests.clear()

    await stack.get(PATH, cookie)

    assert stack.lab.requests.of("ns1") == []


def test_an_address_stands_once_and_a_name_that_is_none_is_left_out() -> None:
    first = LeasesList(leases=[Lease(address="192.0.2.2"), Lease(address="192.0.2.1")])
    second = LeasesList(
        leases=[
            Lease(address="192.0.2.2", host_name="desk.home.test"),
            Lease(address="192.0.2.1", host_name="<script>"),
        ]
    )

    assert known_clients([first, second]) == [
        KnownClient(ip="192.0.2.1"),
        KnownClient(ip="192.0.2.2", hostname="desk.home.test"),
    ]
