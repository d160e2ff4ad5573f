"""Signing in: every way the nodes can answer, and what the person is told."""

import time
from collections.abc import Callable

import httpx
import pytest
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import (
    CLIENT,
    IMPATIENT,
    LOGIN_PATH,
    Gateway,
    node_codes,
    problem,
    until,
)
from tests.support.sandbox import totp_code

NODES = ("ns1", "ns2", "ns3")
LOGOUT_PATH = "/api/user/logout"


async def test_admin_signs_in_to_every_node(gateway: Gateway) -> None:
    response = await gateway.login("admin")

    body = response.json()
    assert response.status_code == 201
    assert (body["authenticated"], body["user"]) == (True, "admin")
    assert [entry["nodeId"] for entry in body["nodes"]] == list(NODES)
    assert all(entry["success"] and entry["state"] == "signed_in" for entry in body["nodes"])
    assert [entry["baseUrl"] for entry in body["nodes"]] == [
        gateway.lab.nodes[name].url for name in NODES
    ]


async def test_each_node_is_asked_once_by_a_form_without_secrets_in_the_url(
    gateway: Gateway,
) -> None:
    await gateway.login("admin")

    for name in NODES:
        (received,) = gateway.lab.requests.of(name, LOGIN_PATH)
        assert received.method == "POST"
        assert not received.query
        assert received.form["includeInfo"] == "true"


async def test_a_form_signs_in_as_json_does(gateway: Gateway) -> None:
    response = await gateway.http.post(
        "/api/auth/login", data={"username": "viewer", "password": "viewer"}
    )

    assert response.status_code == 201


async def test_the_name_is_trimmed_and_shown_as_the_node_spells_it(gateway: Gateway) -> None:
    response = await gateway.login("  ADMIN ", "admin")

    assert response.json()["user"] == "admin"
    assert (await gateway.me()).json()["user"] == "admin"


async def test_the_password_is_taken_as_it_is(gateway: Gateway) -> None:
    response = await gateway.login("admin", "admin ")

    assert problem(response)["code"] == "invalid_credentials"


async def test_a_code_is_asked_for_and_tokens_of_others_are_ended(
    gateway: Gateway, lab: Sandbox
) -> None:
    for name in ("ns1", "ns2"):
        lab.nodes[name].node.directory.users["totp"].totp_enabled = False

    response = await gateway.login("totp")

    assert response.status_code == 401
    document = problem(response)
    assert document["code"] == "totp_required"
    assert node_codes(document) == {"ns3": "totp_required"}
    assert "set-cookie" not in response.headers
    await until(lambda: bool(lab.requests.of("ns1", "/api/user/logout")))
    await until(lambda: not any(lab.nodes[name].live_tokens("totp") for name in NODES))


async def test_one_code_signs_in_to_all_nodes(gateway: Gateway, lab: Sandbox) -> None:
    response = await gateway.login("totp", totp=f" {totp_code(lab)} ")

    assert response.status_code == 201
    assert all(entry["success"] for entry in response.json()["nodes"])


async def test_a_code_that_was_accepted_is_not_accepted_again(
    gateway: Gateway, lab: Sandbox
) -> None:
    code = totp_code(lab)
    await gateway.login("totp", totp=code)
    asked = len(lab.requests.of("ns1", LOGIN_PATH))

    response = await gateway.browser().login("TOTP", "totp", code)

    assert response.status_code == 401
    assert problem(response)["code"] == "totp_used"
    assert len(lab.requests.of("ns1", LOGIN_PATH)) == asked


async def test_a_code_that_was_wrong_is_not_sent_again(gateway: Gateway, lab: Sandbox) -> None:
    first = await gateway.login("totp", totp="000000")
    asked = len(lab.requests.of("ns1", LOGIN_PATH))

    second = await gateway.login("totp", totp="000000")

    assert problem(first)["code"] == "totp_invalid"
    assert problem(second)["code"] == "totp_used"
    assert len(lab.requests.of("ns1", LOGIN_PATH)) == asked


