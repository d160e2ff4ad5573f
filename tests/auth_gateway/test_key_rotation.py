"""Session keys and peppers are replaced, replica by replica, while people stay signed in."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Protocol

import httpx
import pytest
from companion.secret import Secret
from companion.sessions.cookie import COOKIE
from companion.sessions.record import DoomedToken
from redis.asyncio import Redis

from tests.auth_gateway.conftest import MakeGateway
from tests.auth_gateway.support import Gateway, problem, until
from tests.support.asgi import running
from tests.support.sessions import PEPPER, keyring, record_of, session_key, session_store


class Replicas(Protocol):
    """Two gateways on one Redis, each with its own value of one setting."""

    def __call__(
        self, name: str, one: str, other: str
    ) -> AbstractAsyncContextManager[tuple[Gateway, Gateway]]: ...


@pytest.fixture
def replicas(make_gateway: MakeGateway) -> Replicas:
    @asynccontextmanager
    async def start(name: str, one: str, other: str) -> AsyncGenerator[tuple[Gateway, Gateway]]:
        async with AsyncExitStack() as stack:
            yield (
                await stack.enter_async_context(make_gateway(variables={name: one})),
                await stack.enter_async_context(make_gateway(variables={name: other})),
            )

    return start


def keys(*names: str) -> str:
    return ",".join(session_key(name) for name in names)


def key_id(name: str) -> str:
    (only,) = keyring(name).key_ids
    return only


async def fresh_cookie(gateway: Gateway) -> str:
    return await gateway.browser().signed_in()


async def seen_by(gateway: Gateway, cookie: str) -> httpx.Response:
    return await gateway.browser().me(Cookie=f"{COOKIE}={cookie}")


async def are_in(gateways: tuple[Gateway, Gateway], cookies: list[str]) -> bool:
    answers = [await seen_by(gateway, cookie) for gateway in gateways for cookie in cookies]
    return all(answer.status_code == 200 for answer in answers) and all(
        answer.json()["authenticated"] for answer in answers
    )


ORDER = [
    # New last, first on one replica.
    (("old", "new"), ("old",)),
    (("old", "new"), ("old", "new")),
    # Then first.
    (("new", "old"), ("old", "new")),
    (("new", "old"), ("new", "old")),
]


async def test_nobody_is_signed_out_while_session_keys_are_replaced(
    replicas: Replicas, redis: Redis
) -> None:
    cookies: list[str] = []
    for one, other in ORDER:
        async with replicas("SESSION_KEYS", keys(*one), keys(*other)) as gateways:
            cookies += [await fresh_cookie(each) for each in gateways]
            assert await are_in(gateways, cookies)

    # When the figures show nothing of the old key any more, it may go.
    of_old = [cookie for cookie in cookies if await sealing_key(redis, cookie) == key_id("old")]
    for cookie in of_old:
        await session_store(redis, ring=keyring("old")).end(cookie)
    left = [cookie for cookie in cookies if cookie not in of_old]
    async with replicas("SESSION_KEYS", keys("new"), keys("new", "old")) as gateways:
        assert await are_in(gateways, left)
    assert of_old
    assert left


async def test_a_replica_without_the_key_says_so_and_keeps_the_session(replicas: Replicas) -> None:
    async with replicas("SESSION_KEYS", keys("old"), keys("new")) as (knows, lacks):
        cookie = await fresh_cookie(knows)

        of_list = await lacks.browser().http.get(
            "/api/auth/sessions", headers={"Cookie": f"{COOKIE}={cookie}"}
        )
        of_me = await seen_by(lacks, cookie)

        for each in (of_list, of_me):
            assert (each.status_code, problem(each)["code"]) == (503, "session_key_unknown")
            assert "set-cookie" not in each.headers
            assert each.headers["retry-after"]
        assert (await seen_by(knows, cookie)).json()["authenticated"] is True


async def test_figures_show_what_each_key_still_seals(replicas: Replicas, redis: Redis) -> None:
    async with replicas("SESSION_KEYS", keys("new", "old"), keys("new", "old")) as (one, _):
        store = session_store(redis, ring=keyring("old"))
        cookie, _session = await store.create(record_of("admin"))
        for number in range(2):
            await one.browser(f"198.51.100.{number}").signed_in()
        async with running(one.apps.metrics) as metrics:
            await until(lambda: shows(metrics, "session", "old", 1))
            await until(lambda: shows(metrics, "session", "new", 2))

            await store.end(cookie)

            await until(lambda: shows(metrics, "session", "old", 0))
            await until(lambda: shows(metrics, "outbox", "old", 0))


async def test_entries_of_the_outbox_are_counted_by_key(replicas: Replicas, redis: Redis) -> None:
    """Those whose key is gone stay, and are seen, until the key comes back."""
    doomed = DoomedToken(node_id="ns1", token=Secret("t" * 64), version="15.2")
    async with replicas("SESSION_KEYS", keys("new"), keys("new")) as (one, _):
        for _number in range(3):
            await session_store(redis, ring=keyring("old")).discard([doomed])

        async with running(one.apps.metrics) as metrics:
            await until(lambda: shows(metrics, "outbox", "old", 3))


async def test_nobody_is_signed_out_while_the_pepper_is_replaced(replicas: Replicas) -> None:
    cookies: list[str] = []
    peppers = {"old": PEPPER, "new": "the new pepper of the tests"}
    for steps in ORDER:
        one, other = (",".join(peppers[word] for word in step) for step in steps)
        async with replicas("SESSION_PEPPER", one, other) as gateways:
            cookies += [await fresh_cookie(each) for each in gateways]
            assert await are_in(gateways, cookies)
            for gateway in gateways:
                listed = await gateway.browser().http.get(
                    "/api/auth/sessions", headers={"Cookie": f"{COOKIE}={cookies[-1]}"}
                )
                assert len(listed.json()["sessions"]) == len(cookies)


async def sealing_key(redis: Redis, cookie: str) -> str:
    """The id of the key that sealed a session, as it stands in the blob."""
    store = session_store(redis, ring=keyring("old", "new"))
    return (await store.open(cookie, activity=False)).blob[1:5].hex()


async def shows(metrics: httpx.AsyncClient, kind: str, key: str, number: int) -> bool:
    line = f'companion_sealed_blobs{{key_id="{key_id(key)}",kind="{kind}"}} {number}.0'
    return line in (await metrics.get("/metrics")).text
