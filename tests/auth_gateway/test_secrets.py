"""What must never be seen: tokens, passwords, codes and cookies, wherever one could look."""

import base64
import io
import logging
import os
from collections.abc import Generator
from typing import Any

import pytest
from companion.logs import configure
from companion.sessions.cookie import COOKIE
from redis.asyncio import Redis
from technitium_sandbox.accounts.directory import Password
from technitium_sandbox.sandbox import Sandbox

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import CLUSTER_TOKEN, Gateway, problem, until
from tests.support.sandbox import totp_code
from tests.support.sessions import session_key

NODES = ("ns1", "ns2", "ns3")
# No part of it may be an ordinary word, or it would be found everywhere.
PASSWORD = "kanarienvogel-71f3"


@pytest.fixture
def log() -> Generator[io.BytesIO]:
    """Everything that this process logs, as the service would write it."""
    stream = io.BytesIO()
    root = logging.getLogger()
    before = root.handlers[:], root.level
    configure("auth-gateway", logging.DEBUG, stream=stream)
    yield stream
    root.handlers[:], level = before
    root.setLevel(level)


async def dump(redis: Redis) -> bytes:
    """Every key of Redis with its value."""
    seen: list[Any] = []
    for key in await redis.keys("*"):
        seen += [key, await redis.dump(key)]
        if await redis.type(key) == b"stream":
            entries: Any = await redis.xrange(key)
            seen += [part for _, fields in entries for item in fields.items() for part in item]
    return b"\n".join(bytes(part) for part in seen)


def set_password(lab: Sandbox, user: str) -> None:
    for name in NODES:
        lab.nodes[name].node.directory.users[user].password = Password.of(PASSWORD, os.urandom)


async def test_no_secret_is_in_any_answer_log_line_or_key(
    gateway: Gateway, lab: Sandbox, redis: Redis, log: io.BytesIO
) -> None:
    set_password(lab, "viewer")
    code = totp_code(lab)
    answers = [
        await gateway.login("viewer", PASSWORD),
        await gateway.me(),
        await gateway.login("viewer", PASSWORD + "x"),
        await gateway.login("totp", "totp", code),
        await gateway.login("totp", "totp", code),
    ]
    await gateway.login("viewer", PASSWORD)
    cookie = gateway.cookie()
    await lab.stop("ns2")
    answers += [
        await gateway.http.post("/api/auth/nodes/ns2/login", json={"password": PASSWORD}),
        await gateway.http.post(
            "/api/auth/nodes/ns1/login", content=b'{"password": "' + PASSWORD.encode()
        ),
        await gateway.http.get("/api/nodes"),
    ]
    tokens = [token for name in NODES for token in lab.nodes[name].live_tokens()]
    stored = await dump(redis)
    answers.append(await gateway.http.post("/api/auth/logout"))
    stored += await dump(redis)
    await until(lambda: not lab.nodes["ns1"].live_tokens("viewer"))

    secrets = [*tokens, PASSWORD, code, CLUSTER_TOKEN, cookie]
    assert len(tokens) >= len(NODES)
    shown = b"".join(
        answer.content + b"".join(v for k, v in answer.headers.raw if k != b"set-cookie")
        for answer in answers
    )
    for where, text in (("answers", shown), ("Redis", stored), ("log", log.getvalue())):
        for secret in secrets:
            assert secret.encode() not in text, where
            assert base64.b64encode(secret.encode()).rstrip(b"=") not in text, where
    assert log.getvalue()


async def test_the_cookie_is_one_that_only_our_server_sees(gateway: Gateway) -> None:
    response = await gateway.login("admin")

    (header,) = response.headers.get_list("set-cookie")
    name, _, rest = header.partition("=")
    value, *attributes = [part.strip() for part in rest.split(";")]
    assert name == COOKIE
    assert len(base64.urlsafe_b64decode(value + "=")) == 32
    assert set(attributes) == {"Max-Age=86400", "Path=/", "Secure", "HttpOnly", "SameSite=Strict"}
    assert value not in response.text


async def test_each_sign_in_is_one_line_that_says_who_where_and_how_it_ended(
    gateway: Gateway, log: io.BytesIO
) -> None:
    await gateway.login('eve\u2028\u202e{"event":"forged"}', "wrong")

    lines = [line for line in log.getvalue().splitlines() if b'"sign_in"' in line]
    assert len(lines) == 1
    assert "\u2028".encode() not in lines[0]
    for part in (b"invalid_credentials", b"192.0.2.7", b'"factors":["password"]', b'"ns1"', b"eve"):
        assert part in lines[0]


async def test_a_session_of_a_key_that_is_missing_here_is_kept(
    gateway: Gateway, make_gateway: MakeGateway
) -> None:
    cookie = await gateway.signed_in()
    async with make_gateway(variables={"SESSION_KEYS": session_key("another")}) as other:
        response = await other.me(Cookie=f"__Host-tdc_session={cookie}")

    assert response.status_code == 503
    assert problem(response)["code"] == "session_key_unknown"
    assert "set-cookie" not in response.headers
    assert (await gateway.me()).json()["authenticated"] is True


async def test_a_session_that_was_swapped_or_forged_in_redis_opens_nothing(
    gateway: Gateway, redis: Redis, log: io.BytesIO
) -> None:
    await gateway.signed_in()
    session = await gateway.session()
    other = gateway.browser()
    await other.login("viewer")
    others = await other.session()

    await redis.hset(session.key, "blob", others.blob)
    await redis.hset(others.key, "blob", b"\x01" + others.blob[1:5] + b"\0" * 60)

    for browser in (gateway, other):
        assert (await browser.me()).json()["authenticated"] is False
        assert (await browser.http.post("/api/auth/logout")).status_code == 401
    assert b"session_seal_broken" in log.getvalue()
