"""`/api/allowed/*` and `/api/blocked/*`: the two lists of names that decide before all others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.blocking.lists import DomainList
from technitium_sandbox.calls.envelope import Answer, download
from technitium_sandbox.calls.routing import Call, Outcome, Reach, Route
from technitium_sandbox.clock import NEVER
from technitium_sandbox.dns import domain_names
from technitium_sandbox.dns.domain_tree import look
from technitium_sandbox.dns.durations import in_words

_EXPIRE_S = 604_800


@dataclass(frozen=True, slots=True, kw_only=True)
class ListApi:
    """The calls of one list; `refresh_s` and `retry_s` stand in the SOA record of its entries."""

    name: str
    refresh_s: int
    retry_s: int

    def list(self, call: Call) -> Outcome:
        """A look into the tree: flat listings are what `export` is for."""
        place = look(self._list(call).tree, call.parameters)
        is_listed = place.domain in self._list(call)
        return {**place.fields(), "records": self._records(call, place.domain) if is_listed else []}

    def add(self, call: Call) -> Outcome:
        domain = domain_names.to_ascii(call.parameters.required("domain"))
        address = domain_names.as_address(domain)
        if self._list(call).add(domain if address is None else domain_names.of_address(address)):
            call.node.config_changed()
        return {}

    def delete(self, call: Call) -> Outcome:
        if self._list(call).remove(domain_names.to_ascii(call.parameters.required("domain"))):
            call.node.config_changed()
        return {}

    def flush(self, call: Call) -> Outcome:
        self._list(call).flush()
        call.node.config_changed()
        return {}

    def take(self, call: Call) -> Outcome:
        """Add many names; none is trimmed, and an empty one is the root, which covers all names."""
        names = call.parameters.required(f"{self.name}Zones").split(",")
        self._list(call).take([domain_names.to_ascii(name) for name in names])
        call.node.config_changed()
        return {}

    def export(self, call: Call) -> Answer:
        text = "".join(f"{name}\n" for name in self._list(call).names())
        return download(text.encode(), f"{self.name.title()}Zones.txt")

    def routes(self) -> tuple[Route, ...]:
        calls = (
            ("list", Reach.ANY, Right.VIEW, self.list),
            ("export", Reach.ANY, Right.VIEW, self.export),
            ("add", Reach.PRIMARY, Right.MODIFY, self.add),
            ("import", Reach.PRIMARY, Right.MODIFY, self.take),
            ("delete", Reach.PRIMARY, Right.DELETE, self.delete),
            ("flush", Reach.PRIMARY, Right.DELETE, self.flush),
        )
        return tuple(
            Route(
                path=f"/api/{self.name}/{path}",
                reach=reach,
                needs=((self.name.title(), right),),
                handler=handler,
            )
            for path, reach, right, handler in calls
        )

    def _list(self, call: Call) -> DomainList:
        return call.node.allowed if self.name == "allowed" else call.node.blocked

    def _records(self, call: Call, name: str) -> Sequence[Mapping[str, object]]:
        """The two records that make every entry a zone of its own; they never change."""
        node = call.node
        minimum_s = int(node.settings["blockingAnswerTtl"])
        if self.name == "allowed":
            minimum_s = node.version.allowed_soa_minimum_s or minimum_s
        spans = {
            "refresh": self.refresh_s,
            "retry": self.retry_s,
            "expire": _EXPIRE_S,
            "minimum": minimum_s,
        }
        soa = {
            "primaryNameServer": node.domain,
            "responsiblePerson": f"hostadmin@{node.host_name}",
            "serial": 1,
            **spans,
            **{f"{span}String": in_words(seconds) for span, seconds in spans.items()},
        }
        return (
            _record(name, "NS", node.version.ns_ttl_s, {"nameServer": node.domain}),
            _record(name, "SOA", minimum_s, soa),
        )


def _record(name: str, kind: str, ttl_s: int, data: Mapping[str, object]) -> dict[str, object]:
    return {
        "name": name,
        "type": kind,
        "ttl": ttl_s,
        "ttlString": in_words(ttl_s),
        "disabled": False,
        "rData": data,
        "dnssecStatus": "Unknown",
        "lastUsedOn": NEVER,
        "lastModified": NEVER,
        "expiryTtl": 0,
        "expiryTtlString": "0s",
    }


ROUTES = (
    *ListApi(name="allowed", refresh_s=900, retry_s=300).routes(),
    *ListApi(name="blocked", refresh_s=14_400, retry_s=3_600).routes(),
)
