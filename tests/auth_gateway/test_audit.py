"""One line for each event of signing in: who, what, where, with what outcome and factors."""

import asyncio
import io
import json
import logging
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog
from companion.logs import configure
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.support import CLIENT, LOGIN_PATH, Gateway, until
from tests.support.redis import RedisServer
from tests.support.sandbox import totp_code

Lines = Callable[[str], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Generator[Lines]:
    """What the gateway writes, by the name of the event."""
    handlers = [*logging.getLogger().handlers]
    written = io.BytesIO()
    configure("auth-gateway", logging.INFO, stream=written)

    def of(event: str) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in written.getvalue().splitlines()]
        return [line for line in found if line["event"] == event]

    yield of
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = handlers
    logging.captureWarnings(capture=False)


async def test_a_sign_in_tells_who_what_when_where_and_by_what(
    gateway: Gateway, lab: Sandbox, lines: Lines
) -> None:
    await gateway.login("totp", "totp", totp_code(lab))

    (line,) = lines("sign_in")
    assert line["user"] == "totp"
    assert line["outcome"] == "accepted"
    assert line["client"] == CLIENT
    assert line["agent"].startswith("python-httpx/")
    assert line["factors"] == ["password", "totp"]
    assert line["nodes"] == dict.fromkeys(("ns1", "ns2", "ns3"), "accepted")
    assert line["service"] == "auth-gateway"
    assert len(line["request_id"]) == 24
    told = datetime.fromisoformat(line["time"])
    assert told.utcoffset() == UTC.utcoffset(None)
    assert abs((datetime.now(UTC) - told).total_seconds()) < 60


async def test_each_way_it_can_end_has_its_outcome(
    gateway: Gateway, lab: Sandbox, lines: Lines
) -> None:
    await gateway.login("totp")
    await gateway.login("totp", totp="000000")
    await gateway.login("totp", totp=totp_code(lab))
    await gateway.login("viewer", "wrong")
    await gateway.login("viewer", "wrong")
    await gateway.login("viewer", "wrong")

    outcomes = [line["outcome"] for line in lines("sign_in")]
    assert outcomes == [
        *("totp_required", "totp_invalid", "accepted"),
        *("invalid_credentials", "invalid_credentials", "throttled"),
    ]


async def test_the_events_inside_a_session_are_told(gateway: Gateway, lines: Lines) -> None:
    await gateway.signed_in()
    await gateway.http.post("/api/auth/nodes/ns1/login", json={"password": "admin"})
    await gateway.http.post("/api/auth/sessions/end-others", json={"password": "admin"})
    await gateway.http.post("/api/auth/logout")

    for event in ("node_sign_in", "re_entry", "sign_out"):
        (line,) = lines(event)
        assert (line["user"], line["client"]) == ("admin", CLIENT)
        assert line["outcome"] == ("ended" if event == "sign_out" else "accepted")


async def test_what_happens_in_a_session_is_told_with_the_id_that_lists_show(
    gateway: Gateway, lines: Lines
) -> None:
    await gateway.login("admin", "wrong")
    await gateway.signed_in()
    (listed,) = (await gateway.http.get("/api/auth/sessions")).json()["sessions"]
    await gateway.http.post("/api/auth/nodes/ns1/login", json={"password": "admin"})
    await gateway.http.post("/api/auth/nodes/login", json={"nodes": ["ns2"], "password": "admin"})
    await gateway.http.post("/api/auth/sessions/end-others", json={"password": "admin"})
    await gateway.http.post("/api/auth/logout")

    assert [line["session"] for line in lines("sign_in")] == [None, listed["id"]]
    for event in ("node_sign_in", "re_entry", "sign_out"):
        assert {line["session"] for line in lines(event)} == {listed["id"]}


async def test_a_re_entry_tells_of_the_sessions_own_person_whatever_name_was_typed(
    gateway: Gateway, lines: Lines
) -> None:
    await gateway.signed_in()
    body = {"username": "viewer", "password": "admin"}
    response = await gateway.http.post("/api/auth/sessions/end-others", json=body)

    (line,) = lines("re_entry")
    assert response.status_code == 201
    assert line["user"] == "admin"


async def test_a_password_that_nodes_judged_is_told_of_when_redis_went_away_meanwhile(
    gateway: Gateway, lab: Sandbox, redis_server: RedisServer, lines: Lines
) -> None:
    for name in lab.nodes:
        lab.faults.add(name, "slow", path=LOGIN_PATH, seconds=0.5)
    signing_in = asyncio.create_task(gateway.login("viewer"))
    await until(lambda: len(lab.requests.of(path=LOGIN_PATH)) == len(lab.nodes))
    redis_server.kill()
    response = await signing_in

    (line,) = lines("sign_in")
    assert response.status_code == 503
    assert (line["user"], line["client"]) == ("viewer", CLIENT)
    assert (line["outcome"], line["factors"]) == ("store_unavailable", ["password"])


async def test_a_sign_in_while_redis_is_away_is_told_of(
    gateway: Gateway, redis_server: RedisServer, lines: Lines
) -> None:
    redis_server.kill()
    await gateway.login("viewer")

    (line,) = lines("sign_in")
    assert line["outcome"] == "store_unavailable"


@pytest.mark.parametrize("name", ["x\u2028y", "a\u202eb", "Robert'); --" * 20])
async def test_whatever_the_name_it_is_one_line_and_short(
    gateway: Gateway, lines: Lines, name: str
) -> None:
    await gateway.login(name[:255], "wrong")

    (line,) = lines("sign_in")
    assert len(line["user"]) <= 64
    assert line["user"].isprintable()


async def test_a_client_cannot_write_lines_of_its_own(gateway: Gateway, lines: Lines) -> None:
    forged = 'x", "event": "sign_out'
    await gateway.http.post(
        "/api/auth/login",
        json={"username": forged, "password": "wrong"},
        headers={"User-Agent": forged},
    )

    assert not lines("sign_out")
    (line,) = lines("sign_in")
    assert (line["user"], line["agent"]) == (forged, forged)


async def test_no_line_holds_a_password_or_a_code(
    gateway: Gateway, lab: Sandbox, lines: Lines
) -> None:
    code = totp_code(lab)
    await gateway.login("totp", "my dog's name", code)

    (line,) = lines("sign_in")
    assert "dog" not in json.dumps(line)
    assert code not in json.dumps({**line, "request_id": "", "time": ""})
