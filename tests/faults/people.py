"""Who asks in these tests: an administrator, plain people, and what each may see at the nodes."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

import httpx

from tests.faults.stack import PRIMARY, FaultyStack
from tests.support.tokens import SPREADS_S

ADMINISTRATOR = "admin"
# In Everyone, with Logs: View.
PLAIN = "viewer"
# As the plain one, without Logs: View.
WITHOUT_LOGS = "dhcp"
# Signs in, and may see nothing at all.
NOBODY = "nobody"
PEOPLE = (ADMINISTRATOR, PLAIN, WITHOUT_LOGS)

_SEEN_BY_BOTH = ("Dashboard", "Zones", "Cache", "Apps", "DnsClient", "DhcpServer")
_ADMINISTRATORS = "DNS Administrators|true|true|true"


def share_out_rights(stack: FaultyStack) -> None:
    """Give these people their rights at the Primary, and let the cluster spread them."""
    with httpx.Client(base_url=stack.control.get("/nodes").json()[PRIMARY]) as node:
        form = {"user": ADMINISTRATOR, "pass": ADMINISTRATOR}
        token = node.post("/api/user/login", data=form).json()["token"]

        def change(path: str, **fields: str) -> None:
            answer = node.post(f"/api/admin/{path}", data={"token": token, **fields}).json()
            assert answer["status"] == "ok", answer

        change("users/create", user=NOBODY, **{"pass": NOBODY})
        for section in (*_SEEN_BY_BOTH, "Logs"):
            viewers = [PLAIN] if section == "Logs" else [PLAIN, WITHOUT_LOGS]
            change(
                "permissions/set",
                section=section,
                userPermissions="|".join(f"{name}|true|false|false" for name in viewers),
                groupPermissions=_ADMINISTRATORS,
            )
        node.post("/api/user/logout", data={"token": token})
    stack.control.post("/advance", json={"seconds": SPREADS_S}).raise_for_status()


@asynccontextmanager
async def signed_in(
    stack: FaultyStack, name: str, *, connections: int = 1
) -> AsyncGenerator[httpx.AsyncClient]:
    """A browser in which somebody is signed in, wherever that is possible at this moment.

    It has so many connections open already: handshakes take a machine longer than answers.
    """
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(
        base_url=stack.base_url, verify=stack.tls, timeout=40, limits=limits
    ) as browser:
        await asyncio.gather(*(browser.get("/livez") for _ in range(connections)))
        answer = await browser.post("/api/auth/login", json={"username": name, "password": name})
        assert answer.status_code == 201, answer.text
        yield browser


@asynccontextmanager
async def all_signed_in(
    stack: FaultyStack, *, connections: int = 1
) -> AsyncGenerator[Mapping[str, httpx.AsyncClient]]:
    """The three of `PEOPLE`, by name."""
    admin, plain, without_logs = PEOPLE
    async with (
        signed_in(stack, admin, connections=connections) as first,
        signed_in(stack, plain, connections=connections) as second,
        signed_in(stack, without_logs, connections=connections) as third,
    ):
        yield {admin: first, plain: second, without_logs: third}
