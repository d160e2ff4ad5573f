"""API tokens of simulated nodes, as an administrator makes them: they belong to no session."""

from typing import Any

import httpx

# A change of users on the Primary is true on the others after so many seconds of the nodes' clock.
SPREADS_S = 15


def make_token(base_url: str, *, user: str = "admin", name: str = "of the tests") -> str:
    """A token of `user` that never ends by itself, made by admin/admin; 13.6 has it, too."""
    with httpx.Client(base_url=base_url) as node:
        admin = {"user": "admin", "pass": "admin"}
        session = _ok(node.post("/api/user/login", data=admin))["token"]
        wish = {"token": session, "user": user, "tokenName": name}
        made = _ok(node.post("/api/admin/sessions/createToken", data=wish))
        _ok(node.post("/api/user/logout", data={"token": session}))
    token: str = made["response"]["token"]
    return token


def end_token(base_url: str, token: str) -> None:
    """End a token at a node, as its owner may."""
    with httpx.Client(base_url=base_url) as node:
        _ok(node.post("/api/user/logout", data={"token": token}))


def _ok(answer: httpx.Response) -> dict[str, Any]:
    found = answer.json()
    assert found["status"] == "ok", found
    return dict(found)
