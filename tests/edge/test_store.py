"""What somebody gets who reads or writes Redis, and what each service may do there."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
from redis.exceptions import AuthenticationError, NoPermissionError, ResponseError

from tests.edge.support import problem_of
from tests.support.edge import COOKIE, Edge
from tests.support.edge_settings import SERVICES
from tests.support.lab import until
from tests.support.redis import everything_in

PEOPLE = ("admin", "viewer", "dhcp")
FORBIDDEN = (
    *("FLUSHALL", "FLUSHDB", "KEYS *", "CONFIG GET *", "ACL LIST", "SAVE", "SHUTDOWN"),
    *("SCRIPT FLUSH", "CLIENT LIST", "REPLICAOF NO ONE", "MONITOR"),
    *("SWAPDB 0 1", "INFO", "MODULE LIST", "PUBLISH x y", "CLIENT KILL ID 1"),
)


def test_a_dump_with_a_hundred_people_in_holds_nothing_to_sign_in_with(edge: Edge) -> None:
    def enter(count: int) -> str:
        with edge.sign_in(PEOPLE[count % len(PEOPLE)]) as browser:
            return str(browser.cookies[COOKIE])

    with ThreadPoolExecutor(4) as pool:
        cookies = [*pool.map(enter, range(100))]
    until(lambda: len(edge.node_tokens("viewer")["ns1"]) >= 33, what="the nodes' own list")
    tokens = {
        token for name in PEOPLE for found in edge.node_tokens(name).values() for token in found
    }
    dump = everything_in(edge.redis_server.url)
    written = b"".join(path.read_bytes() for path in (edge.folder / "redis").rglob("*.aof"))

    assert len(tokens) > 100
    assert dump.count(b"session:") >= 100
    for secret in (*cookies, *tokens, *edge.secrets.texts.values()):
        assert secret.encode() not in dump
        assert secret.encode() not in written
        assert bytes.fromhex(secret) not in dump if secret in tokens else True


def test_swapped_sessions_open_for_neither_and_the_log_says_so(edge: Edge) -> None:
    with edge.sign_in("admin") as one, edge.sign_in("viewer") as other, edge.redis() as client:
        first, second = sorted(_keys(client), key=lambda key: _seen(client, key))[-2:]
        blobs = [_blob(edge, key) for key in (first, second)]
        with _raw(edge) as raw:
            raw.hset(first, "blob", blobs[1])
            raw.hset(second, "blob", blobs[0])
            answers = [browser.get("/api/nodes") for browser in (one, other)]
            raw.hset(first, "blob", blobs[0])
            raw.hset(second, "blob", blobs[1])
            again = [browser.get("/api/nodes").status_code for browser in (one, other)]

    assert [problem_of(answer)["code"] for answer in answers] == ["session_invalid"] * 2
    assert not any("set-cookie" in answer.headers for answer in answers)
    assert again == [200, 200]
    until(lambda: _logged(edge, "session_seal_broken") >= 2, what="a line in the log")


@pytest.mark.parametrize("blob", [b"", b"x", b"\x00" * 200, b'{"user": "admin"}'])
def test_a_value_that_was_made_up_in_redis_signs_nobody_in(edge: Edge, blob: bytes) -> None:
    with edge.sign_in("viewer") as browser, edge.redis() as client, _raw(edge) as raw:
        key = max(_keys(client), key=lambda key: _seen(client, key))
        raw.hset(key, "blob", blob)
        answer = browser.get("/api/nodes")

    assert answer.status_code == 401


def test_the_key_of_a_session_is_no_cookie(edge: Edge) -> None:
    with edge.sign_in("viewer"), edge.redis() as client:
        key = max(_keys(client), key=lambda key: _seen(client, key))
    with edge.visitor() as thief:
        for value in (key, key.partition(":")[2]):
            answer = thief.get("/api/nodes", headers={"Cookie": f"{COOKIE}={value}"})
            assert answer.status_code == 401


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_may_rule_the_server(edge: Edge, service: str) -> None:
    with _as(edge, service) as client:
        for command in FORBIDDEN:
            with pytest.raises(NoPermissionError):
                client.execute_command(*command.split())


@pytest.mark.parametrize(
    ("service", "refused"),
    [
        ("auth-gateway", ("anything", "queue:x")),
        ("node-proxy", ("attempts:x", "totp:x", "intents")),
        ("ptr-worker", ("session:x", "sessions:deadlines", "outbox", "attempts:x", "totp:x")),
        ("dhcp-tokens", ("session:x", "sessions:deadlines", "outbox", "background-token")),
    ],
)
def test_a_service_reaches_its_own_keys_alone(
    edge: Edge, service: str, refused: tuple[str, ...]
) -> None:
    with _as(edge, service) as client:
        assert client.get("mode") is not None
        for key in refused:
            for command in (("GET", key), ("SET", key, "x"), ("DEL", key), ("HGETALL", key)):
                with pytest.raises(NoPermissionError):
                    client.execute_command(*command)
            with pytest.raises(ResponseError, match=r"(?i)permission|acl"):
                client.eval("return redis.call('GET', KEYS[1])", 1, key)


def test_nobody_without_a_password_is_let_in(edge: Edge) -> None:
    for login in ("", "default:x@", "auth-gateway:wrong@"):
        url = edge.redis_server.url_of(login)
        with redis.Redis.from_url(url) as client, pytest.raises(AuthenticationError):
            client.ping()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_that_redis_refuses_does_not_start(edge: Edge, service: str) -> None:
    env = {**edge.programs[f"{service}-1"].env, "REDIS_URL_FILE": ""}
    module = service.replace("-", "_")
    ended = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", module],
        env={**env, "REDIS_URL": edge.redis_server.url_of(f"{service}:wrong@")},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert ended.returncode == 2
    assert [line for line in ended.stderr.splitlines() if "REDIS_URL" in line] == [
        "Cannot start: Redis refuses the user name and password of REDIS_URL, or wants some."
    ]


def test_no_service_wants_what_its_user_may_not(edge: Edge) -> None:
    """Redis keeps each refusal; there is none while everything is in use."""
    with edge.redis() as client:
        client.acl_log_reset()
        edge.fault("ns2", "lose-sessions")
        with edge.sign_in("admin") as one, edge.sign_in("viewer") as other:
            for browser in (one, other):
                for path in ("/api/auth/me", "/api/nodes", "/api/auth/sessions"):
                    browser.get(path)
            one.post("/api/auth/nodes/ns2/login", json={"password": "admin"})
            edge.fault("ns1", "lose-sessions")
            other.get("/api/nodes/ns1/apps")
            one.post("/api/auth/logout")
        assert all(edge.is_ready(name) for name in edge.programs)
        refusals = client.acl_log()

    assert refusals == []


def _as(edge: Edge, service: str) -> "redis.Redis":
    return redis.Redis.from_url(edge.redis_url(service), decode_responses=True)


def _raw(edge: Edge) -> "redis.Redis":
    """As the operator, with values as they are."""
    return redis.Redis.from_url(edge.redis_server.url)


def _keys(client: "redis.Redis") -> list[str]:
    return [str(key) for key in client.scan_iter("session:*")]


def _seen(client: "redis.Redis", key: str) -> float:
    return float(client.hget(key, "seen") or 0)


def _blob(edge: Edge, key: str) -> bytes:
    with _raw(edge) as client:
        return bytes(client.hget(key, "blob") or b"")


def _logged(edge: Edge, event: str) -> int:
    return sum(text.count(event) for text in edge.logs().values())
