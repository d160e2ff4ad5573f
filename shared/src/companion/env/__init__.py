"""Settings from the environment: typed, secrets also from files, all problems at once."""

from companion.env.common import (
    log_level,
    redis_url,
    require_https,
    session_auth,
    session_limits,
    transport,
)
from companion.env.reader import Declared, Env, declared
from companion.env.refusal import EXIT_SETTINGS, SettingsRefused, refuse

__all__ = [
    "EXIT_SETTINGS",
    "Declared",
    "Env",
    "SettingsRefused",
    "declared",
    "log_level",
    "redis_url",
    "refuse",
    "require_https",
    "session_auth",
    "session_limits",
    "transport",
]
