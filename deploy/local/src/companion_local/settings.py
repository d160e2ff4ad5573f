"""What the launcher itself reads from the environment; the services read the rest.

It decides once for all of them whether people sign in.
"""

from dataclasses import dataclass
from pathlib import Path

from companion.env import Env
from companion.env.mode import Decision, decide, warn_of_unused
from companion.nodes import variable

from companion_local.environment import is_token
from companion_local.front import Front, read_front

DEFAULT_DATA_DIR = Path(".data")
SANDBOX_PORT = 15379
SANDBOX_NODES = ("ns1", "ns2", "ns3")
HIGHEST_PORT = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class LauncherSettings:
    """How this run differs from the plainest one.

    Attributes:
        data_dir: Absolute; everything that is kept lies in it.
        mode: Whether people sign in, and why that was decided.
        front: Where the gateway listens; this machine alone unless addresses are set.
        redis_url: A server of the operator's; None: one is started here.
        nodes: Whether nodes are configured; else the sandbox takes their place.
        node_ids: Of these nodes, or of the sandbox's.
        certificate: Whether the operator has one for the gateway; else one is made here.
        sandbox_port: Of the sandbox's control; its nodes take the three ports above.
    """

    data_dir: Path
    mode: Decision
    front: Front
    redis_url: str | None
    nodes: bool
    node_ids: tuple[str, ...]
    certificate: bool
    sandbox_port: int


def read(env: Env) -> LauncherSettings:
    """Read the launcher's settings; what is wrong goes into `env`, all of it."""
    nodes = env.csv("TECHNITIUM_NODES", help="Your nodes; none: the sandbox's.")
    node_ids = nodes or SANDBOX_NODES
    mode = decide(env, node_ids)
    if mode.session_auth:
        warn_of_unused(env, node_ids)
    env.retired()
    _warn_of_unknown_tokens(env, node_ids)
    data_dir = env.path(
        "DATA_DIR", default=DEFAULT_DATA_DIR, help="The folder of everything that is kept."
    )
    redis_url = env.secret("REDIS_URL", help="A Redis server to use instead of an own one.")
    return LauncherSettings(
        data_dir=data_dir.expanduser().absolute(),
        mode=mode,
        front=read_front(env, session_auth=mode.session_auth),
        redis_url=None if redis_url is None else redis_url.reveal(),
        nodes=bool(nodes),
        node_ids=node_ids,
        certificate=env.path("HTTPS_CERT_PATH", help="A certificate to use instead of an own one.")
        is not None,
        sandbox_port=env.integer(
            "SANDBOX_PORT",
            default=SANDBOX_PORT,
            minimum=1,
            maximum=HIGHEST_PORT - 3,
            help="Control port of the sandbox; its three nodes take the ports above it.",
        ),
    )


def _warn_of_unknown_tokens(env: Env, node_ids: tuple[str, ...]) -> None:
    """Say which tokens nobody reads: as no service is given one, none could say it."""
    tokens = [name for name in env.names() if is_token(name) and name.startswith("TECHNITIUM_")]
    read_by_name = [variable(node_id, "TOKEN") for node_id in node_ids]
    env.unknown(tokens, known=[*read_by_name, *(f"{name}_FILE" for name in read_by_name)])
