"""What ptr-worker reads from its environment."""

from dataclasses import dataclass, field
from typing import Self

from companion.address import Listen
from companion.env import Env
from companion.env.common import log_level, redis_url
from companion.env.mode import session_auth
from companion.nodes import NodeConfig, read_nodes
from companion.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Read once at start; see docs/configuration.md."""

    # It may hold a password.
    redis_url: str = field(repr=False)
    nodes: tuple[NodeConfig, ...]
    background_token: Secret | None
    session_auth: bool
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
            nodes=read_nodes(env),
            background_token=env.secret(
                "TECHNITIUM_BACKGROUND_TOKEN",
                help="The token that names are looked up with; this service alone holds it.",
            ),
            session_auth=session_auth(env),
            metrics=env.listen(
                "PTR_WORKER_METRICS_PORT",
                default="9463",
                help="Port, or address and port, of metrics and probes.",
            ),
            log_level=log_level(env),
        )
        env.retired()
        env.unknown(("TECHNITIUM_", "AUTH_"))
        env.finish()
        return settings
