"""Technitium's own API through the whole stack: door, session, forwarder, nodes."""

import socket
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.stack import Stack

NODE = "/api/nodes/ns1/technitium/"
# What the gateway asks by itself after a sign-in and at the end of a session.
OF_THE_GATEWAY = {"/api/user/profile/get", "/api/user/session/get", "/api/user/logout"}


def test_a_script_reads_changes_and_saves_files(stack: Stack) -> None:
    with stack.sign_in("admin") as script:
        read = script.get(NODE + "zones/list")
        by_get = script.get("/api/primary/technitium/blocked/add?domain=forwarded.test")
        changed = script.post(
            "/api/primary/technitium/blocked/add",
            data={"domain": "forwarded.test", "token": "smuggled", "Node": "ns3.home.arpa"},
        )
        saved = script.get(NODE + "blocked/export")
        everywhere = script.post("/api/nodes/all/technitium/cache/flush")

    assert read.json()["status"] == "ok"
    assert (by_get.status_code, by_get.headers["Allow"]) == (405, "POST")
    assert changed.status_code == 200, changed.text
    (received,) = stack.requests(path="/api/blocked/add")
    assert (received["node"], received["form"]) == ("ns1", {"domain": "forwarded.test"})
    assert saved.headers["Content-Disposition"] == 'attachment; filename="BlockedZones.txt"'
    assert "forwarded.test" in saved.text
    assert [one["state"] for one in everywhere.json()] == ["ok"] * 3


def test_a_file_that_is_cut_off_is_no_whole_file(stack: Stack) -> None:
    with stack.sign_in("admin") as script:
        stack.fault("ns1", "cut")
        with pytest.raises(httpx.RemoteProtocolError):
            script.get(NODE + "blocked/export")
        assert script.get("/api/auth/me").json()["authenticated"] is True


@pytest.mark.parametrize(
    "path",
    [
        "user/login",
        "USER/LOGIN",
        "user%2Flogin",
        "zones/../user/login",
        "zones/..%2fuser/login",
        "//evil.test/zones/list",
        "@evil.test/zones/list",
        "http://evil.test/zones/list",
        "zones/list%0d%0aX-Y: z",
        "zones/list%00",
    ],
)
def test_no_spelling_reaches_another_path(stack: Stack, path: str) -> None:
    with stack.sign_in("admin") as script:
        cookie = "; ".join(f"{one.name}={one.value}" for one in script.cookies.jar)
        stack.control.delete("/requests")

        status = raw_get(stack, NODE + path, cookie)

    assert status in {400, 403, 404}
    assert {one["path"] for one in stack.requests()} <= OF_THE_GATEWAY


def raw_get(stack: Stack, target: str, cookie: str) -> int:
    """The status of a request whose target no client tidies up."""
    place = urlsplit(stack.base_url)
    host, port = str(place.hostname), place.port or 443
    with (
        socket.create_connection((host, port), timeout=10) as plain,
        stack.tls.wrap_socket(plain, server_hostname=host) as secure,
    ):
        lines = [
            f"GET {target.replace(' ', '%20')} HTTP/1.1",
            f"Host: {place.netloc}",
            f"Cookie: {cookie}",
            "Connection: close",
        ]
        secure.sendall("\r\n".join([*lines, "", ""]).encode())
        return int(secure.makefile("rb").readline().split()[1])
