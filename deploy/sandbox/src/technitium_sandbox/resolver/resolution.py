"""How a node answers questions: its zones, what it blocks, its cache, then other servers."""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from technitium_sandbox.blocking import reasons
from technitium_sandbox.dashboard.statistics import Rcode, Source
from technitium_sandbox.dns.message import Message
from technitium_sandbox.resolver.authority import authoritative, closest, whole_zone
from technitium_sandbox.resolver.cache import CachedAnswer, DnsCache, ExtendedError
from technitium_sandbox.resolver.replies import Question, Reply
from technitium_sandbox.resolver.world import WorldAnswer, world
from technitium_sandbox.wire import is_loopback
from technitium_sandbox.zones.zone import ZoneType

if TYPE_CHECKING:
    from technitium_sandbox.node import Node

LOOPBACK = "127.0.0.1"
_MOST_HOPS = 8
# How long a node on the same machine took in what was recorded.
_NEIGHBOUR_MS = 6.79
_TRANSFERS = frozenset({"AXFR", "IXFR"})
_FAILED = (Rcode.SERVER_FAILURE, Rcode.REFUSED)
_FAILURE_TTL_S = 10


class Resolver:
    """Answers for one node; `listed` are names of block lists with the address of their list."""

    def __init__(self, node: "Node") -> None:
        self._node = node
        self.cache = DnsCache()
        self.listed: Mapping[str, str] = {}
        self.upstream: Callable[[str, str], WorldAnswer] = world

    def resolve(self, question: Question, *, client: str = LOOPBACK, hops: int = 0) -> Reply:
        """The reply to a client; zones come before what is blocked, as on a real node."""
        if question.type in _TRANSFERS:
            refused = Reply(rcode=Rcode.REFUSED, source=Source.AUTHORITATIVE)
            return whole_zone(self._node, question.name) or refused
        offers_recursion = self._allows(client)
        reply = authoritative(self._node, question)
        if reply is not None:
            return _offering(reply, offers_recursion=offers_recursion)
        if not offers_recursion:
            return Reply(rcode=Rcode.REFUSED, source=Source.AUTHORITATIVE)
        why = reasons.reason(self._node, question.name, client)
        if why is not None:
            return reasons.answer(self._node, question, why)
        return self.recursive(question, hops=hops)

    def recursive(self, question: Question, *, hops: int = 0) -> Reply:
        """From the cache, else from those who know."""
        now = self._node.clock.now()
        cached = self.cache.get(question.name, question.type, now)
        if cached is not None:
            return _told(cached, now, Source.CACHED)
        cached = self._asked_elsewhere(question, now, hops)
        most = int(self._node.settings["cacheMaximumEntries"] or 0)
        self.cache.put(question.name, question.type, cached, most=most)
        return _told(cached, now, Source.RECURSIVE)

    def logged(self, name: str, qtype: str) -> str | None:
        """What a log would show as the answer; nothing is asked, counted or kept for it."""
        question = Question(name, qtype)
        reply = authoritative(self._node, question)
        if reply is not None:
            return reply.logged
        found = self.upstream(name, qtype)
        return Reply(rcode=found.rcode, source=Source.RECURSIVE, answer=found.answer).logged

    def _asked_elsewhere(self, question: Question, now: float, hops: int) -> CachedAnswer:
        for forwarder in self._forwarders(question.name):
            address = forwarder.partition(":")[0] if forwarder.count(":") == 1 else forwarder
            peer = self._node.wire.at(address, self._node)
            if peer is not None and hops < _MOST_HOPS:
                reply = peer.answering.answered(question, client=LOOPBACK, hops=hops + 1)
                return self._kept(question, _world(reply), address, now)
            if peer is not None or is_loopback(address):
                failed = WorldAnswer(Rcode.SERVER_FAILURE)
                return self._kept(question, failed, address, now)
        return self._kept(question, self.upstream(question.name, question.type), "", now)

    def _forwarders(self, name: str) -> Sequence[str]:
        """Those of a Forwarder zone for its names, else those of the settings."""
        zone = closest(self._node.zones, name)
        if zone is not None and zone.type is ZoneType.FORWARDER:
            own = [str(one.data["forwarder"]) for one in zone.records_of(zone.name, "FWD")]
            if own and "this-server" not in own:
                return own
        return [str(one) for one in self._node.settings["forwarders"] or ()]

    def _kept(
        self, question: Question, found: WorldAnswer, server: str, now: float
    ) -> CachedAnswer:
        """What the cache holds of an answer; of a failure for a short while, with its reasons."""
        if found.rcode in _FAILED:
            said = f"{server or 'ns1.example'} returned RCODE={found.rcode} for {question}"
            errors = (
                ExtendedError("NoReachableAuthority", said),
                ExtendedError("CachedError", str(question)),
            )
            return CachedAnswer(
                rcode=Rcode.SERVER_FAILURE,
                errors=errors,
                stored=now,
                expires=now + _FAILURE_TTL_S,
                last_used=now,
            )
        ttl = min(record.ttl for record in found.answer or found.authority)
        return CachedAnswer(
            rcode=found.rcode,
            records=found.answer,
            authority=found.authority,
            stored=now,
            expires=now + ttl,
            last_used=now,
            server=server,
            datagram_size=_size(question, found),
            rtt_ms=_NEIGHBOUR_MS if is_loopback(server) else self._round_trip_ms(),
        )

    def _round_trip_ms(self) -> float:
        return round(0.5 + int.from_bytes(self._node.randomness(2), "big") / 2_000, 3)

    def _allows(self, client: str) -> bool:
        """Whether the settings let this client have others asked."""
        policy = self._node.settings["recursion"]
        if policy in {"Allow", "Deny"}:
            return bool(policy == "Allow")
        address = ipaddress.ip_address(client)
        if policy == "AllowOnlyForPrivateNetworks":
            return address.is_private or address.is_loopback
        return _is_admitted(address, self._node.settings["recursionNetworkACL"] or ())


def _is_admitted(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, networks: Sequence[object]
) -> bool:
    """The first network that holds the address decides; `!` refuses; loopback is let in."""
    for text in map(str, networks):
        if address in ipaddress.ip_network(text.removeprefix("!"), strict=False):
            return not text.startswith("!")
    return address.is_loopback


def _offering(reply: Reply, *, offers_recursion: bool) -> Reply:
    return replace(reply, offers_recursion=offers_recursion)


def _told(cached: CachedAnswer, now: float, source: Source) -> Reply:
    answer, authority = cached.aged(now)
    is_asked = source is Source.RECURSIVE and cached.rcode not in _FAILED
    return Reply(
        rcode=cached.rcode,
        source=source,
        answer=answer,
        authority=authority,
        errors=cached.errors,
        offers_recursion=True,
        rtt_ms=cached.rtt_ms if is_asked else None,
    )


def _world(reply: Reply) -> WorldAnswer:
    return WorldAnswer(reply.rcode, answer=reply.answer, authority=reply.authority)


def _size(question: Question, found: WorldAnswer) -> int:
    message = Message()
    message.question(question.name)
    message.records(found.answer)
    message.records(found.authority)
    message.options(())
    return message.length
