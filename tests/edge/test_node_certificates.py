"""A node whose certificate is not believed gets no password, by whatever it is not believed."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from companion.technitium.tls import fingerprint_text

from tests.companion.technitium.certificates import Made, make
from tests.support.edge import Edge
from tests.support.edge_settings import Replica
from tests.support.lab import until
from tests.support.program import Program
from tests.support.sandbox import Sandbox, sandbox

HTTPS = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "companion.test"}
HERE = ("127.0.0.1",)


@pytest.fixture
def certificates(tmp_path: Path) -> dict[str, Made]:
    """By the name of the node that shows it."""
    authority = make(tmp_path, "authority", is_ca=True)
    other = make(tmp_path, "other-authority", is_ca=True)
    return {
        "pinned": make(tmp_path, "pinned", hosts=("elsewhere.test",), expired=True),
        "signed": make(tmp_path, "signed", hosts=HERE, by=authority),
        "open": make(tmp_path, "open", hosts=HERE),
        "unknown": make(tmp_path, "unknown", hosts=HERE),
        "foreign": make(tmp_path, "foreign", hosts=HERE, by=other),
        "expired": make(tmp_path, "expired", hosts=HERE, by=authority, expired=True),
        "misnamed": make(tmp_path, "misnamed", hosts=("elsewhere.test",), by=authority),
        "mispinned": make(tmp_path, "mispinned", hosts=HERE, by=authority),
        "authority": authority,
    }


BELIEVED = ("pinned", "signed", "open")
REFUSED = ("unknown", "foreign", "expired", "misnamed", "mispinned")


async def test_only_nodes_whose_certificate_is_believed_are_asked(
    edge: Edge, certificates: dict[str, Made], tmp_path: Path
) -> None:
    names = (*BELIEVED, *REFUSED)
    shown = {name: (certificates[name].cert_file, certificates[name].key_file) for name in names}
    async with sandbox(names=names, certificates=shown) as lab:
        # In a thread, so that the nodes, which live in this loop, can answer.
        me = await asyncio.to_thread(_signed_in, edge, lab, certificates, tmp_path / "log")

    states = {node["id"]: node["state"] for node in me["nodes"]}
    assert states == dict.fromkeys(BELIEVED, "signed_in") | dict.fromkeys(REFUSED, "unreachable")
    # Whose certificate is not looked at is told, loudly and for that node alone.
    assert [node["id"] for node in me["nodes"] if node["insecureTransport"]] == ["open"]
    asked = {one.node for one in lab.requests.of(path="/api/user/login")}
    assert asked == {*BELIEVED}


def _signed_in(
    edge: Edge, lab: Sandbox, certificates: dict[str, Made], log: Path
) -> dict[str, list[dict[str, object]]]:
    """Who am I, after signing in to these nodes at a gateway of their own."""
    with (
        _gateway(edge, lab, certificates, log) as gateway,
        httpx.Client(base_url=gateway.url, headers=HTTPS) as client,
    ):
        body = {"username": "admin", "password": "admin"}
        answer = client.post("/api/auth/login", json=body)
        assert answer.status_code == 201, answer.text
        cookie = answer.headers["set-cookie"].partition(";")[0]
        me = client.get("/api/auth/me", headers={"Cookie": cookie}).json()
    return dict(me)


@contextmanager
def _gateway(
    edge: Edge, lab: Sandbox, certificates: dict[str, Made], log: Path
) -> Generator[Replica]:
    """One more gateway, with a database of its own, that runs meanwhile."""
    replica = Replica.of("auth-gateway", 9)
    env = {
        **{key: text for key, text in edge.surroundings.of(replica).items() if "_NS" not in key},
        "REDIS_URL_FILE": "",
        "REDIS_URL": f"{edge.redis_url('auth-gateway')}?db=1",
        "TECHNITIUM_NODES": ",".join(lab.nodes),
        "AUTH_IDENTITY_NODE": "",
    }
    authority = str(certificates["authority"].cert_file)
    for name, stand in lab.nodes.items():
        env[f"TECHNITIUM_{name.upper()}_BASE_URL"] = stand.url
    for name in ("signed", "foreign", "expired", "misnamed"):
        env[f"TECHNITIUM_{name.upper()}_CA_FILE"] = authority
    for name, pin in (("pinned", "pinned"), ("mispinned", "signed")):
        env[f"TECHNITIUM_{name.upper()}_TLS_PIN"] = fingerprint_text(certificates[pin].pin)
    env["TECHNITIUM_OPEN_TLS_VERIFY"] = "false"
    program = Program(edge.programs["auth-gateway-1"].command, env=env, log=log)
    program.start()
    try:
        until(lambda: _answers(replica) or not program.is_alive, what="the gateway is ready")
        assert program.is_alive, program.output
        yield replica
    finally:
        program.ask_to_stop()
        program.wait()


def _answers(replica: Replica) -> bool:
    try:
        return httpx.get(f"{replica.metrics_url}/readyz").status_code == 200
    except httpx.HTTPError:
        return False
