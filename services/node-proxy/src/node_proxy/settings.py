"""What node-proxy reads from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from companion.address import Listen
from companion.asgi.forwarded import TransportSettings
from companion.env import Env, common
from companion.env.legacy import NodeToken, node_tokens
from companion.env.mode import session_auth
from companion.env.sessions import SessionSettings, sessions
from companion.env.transport import transport
from companion.nodes import NodeConfig, read_nodes
from companion.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(common.ServiceSettings):
    """What every service is told, and what is this one's own; see docs/configuration.md."""

    sessions: SessionSettings
    internal_secret: Secret
    transport: TransportSettings
    nodes: tuple[NodeConfig, ...]
    node_tokens: Mapping[str, NodeToken]
    listen: Listen

    @classmethod
    def read(cls, env: Env) -> Self:
        """Read everything.

        Raises:
            SettingsRefused: With all problems at once.
        """
        nodes, signs_in = read_nodes(env), session_auth(env)
        settings = cls(
            redis_url=common.redis_url(env),
            session_auth=signs_in,
            sessions=sessions(env),
            internal_secret=common.internal_secret(env),
            transport=transport(env, is_door=False),
            nodes=nodes,
            node_tokens=node_tokens(env, nodes, session_auth=signs_in),
            listen=env.listen(
                "NODE_PROXY_LISTEN",
                default="127.0.0.1:3002",
                help="Where the API of nodes is served: address and port, or a Unix socket.",
            ),
            metrics=common.metrics_listen(env, "NODE_PROXY_METRICS_PORT", default="9462"),
            log_level=common.log_level(env),
        )
        common.finish(env)
        return settings
