"""What a node answers its clients, and what it keeps of it: counts, and rows of a log app."""

import ipaddress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

import msgspec

from technitium_sandbox.apps.table import QUERY_LOGS
from technitium_sandbox.dashboard.statistics import DAY_S, MINUTE_S, Source
from technitium_sandbox.dns import codes
from technitium_sandbox.dns.record_types import number_of
from technitium_sandbox.logs.query_log import QueryLog, Row
from technitium_sandbox.resolver.replies import Question, Reply
from technitium_sandbox.resolver.traffic import Household

if TYPE_CHECKING:
    from technitium_sandbox.node import Node

MOST_TIMES = 1_000_000
PURGE_EVERY_S = 900
"""How often the app drops rows that are too old or too many."""
_NO_LIMIT = 2**63


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question asked `times` times by one client.

    Raises:
        ValueError: No address, type or protocol is called so.
    """

    to: str
    client: str
    qname: str
    qtype: str = "A"
    protocol: str = "Udp"
    times: Annotated[int, msgspec.Meta(ge=0, le=MOST_TIMES)] = 1

    def __post_init__(self) -> None:
        ipaddress.ip_address(self.client)
        if self.qtype not in codes.TYPES or self.protocol not in codes.PROTOCOLS:
            raise ValueError(f"There is no query for {self.qtype} by {self.protocol}.")


@dataclass(frozen=True, slots=True)
class _Limits:
    """What the configuration of the log app says; 0 there means no limit."""

    is_on: bool = True
    days: int = _NO_LIMIT
    records: int = _NO_LIMIT


class Answering:
    """One node's answers; `stream` are queries that it is said to have answered all along."""

    def __init__(self, node: "Node", stream: Household | None = None) -> None:
        self._node = node
        self._stream = stream
        self._log = QueryLog()
        self._told_until = node.clock.now() // DAY_S * DAY_S - DAY_S
        self._purge_at: float | None = None
        self._answers: dict[tuple[str, str], str | None] = {}

    def asked(self, query: Query) -> None:
        """Answer one by one until the answers stay the same: the first may fill the cache."""
        name = query.qname.rstrip(".").lower()
        question, left = Question(name, query.qtype), query.times
        while left > 0:
            reply = self._node.resolver.resolve(question, client=query.client)
            times = 1 if reply.source is Source.RECURSIVE else left
            self._keep(question, reply, query.client, query.protocol, times)
            left -= times

    def answered(
        self, question: Question, *, client: str, protocol: str = "Udp", hops: int = 0
    ) -> Reply:
        """Answer once, as the DNS client and other nodes ask."""
        reply = self._node.resolver.resolve(question, client=client, hops=hops)
        self._keep(question, reply, client, protocol, 1)
        return reply

    def log(self) -> QueryLog:
        """The rows of the log app up to now; none while there is no such app."""
        limits = self._limits()
        if limits is None:
            return self._forgotten()
        self._catch_up(limits)
        self._purge(limits)
        return self._log

    def _keep(
        self, question: Question, reply: Reply, client: str, protocol: str, times: int
    ) -> None:
        now = self._node.clock.now()
        self._node.statistics.sent(now).count(
            client=client,
            qname=question.name,
            qtype=question.type,
            protocol=protocol,
            rcode=reply.rcode,
            source=reply.source,
            times=times,
        )
        limits = self._limits()
        if limits is None:
            self._forgotten()
        if limits is None or not limits.is_on:
            return
        row = Row(
            at=now,
            client=client,
            protocol=codes.PROTOCOLS[protocol],
            response_type=codes.RESPONSE_TYPES[reply.source],
            rcode=codes.RCODES[reply.rcode],
            qname=question.name,
            qtype=number_of(question.type),
            rtt_ms=reply.rtt_ms,
            answer=reply.logged,
        )
        self.log().add(row, times)

    def _forgotten(self) -> QueryLog:
        """Without the app its rows are gone, and it begins anew when it comes back."""
        self._told_until, self._purge_at = self._node.clock.now(), None
        if len(self._log):
            self._log = QueryLog()
        return self._log

    def _limits(self) -> _Limits | None:
        app = self._node.apps.find(QUERY_LOGS)
        return None if app is None else _limits(app.config or "")

    def _catch_up(self, limits: _Limits) -> None:
        """Put down what the stream had since the last time, the newest that may be kept."""
        now = self._node.clock.now()
        since, self._told_until = self._told_until, max(now, self._told_until)
        if self._stream is None or now <= since or not limits.is_on:
            return
        if limits.days < _NO_LIMIT:
            since = max(since, now - limits.days * DAY_S)
        minutes: list[list[Row]] = []
        number, found = int(now) // MINUTE_S, 0
        while number >= int(since) // MINUTE_S and found < limits.records:
            minutes.append(self._stream.rows(number, self._answer))
            found += len(minutes[-1])
            number -= 1
        self._log.extend(
            row for minute in reversed(minutes) for row in minute if since < row.at <= now
        )

    def _purge(self, limits: _Limits) -> None:
        now = self._node.clock.now()
        if self._purge_at is None:
            self._purge_at = now + PURGE_EVERY_S
        elif now >= self._purge_at:
            self._purge_at = now + PURGE_EVERY_S
            oldest = now - limits.days * DAY_S if limits.days < _NO_LIMIT else 0.0
            self._log.purge(oldest=oldest, most=limits.records)

    def _answer(self, qname: str, qtype: str) -> str | None:
        key = (qname, qtype)
        if key not in self._answers:
            self._answers[key] = self._node.resolver.logged(qname, qtype)
        return self._answers[key]


@lru_cache(maxsize=8)
def _limits(config: str) -> _Limits:
    """The limits that a configuration sets; one that says nothing of them sets none."""
    try:
        values = msgspec.json.decode(config, type=dict[str, object])
    except msgspec.MsgspecError:
        return _Limits()
    return _Limits(
        is_on=values.get("enableLogging") is not False,
        days=_limit(values.get("maxLogDays")),
        records=_limit(values.get("maxLogRecords")),
    )


def _limit(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else _NO_LIMIT
