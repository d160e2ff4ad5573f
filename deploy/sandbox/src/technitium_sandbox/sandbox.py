"""All simulated nodes together: one clock, one network, their ports, their faults.

This is what tests hold in their hands, and what the control port speaks for.
"""

import os
import ssl
from collections.abc import Callable, Mapping, Sequence
from typing import Self

from technitium_sandbox.accounts.sessions import Kind
from technitium_sandbox.calls.listening import Listener
from technitium_sandbox.calls.transport import Transport
from technitium_sandbox.clock import SandboxClock
from technitium_sandbox.control.faults import Faults
from technitium_sandbox.control.recorder import RequestLog
from technitium_sandbox.node import Node
from technitium_sandbox.wire import Wire

Address = tuple[str, int]
Build = Callable[["Sandbox"], Sequence[Node]]


class Stand:
    """One node at its address: what a test needs to know of it."""

    def __init__(self, node: Node, listener: Listener) -> None:
        self.node = node
        self.listener = listener

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def url(self) -> str:
        """Base URL without a trailing slash."""
        return self.listener.url

    @property
    def domain(self) -> str:
        return self.node.domain

    def live_tokens(self, username: str | None = None) -> list[str]:
        """Tokens of the Standard sessions that this node accepts now."""
        return [
            one.token
            for one in self.node.live_sessions()
            if one.kind is Kind.STANDARD and username in (None, one.username)
        ]


class Sandbox:
    """Nodes made by `build`, each listening where `addresses` says, else on a free port."""

    def __init__(
        self,
        build: Build,
        *,
        clock: SandboxClock | None = None,
        randomness: Callable[[int], bytes] = os.urandom,
        addresses: Mapping[str, Address] | None = None,
        certificates: Mapping[str, ssl.SSLContext] | None = None,
    ) -> None:
        self.clock = clock or SandboxClock()
        self.randomness = randomness
        self.faults = Faults(self._lose_sessions)
        self.requests = RequestLog(self._name_of_token)
        self.wire = Wire(self.faults)
        self._build = build
        self._addresses = addresses or {}
        self._certificates = certificates or {}
        self.nodes: dict[str, Stand] = {}
        self.reset()

    def reset(self) -> None:
        """Make every node new, as `build` makes it; ports and running nodes stay as they are."""
        self.faults.clear()
        self.requests.clear()
        self.wire.nodes.clear()
        for node in self._build(self):
            self.wire.nodes.append(node)
            node.wire = self.wire
            before = self.nodes.get(node.name)
            if before is None:
                self.nodes[node.name] = Stand(node, self._listener(node.name))
            else:
                node.is_running = before.node.is_running
                before.node = node
        self._settle()

    async def __aenter__(self) -> Self:
        for name in self.nodes:
            await self.nodes[name].listener.open()
            self.nodes[name].node.is_running = True
        self._settle()
        return self

    async def __aexit__(self, *_: object) -> None:
        for name in self.nodes:
            await self.stop(name)

    async def stop(self, name: str) -> None:
        """Close the port of a node; its state is kept as a clean restart keeps it."""
        stand = self.nodes[name]
        self.clock.run_due()
        if stand.node.is_running:
            stand.node.ended()
        await stand.listener.close()

    async def start(self, name: str) -> None:
        """Open the port again, at the same address."""
        self.clock.run_due()
        stand = self.nodes[name]
        if not stand.node.is_running:
            await stand.listener.open()
            stand.node.began()

    def _settle(self) -> None:
        """Have the nodes of a cluster that are up know each other."""
        clusters = [node.cluster for node in self.wire.nodes if node.cluster and node.is_running]
        for cluster in clusters:
            cluster.begin()
        for cluster in clusters:
            cluster.meet()

    def _listener(self, name: str) -> Listener:
        host, port = self._addresses.get(name, ("127.0.0.1", 0))
        transport = Transport(
            lambda: self.nodes[name].node, faults=self.faults, requests=self.requests
        )
        return Listener(transport, host, port, tls=self._certificates.get(name))

    def _lose_sessions(self, name: str) -> None:
        self.nodes[name].node.lose_sessions()

    def _name_of_token(self, token: str) -> str | None:
        for stand in self.nodes.values():
            session = stand.node.sessions.find(token)
            if session is not None:
                return f"{session.username}@{stand.name}"
        return None
