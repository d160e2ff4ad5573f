"""People see their own sessions, and end them after their password once more."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import httpx
import pytest
from companion.sessions.cookie import COOKIE
from companion.sessions.record import NodeState, SessionRecord
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import LOGIN_PATH, Gateway, problem, until
from tests.support.sandbox import totp_code

PASSWORD = {"password": "admin"}


async def listed(gateway: Gateway) -> list[dict[str, Any]]:
    response = await gateway.http.get("/api/auth/sessions")
    assert response.status_code == 200, response.text
    sessions: list[dict[str, Any]] = response.json()["sessions"]
    return sessions


async def end(gateway: Gateway, session_id: str, **body: str) -> httpx.Response:
    return await gateway.http.request(
        "DELETE", f"/api/auth/sessions/{session_id}", json=body or PASSWORD
    )


async def end_others(gateway: Gateway, **body: str) -> httpx.Response:
    return await gateway.http.post("/api/auth/sessions/end-others", json=body or PASSWORD)


async def test_a_person_sees_where_they_are_signed_in(gateway: Gateway) -> None:
    laptop = gateway.browser("198.51.100.4")
    laptop.http.headers["User-Agent"] = "a laptop"
    await laptop.signed_in()
    await gateway.signed_in()

    first, second = await listed(gateway)

    assert (first["client"], first["agent"], first["current"]) == (
        "198.51.100.4",
        "a laptop",
        False,
    )
    assert second["current"] is True
    assert second["user"] == "admin"
    assert second["nodes"] == [{"id": name, "state": "signed_in"} for name in ("ns1", "ns2", "ns3")]
    assert second["createdAt"] <= second["lastSeenAt"] < second["expiresAt"]
    assert second["createdAt"].endswith("Z")


async def test_the_name_counts_in_whatever_case_it_was_typed(gateway: Gateway) -> None:
    other = gateway.browser("198.51.100.4")
    await other.login("ADMIN", "admin")
    await gateway.signed_in()

    assert len(await listed(gateway)) == 2


async def test_nobody_sees_or_ends_the_sessions_of_others(gateway: Gateway) -> None:
    other = gateway.browser("198.51.100.4")
    await other.signed_in("viewer")
    (theirs,) = await listed(other)
    await gateway.signed_in()

    response = await end(gateway, theirs["id"])

    assert [one["user"] for one in await listed(gateway)] == ["admin"]
    assert problem(response)["code"] == "session_unknown"
    assert response.status_code == 404
    assert (await other.me()).json()["authenticated"] is True


async def test_one_session_ends_with_its_tokens_and_its_cookie(
    make_gateway: MakeGateway, lab: Sandbox
) -> None:
    async with make_gateway() as gateway, make_gateway() as replica:
        lost = gateway.browser("198.51.100.4")
        stolen = await lost.signed_in()
        tokens = {name: lab.nodes[name].live_tokens("admin") for name in lab.nodes}
        await gateway.signed_in()
        (of_lost,) = [one for one in await listed(gateway) if not one["current"]]

        response = await end(gateway, of_lost["id"])

        assert (response.status_code, response.json()) == (200, {"ended": 1})
        assert "set-cookie" not in response.headers
        for each in (gateway, replica):
            answer = await each.browser().http.get(
                "/api/auth/sessions", headers={"Cookie": f"{COOKIE}={stolen}"}
            )
            assert problem(answer)["code"] == "session_invalid"
        assert len(await listed(gateway)) == 1
        # What is left is the current session's token; that of the check is gone, too.
        for name, old in tokens.items():
            await until(partial(_is_alone_without, lab, name, old))


async def test_all_others_end_and_the_current_one_stays(gateway: Gateway, lab: Sandbox) -> None:
    others = [gateway.browser(f"198.51.100.{number}") for number in range(3)]
    for other in others:
        await other.signed_in()
    await gateway.signed_in()

    response = await end_others(gateway)

    assert (response.status_code, response.json()) == (201, {"ended": 3})
    for other in others:
        assert (await other.me()).json()["authenticated"] is False
    assert len(await listed(gateway)) == 1
    await until(lambda: len(lab.nodes["ns1"].live_tokens("admin")) == 1)


async def test_ending_the_current_one_is_signing_out(gateway: Gateway) -> None:
    await gateway.signed_in()
    (current,) = await listed(gateway)

    response = await end(gateway, current["id"])

    assert (response.status_code, response.json()) == (200, {"ended": 1})
    assert "Max-Age=0" in response.headers["set-cookie"]
    assert response.headers["clear-site-data"] == '"cache"'
    assert (await gateway.me()).json()["authenticated"] is False


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"password": "wrong"}, 401, "invalid_credentials"),
        ({}, 401, "missing_credentials"),
        ({"password": 7}, 400, "invalid_request"),
        ({"password": "admin", "totp": "12345"}, 400, "invalid_request"),
    ],
)
async def test_without_the_right_password_nothing_ends(
    gateway: Gateway, body: dict[str, Any], status: int, code: str
) -> None:
    other = gateway.browser("198.51.100.4")
    await other.signed_in()
    await gateway.signed_in()

    response = await gateway.http.post("/api/auth/sessions/end-others", json=body)

    assert (response.status_code, problem(response)["code"]) == (status, code)
    assert len(await listed(gateway)) == 2


async def test_the_code_is_asked_for_and_used_once(gateway: Gateway, lab: Sandbox) -> None:
    other = gateway.browser("198.51.100.4")
    await other.login("totp", totp=totp_code(lab))
    lab.clock.advance(30)
    code = totp_code(lab)
    await gateway.login("totp", totp=code)

    without = await end_others(gateway, password="totp")
    again = await end_others(gateway, password="totp", totp=code)
    lab.clock.advance(30)
    fresh = await end_others(gateway, password="totp", totp=totp_code(lab))

    assert problem(without)["code"] == "totp_required"
    assert problem(again)["code"] == "totp_used"
    assert fresh.json() == {"ended": 1}


async def test_the_password_is_checked_at_one_node_and_with_the_sessions_own_name(
    gateway: Gateway, lab: Sandbox
) -> None:
    await gateway.signed_in("viewer")
    asked = {name: len(lab.requests.of(name, LOGIN_PATH)) for name in lab.nodes}

    response = await end_others(gateway, username="admin", password="admin")

    assert problem(response)["code"] == "invalid_credentials"
    now = {name: len(lab.requests.of(name, LOGIN_PATH)) for name in lab.nodes}
    assert now == asked | {"ns1": asked["ns1"] + 1}


async def test_another_node_checks_only_where_the_primary_cannot_be_reached(
    gateway: Gateway, lab: Sandbox
) -> None:
    await gateway.signed_in()
    await lab.stop("ns1")

    assert (await end_others(gateway)).json() == {"ended": 0}
    asked = len(lab.requests.of("ns3", LOGIN_PATH))
    await lab.stop("ns2")
    assert (await end_others(gateway)).json() == {"ended": 0}

    assert len(lab.requests.of("ns3", LOGIN_PATH)) == asked + 1


async def test_no_node_that_answers_ends_nothing(gateway: Gateway, lab: Sandbox) -> None:
    await gateway.signed_in()
    (current,) = await listed(gateway)
    for name in lab.nodes:
        await lab.stop(name)

    response = await end(gateway, current["id"])

    assert (response.status_code, problem(response)["code"]) == (502, "nodes_unreachable")
    assert (await gateway.me()).json()["authenticated"] is True


async def test_a_session_whose_nodes_are_all_signed_out_sees_itself_alone(
    gateway: Gateway,
) -> None:
    await gateway.browser("198.51.100.4").signed_in()
    await gateway.signed_in()
    session = await gateway.session()
    for node_id in session.record.nodes:
        session = await gateway.sessions.rewrite(session, signed_out(node_id))

    (only,) = await listed(gateway)
    response = await end(gateway, only["id"])

    assert only["current"] is True
    assert {node["state"] for node in only["nodes"]} == {"signed_out"}
    assert (response.status_code, problem(response)["code"]) == (409, "node_session_expired")


async def test_whoever_is_not_signed_in_sees_nothing(gateway: Gateway, lab: Sandbox) -> None:
    assert (await gateway.http.get("/api/auth/sessions")).status_code == 401
    assert (await end(gateway, "anything")).status_code == 401
    assert (await end_others(gateway)).status_code == 401
    assert not lab.requests.of("ns1", LOGIN_PATH)


async def test_an_id_of_the_list_signs_nobody_in(gateway: Gateway) -> None:
    await gateway.signed_in()
    (current,) = await listed(gateway)

    answer = await gateway.browser().http.get(
        "/api/auth/sessions", headers={"Cookie": f"{COOKIE}={current['id']}"}
    )

    assert problem(answer)["code"] == "session_invalid"


def _is_alone_without(lab: Sandbox, name: str, old: list[str]) -> bool:
    living = lab.nodes[name].live_tokens("admin")
    return len(living) == 1 and not set(living) & set(old)


def signed_out(node_id: str) -> Callable[[SessionRecord], SessionRecord]:
    """What a session becomes when a node has refused its token."""

    def change(record: SessionRecord) -> SessionRecord:
        grant = replace(record.nodes[node_id], state=NodeState.SIGNED_OUT, token=None)
        return record.with_node(node_id, grant)

    return change
