"""The tokens that act for everybody where nobody signs in: one for each node, from the settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from companion.env.mode import CLUSTER_TOKEN, warn_of_unused
from companion.env.reader import Env
from companion.mode import NOTICE
from companion.nodes import NodeConfig
from companion.secret import Secret
from companion.technitium.request import is_sendable


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeToken:
    """A token and the variable that it came from, which is what to change when it is refused."""

    token: Secret
    variable: str


def cluster_token(env: Env) -> Secret | None:
    return env.secret(
        CLUSTER_TOKEN,
        help="A token that nodes without one of their own are asked with, where nobody signs in.",
    )


def node_tokens(
    env: Env, nodes: Sequence[NodeConfig], *, session_auth: bool
) -> Mapping[str, NodeToken]:
    """The token of each node, by its id; none where people sign in: then theirs are used.

    A node without any is a problem: it would be a part of the network that silently is not there.
    """
    for node in nodes:
        _declare(env, node)
    if session_auth:
        env.declare(CLUSTER_TOKEN, secret=True)
        env.declare(f"{CLUSTER_TOKEN}_FILE")
        warn_of_unused(env, tuple(node.id for node in nodes))
        return {}
    env.warning(NOTICE)
    shared = _usable(env, CLUSTER_TOKEN, cluster_token(env))
    found = {node.id: _own(env, node) or shared for node in nodes}
    missing = [node.variable("TOKEN") for node in nodes if found[node.id] is None]
    if missing:
        env.problem(
            f"{', '.join(missing)} (or {CLUSTER_TOKEN} for all nodes) is not set, but nobody "
            "signs in: every node needs a token. Set it, or AUTH_SESSION_ENABLED=true."
        )
    return {node_id: token for node_id, token in found.items() if token is not None}


def _declare(env: Env, node: NodeConfig) -> None:
    name = node.variable("TOKEN")
    env.declare(name, secret=True, help=f"The token for {node.id} where nobody signs in.")
    env.declare(f"{name}_FILE", help=f"A file that holds {name}.")


def _own(env: Env, node: NodeConfig) -> NodeToken | None:
    name = node.variable("TOKEN")
    return _usable(env, name, env.secret(name))


def _usable(env: Env, name: str, token: Secret | None) -> NodeToken | None:
    if token is None:
        return None
    if not is_sendable(token):
        env.problem(f"{name} holds something that is no token: visible characters, without spaces.")
    return NodeToken(token=token, variable=name)
