"""The cluster of the recordings: fresh nodes that were made into one by init and initJoin."""

from typing import Any

import httpx

from tests.support.sandbox import Sandbox

Form = dict[str, str]
FOR_INIT = {"clusterDomain": "lab.test", "primaryNodeIpAddresses": "127.0.0.1"}


class LabCluster:
    """ns1 and ns2 with alice, who was there before the join; `tokens` are the admin's by node."""

    def __init__(self, lab: Sandbox, client: httpx.AsyncClient) -> None:
        self.lab = lab
        self.client = client
        self.tokens: dict[str, str] = {}

    async def make(self, *names: str) -> None:
        """Sign in everywhere, make alice, then the cluster; the first name is its Primary."""
        for name in names:
            self.tokens[name] = await self.sign_in(name, "admin", "admin")
        await self.call(names[0], "/api/admin/users/create", {"user": "alice", "pass": "pw"})
        await self.call(names[0], "/api/admin/cluster/init", FOR_INIT)
        self.lab.clock.advance(9)
        for number, name in enumerate(names[1:], start=2):
            await self.join(name, f"127.0.0.{number}")
        self.lab.clock.advance(25)

    async def join(self, name: str, address: str, **more: str) -> dict[str, Any]:
        form = {
            "secondaryNodeIpAddresses": address,
            "primaryNodeUrl": "https://ns1.lab.test:53443/",
            "primaryNodeIpAddress": "127.0.0.1",
            "primaryNodeUsername": "admin",
            "primaryNodePassword": "admin",
            "ignoreCertificateErrors": "true",
            **more,
        }
        return await self.call(name, "/api/admin/cluster/initJoin", form)

    async def sign_in(self, name: str, user: str, password: str) -> str:
        """A token of that node, or nothing when the node refuses."""
        form = {"user": user, "pass": password}
        answer = await self.call(name, "/api/user/login", form, token="")
        return str(answer.get("token", ""))

    async def call(
        self, name: str, path: str, form: Form | None = None, *, token: str | None = None
    ) -> dict[str, Any]:
        """As the admin of that node, unless another token is given; the whole answer."""
        used = self.tokens.get(name, "") if token is None else token
        url = self.lab.nodes[name].url + path
        response = await self.client.post(url, data={**(form or {}), "token": used})
        answer: dict[str, Any] = response.json()
        return answer

    async def is_live(self, name: str, token: str) -> bool:
        answer = await self.call(name, "/api/user/session/get", token=token)
        return bool(answer["status"] == "ok")

    async def states(self, name: str) -> dict[str, str]:
        """How a node sees the members, by the first label of their names."""
        answer = await self.call(name, "/api/admin/cluster/state")
        nodes = answer["response"].get("clusterNodes", [])
        return {one["name"].partition(".")[0]: f"{one['type']} {one['state']}" for one in nodes}
