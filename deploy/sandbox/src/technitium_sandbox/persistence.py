"""What the sandbox keeps between two runs: people, rights and sessions of each node.

One file, written beside and then moved, so that a kill leaves the state before it or after it.
"""

import asyncio
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from technitium_sandbox.accounts import Directory
from technitium_sandbox.node import Node
from technitium_sandbox.sandbox import Sandbox
from technitium_sandbox.sessions import Kind, Session

FORMAT = 1
LOOK_EVERY_S = 1.0
SAVE_AT_LEAST_EVERY_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedNode:
    name: str
    directory: Directory
    sessions: list[Session]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedState:
    format: int
    nodes: list[SavedNode]


class StateUnreadable(Exception):  # noqa: N818 - says what is the matter
    """The file is damaged or of another format."""


def save(path: Path, nodes: Iterable[Node]) -> None:
    """Write the state of all nodes at once; readable by its owner only."""
    state = SavedState(format=FORMAT, nodes=[_saved(node) for node in nodes])
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.json.encode(state))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def restore(path: Path, nodes: Iterable[Node]) -> bool:
    """Give the nodes what was saved under their names; false when nothing was.

    Raises:
        StateUnreadable: The nodes are left as they were.
    """
    if not path.exists():
        return False
    try:
        state = msgspec.json.decode(path.read_bytes(), type=SavedState)
    except msgspec.MsgspecError as problem:
        raise StateUnreadable(f"{path}: {problem}") from problem
    if state.format != FORMAT:
        raise StateUnreadable(f"{path} has format {state.format}, not {FORMAT}")
    by_name = {saved.name: saved for saved in state.nodes}
    for node in nodes:
        if node.name in by_name:
            _give(node, by_name[node.name])
    return True


async def keep_saved(path: Path, sandbox: Sandbox) -> None:
    """Save soon after each change, and now and then for when sessions were last seen; for ever."""
    saved_changes, waited_s = -1, 0.0
    while True:
        changes = sum(node.sessions.changes for node in sandbox.wire.nodes)
        if changes != saved_changes or waited_s >= SAVE_AT_LEAST_EVERY_S:
            save(path, sandbox.wire.nodes)
            saved_changes, waited_s = changes, 0.0
        await asyncio.sleep(LOOK_EVERY_S)
        waited_s += LOOK_EVERY_S


def _saved(node: Node) -> SavedNode:
    kept = [one for one in node.sessions if one.kind is not Kind.SINGLE_USE]
    return SavedNode(name=node.name, directory=node.directory, sessions=kept)


def _give(node: Node, saved: SavedNode) -> None:
    node.directory = saved.directory
    node.sessions.end_where(lambda _: True)
    for session in saved.sessions:
        node.sessions.add(session)
