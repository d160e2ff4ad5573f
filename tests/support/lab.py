"""The simulated nodes beside a running stack: told what to do, and looked at, from outside.

By their control port, by the file in which they keep their people, and as any client would.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import httpx
import redis

PATIENCE_S = 20.0


def until(holds: Callable[[], object], *, what: str, within_s: float = PATIENCE_S) -> None:
    """Return as soon as the condition holds; fail with `what` when it does not in time."""
    end = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"Not within {within_s:g} s: {what}")
        time.sleep(0.02)


class Lab(Protocol):
    """What every running stack of the tests can do with its nodes; a stack inherits it."""

    @property
    def control(self) -> httpx.Client:
        """The sandbox's control port."""

    @property
    def nodes_file(self) -> Path:
        """Where the sandbox keeps people and sessions."""

    def redis(self) -> "redis.Redis":
        """A client of the stack's own Redis that may do everything."""

    def fault(self, node: str, kind: str, **options: object) -> None:
        body = {"node": node, "kind": kind, **options}
        self.control.post("/faults", json=body).raise_for_status()

    def stop_node(self, name: str) -> None:
        self.control.post(f"/nodes/{name}/stop").raise_for_status()

    def start_node(self, name: str) -> None:
        self.control.post(f"/nodes/{name}/start").raise_for_status()

    def requests(self, node: str | None = None, path: str | None = None) -> list[dict[str, Any]]:
        """What the nodes received, secrets shown as names."""
        found: list[dict[str, Any]] = self.control.get("/requests").json()["requests"]
        return [one for one in found if node in (None, one["node"]) and path in (None, one["path"])]

    def calm(self) -> None:
        """Every node up and well, no request remembered, no try counted.

        What is known of the nodes themselves stays: that they take a client's address from us.
        """
        self.control.delete("/faults").raise_for_status()
        for name in self.control.get("/nodes").json():
            self.start_node(name)
        self.control.delete("/requests").raise_for_status()
        with self.redis() as client:
            for pattern in ("attempts:*", "totp:*"):
                for key in client.scan_iter(pattern):
                    if not key.startswith("attempts:real-ip"):
                        client.delete(key)

    def node_tokens(self, username: str) -> dict[str, set[str]]:
        """The tokens of a person's sessions at each node, as the nodes themselves keep them.

        The sandbox saves a change within a second or two; a test waits for what it expects.
        """
        state = json.loads(self.nodes_file.read_text())
        return {
            node["name"]: {
                session["token"]
                for session in node["sessions"]
                if session["username"] == username and session["kind"] == "Standard"
            }
            for node in state["nodes"]
        }

    def at_node(self, node: str, path: str, *, token: str, **form: str) -> dict[str, Any]:
        """What a node itself answers to a call of its API."""
        url = self.control.get("/nodes").json()[node]
        answer = httpx.post(
            f"{url}/api/{path}", headers={"Authorization": f"Bearer {token}"}, data=form
        )
        found: dict[str, Any] = answer.json()
        return found

    def accepts(self, node: str, token: str) -> bool:
        """Whether a node itself still takes this token."""
        return bool(self.at_node(node, "user/session/get", token=token)["status"] == "ok")
