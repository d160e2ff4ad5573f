"""Whether people sign in: what AUTH_SESSION_ENABLED says, and who may decide where it says nothing.

A service never decides: two that guessed differently would be two halves of different stacks. What
starts them all decides once, and hands each of them an explicit value.
"""

import re
from dataclasses import dataclass

from companion.env.reader import Env
from companion.nodes import variable

VARIABLE = "AUTH_SESSION_ENABLED"
CLUSTER_TOKEN = "TECHNITIUM_CLUSTER_TOKEN"  # noqa: S105 - the name of a setting

_FILE = re.compile(r"_FILE$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The mode of a whole stack; `reason` is a sentence for people, None where nothing is new."""

    session_auth: bool
    reason: str | None = None


def session_auth(env: Env) -> bool:
    """What a service was told, which it must have been."""
    told = env.flag(VARIABLE, help="Whether people sign in: true or false.")
    if told is None and env.raw(VARIABLE) is None:
        env.problem(
            f"{VARIABLE} is not set: set {VARIABLE}=true to have people sign in, or false to let "
            "configured tokens act for everybody; the same for every service."
        )
    return told is not False


def decide(env: Env, node_ids: tuple[str, ...]) -> Decision:
    """The mode for whoever starts all services: told, or found from what else is set.

    Where nothing was told people sign in, unless a token is set that acts for everybody: so the
    settings of a version that knew no sign-in go on meaning what they meant.
    """
    told = env.flag(VARIABLE, help="Whether people sign in; unset, see Legacy mode.")
    if told is not None or env.raw(VARIABLE) is not None:
        return Decision(session_auth=told is not False)
    tokens = tokens_for_everybody(env, node_ids)
    if not tokens:
        return Decision(session_auth=True)
    return Decision(
        session_auth=False,
        reason=f"{VARIABLE} is not set, and {', '.join(tokens)} {_is(tokens)}: so nobody signs in, "
        f"as in versions 1.2 and 1.3 of the Companion. Set {VARIABLE}=true to have people sign "
        f"in, or {VARIABLE}=false to keep it so; docs/upgrading.md says how.",
    )


def tokens_for_everybody(env: Env, node_ids: tuple[str, ...]) -> tuple[str, ...]:
    """The variables that are set and hold a token of no person: of the cluster, of these nodes."""
    names = {CLUSTER_TOKEN, *(variable(node_id, "TOKEN") for node_id in node_ids)}
    return tuple(name for name in env.names() if _FILE.sub("", name) in names)


def warn_of_unused(env: Env, node_ids: tuple[str, ...]) -> None:
    """Say which tokens of nodes act for nobody, now that people sign in."""
    for name in tokens_for_everybody(env, node_ids):
        if _FILE.sub("", name) != CLUSTER_TOKEN:
            env.warning(
                f"{name} is used by nobody while people sign in: end that token at the node and "
                "remove it."
            )


def _is(names: tuple[str, ...]) -> str:
    return "is" if len(names) == 1 else "are"
