"""A person's client of one sandbox: signs in and calls, and gives back what came."""

from typing import Any

import httpx

from tests.support.sandbox import Sandbox

Json = dict[str, Any]
Form = dict[str, str]


class Caller:
    """Calls by form and Bearer, as the product does."""

    def __init__(self, lab: Sandbox, client: httpx.AsyncClient) -> None:
        self.lab = lab
        self.client = client

    async def post(
        self,
        node: str,
        path: str,
        form: Form | None = None,
        *,
        token: str | None = None,
        real_ip: str | None = None,
    ) -> httpx.Response:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        if real_ip is not None:
            headers["X-Real-IP"] = real_ip
        url = self.lab.nodes[node].url + path
        return await self.client.post(url, data=form or {}, headers=headers)

    async def call(
        self, node: str, path: str, form: Form | None = None, *, token: str | None = None
    ) -> Json:
        answer: Json = (await self.post(node, path, form, token=token)).json()
        return answer

    async def sign_in(
        self,
        node: str,
        user: str = "admin",
        password: str | None = None,
        *,
        real_ip: str | None = None,
        **more: str,
    ) -> Json:
        """The answer to a sign-in; the demonstration's passwords are the user names."""
        form = {"user": user, "pass": password or user, **more}
        answer: Json = (await self.post(node, "/api/user/login", form, real_ip=real_ip)).json()
        return answer

    async def token(self, node: str, user: str = "admin") -> str:
        return str((await self.sign_in(node, user))["token"])

    async def is_live(self, node: str, token: str) -> bool:
        return bool((await self.call(node, "/api/user/session/get", token=token))["status"] == "ok")
