"""What dhcp-tokens reads from its environment."""

from dataclasses import dataclass
from typing import Self

from companion.address import Listen
from companion.asgi.forwarded import TransportSettings
from companion.env import Env, common
from companion.env.mode import session_auth
from companion.env.transport import transport
from companion.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(common.ServiceSettings):
    """What every service is told, and what is this one's own; see docs/configuration.md."""

    internal_secret: Secret
    transport: TransportSettings
    listen: Listen

    @classmethod
    def read(cls, env: Env) -> Self:
        """Read everything.

        Raises:
            SettingsRefused: With all problems at once.
        """
        settings = cls(
            redis_url=common.redis_url(env),
            internal_secret=common.internal_secret(env),
            transport=transport(env, is_door=False),
            session_auth=session_auth(env),
            listen=env.listen(
                "DHCP_TOKENS_LISTEN",
                default="127.0.0.1:8080",
                help="Where the DHCP API is served: address and port, or a Unix socket.",
            ),
            metrics=common.metrics_listen(env, "DHCP_TOKENS_METRICS_PORT", default="9464"),
            log_level=common.log_level(env),
        )
        common.finish(env)
        return settings
