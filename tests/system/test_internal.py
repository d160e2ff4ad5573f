"""The internal listener of the running gateway: for services that can sign, and for nobody else."""

import json
import time

import httpx
from companion.identity import Signer
from companion.secret import Secret
from companion.sessions.cookie import COOKIE

from tests.support.stack import Stack

PATH = "/internal/introspect"


def test_a_service_with_the_secret_learns_who_a_cookie_is(stack: Stack) -> None:
    with stack.sign_in("viewer") as browser, _internal(stack) as internal:
        right = {"section": "DhcpServer", "permission": "Modify"}
        question = {"cookie": browser.cookies[COOKIE], "activity": False, "right": right}
        body = json.dumps(question).encode()

        answer = internal.post(PATH, content=body, headers=_signed(stack, body))

    assert answer.status_code == 200, answer.text
    assert answer.json() == {"user": "viewer", "right": {"node": "ns1", "granted": False}}


def test_whoever_cannot_sign_learns_nothing(stack: Stack) -> None:
    with stack.sign_in("viewer") as browser, _internal(stack) as internal:
        body = json.dumps({"cookie": browser.cookies[COOKIE], "activity": False}).encode()
        signed = _signed(stack, body)

        answers = [
            internal.post(PATH, content=body),
            internal.post(PATH, content=body + b" ", headers=signed),
            internal.post(PATH, content=body, headers=signed | {"Cookie": f"{COOKIE}=x"}),
            browser.post(PATH, content=body, headers=signed),
        ]

    assert [answer.status_code for answer in answers] == [401, 401, 200, 404]
    assert answers[0].json()["code"] == "identity_refused"


def _internal(stack: Stack) -> httpx.Client:
    return httpx.Client(
        base_url=f"http://127.0.0.1:{stack.variables['GATEWAY_INTERNAL_LISTEN']}", timeout=30
    )


def _signed(stack: Stack, body: bytes) -> dict[str, str]:
    """As dhcp-tokens signs; Redis and the tests share the clock of this machine."""
    secret = Secret((stack.data_dir / "secrets" / "internal_secret").read_text().strip())
    signer = Signer(secret, "dhcp-tokens")
    return signer.headers("POST", PATH, "", body, "auth-gateway", time.time())