async def test_asking_whether_a_code_was_used_is_a_try(gateway: Gateway, lab: Sandbox) -> None:
    code = totp_code(lab)
    await gateway.login("totp", totp=code)
    stranger = gateway.browser("198.51.100.66")

    answers = [await stranger.login("totp", "guess", code) for _ in range(3)]

    assert [problem(one)["code"] for one in answers] == ["totp_used", "totp_used", "throttled"]


async def test_a_code_is_not_looked_at_while_no_node_is_open(
    gateway: Gateway, lab: Sandbox
) -> None:
    for _ in range(2):
        await gateway.login("totp", "wrong")
    code = totp_code(lab)

    refused = await gateway.login("totp", "totp", code)

    assert problem(refused)["code"] == "throttled"
    assert not await gateway.sessions._redis.keys("totp:*")
    assert (await gateway.browser("198.51.100.9").login("totp", "totp", code)).status_code == 201


async def test_a_wrong_password_does_not_use_up_the_code(gateway: Gateway, lab: Sandbox) -> None:
    code = totp_code(lab)

    first = await gateway.login("totp", "wrong", code)
    second = await gateway.login("totp", "totp", code)

    assert problem(first)["code"] == "invalid_credentials"
    assert second.status_code == 201


async def test_a_wrong_password_and_an_unknown_name_are_told_alike(gateway: Gateway) -> None:
    wrong = await gateway.login("admin", "wrong")
    unknown = await gateway.login("nobody", "wrong")

    first, second = problem(wrong), problem(unknown)
    assert wrong.status_code == 401
    assert first["code"] == "invalid_credentials"
    assert {key: first[key] for key in first if key != "requestId"} == {
        key: second[key] for key in second if key != "requestId"
    }
    assert "set-cookie" not in wrong.headers


async def test_a_node_that_is_down_does_not_keep_anybody_out(
    gateway: Gateway, lab: Sandbox
) -> None:
    await lab.stop("ns3")

    response = await gateway.login("admin")

    assert response.status_code == 201
    third = response.json()["nodes"][2]
    assert (third["success"], third["state"]) == (False, "unreachable")
    assert third["code"] == "node_unreachable"
    assert third["error"]
    me = (await gateway.me()).json()
    assert [node["state"] for node in me["nodes"]] == ["signed_in", "signed_in", "unreachable"]
    assert me["nodeIds"] == list(NODES)


async def test_a_node_that_hangs_costs_its_deadline_and_no_more(
    make_gateway: MakeGateway, lab: Sandbox
) -> None:
    lab.faults.add("ns2", "hang", path=LOGIN_PATH)
    async with make_gateway(timing=IMPATIENT) as gateway:
        began = time.monotonic()
        response = await gateway.login("admin")
        took_s = time.monotonic() - began

    assert response.status_code == 201
    assert response.json()["nodes"][1]["code"] == "node_timeout"
    assert took_s < 3 * IMPATIENT.login_deadline_s


@pytest.mark.parametrize("kind", ["status", "garbage", "cut"])
async def test_a_node_that_talks_nonsense_is_reported(
    gateway: Gateway, lab: Sandbox, kind: str
) -> None:
    lab.faults.add("ns1", kind, path=LOGIN_PATH)

    response = await gateway.login("admin")

    first = response.json()["nodes"][0]
    assert response.status_code == 201
    assert first["success"] is False
    assert first["code"] in {"node_error", "node_unreachable"}


async def test_nodes_are_asked_in_parallel(make_gateway: MakeGateway, lab: Sandbox) -> None:
    slow_s = 1.0
    for name in NODES:
        lab.faults.add(name, "slow", path=LOGIN_PATH, seconds=slow_s)
    async with make_gateway() as gateway:
        began = time.monotonic()
        response = await gateway.login("admin")
        took_s = time.monotonic() - began

    assert all(entry["success"] for entry in response.json()["nodes"])
    assert took_s < 2 * slow_s


