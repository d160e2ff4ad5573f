"""Signing in from outside, as each of the sandbox's people."""

import subprocess
import sys

import httpx

from tests.support.stack import Stack


def test_admin_signs_in_and_sees_every_node(stack: Stack) -> None:
    with stack.sign_in("admin") as browser:
        me = browser.get("/api/auth/me").json()
        nodes = browser.get("/api/nodes").json()

    assert me["user"] == "admin"
    assert [(node["id"], node["state"]) for node in me["nodes"]] == [
        ("ns1", "signed_in"),
        ("ns2", "signed_in"),
        ("ns3", "signed_in"),
    ]
    assert [node["isPrimary"] for node in nodes] == [True, False, False]
    assert {node["state"] for node in nodes} == {"ok"}


def test_viewer_sees_what_the_rights_allow(stack: Stack) -> None:
    with stack.sign_in("viewer") as browser:
        overview = browser.get("/api/nodes/ns1/overview").json()

    assert overview["totalQueries"] > 0
    assert {name: part["state"] for name, part in overview["sections"].items()} == {
        "stats": "ok",
        "apps": "ok",
    }


def test_totp_without_its_code_is_asked_for_it(stack: Stack) -> None:
    answer = _login(stack, username="totp", password="totp")

    assert answer.status_code == 401
    assert answer.json()["code"] == "totp_required"
    assert "set-cookie" not in answer.headers


def test_totp_with_the_printed_code_is_in(stack: Stack) -> None:
    code = subprocess.run(
        [sys.executable, "-m", "companion_local", "totp"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()

    with stack.sign_in("totp", totp=code) as browser:
        assert browser.get("/api/auth/me").json()["user"] == "totp"


def test_a_wrong_password_is_told_as_such(stack: Stack) -> None:
    answer = _login(stack, username="admin", password="wrong")

    assert answer.status_code == 401
    assert answer.json()["code"] == "invalid_credentials"
    assert "set-cookie" not in answer.headers


def test_signing_out_ends_the_session(stack: Stack) -> None:
    with stack.sign_in("admin") as browser:
        cookie = browser.cookies["__Host-tdc_session"]
        assert browser.post("/api/auth/logout").status_code == 201

        answer = browser.get("/api/nodes", headers={"Cookie": f"__Host-tdc_session={cookie}"})

    assert answer.status_code == 401


def test_a_form_signs_in_as_well(stack: Stack) -> None:
    with stack.client() as browser:
        answer = browser.post("/api/auth/login", data={"username": "dhcp", "password": "dhcp"})

        assert answer.status_code == 201
        assert browser.get("/api/auth/me").json()["user"] == "dhcp"


def test_the_page_is_there(stack: Stack) -> None:
    with stack.client() as browser:
        page = browser.get("/")

    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")


def _login(stack: Stack, **body: str) -> httpx.Response:
    with stack.client() as browser:
        return browser.post("/api/auth/login", json=body)
