"""What the sandbox keeps between two runs: people, rights, sessions, zones, lists and the rest.

One file, written beside and then moved, so that a kill leaves the state before it or after it.
"""

import asyncio
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from technitium_sandbox.accounts.directory import Directory
from technitium_sandbox.accounts.sessions import Kind, Session
from technitium_sandbox.cluster import saving as cluster_saving
from technitium_sandbox.cluster.saving import SavedPlace
from technitium_sandbox.dhcp import saving as dhcp_saving
from technitium_sandbox.dhcp.saving import SavedScope
from technitium_sandbox.node import Node
from technitium_sandbox.sandbox import Sandbox
from technitium_sandbox.zones import saving as zone_saving
from technitium_sandbox.zones.saving import SavedZone

FORMAT = 1
LOOK_EVERY_S = 1.0
SAVE_AT_LEAST_EVERY_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedLists:
    """Allowed and blocked names, and the configuration of each app that is installed."""

    allowed: Sequence[str]
    blocked: Sequence[str]
    apps: dict[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedNode:
    name: str
    directory: Directory
    sessions: list[Session]
    lists: SavedLists | None = None
    settings: dict[str, Any] | None = None
    scopes: list[SavedScope] | None = None
    zones: list[SavedZone] | None = None
    place: SavedPlace | None = None


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
        file.write(msgspec.json.encode(state, enc_hook=dhcp_saving.encode))
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
        state = msgspec.json.decode(path.read_bytes(), type=SavedState, dec_hook=_decoded)
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


def _decoded(kind: type, value: object) -> object:
    """What a type of ours is in JSON; members of records are what they are."""
    return value if kind is object else dhcp_saving.decode(kind, value)


def _saved(node: Node) -> SavedNode:
    kept = [one for one in node.sessions if one.kind is not Kind.SINGLE_USE]
    lists = SavedLists(
        allowed=node.allowed.saved,
        blocked=node.blocked.saved,
        apps=node.apps.configurations(),
    )
    return SavedNode(
        name=node.name,
        directory=node.directory,
        sessions=kept,
        lists=lists,
        settings=node.settings,
        scopes=dhcp_saving.saved(node.dhcp),
        zones=zone_saving.saved(node.zones),
        place=cluster_saving.saved(node),
    )


def _give(node: Node, saved: SavedNode) -> None:
    node.directory = saved.directory
    node.sessions.end_where(lambda _: True)
    for session in saved.sessions:
        node.sessions.add(session)
    if saved.lists is not None:
        node.allowed.replace(saved.lists.allowed)
        node.blocked.replace(saved.lists.blocked)
        node.apps.restore(saved.lists.apps)
    if saved.settings is not None:
        node.settings |= {
            key: saved.settings[key] for key in node.settings.keys() & saved.settings.keys()
        }
    if saved.scopes is not None:
        dhcp_saving.restore(node.dhcp, saved.scopes)
    if saved.zones is not None:
        zone_saving.restore(node.zones, saved.zones)
    if saved.place is not None:
        cluster_saving.restore(node, saved.place)
