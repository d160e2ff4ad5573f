"""What will be started, in which order and with what: a pure answer to settings and ports."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from companion_local import environment
from companion_local.child import ProcessPlan
from companion_local.front import Front
from companion_local.ports import LOOPBACK
from companion_local.readiness import HttpProbe, Probe, RedisProbe

# Longer than requests in progress (10 s) and tokens being handed over (5 s) may take together.
SERVICE_STOP_S = 20.0
SANDBOX_STOP_S = 5.0
REDIS_STOP_S = 10.0
# The services in the order of their start, each with the variable of its port for probes.
METRICS = {
    "node-proxy": "NODE_PROXY_METRICS_PORT",
    "ptr-worker": "PTR_WORKER_METRICS_PORT",
    "dhcp-tokens": "DHCP_TOKENS_METRICS_PORT",
    "auth-gateway": "METRICS_PORT",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxPlan:
    """Where the simulated nodes listen, by id, and their control."""

    nodes: Mapping[str, int]
    control: int
    state: Path

    @property
    def control_url(self) -> str:
        return f"http://{LOOPBACK}:{self.control}"

    def variables(self) -> dict[str, str]:
        """How services find these nodes."""
        urls = {
            f"TECHNITIUM_{name.upper()}_BASE_URL": f"http://{LOOPBACK}:{port}"
            for name, port in self.nodes.items()
        }
        return {"TECHNITIUM_NODES": ",".join(self.nodes)} | urls

    def command(self) -> tuple[str, ...]:
        nodes = (("--node", f"{name}={LOOPBACK}:{port}") for name, port in self.nodes.items())
        return (
            *_module("technitium_sandbox"),
            *(word for pair in nodes for word in pair),
            *("--control", f"{LOOPBACK}:{self.control}", "--state-dir", str(self.state)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisPlan:
    """The embedded server: its command, its socket, and the lock of its folder."""

    command: tuple[str, ...]
    socket: Path
    lock: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Everything a run is made of.

    Attributes:
        variables: The operator's environment.
        addresses: Host and port behind each variable of `ports.DEFAULTS`.
        secrets: File of each secret, by its NAME.
        session_auth: Whether people sign in.
        node_ids: The nodes, configured or the sandbox's.
        certificate: HTTPS_CERT_PATH and HTTPS_KEY_PATH; the operator's own where set.
        ca: The authority that signed it; None: the system's decide.
        redis: None: REDIS_URL names a server that runs already.
        sandbox: None: nodes are configured.
    """

    variables: Mapping[str, str]
    data_dir: Path
    session_auth: bool
    node_ids: tuple[str, ...]
    front: Front
    addresses: Mapping[str, tuple[str, int]]
    secrets: Mapping[str, str]
    certificate: Mapping[str, str]
    ca: Path | None
    redis_url: str
    redis: RedisPlan | None
    sandbox: SandboxPlan | None


def processes(stack: Stack) -> tuple[ProcessPlan, ...]:
    """All processes in the order of their start; the gateway, the door, is the last."""
    own = _own(stack)
    return (
        *_redis(stack),
        *_sandbox(stack),
        *(_service(stack, name, own[name], _probe(stack, name)) for name in METRICS),
    )


def _redis(stack: Stack) -> tuple[ProcessPlan, ...]:
    if stack.redis is None:
        return ()
    return (
        ProcessPlan(
            name="redis",
            command=stack.redis.command,
            env=environment.machine(stack.variables),
            probe=RedisProbe(socket=stack.redis.socket),
            lock=stack.redis.lock,
            stop_s=REDIS_STOP_S,
        ),
    )


def _sandbox(stack: Stack) -> tuple[ProcessPlan, ...]:
    if stack.sandbox is None:
        return ()
    return (
        ProcessPlan(
            name="sandbox",
            command=stack.sandbox.command(),
            env=environment.machine(stack.variables),
            probe=HttpProbe(host=LOOPBACK, port=stack.sandbox.control, path="/nodes"),
            stop_s=SANDBOX_STOP_S,
        ),
    )


def _service(stack: Stack, name: str, own: Mapping[str, str], probe: Probe) -> ProcessPlan:
    return ProcessPlan(
        name=name,
        command=_module(name.replace("-", "_")),
        env=environment.of_service(
            _shares(stack)[name], stack.variables, own=own, secrets=stack.secrets
        ),
        probe=probe,
        after=("redis",) if stack.redis else (),
        stop_s=SERVICE_STOP_S,
    )


def _shares(stack: Stack) -> Mapping[str, environment.Share]:
    return environment.shares(session_auth=stack.session_auth, node_ids=stack.node_ids)


def _probe(stack: Stack, name: str) -> Probe:
    """On the port for metrics; the door is asked as a browser would, if its authority is ours."""
    https = stack.front.https
    if name == "auth-gateway" and stack.ca is not None and https is not None:
        return HttpProbe(host=_reached(https.host), port=https.port, ca_file=stack.ca)
    host, port = stack.addresses[METRICS[name]]
    return HttpProbe(host=_reached(host), port=port)


def _own(stack: Stack) -> dict[str, dict[str, str]]:
    """What the launcher decides for each service."""
    shared = {
        "REDIS_URL": stack.redis_url,
        "AUTH_SESSION_ENABLED": "true" if stack.session_auth else "false",
    }
    nodes = stack.sandbox.variables() if stack.sandbox else {}
    listen = {name: f"{host}:{port}" for name, (host, port) in stack.addresses.items()}
    return {
        "node-proxy": shared | nodes | _only(listen, "NODE_PROXY_"),
        "ptr-worker": shared | nodes | _only(listen, "PTR_WORKER_"),
        "dhcp-tokens": shared | _only(listen, "DHCP_TOKENS_"),
        "auth-gateway": shared
        | nodes
        | _identity(nodes)
        | dict(stack.certificate)
        | stack.front.variables()
        | _only(listen, "METRICS_PORT", "GATEWAY_INTERNAL_")
        | {
            "HTTPS_OWN_CERTIFICATE": "true" if stack.ca else "false",
            "NODE_PROXY_URL": _url(stack, "NODE_PROXY_LISTEN"),
            "DHCP_TOKENS_URL": _url(stack, "DHCP_TOKENS_LISTEN"),
            "COMPANION_SANDBOX": "true" if stack.sandbox else "false",
        },
    }


def _identity(sandbox: Mapping[str, str]) -> dict[str, str]:
    """The simulated cluster's addresses are not those it is reached at, so it is named here."""
    node_ids = sandbox.get("TECHNITIUM_NODES")
    return {"AUTH_IDENTITY_NODE": node_ids} if node_ids else {}


def _url(stack: Stack, name: str) -> str:
    host, port = stack.addresses[name]
    reached = _reached(host)
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"


def _reached(host: str) -> str:
    """Where a server that listens on this host is reached from this machine."""
    return LOOPBACK if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound


def _only(listen: Mapping[str, str], *prefixes: str) -> dict[str, str]:
    return {name: value for name, value in listen.items() if name.startswith(prefixes)}


def _module(name: str) -> tuple[str, ...]:
    # -P: the folder somebody happens to stand in must not provide modules.
    return (sys.executable, "-P", "-m", name)
