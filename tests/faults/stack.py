"""The whole stack before three nodes that can be paused, ended, and made to say anything."""

import os
import signal
import socket
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import httpx

from tests.faults.scripted_node import ScriptedNode
from tests.support.lab import until
from tests.support.ports import free_ports, free_run
from tests.support.program import Program
from tests.support.stack import Stack

NODES = ("ns1", "ns2", "ns3")
PRIMARY = "ns1"
SCRIPTED = "ns3"
REPOSITORY = Path(__file__).parents[2]


class FaultyStack(Stack):
    """The launched stack; in front of each simulated node stands a relay of its own.

    ns1 is the Primary; ns3 is scripted.
    """

    def __init__(self, folder: Path) -> None:
        first = free_run(4)
        self._sandbox_ports = dict(zip(NODES, range(first + 1, first + 4), strict=True))
        self._sandbox_control = f"127.0.0.1:{first}"
        self._ports = dict(zip(NODES, free_ports(len(NODES)), strict=True))
        self._folder = folder
        self._relays: dict[str, Program] = {}
        self._closing = ExitStack()
        self.scripted = ScriptedNode(f"127.0.0.1:{self._sandbox_ports[SCRIPTED]}")
        super().__init__(folder, variables=self._nodes_variables())

    def _nodes_variables(self) -> dict[str, str]:
        urls = {name: f"http://127.0.0.1:{port}" for name, port in self._ports.items()}
        return {
            "TECHNITIUM_NODES": ",".join(NODES),
            "AUTH_IDENTITY_NODE": ",".join(NODES),
            **{f"TECHNITIUM_{name.upper()}_BASE_URL": url for name, url in urls.items()},
        }

    # Its life -------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.scripted)
            stack.callback(self._end_nodes)
            self._sandbox = self._start_sandbox()
            for name in NODES:
                self._start_relay(name)
            self._nodes_control = stack.enter_context(
                httpx.Client(base_url=f"http://{self._sandbox_control}", timeout=30)
            )
            self.start()
            stack.callback(self.stop)
            self._closing = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def _start_sandbox(self) -> Program:
        command = [sys.executable, "-m", "technitium_sandbox", "--failure-delay", "0.02"]
        command += ["--control", self._sandbox_control, "--state-dir", str(self._folder / "nodes")]
        for name, port in self._sandbox_ports.items():
            command += ["--node", f"{name}=127.0.0.1:{port}"]
        env = {"PATH": os.environ["PATH"]}
        sandbox = Program(command, env=env, log=self._folder / "sandbox.log")
        sandbox.start()
        until(lambda: "ready" in sandbox.output, what="the simulated nodes are ready")
        return sandbox

    def _start_relay(self, name: str) -> None:
        there = self.scripted.address if name == SCRIPTED else self._behind(name)
        command = [sys.executable, "-m", "tests.faults.relay"]
        command += [f"127.0.0.1:{self._ports[name]}", there]
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY)}
        relay = Program(command, env=env, log=self._folder / f"relay-{name}.log")
        relay.start()
        self._relays[name] = relay
        until(lambda: _is_open(self._ports[name]), what=f"the way to {name} is open")

    def _behind(self, name: str) -> str:
        return f"127.0.0.1:{self._sandbox_ports[name]}"

    def _end_nodes(self) -> None:
        for program in (*self._relays.values(), self._sandbox):
            program.kill()

    # What goes wrong ------------------------------------------------------------------------

    def pause(self, name: str) -> None:
        """From now on the node takes connections and never answers, as a paused process does."""
        self._relays[name].signal(signal.SIGSTOP)

    def take_down(self, name: str) -> None:
        """End the node: nobody listens at its address, and its peers cannot reach it either."""
        self.stop_node(name)
        self._relays[name].kill()

    def bring_back(self, name: str) -> None:
        """Undo whatever was done to it."""
        self.start_node(name)
        if self._relays[name].is_alive:
            self._relays[name].signal(signal.SIGCONT)
        else:
            self._start_relay(name)

    def calm(self) -> None:
        self.scripted.is_itself()
        for name in NODES:
            self.bring_back(name)
        super().calm()

    # Ways in --------------------------------------------------------------------------------

    @property
    def control(self) -> httpx.Client:
        return self._nodes_control

    @property
    def nodes_file(self) -> Path:
        return self._folder / "nodes" / "sandbox.json"


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
