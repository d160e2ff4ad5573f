"""How many seconds a change on the Primary takes to be true on a Secondary."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.support.sandbox import fresh_nodes
from tests.technitium_sandbox.lab_cluster import LabCluster
from tests.technitium_sandbox.storyteller import read

STEP_S = 0.1
# The recorder asked every tenth of a second, and a new password takes the server a while.
TOLERANCE_S = 0.35
Check = Callable[[], Awaitable[bool]]


@pytest.fixture(params=["15.2", "14.3"])
async def cluster(request: pytest.FixtureRequest) -> AsyncGenerator[LabCluster, None]:
    nodes = fresh_nodes(names=("ns1", "ns2"), version=request.param)
    async with nodes as lab, httpx.AsyncClient() as client:
        made = LabCluster(lab, client)
        await made.make("ns1", "ns2")
        yield made


async def test_changes_spread_as_recorded(cluster: LabCluster) -> None:
    version = cluster.lab.nodes["ns1"].node.version.text
    rows = {row["spread"]: row for row in read(_recording(version)) if "seconds" in row}
    teller = _Spread(cluster)

    for name, row in rows.items():
        if "not_applicable" not in row:
            assert _is_as_recorded(await teller.seconds(name, row["waited"]), row), name


def _recording(version: str) -> str:
    return "spread.json" if version == "15.2" else "v14/spread.json"


def _is_as_recorded(seconds: float | None, row: dict[str, Any]) -> bool:
    recorded = row["seconds"]
    if seconds is None or recorded is None:
        return seconds is recorded
    return bool(abs(seconds - recorded) <= TOLERANCE_S)


class _Spread:
    """Each change on ns1, and how ns2 is asked whether it knows."""

    def __init__(self, cluster: LabCluster) -> None:
        self.cluster = cluster
        self.token = ""
        self.users = 0

    async def seconds(self, name: str, waited: float) -> float | None:
        """From the change until ns2 knows of it, or None when it did not within `waited`."""
        known = await self._change(name)
        clock = self.cluster.lab.clock
        began = clock.now()
        while clock.now() - began < waited:
            if await known():
                return clock.now() - began
            clock.advance(STEP_S)
        return None

    async def _change(self, name: str) -> Check:  # noqa: PLR0911 - one return a kind of change
        cluster = self.cluster
        if name.startswith("... and after another change"):
            await self._new_user()
            return self._token_is_live
        if name.startswith("... and after a clean restart"):
            await cluster.lab.stop("ns1")
            await cluster.lab.start("ns1")
            return self._token_is_live
        if name.startswith("users/create"):
            user = await self._new_user()
            return lambda: self._can_sign_in(user, "pw")
        if "createToken" in name:
            await self._new_token(name)
            if "resync" in name:
                await cluster.call("ns2", "/api/admin/cluster/secondary/resync")
            return self._token_is_live
        if name.startswith("admin/sessions/delete"):
            form = {"partialToken": self.token[:16]}
            await cluster.call("ns1", "/api/admin/sessions/delete", form)
            return self._token_is_dead
        if name.startswith("permissions/set"):
            return await self._permit()
        if name.startswith("users/set disabled"):
            return await self._disable()
        assert name.startswith("changePassword")
        session = await cluster.sign_in("ns1", "admin", "admin")
        form = {"pass": "admin", "newPass": "other"}
        await cluster.call("ns1", "/api/user/changePassword", form, token=session)
        return lambda: self._can_sign_in("admin", "other")

    async def _new_user(self) -> str:
        self.users += 1
        user = f"user{self.users}"
        form = {"user": user, "pass": "pw"}
        await self.cluster.call("ns1", "/api/admin/users/create", form)
        return user

    async def _new_token(self, name: str) -> None:
        cluster = self.cluster
        if name.startswith("admin/sessions/createToken"):
            form = {"user": "alice", "tokenName": "t"}
            answer = await cluster.call("ns1", "/api/admin/sessions/createToken", form)
            self.token = answer["response"]["token"]
            return
        session = await cluster.sign_in("ns1", "alice", "pw") if "by session" in name else ""
        form = {"tokenName": "t"} if session else {"user": "alice", "pass": "pw", "tokenName": "t"}
        answer = await cluster.call("ns1", "/api/user/createToken", form, token=session)
        self.token = answer["token"]

    async def _permit(self) -> Check:
        session = await self.cluster.sign_in("ns2", "alice", "pw")
        form = {"section": "Settings", "userPermissions": "alice|true|false|false"}
        await self.cluster.call("ns1", "/api/admin/permissions/set", form)

        async def allowed() -> bool:
            answer = await self.cluster.call("ns2", "/api/user/session/get", token=session)
            return bool(answer["info"]["permissions"]["Settings"]["canView"])

        return allowed

    async def _disable(self) -> Check:
        user = await self._new_user()
        self.cluster.lab.clock.advance(20)
        session = await self.cluster.sign_in("ns2", user, "pw")
        form = {"user": user, "disabled": "true"}
        await self.cluster.call("ns1", "/api/admin/users/set", form)

        async def refused() -> bool:
            return not await self.cluster.is_live("ns2", session)

        return refused

    async def _token_is_live(self) -> bool:
        return await self.cluster.is_live("ns2", self.token)

    async def _token_is_dead(self) -> bool:
        return not await self._token_is_live()

    async def _can_sign_in(self, user: str, password: str) -> bool:
        self.cluster.lab.nodes["ns2"].node.lockout.clear("127.0.0.1")
        return bool(await self.cluster.sign_in("ns2", user, password))
