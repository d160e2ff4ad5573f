"""How one node lives in its cluster: what it tells, fetches and asks, and when.

A Primary writes what changed to its disk and tells its Secondaries 5 s later; these fetch it after
another 5 s. Every node asks every other for a sign of life.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from technitium_sandbox.cluster import sync, zones
from technitium_sandbox.cluster.members import Contact, Intervals, Member, Role, State
from technitium_sandbox.cluster.membership import Membership, in_order
from technitium_sandbox.cluster.sync import Saved

ANNOUNCE_S = 5.0
FETCH_S = 5.1
FIRST_CONTACT_S = 5
TRANSFER_S = 10


@dataclass(slots=True)
class Cluster(Membership):
    """The cluster as one of its nodes lives in it; `saved` is what Secondaries are given."""

    saved: Saved | None = None
    _serials: zones.Serials = ()
    _life: int = 0
    _is_announcing: bool = False
    _is_fetching: bool = False
    _accounts_changed: bool = False

    def begin(self) -> None:
        """Forget how the peers were found and set the timers, as a node does when it starts."""
        self._new_life()
        self.contacts = {member.name: Contact() for member in self.peers}
        for member in self.peers:
            self._beat_later(member, FIRST_CONTACT_S)
        if self.is_primary:
            self.save()
            self.config_changed()
        else:
            self._later(FIRST_CONTACT_S, self._refresh)
            self._later(TRANSFER_S, self._transfer)

    def joined(self) -> None:
        """The first timers of a node that has just spoken with its Primary and fetched all."""
        self._new_life()
        self.config_synced = self.node.clock.now()
        for member in self.peers:
            is_known = member.role is Role.PRIMARY
            self._beat_later(
                member, self.intervals.heartbeat_refresh if is_known else FIRST_CONTACT_S
            )
        self.contacts[self.primary.name].reached(self.node.clock.now())
        self._later(self.intervals.config_refresh, self._refresh)
        self._later(TRANSFER_S, self._transfer)

    def end(self) -> None:
        """Timers of the life that ends here find that it is over; all is written down."""
        self._life += 1
        if self.is_primary:
            self.save()

    def meet(self) -> None:
        """Contact every peer now."""
        for member in self.peers:
            self.contact(member)

    def accounts_changed(self) -> None:
        """Users, rights, tokens or members changed: on a Primary they are saved, then spread."""
        self._accounts_changed = True
        self.config_changed()

    def config_changed(self) -> None:
        """On a Primary, have the Secondaries fetch everything in a while."""
        if self.is_primary and not self._is_announcing:
            self._is_announcing = True
            self._later(ANNOUNCE_S, self._announce)

    def save(self) -> None:
        self.saved = sync.save(self.node, self.members, self.intervals)
        self._accounts_changed = False

    def fetch_soon(self) -> None:
        """What a Secondary does when its Primary told it of a change."""
        if not self._is_fetching:
            self._is_fetching = True
            self._later(FETCH_S, self._fetch)

    def fetch(self) -> bool:
        """Take everything that the Primary shares, as it was saved; false when it is down."""
        contact, primary = self.contacts[self.primary.name], self.peer(self.primary)
        if primary is None or primary.cluster is None or primary.cluster.saved is None:
            contact.state = State.UNREACHABLE
            return False
        saved = primary.cluster.saved
        sync.take(self.node, primary, saved)
        zones.transfer(self.node, primary, self.domain)
        self.adopt(saved.members, saved.intervals)
        self.config_synced = self.node.clock.now()
        contact.reached(self.config_synced)
        return True

    def adopt(self, members: Sequence[Member], intervals: Intervals) -> None:
        """Have these members from now on; new ones are contacted soon."""
        if self.node.domain not in {member.name for member in members}:
            return  # Dropped by the Primary without being asked: it does not learn of it.
        known, self.contacts = self.contacts, {}
        self.members, self.intervals = in_order(members), intervals
        for member in self.peers:
            self.contacts[member.name] = known.get(member.name, Contact())
            if member.name not in known:
                self._beat_later(member, FIRST_CONTACT_S)

    def add(self, member: Member) -> None:
        self.adopt([*self.members, member], self.intervals)
        self.accounts_changed()

    def remove(self, member: Member) -> None:
        self.adopt([one for one in self.members if one.name != member.name], self.intervals)
        self.accounts_changed()

    def rename(self, before: str, name: str) -> None:
        """A member has another name; how it was found stays known."""
        self.members = in_order(
            replace(one, name=name) if one.name == before else one for one in self.members
        )
        if before in self.contacts:
            self.contacts[name] = self.contacts.pop(before)
            self._beat_later(self.find(name), FIRST_CONTACT_S)
        if self.is_primary:
            self.accounts_changed()

    def lead(self) -> None:
        """Be the Primary in place of the one there was, who is a member no more."""
        leader = replace(self.me, role=Role.PRIMARY)
        others = [one for one in self.peers if one.role is Role.SECONDARY]
        self.adopt([leader, *others], self.intervals)
        self.config_synced = None
        self._new_life()
        for member in self.peers:
            self._beat_later(member, FIRST_CONTACT_S)
        self.save()
        self.accounts_changed()

    def follow(self, primary: Member) -> None:
        """Learn from a Primary that it is the one; whoever was before is a member no more."""
        if primary != self.primary:
            others = [one for one in self.members if one.role is Role.SECONDARY]
            others = [one for one in others if one.name != primary.name]
            self.adopt([primary, *others], self.intervals)
        self.fetch_soon()

    def _new_life(self) -> None:
        """Timers that were set before find that their time is over."""
        self._life += 1
        self._is_announcing = self._is_fetching = False

    def _later(self, delay_s: float, action: Callable[[], None]) -> None:
        """Run `action` then, unless this life of the node, or its membership, is over."""
        life = self._life

        def act() -> None:
            if life == self._life and self.wire.find(self.node.domain) is self.node:
                action()

        self.node.clock.later(delay_s, act)

    def _beat_later(self, member: Member, delay_s: float) -> None:
        contact = self.contacts[member.name]
        self._later(delay_s, lambda: self._beat(member, contact))

    def _beat(self, member: Member, contact: Contact) -> None:
        if self.contacts.get(member.name) is not contact:
            return
        self.contact(member)
        is_lost = contact.state is State.UNREACHABLE
        self._beat_later(
            member,
            self.intervals.heartbeat_retry if is_lost else self.intervals.heartbeat_refresh,
        )

    def _refresh(self) -> None:
        if self.is_primary:
            return
        is_done = self.fetch()
        self._later(
            self.intervals.config_refresh if is_done else self.intervals.config_retry,
            self._refresh,
        )

    def _transfer(self) -> None:
        """A Secondary has the zones of the cluster soon after they changed."""
        if self.is_primary:
            return
        primary = self.peer(self.primary)
        if primary is not None:
            serials = zones.serials(primary)
            if serials != self._serials:
                self._serials = serials
                zones.transfer(self.node, primary, self.domain)
        self._later(TRANSFER_S, self._transfer)

    def _announce(self) -> None:
        self._is_announcing = False
        if self._accounts_changed:
            self.save()
        for member in self.peers:
            peer = self.peer(member)
            if peer is not None and peer.cluster is not None:
                peer.cluster.follow(self.me)

    def _fetch(self) -> None:
        self._is_fetching = False
        self.fetch()
