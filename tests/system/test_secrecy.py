"""Nothing secret comes out: no answer, log line or Redis value holds one."""

from pathlib import Path

import httpx

from tests.support.stack import Stack, until

# A password that is a word of its own, so that finding it means something.
TYPED = "a-password-typed-wrong"
TYPED_CODE = "135790"
PATHS = ("/api/auth/me", "/api/nodes", *(f"/api/nodes/{node}/overview" for node in ("ns1", "ns2")))


def test_no_answer_log_line_or_redis_value_holds_a_secret(stack: Stack) -> None:
    """Redis is read in its append-only file: every key and value ever written stands there."""
    answers: list[httpx.Response] = []
    secrets = _exercise(stack, answers)
    written = [path.read_bytes() for path in (stack.data_dir / "redis").rglob("*.aof")]
    kept = [path.read_bytes().strip() for path in (stack.data_dir / "secrets").iterdir()]

    secrets |= {secret.decode() for secret in kept}
    assert len(secrets) > 10
    # What is no secret is found, so the right places are looked into.
    assert any(b"session:" in file for file in written)
    assert any(b"viewer" in path.read_bytes() for path in _logs(stack))
    for secret in secrets:
        text = secret.encode()
        assert not [answer.request.url for answer in answers if _shows(answer, secret)]
        assert not any(text in file for file in written)
        assert not [path.name for path in _logs(stack) if text in path.read_bytes()]
        assert secret not in stack.output


def _exercise(stack: Stack, answers: list[httpx.Response]) -> set[str]:
    """Use every route, run into every error, and tell which secrets were in play."""
    secrets = {TYPED, TYPED_CODE}
    tls = stack.tls

    def browser() -> httpx.Client:
        def remember(answer: httpx.Response) -> None:
            answer.read()
            answers.append(answer)

        return httpx.Client(
            base_url=stack.base_url, verify=tls, timeout=30, event_hooks={"response": [remember]}
        )

    with browser() as one:
        one.post("/api/auth/login", json={"username": "viewer", "password": TYPED})
        one.post("/api/auth/login", json={"username": "totp", "password": "totp"})
        one.post(
            "/api/auth/login", json={"username": "totp", "password": "totp", "totp": TYPED_CODE}
        )
        one.post(
            "/api/auth/login",
            content=f'{{"password": "{TYPED}"',
            headers={"Content-Type": "application/json"},
        )
        one.post("/api/auth/login", json={"username": ["admin"], "password": TYPED})
        one.get(f"/api/nodes?token={TYPED}")
        one.post("/api/auth/login", json={"username": "admin", "password": "admin"})
        secrets.add(one.cookies["__Host-tdc_session"])
        secrets |= _tokens(stack, "admin")
        for kind, options in (
            ("garbage", {}),
            ("status", {"status": 500}),
            ("cut", {}),
            ("slow", {"seconds": 0.1}),
        ):
            stack.fault("ns1", kind, times=3, **options)
            for path in PATHS:
                one.get(path)
        one.get("/api/nodes/none/overview")
        one.get("/api/unknown", headers={"Authorization": f"Bearer {TYPED}"})
        stack.calm()
        stack.fault("ns2", "lose-sessions")
        for path in PATHS:
            one.get(path)
        one.post("/api/auth/nodes/ns2/login", json={"password": TYPED})
        one.post("/api/auth/nodes/ns2/login", json={"password": "admin"})
        stack.stop_node("ns3")
        for path in PATHS:
            one.get(path)
        secrets |= _tokens(stack, "admin")
        with browser() as other:
            other.post("/api/auth/login", json={"username": "dhcp", "password": "dhcp"})
            secrets.add(other.cookies["__Host-tdc_session"])
            secrets |= _tokens(stack, "dhcp", nodes=2)
            other.post("/api/auth/logout")
    return secrets


def _tokens(stack: Stack, username: str, *, nodes: int = 3) -> set[str]:
    """The tokens of this person, once the sandbox has written them down."""
    until(
        lambda: sum(bool(found) for found in stack.node_tokens(username).values()) >= nodes,
        what=f"sessions of {username}",
    )
    return set().union(*stack.node_tokens(username).values())


def _shows(answer: httpx.Response, secret: str) -> bool:
    """Whether an answer holds a secret anywhere but in the cookie it sets."""
    headers = [value for name, value in answer.headers.items() if name != "set-cookie"]
    return secret in answer.text or any(secret in value for value in headers)


def _logs(stack: Stack) -> list[Path]:
    return sorted((stack.data_dir / "log").iterdir())