async def test_all_nodes_down_is_not_a_wrong_password(gateway: Gateway, lab: Sandbox) -> None:
    for name in NODES:
        await lab.stop(name)

    response = await gateway.login("admin")

    assert response.status_code == 502
    document = problem(response)
    assert document["code"] == "nodes_unreachable"
    assert node_codes(document) == dict.fromkeys(NODES, "node_unreachable")


async def test_a_disabled_account_is_told_so(gateway: Gateway, lab: Sandbox) -> None:
    for name in NODES:
        lab.nodes[name].node.directory.users["viewer"].disabled = True

    response = await gateway.login("viewer")

    assert response.status_code == 403
    assert problem(response)["code"] == "user_disabled"


async def test_the_token_of_an_answer_that_came_too_late_is_ended(
    make_gateway: MakeGateway, lab: Sandbox
) -> None:
    lab.faults.add("ns2", "slow", path=LOGIN_PATH, seconds=1.5)
    async with make_gateway(timing=IMPATIENT) as gateway:
        response = await gateway.login("admin")
        assert response.json()["nodes"][1]["code"] == "node_timeout"

        await until(lambda: bool(lab.requests.of("ns2", "/api/user/logout")))

        assert not lab.nodes["ns2"].live_tokens("admin")
        assert len(lab.nodes["ns1"].live_tokens("admin")) == 1


async def test_a_success_that_came_too_late_clears_the_count(
    make_gateway: MakeGateway, lab: Sandbox
) -> None:
    """Nobody is throttled at a slow node for passwords that were right."""
    lab.faults.add("ns2", "slow", path=LOGIN_PATH, seconds=1.5)
    async with make_gateway(timing=IMPATIENT) as gateway:
        for number in (1, 2, 3):
            response = await gateway.login("admin")

            assert response.json()["nodes"][1]["code"] == "node_timeout"
            await until(_ended(lab, "ns2", number))


async def test_a_node_whose_own_lock_is_closed_says_for_how_long(
    gateway: Gateway, lab: Sandbox
) -> None:
    """Others may have closed it; our own counts know nothing of them."""
    form = {"user": "admin", "pass": "wrong"}
    async with httpx.AsyncClient(headers={"X-Real-IP": CLIENT}) as other:
        for name in NODES:
            for _ in range(5):
                await other.post(lab.nodes[name].url + LOGIN_PATH, data=form)

    response = await gateway.login("admin")

    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) == 301
    assert "locked" in problem(response)["nodes"][0]["error"]


async def test_a_new_sign_in_replaces_the_session_of_that_browser(
    gateway: Gateway, lab: Sandbox
) -> None:
    first = await gateway.signed_in()
    second = await gateway.signed_in("viewer")

    assert first != second
    gateway.http.cookies.clear()
    response = await gateway.http.get(
        "/api/auth/me", headers={"Cookie": f"__Host-tdc_session={first}"}
    )
    assert response.json()["authenticated"] is False
    await until(lambda: not any(lab.nodes[name].live_tokens("admin") for name in NODES))


async def test_signing_in_over_plain_http_is_refused(make_gateway: MakeGateway) -> None:
    async with make_gateway() as gateway:
        response = await gateway.http.post(
            "/api/auth/login",
            json={"username": "admin", "password": "admin"},
            headers={"X-Forwarded-Proto": "http"},
        )

    assert response.status_code == 403
    assert problem(response)["code"] == "https_required"
    assert problem(response)["message"].startswith("Session authentication requires HTTPS")


async def test_the_session_learns_how_long_each_node_keeps_it(gateway: Gateway) -> None:
    await gateway.signed_in()

    async def is_known() -> bool:
        session = await gateway.session()
        return all(grant.timeout_s == 1800 for grant in session.record.nodes.values())

    await until(is_known)


def _ended(lab: Sandbox, name: str, count: int) -> Callable[[], bool]:
    return lambda: len(lab.requests.of(name, LOGOUT_PATH)) == count
