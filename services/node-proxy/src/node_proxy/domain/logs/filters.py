"""What rows are wanted, and how a node is asked for them.

What a node can sift itself is pushed down to it, so that its totals are ours. The rest, part of
an address or a name of a client, and names with characters that its database takes for wildcards,
is sifted here, and a search then reads all rows of the node that may be meant.
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal

from node_proxy.domain.logs.moment import moment_text
from node_proxy.domain.logs.name_pattern import NamePattern
from node_proxy.domain.logs.rows import Row
from node_proxy.domain.logs.vocabulary import ALLOWED, BLOCKED

Status = Literal["blocked", "allowed"]
Names = Callable[[str], str | None]
"""The name of the client with an address, where one is known."""

# No row is from then: how a node is asked for nothing, and still says whether it would answer.
_NEVER = "9999-12-31T23:59:59Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What rows must be alike in; None asks nothing. Moments are in 100 ns, both inclusive."""

    start: int | None = None
    end: int | None = None
    client: str | None = None
    protocol: str | None = None
    response_type: str | None = None
    status: Status | None = None
    rcode: str | None = None
    qname: NamePattern | None = None
    qtype: str | None = None
    qclass: str | None = None

    @property
    def is_pushed(self) -> bool:
        """Whether the nodes sift everything, so that their totals are the totals."""
        return not self.sifts_clients and (self.qname is None or self.qname.is_exact)

    def response_types(self) -> tuple[str | None, ...]:
        """What a node is asked one after the other; it knows one response type at a time."""
        if self.status is None or self.response_type is not None:
            return (self.response_type,)
        return self._statuses()

    def pushed(self, response_type: str | None) -> dict[str, str]:
        """The parameters of logs/query that are the same in every call, but for the range."""
        wanted = {
            "clientIpAddress": None if self.sifts_clients else self.client,
            "protocol": self.protocol,
            "responseType": response_type,
            "rcode": self.rcode,
            "qname": self.qname.pushed if self.qname else None,
            "qtype": self.qtype,
            "qclass": self.qclass,
        }
        return {name: value for name, value in wanted.items() if value is not None}

    def range(self, start: int | None = None, end: int | None = None) -> dict[str, str]:
        """The parameters for the rows that are wanted from `start` to `end`."""
        if self._is_impossible:
            return {"start": _NEVER}
        starts = [each for each in (self.start, start) if each is not None]
        ends = [each for each in (self.end, end) if each is not None]
        return {
            **({"start": moment_text(max(starts))} if starts else {}),
            **({"end": moment_text(min(ends))} if ends else {}),
        }

    def keeps(self, row: Row, names: Names) -> bool:
        """Whether a row that a node found is wanted."""
        if self.qname is not None and not self.qname.is_exact:
            return (
                row.qname is not None
                and self.qname.matches(row.qname)
                and self._is_from(row, names)
            )
        return self._is_from(row, names)

    def has_status(self, row: Row) -> bool:
        """Whether a row has a response type that is wanted, where nodes were not asked for it."""
        if self.response_type is not None and row.response_type != self.response_type:
            return False
        return self.status is None or row.response_type in self._statuses()

    @property
    def sifts_clients(self) -> bool:
        """Whether clients are wanted by a part of their address or name, which no node sifts."""
        return self.client is not None and not _is_address(self.client)

    @property
    def _is_impossible(self) -> bool:
        both = self.status is not None and self.response_type is not None
        return both and self.response_type not in self._statuses()

    def _statuses(self) -> tuple[str, ...]:
        return BLOCKED if self.status == "blocked" else ALLOWED

    def _is_from(self, row: Row, names: Names) -> bool:
        if self.client is None or not self.sifts_clients:
            return True
        part = self.client.casefold()
        name = names(row.client_ip_address)
        return part in row.client_ip_address.casefold() or (
            name is not None and part in name.casefold()
        )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text
