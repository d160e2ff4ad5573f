"""What the launcher itself reads from the environment; the services read the rest.

Settings that would mean running without sign-in are refused here, before anything starts.
"""

from dataclasses import dataclass
from pathlib import Path

from companion.address import Listen
from companion.env import Env

from companion_local.ports import LOOPBACK

DEFAULT_DATA_DIR = Path(".data")
SANDBOX_PORT = 15379
HTTPS_PORT = 3443
HIGHEST_PORT = 65_535
# Tokens with a job of their own; every other TECHNITIUM_…_TOKEN acts for everybody.
JOB_TOKENS = frozenset({"TECHNITIUM_BACKGROUND_TOKEN", "TECHNITIUM_DHCP_TOKEN"})
NO_SIGN_IN = (
    "Running without sign-in is not available in this version: set AUTH_SESSION_ENABLED=true."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LauncherSettings:
    """How this run differs from the plainest one.

    Attributes:
        data_dir: Absolute; everything that is kept lies in it.
        https: Where the gateway listens; this machine alone unless an address is set.
        redis_url: A server of the operator's; None: one is started here.
        nodes: Whether nodes are configured; else the sandbox takes their place.
        certificate: Whether the operator has one for the gateway; else one is made here.
        sandbox_port: Of the sandbox's control; its nodes take the three ports above.
    """

    data_dir: Path
    https: Listen
    redis_url: str | None
    nodes: bool
    certificate: bool
    sandbox_port: int


def read(env: Env) -> LauncherSettings:
    """Read the launcher's settings; what is wrong goes into `env`, all of it."""
    _check_mode(env)
    _check_https(env)
    data_dir = env.path(
        "DATA_DIR", default=DEFAULT_DATA_DIR, help="The folder of everything that is kept."
    )
    return LauncherSettings(
        data_dir=data_dir.expanduser().absolute(),
        https=_https(env),
        redis_url=env.text("REDIS_URL", help="A Redis server to use instead of an own one."),
        nodes=bool(env.csv("TECHNITIUM_NODES", help="Your nodes; none: the sandbox's.")),
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


def _check_mode(env: Env) -> None:
    wanted = env.flag("AUTH_SESSION_ENABLED", help="Whether people sign in; only true is served.")
    if wanted is False:
        env.problem(f"AUTH_SESSION_ENABLED is false. {NO_SIGN_IN}")
    elif env.raw("AUTH_SESSION_ENABLED") is None:
        tokens = [name for name in env.names() if _acts_for_everybody(name)]
        if tokens:
            env.problem(f"{', '.join(tokens)} set, which means no sign-in. {NO_SIGN_IN}")


def _https(env: Env) -> Listen:
    listen = env.listen(
        "HTTPS_PORT",
        default=f"{LOOPBACK}:{HTTPS_PORT}",
        help="Where browsers find the stack: a port of this machine, or an address and a port.",
    )
    if listen.unix is not None:
        env.problem("HTTPS_PORT must be a port or an address with a port for this command.")
    return listen


def _check_https(env: Env) -> None:
    if env.flag("HTTPS_ENABLED", help="Always true here.") is False:
        env.problem("HTTPS_ENABLED is false, but this command always serves HTTPS: unset it.")


def _acts_for_everybody(name: str) -> bool:
    token = name.removesuffix("_FILE")
    return token.startswith("TECHNITIUM_") and token.endswith("_TOKEN") and token not in JOB_TOKENS
