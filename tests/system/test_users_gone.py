"""A user who is disabled at the Primary is out of the whole stack, though a gateway was killed."""

import httpx

from tests.support.stack import Stack, until

# After so long the other nodes of the cluster know what was changed at its Primary.
SYNC_S = 11


def test_a_disabled_user_is_out_though_the_gateway_was_killed_meanwhile(stack: Stack) -> None:
    with stack.sign_in("dhcp") as leaves, stack.sign_in("admin") as stays:
        _disable(stack, "dhcp")
        stack.kill_process("auth-gateway")
        stack.control.post("/advance", json={"seconds": SYNC_S}).raise_for_status()
        _make_due(stack)

        until(lambda: not _is_signed_in(leaves), what="the session of the disabled user ends")
        assert leaves.get("/api/nodes").status_code == 401
        assert _is_signed_in(stays)
        until(lambda: not any(stack.node_tokens("dhcp").values()), what="no token is left")
        _disable(stack, "dhcp", to="false")


def _disable(stack: Stack, user: str, *, to: str = "true") -> None:
    url = stack.control.get("/nodes").json()["ns1"]
    with httpx.Client(base_url=url) as node:
        login = node.post("/api/user/login", data={"user": "admin", "pass": "admin"}).json()
        answer = node.post(
            "/api/admin/users/set",
            data={"user": user, "disabled": to},
            headers={"Authorization": f"Bearer {login['token']}"},
        )
        assert answer.json()["status"] == "ok", answer.text


def _make_due(stack: Stack) -> None:
    """Have every session looked at now rather than within a minute."""
    with stack.redis() as client:
        for key in client.zrange("sessions:due", 0, -1):
            client.zadd("sessions:due", {key: 0})


def _is_signed_in(browser: httpx.Client) -> bool:
    return bool(browser.get("/api/auth/me").json()["authenticated"])
