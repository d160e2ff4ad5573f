"""The settings that several services read, each in one place so that they mean one thing."""

import logging
from dataclasses import dataclass, field

from companion.address import Listen
from companion.env.reader import Env
from companion.secret import Secret
from companion.store import connect

# The Companion's words first, then those other programs use.
LOG_LEVELS = {
    "error": logging.ERROR,
    "warn": logging.WARNING,
    "log": logging.INFO,
    "debug": logging.DEBUG,
    "verbose": logging.DEBUG,
    "warning": logging.WARNING,
    "info": logging.INFO,
    "critical": logging.CRITICAL,
    "trace": logging.DEBUG,
}
# Variables that begin so are ours: one that nobody reads is a slip.
OUR_PREFIXES = ("TECHNITIUM_", "AUTH_")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """What every service is told; which variables it is read from stands in each one's `read`."""

    # It may hold a password.
    redis_url: str = field(repr=False)
    session_auth: bool
    metrics: Listen
    log_level: int


def finish(env: Env) -> None:
    """End the reading of a service's settings, warning of variables that none reads.

    Raises:
        SettingsRefused: With all problems at once, if there is any.
    """
    env.retired()
    env.unknown(OUR_PREFIXES)
    env.finish()


def metrics_listen(env: Env, name: str, *, default: str) -> Listen:
    return env.listen(
        name, default=default, help="Port, or address and port, of metrics and probes."
    )


def internal_secret(env: Env) -> Secret:
    return env.secret(
        "INTERNAL_SECRET",
        required=True,
        help="Signs the calls between services; the same in all of them.",
    )


def redis_url(env: Env) -> str:
    """Where Redis is, in a form that `companion.store.connect` takes; it may hold a password."""
    url = env.secret(
        "REDIS_URL",
        required=True,
        help="Where Redis is: redis://, rediss://, unix:// or redis+sentinel://host1,host2/name/db.",
    ).reveal()
    try:
        if url:
            # Makes a client that sends nothing.
            connect(url)
    except ValueError:
        # The value may hold a password, so it is not repeated.
        env.problem(
            "REDIS_URL must be redis://host:port/db, rediss://…, unix:///path or "
            "redis+sentinel://host1,host2/name/db."
        )
    return url


def log_level(env: Env) -> int:
    """A level of the standard library's logging."""
    word = env.choice(
        "LOG_LEVEL",
        tuple(LOG_LEVELS),
        default="log",
        help="How much is logged: error, warn, log, debug or verbose.",
    )
    return LOG_LEVELS[word]
