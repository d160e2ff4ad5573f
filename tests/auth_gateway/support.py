"""A gateway in the test's own process, and the words tests use to speak of it."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import httpx
from auth_gateway.app import Apps, create_apps
from auth_gateway.jobs.outbox import Pace
from auth_gateway.settings import Settings
from auth_gateway.wiring.timing import Timing
from companion.env import Env
from companion.sessions.cookie import COOKIE
from companion.sessions.store import OpenSession, SessionStore
from companion.store import StoreUnavailable
from redis.asyncio import Redis
from technitium_sandbox.sandbox import Sandbox

from tests.support.asgi import running
from tests.support.sessions import PEPPER, session_key, session_store

PROXY: Final = "127.0.0.1"
CLIENT: Final = "192.0.2.7"
CLUSTER_TOKEN: Final = "c1" * 32
INTERNAL_SECRET: Final = "the secret between the services of the tests"
LOGIN_PATH: Final = "/api/user/login"

# What is waited for in production, in fractions of a second; a busy machine may take its time.
SHORT: Final = Timing(
    login_deadline_s=5.0,
    late_s=5.0,
    sweep_every_s=0.05,
    ghosts_every_s=0.05,
    ghosts_look_again_s=0.1,
    census_every_s=0.05,
    outbox=Pace(poll_s=0.02, retry_s=0.1, first_pause_s=0.02),
)
# For tests in which a node does not answer in time.
IMPATIENT: Final = replace(SHORT, login_deadline_s=0.5)


def environment(lab: Sandbox, redis_url: str) -> dict[str, str]:
    """The settings of a gateway behind a proxy on this machine, for the nodes of `lab`."""
    return {
        "REDIS_URL": redis_url,
        "AUTH_SESSION_ENABLED": "true",
        "TRUST_PROXY": "true",
        "SESSION_KEYS": session_key("first"),
        "SESSION_PEPPER": PEPPER,
        "INTERNAL_SECRET": INTERNAL_SECRET,
        "METRICS_PORT": "0",
        "TECHNITIUM_NODES": ",".join(lab.nodes),
        **{f"TECHNITIUM_{name.upper()}_BASE_URL": lab.nodes[name].url for name in lab.nodes},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """A running gateway and everything around it; `http` speaks as one browser behind the proxy."""

    lab: Sandbox
    settings: Settings
    apps: Apps
    sessions: SessionStore
    http: httpx.AsyncClient

    def browser(self, ip: str = CLIENT) -> "Gateway":
        """The same gateway as another browser sees it, at another address."""
        transport = self.http._transport
        http = httpx.AsyncClient(transport=transport, base_url=self.http.base_url)
        http.headers.update(forwarded(ip))
        return replace(self, http=http)

    async def login(
        self, user: str, password: str | None = None, totp: str | None = None
    ) -> httpx.Response:
        """POST /api/auth/login; in the demonstration the password is the name."""
        body = {"username": user, "password": user if password is None else password}
        if totp is not None:
            body["totp"] = totp
        return await self.http.post("/api/auth/login", json=body)

    async def signed_in(self, user: str = "admin") -> str:
        """Sign in; the result is the cookie's value."""
        response = await self.login(user)
        assert response.status_code == 201, response.text
        return self.cookie()

    def cookie(self) -> str:
        """The value that the browser has."""
        value = self.http.cookies.get(COOKIE)
        assert value is not None
        return value

    async def me(self, **headers: str) -> httpx.Response:
        return await self.http.get("/api/auth/me", headers=headers)

    async def session(self, cookie: str | None = None) -> OpenSession:
        """The session as it is in Redis now."""
        return await self.sessions.open(cookie or self.cookie(), activity=False)


def forwarded(ip: str) -> dict[str, str]:
    """What the proxy in front says of a browser's request."""
    return {"X-Forwarded-For": ip, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "localhost"}


@asynccontextmanager
async def running_gateway(
    lab: Sandbox,
    redis_url: str,
    redis: Redis,
    *,
    timing: Timing = SHORT,
    peer: str = PROXY,
    base_url: str = "https://localhost",
    variables: Mapping[str, str] | None = None,
) -> AsyncGenerator[Gateway]:
    """A gateway that runs in this process; `variables` are added to its settings."""
    settings = Settings.read(Env(environment(lab, redis_url) | dict(variables or {})))
    apps = create_apps(settings, timing=timing)
    async with running(apps.public, base_url=base_url, client=(peer, 50_000)) as http:
        http.headers.update(forwarded(CLIENT))
        yield Gateway(
            lab=lab,
            settings=settings,
            apps=apps,
            sessions=session_store(redis, limits=settings.sessions.limits),
            http=http,
        )


async def knowing_clients(gateway: Gateway) -> None:
    """One sign-in teaches the gateway that the nodes count by the address of the client."""
    await gateway.signed_in()

    async def is_known() -> bool:
        keys = await gateway.sessions._redis.keys("attempts:real-ip:*")
        return len(keys) == len(gateway.lab.nodes)

    await until(is_known)


async def until(
    holds: Callable[[], bool | Awaitable[bool]], *, within_s: float = 10.0, what: str = ""
) -> None:
    """Wait for a condition, and fail when it does not come to hold."""
    deadline = time.monotonic() + within_s
    while not await _value(holds()):
        assert time.monotonic() < deadline, what or "It did not come to hold in time."
        await asyncio.sleep(0.01)


async def _value(result: bool | Awaitable[bool]) -> bool:  # noqa: FBT001 - a result, not a switch
    if isinstance(result, bool):
        return result
    try:
        return await result
    except StoreUnavailable:
        return False


def problem(response: httpx.Response) -> dict[str, Any]:
    """The body of a problem document, which the answer has to be."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    document: dict[str, Any] = response.json()
    assert document["status"] == response.status_code == document["statusCode"]
    assert document["requestId"] == response.headers["x-request-id"]
    return document


def node_codes(document: Mapping[str, Any]) -> dict[str, str | None]:
    """What each node said, by its id."""
    return {entry["nodeId"]: entry.get("code") for entry in document["nodes"]}
