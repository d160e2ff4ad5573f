"""What a Primary gives its Secondaries: accounts as they were last written down, lists and apps.

Users, groups, section rights and API tokens are copied; Standard sessions stay where they are.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from technitium_sandbox.accounts.directory import Directory
from technitium_sandbox.accounts.sessions import SPREADING, Session
from technitium_sandbox.cluster.members import Intervals, Member
from technitium_sandbox.settings import sync as settings_sync

if TYPE_CHECKING:
    from technitium_sandbox.node import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A Primary's state on its disk, some seconds behind what it knows."""

    directory: Directory
    tokens: Sequence[Session]
    members: Sequence[Member]
    intervals: Intervals


def save(node: "Node", members: Sequence[Member], intervals: Intervals) -> Saved:
    return Saved(
        directory=copy.deepcopy(node.directory),
        tokens=[copy.copy(one) for one in node.sessions if one.kind in SPREADING],
        members=tuple(members),
        intervals=intervals,
    )


def take(node: "Node", primary: "Node", saved: Saved) -> None:
    """Make `node` the same as `primary` in everything that a cluster shares."""
    take_accounts(node, saved)
    node.allowed.replace(primary.allowed.saved)
    node.blocked.replace(primary.blocked.saved)
    node.apps.replace(primary.apps)
    settings_sync.take(node, primary)
    node.sso = copy.deepcopy(primary.sso)


def take_accounts(node: "Node", saved: Saved) -> None:
    """Copy people and tokens; who signed in here last keeps that, as sign-ins are a node's own."""
    here = node.directory.users
    node.directory = copy.deepcopy(saved.directory)
    for name, user in node.directory.users.items():
        if name in here and (here[name].recent.at or 0.0) > (user.recent.at or 0.0):
            user.previous, user.recent = here[name].previous, here[name].recent
    theirs = {one.token: one for one in saved.tokens}
    node.sessions.end_where(lambda one: one.kind in SPREADING and one.token not in theirs)
    for token, session in theirs.items():
        if node.sessions.find(token) is None:
            node.sessions.add(copy.copy(session))
