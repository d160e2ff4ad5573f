"""What ptr-worker reads from its environment."""

from dataclasses import dataclass
from typing import Self

from companion.env import Env, common
from companion.env.mode import session_auth
from companion.nodes import NodeConfig, read_nodes
from companion.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(common.ServiceSettings):
    """What every service is told, and what is this one's own; see docs/configuration.md."""

    nodes: tuple[NodeConfig, ...]
    background_token: Secret | None

    @classmethod
    def read(cls, env: Env) -> Self:
        """Read everything.

        Raises:
            SettingsRefused: With all problems at once.
        """
        settings = cls(
            redis_url=common.redis_url(env),
            nodes=read_nodes(env),
            background_token=env.secret(
                "TECHNITIUM_BACKGROUND_TOKEN",
                help="The token that names are looked up with; this service alone holds it.",
            ),
            session_auth=session_auth(env),
            metrics=common.metrics_listen(env, "PTR_WORKER_METRICS_PORT", default="9463"),
            log_level=common.log_level(env),
        )
        common.finish(env)
        return settings
