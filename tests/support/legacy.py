"""A stack that goes on without sign-in, as one does that was upgraded with its token."""

import json

from tests.support.stack import Stack, until
from tests.support.tokens import SPREADS_S, make_token

CLUSTER_TOKEN = "TECHNITIUM_CLUSTER_TOKEN"


def restart_without_sign_in(stack: Stack) -> str:
    """Make a token at the running sandbox and start the stack anew, told nothing but that token.

    The result is the token.
    """
    nodes = stack.control.get("/nodes").json()
    token = make_token(nodes["ns1"])
    # What the Primary knows the others learn after a while, and the sandbox keeps it on disk.
    stack.control.post("/advance", json={"seconds": SPREADS_S}).raise_for_status()
    until(lambda: all(stack.accepts(name, token) for name in nodes), what="all know the token")
    until(lambda: _is_kept(stack, token), what="the sandbox keeps the token")
    stack.stop()
    stack.variables[CLUSTER_TOKEN] = token
    stack.start()
    return token


def _is_kept(stack: Stack, token: str) -> bool:
    """Whether each node would still know the token after a restart of the sandbox."""
    kept = json.loads((stack.data_dir / "sandbox/sandbox.json").read_text())
    return all(
        token in {session["token"] for session in node["sessions"]} for node in kept["nodes"]
    )
