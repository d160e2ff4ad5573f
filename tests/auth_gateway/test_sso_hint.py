"""A refused sign-in says where single sign-on is on, and nothing of the account by that."""

from typing import Any

from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import Gateway, problem, running_gateway
from tests.support.sandbox import fresh_nodes

STATUS_PATH = "/api/sso/status"


def turn_on(lab: Sandbox, *names: str) -> None:
    for name in names:
        lab.nodes[name].node.sso.is_in_force = True


async def refused(gateway: Gateway, name: str) -> dict[str, Any]:
    return {**problem(await gateway.login(name, "wrong")), "requestId": ""}


async def test_without_single_sign_on_there_is_no_hint(gateway: Gateway) -> None:
    document = await refused(gateway, "admin")

    assert document["detail"] == "The user name or the password is wrong."
    assert "hint" not in document


async def test_nodes_with_single_sign_on_are_named(gateway: Gateway, lab: Sandbox) -> None:
    turn_on(lab, "ns1", "ns3")

    document = await refused(gateway, "admin")

    assert document["code"] == "invalid_credentials"
    assert document["hint"].startswith("Single sign-on is on at ns1, ns3:")
    assert document["detail"].endswith(document["hint"])


async def test_the_hint_says_nothing_of_the_name(gateway: Gateway, lab: Sandbox) -> None:
    """To a node an account of single sign-on is a wrong password, so this holds for it as well."""
    turn_on(lab, "ns1")

    assert await refused(gateway, "admin") == await refused(gateway, "nobody")


async def test_a_node_is_asked_once_in_a_while_and_without_a_token(
    gateway: Gateway, lab: Sandbox
) -> None:
    for name in ("admin", "viewer", "dhcp"):
        await refused(gateway, name)

    (asked,) = lab.requests.of("ns1", STATUS_PATH)
    assert asked.bearer is None
    assert "token" not in asked.form


async def test_nobody_is_asked_where_nobody_was_refused(gateway: Gateway, lab: Sandbox) -> None:
    await gateway.signed_in()

    assert not lab.requests.of("ns1", STATUS_PATH)


async def test_a_node_that_does_not_say_costs_no_answer(
    make_gateway: MakeGateway, lab: Sandbox
) -> None:
    turn_on(lab, "ns1")
    lab.faults.add("ns2", "garbage", path=STATUS_PATH)
    async with make_gateway() as gateway:
        document = await refused(gateway, "admin")

    assert document["hint"].startswith("Single sign-on is on at ns1:")


async def test_older_releases_know_no_single_sign_on(redis_url: str, redis: Any) -> None:  # noqa: ANN401
    for version in ("14.3", "13.6"):
        async with (
            fresh_nodes(version=version) as lab,
            running_gateway(lab, redis_url, redis) as gateway,
        ):
            assert "hint" not in await refused(gateway, f"admin of {version}")
