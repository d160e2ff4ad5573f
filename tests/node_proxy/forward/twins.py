"""Two sandboxes alike to the last byte: one behind the node proxy, one that is asked directly."""

import random
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
import msgspec
from companion.sessions.cookie import COOKIE
from companion.technitium.request import USER_AGENT
from redis.asyncio import Redis
from technitium_sandbox.clock import SandboxClock
from technitium_sandbox.demonstration.nodes import demonstration
from technitium_sandbox.sandbox import Sandbox
from technitium_sandbox.versions import VERSIONS

from tests.node_proxy.conftest import CLIENT, Stack, running_stack
from tests.node_proxy.forward.samples import ZONE

MOMENT = 1_790_000_000.0
NODE = "ns1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Twins:
    """The node proxy before one twin, and a client of the other."""

    stack: Stack
    direct: httpx.AsyncClient
    twin: Sandbox

    async def sign_in(self, user: str) -> tuple[str, str]:
        """One person at both: the cookie here, the token there."""
        cookie = await self.stack.sign_in(user)
        answer = await self.direct.post(
            "/api/user/login",
            data={"user": user, "pass": user},
            # As the session of the other twin was begun.
            headers={"X-Real-IP": "", "User-Agent": f"{USER_AGENT} tests"},
        )
        return cookie, answer.json()["token"]

    async def ask_directly(self, path: str, form: dict[str, str], *, token: str) -> httpx.Response:
        return await self.direct.post(f"/api/{path}", data={**form, "token": token})

    async def forward(
        self, path: str, form: dict[str, str], cookie: str, *, method: str = "POST"
    ) -> httpx.Response:
        """By POST with a form, or by GET with the same in the query."""
        sent: dict[str, Any] = {"data": form} if method == "POST" else {"params": form}
        return await self.stack.http.request(
            method,
            f"/api/nodes/{NODE}/technitium/{path}",
            headers={"Cookie": f"{COOKIE}={cookie}"},
            **sent,
        )


@asynccontextmanager
async def twins(redis_url: str, redis: Redis, *, version: str) -> AsyncGenerator[Twins]:
    """Both alike: the same moment, the same randomness, the same zone besides what is there."""
    async with _lab(version) as lab, _lab(version) as twin:
        headers = {"X-Real-IP": CLIENT, "User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
        async with (
            running_stack(lab, redis_url, redis, node_deadline_s=10) as stack,
            httpx.AsyncClient(base_url=twin.nodes[NODE].url, headers=headers) as direct,
        ):
            both = Twins(stack=stack, direct=direct, twin=twin)
            await _make_zone(both)
            yield both


def _lab(version: str) -> Sandbox:
    return Sandbox(
        partial(demonstration, names=(NODE,), failure_delay_s=0.0, version=VERSIONS[version]),
        clock=SandboxClock(lambda: MOMENT),
        randomness=random.Random(1).randbytes,  # noqa: S311 - so that both draw the same
    )


async def _make_zone(both: Twins) -> None:
    """A zone with a forwarder behind a proxy, whose password nobody may see."""
    cookie, token = await both.sign_in("admin")
    for path, form in (
        ("zones/create", {"zone": ZONE, "type": "Primary"}),
        ("zones/create", {"zone": "forwarded.test", "type": "Forwarder", **FORWARDER}),
        (
            "zones/records/add",
            {"zone": ZONE, "domain": f"www.{ZONE}", "type": "A", "ipAddress": "192.0.2.1"},
        ),
        ("settings/set", SECRET_SETTINGS),
    ):
        told = await both.ask_directly(path, form, token=token)
        answer = await both.forward(path, form, cookie)
        assert told.json()["status"] == "ok", told.text
        assert answer.status_code == 200, answer.text


SECRETS = ("c0ffee-proxy", "Y2FuYXJ5LWtleQ==", "c0ffee-forwarder")
FORWARDER = {
    "forwarder": "192.0.2.53",
    "protocol": "Udp",
    "proxyType": "Http",
    "proxyAddress": "192.0.2.80",
    "proxyPort": "8080",
    "proxyUsername": "someone",
    "proxyPassword": SECRETS[2],
}
SECRET_SETTINGS = {
    "proxyType": "Http",
    "proxyAddress": "192.0.2.80",
    "proxyPort": "8080",
    "proxyUsername": "someone",
    "proxyPassword": SECRETS[0],
    "tsigKeys": f"canary|{SECRETS[1]}|hmac-sha256",
}
_MASKED = re.compile(r'"(sharedSecret|[A-Za-z]*[pP]assword)": ?"[^"*]+"')


def masked(text: str) -> Any:  # noqa: ANN401 - JSON is any type
    """An answer as it is shown: with masks in the place of secrets."""
    return msgspec.json.decode(_MASKED.sub(r'"\1":"********"', text))
