"""Who comes past Traefik is not believed, and nothing starts that would believe too much."""

import subprocess
import sys

import httpx
import pytest

from tests.edge.support import problem_of
from tests.support.edge import COOKIE, Edge

CLAIMS = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.5", "Host": "companion.test"}
# Of the same machine as Traefik, but not its address.
STRANGER = "127.66.0.1"


@pytest.fixture
def stranger() -> httpx.HTTPTransport:
    """Dials the services' ports themselves, from an address that is not Traefik's."""
    return httpx.HTTPTransport(local_address=STRANGER)


@pytest.mark.parametrize("replica", ["node-proxy-1", "node-proxy-2"])
def test_a_session_is_not_taken_over_plain_http_whatever_is_claimed(
    edge: Edge, stranger: httpx.HTTPTransport, replica: str
) -> None:
    with edge.sign_in("viewer") as browser, httpx.Client(transport=stranger) as client:
        cookie = browser.cookies[COOKIE]
        answer = client.get(
            f"{edge.replicas[replica].url}/api/nodes",
            headers={**CLAIMS, "Cookie": f"{COOKIE}={cookie}"},
        )

    assert answer.status_code == 403
    assert problem_of(answer)["code"] == "https_required"


def test_a_password_is_not_taken_over_plain_http_whatever_is_claimed(
    edge: Edge, stranger: httpx.HTTPTransport
) -> None:
    with httpx.Client(transport=stranger) as client:
        answer = client.post(
            f"{edge.replicas['auth-gateway-1'].url}/api/auth/login",
            json={"username": "admin", "password": "admin"},
            headers=CLAIMS,
        )

    assert answer.status_code == 403
    assert problem_of(answer)["code"] == "https_required"
    assert "set-cookie" not in answer.headers
    assert edge.requests(path="/api/user/login") == []


def test_the_gateway_knows_nobody_over_plain_http(
    edge: Edge, stranger: httpx.HTTPTransport
) -> None:
    with edge.sign_in("viewer") as browser, httpx.Client(transport=stranger) as client:
        cookie = browser.cookies[COOKIE]
        me = client.get(
            f"{edge.replicas['auth-gateway-2'].url}/api/auth/me",
            headers={**CLAIMS, "Cookie": f"{COOKIE}={cookie}"},
        ).json()

    assert me["authenticated"] is False
    assert me["transport"]["requestSecure"] is False


def test_an_unknown_proxy_is_named_once_in_the_log(
    edge: Edge, stranger: httpx.HTTPTransport
) -> None:
    with httpx.Client(transport=stranger) as client:
        for _ in range(3):
            client.get(f"{edge.replicas['node-proxy-1'].url}/api/health", headers=CLAIMS)

    lines = edge.logs()["node-proxy-1"].splitlines()
    assert len([line for line in lines if STRANGER in line and "TRUSTED_PROXIES" in line]) == 1


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"TRUST_PROXY": ""}, "HTTPS_ENABLED"),
        ({"TRUST_PROXY": "false"}, "TRUST_PROXY"),
        ({"TRUST_PROXY": "false", "HTTPS_ENABLED": "true"}, "HTTPS_CERT_PATH"),
        ({"TRUSTED_PROXIES": "traefik"}, "TRUSTED_PROXIES"),
        ({"AUTH_SESSION_ENABLED": ""}, "AUTH_SESSION_ENABLED"),
        ({"AUTH_SESSION_ENABLED": "perhaps"}, "AUTH_SESSION_ENABLED"),
        ({"SESSION_KEYS_FILE": ""}, "SESSION_KEYS"),
        ({"SESSION_PEPPER_FILE": "/nowhere/pepper"}, "SESSION_PEPPER"),
    ],
)
def test_a_gateway_that_could_not_be_safe_does_not_start(
    edge: Edge, changes: dict[str, str], named: str
) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "auth_gateway"],
        env={**edge.programs["auth-gateway-1"].env, **changes},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert ended.returncode == 2
    lines = [line for line in ended.stderr.splitlines() if named in line]
    assert len(lines) == 1, ended.stderr
