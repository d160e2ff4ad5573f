"""The node proxy before simulated nodes and a real Redis, with people who are signed in."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from companion.clock import Clock
from companion.env import Env
from companion.secret import Secret
from companion.sessions.cookie import COOKIE
from companion.sessions.record import NodeGrant, NodeState, SessionRecord
from companion.sessions.store import OpenSession, SessionStore
from companion.technitium.pool import NodePool
from node_proxy.app import Apps, create_apps
from node_proxy.domain.fan_out import NODE_DEADLINE_S
from node_proxy.settings import Settings
from redis.asyncio import Redis

from tests.support.asgi import running
from tests.support.sandbox import Sandbox, sandbox
from tests.support.sessions import PEPPER, session_key, session_store

CLIENT = "192.0.2.7"
# What a trusted proxy in front says of a person's request.
FORWARDED = {
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "companion.test",
    "X-Forwarded-For": CLIENT,
}
# Long enough for a healthy node on a busy machine.
SHORT_DEADLINE_S = 1.0


def environment(lab: Sandbox, redis_url: str) -> dict[str, str]:
    """The settings of a node proxy for the nodes of `lab`."""
    return {
        "REDIS_URL": redis_url,
        "AUTH_SESSION_ENABLED": "true",
        "SESSION_KEYS": session_key("first"),
        "SESSION_PEPPER": PEPPER,
        "INTERNAL_SECRET": "the secret between the services of the tests",
        "TECHNITIUM_NODES": ",".join(lab.nodes),
        **{f"TECHNITIUM_{name.upper()}_BASE_URL": lab.nodes[name].url for name in lab.nodes},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A running node proxy and everything around it."""

    lab: Sandbox
    settings: Settings
    apps: Apps
    sessions: SessionStore
    http: httpx.AsyncClient
    pool: NodePool

    async def grant(self, user: str, node_id: str) -> NodeGrant:
        """What a node grants to a person of the demonstration, whose password is the name."""
        answer = await self.pool[node_id].login(
            user, Secret(user), None, real_ip=None, agent="tests", deadline_s=NODE_DEADLINE_S
        )
        assert answer.token is not None, answer
        return NodeGrant(
            state=NodeState.SIGNED_IN,
            token=answer.token,
            version=answer.version,
            username=answer.username,
            timeout_s=1800,
        )

    async def sign_in(
        self, user: str, *, at: tuple[str, ...] | None = None, **others: NodeGrant
    ) -> str:
        """A session of that person at the nodes `at`, else at all; the result is the cookie.

        `others` are what nodes granted that are not asked.
        """
        asked = (*self.lab.nodes,) if at is None else at
        nodes = {node_id: await self.grant(user, node_id) for node_id in asked} | others
        cookie, _ = await self.sessions.create(
            lambda now: SessionRecord(
                public_id="s-1",
                user=user,
                created=now,
                client=CLIENT,
                agent="tests",
                nodes=nodes,
            )
        )
        return cookie

    async def session(self, cookie: str) -> OpenSession:
        """The session as it is in Redis now."""
        return await self.sessions.open(cookie, activity=False)

    async def token(self, cookie: str, node_id: str) -> str | None:
        """The token that the session holds for a node."""
        token = (await self.session(cookie)).record.nodes[node_id].token
        return token.reveal() if token else None

    async def get(self, path: str, cookie: str | None, **headers: str) -> httpx.Response:
        """A GET as the proxy in front passes it on."""
        cookies = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.get(path, headers={**cookies, **named})


MakeStack = Callable[..., AbstractAsyncContextManager[Stack]]


@asynccontextmanager
async def running_stack(
    lab: Sandbox,
    redis_url: str,
    redis: Redis,
    *,
    node_deadline_s: float = NODE_DEADLINE_S,
    clock: Clock | None = None,
    peer: str = "127.0.0.1",
    **variables: str,
) -> AsyncGenerator[Stack]:
    """A node proxy that runs in this process; `variables` are added to its settings."""
    settings = Settings.read(Env(environment(lab, redis_url) | variables))
    apps = create_apps(settings, node_deadline_s=node_deadline_s, clock=clock)
    async with AsyncExitStack() as opened:
        pool = await opened.enter_async_context(NodePool(settings.nodes))
        http = await opened.enter_async_context(
            running(apps.public, base_url="http://companion.test", client=(peer, 50_000))
        )
        http.headers.update(FORWARDED)
        yield Stack(
            lab=lab,
            settings=settings,
            apps=apps,
            sessions=session_store(redis),
            http=http,
            pool=pool,
        )


@pytest.fixture
async def lab() -> AsyncGenerator[Sandbox]:
    """The cluster of the demonstration: ns1 is Primary, ns2 and ns3 are Secondaries."""
    async with sandbox() as nodes:
        yield nodes


@pytest.fixture
def make_stack(lab: Sandbox, redis_url: str, redis: Redis) -> MakeStack:
    """Makes node proxies before the nodes of `lab`; see `running_stack`."""

    def make(nodes: Sandbox = lab, **options: Any) -> AbstractAsyncContextManager[Stack]:  # noqa: ANN401
        return running_stack(nodes, redis_url, redis, **options)

    return make


@pytest.fixture
async def stack(make_stack: MakeStack) -> AsyncGenerator[Stack]:
    """A node proxy as it is in production."""
    async with make_stack() as made:
        yield made


@pytest.fixture
async def hasty_stack(make_stack: MakeStack) -> AsyncGenerator[Stack]:
    """A node proxy that gives its nodes little time, for tests of nodes that hang."""
    async with make_stack(node_deadline_s=SHORT_DEADLINE_S) as made:
        yield made
