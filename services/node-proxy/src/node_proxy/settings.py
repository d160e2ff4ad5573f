"""What node-proxy reads from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from companion.address import Listen
from companion.asgi.forwarded import TransportSettings
from companion.env import Env
from companion.env.common import internal_secret, log_level, redis_url
from companion.env.legacy import NodeToken, node_tokens
from companion.env.mode import session_auth
from companion.env.sessions import SessionSettings, sessions
from companion.env.transport import transport
from companion.nodes import NodeConfig, read_nodes
from companion.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Read once at start; see docs/configuration.md."""

    # It may hold a password.
    redis_url: str = field(repr=False)
    session_auth: bool
    sessions: SessionSettings
    internal_secret: Secret
    transport: TransportSettings
    nodes: tuple[NodeConfig, ...]
    node_tokens: Mapping[str, NodeToken]
    listen: Listen
    metrics: Listen
    log_level: int

    @classmethod
    def read(cls, env: Env) -> Self:
        """Read everything.

        Raises:
            SettingsRefused: With all problems at once.
        """
        nodes, signs_in = read_nodes(env), session_auth(env)
        settings = cls(
            redis_url=redis_url(env),
            session_auth=signs_in,
            sessions=sessions(env),
            internal_secret=internal_secret(env),
            transport=transport(env, is_door=False),
            nodes=nodes,
            node_tokens=node_tokens(env, nodes, session_auth=signs_in),
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
        env.retired()
        env.unknown(("TECHNITIUM_", "AUTH_"))
        env.finish()
        return settings
