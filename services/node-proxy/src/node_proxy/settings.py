"""What node-proxy reads from its environment."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from companion.address import Listen
from companion.asgi.forwarded import TransportSettings
from companion.env import Env, log_level, redis_url, session_auth, session_limits, transport
from companion.nodes import NodeConfig, read_nodes
from companion.secret import Secret
from companion.sessions.limits import SessionLimits
from companion.sessions.seal import KeyRing, Pepper


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Read once at start; see docs/configuration.md."""

    # It may hold a password.
    redis_url: str = field(repr=False)
    session_auth: bool
    session_keys: Secret
    session_pepper: Secret
    session_limits: SessionLimits
    internal_secret: Secret
    transport: TransportSettings
    nodes: tuple[NodeConfig, ...]
    listen: Listen
    metrics: Listen
    log_level: int

    @classmethod
    def read(cls, env: Env) -> Self:
        """Read everything.

        Raises:
            SettingsRefused: With all problems at once.
        """
        settings = cls(
            redis_url=redis_url(env),
            session_auth=session_auth(env),
            session_keys=_session_secret(
                env,
                "SESSION_KEYS",
                KeyRing.from_text,
                help_="Keys that open sessions, 32 bytes of base64 each, separated by commas.",
            ),
            session_pepper=_session_secret(
                env,
                "SESSION_PEPPER",
                Pepper.from_text,
                help_="Secrets that turn cookies into Redis keys, separated by commas.",
            ),
            session_limits=session_limits(env),
            internal_secret=env.secret(
                "INTERNAL_SECRET",
                required=True,
                help="Signs the calls between services; the same in all of them.",
            ),
            transport=transport(env, is_door=False),
            nodes=read_nodes(env),
            listen=env.listen(
                "NODE_PROXY_LISTEN",
                default="127.0.0.1:3002",
                help="Where the API of nodes is served: address and port, or a Unix socket.",
            ),
            metrics=env.listen(
                "NODE_PROXY_METRICS_PORT",
                default="9462",
                help="Port, or address and port, of metrics and probes.",
            ),
            log_level=log_level(env),
        )
        env.unknown(("TECHNITIUM_", "AUTH_"))
        env.finish()
        return settings


def _session_secret(env: Env, name: str, check: Callable[[str], object], *, help_: str) -> Secret:
    """A secret that the sessions are opened with; a malformed one is a problem like any other."""
    secret = env.secret(name, required=True, help=help_)
    if secret:
        try:
            check(secret.reveal())
        except ValueError as error:
            env.problem(f"{name} cannot be used: {error}")
    return secret
