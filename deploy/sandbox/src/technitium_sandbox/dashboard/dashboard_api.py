"""`/api/dashboard/…`: the statistics of a node, or of a cluster together."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from technitium_sandbox.calls.envelope import text_answer
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.parameters import as_choice, as_moment
from technitium_sandbox.calls.routing import Call, Outcome
from technitium_sandbox.dashboard import charts, windows
from technitium_sandbox.dashboard.statistics import Tally, total

if TYPE_CHECKING:
    from technitium_sandbox.node import Node

_TOPS = ("TopClients", "TopDomains", "TopBlockedDomains")
_MAX_TOP_ROWS = 1_000


def stats_get(call: Call) -> Outcome:
    parameters = call.parameters
    span = _span(call)
    views = [(span.tallies(node.statistics), _held(node)) for node in _nodes(call)]
    tallies = [total(bucket) for bucket in zip(*(view[0] for view in views), strict=True)]
    whole = total(tallies)
    stats = [{**total(own).totals(), **held} for own, held in views]
    return {
        "stats": _merged(stats),
        **charts.charts(
            span,
            tallies,
            utc=parameters.flag("utc"),
            month_first=(call.language or "en-us").lower().startswith("en-us"),
            trim=not parameters.flag("dontTrimQueryTypeData"),
        ),
        "topClients": charts.clients(whole.clients, charts.TOP_ROWS, call.node.name_of_client),
        "topDomains": charts.domains(whole.domains, charts.TOP_ROWS),
        "topBlockedDomains": charts.domains(whole.blocked, charts.TOP_ROWS),
    }


def get_top(call: Call) -> Outcome:
    kind = as_choice(call.parameters.required("statsType"), _TOPS)
    span = _span(call)
    limit = call.parameters.integer("limit", _MAX_TOP_ROWS)
    if limit < 0:
        raise ApiError("Specified argument was out of the range of valid values.")
    whole = total(total(span.tallies(node.statistics)) for node in _nodes(call))
    if kind == "TopClients":
        return {"topClients": _top_clients(call, whole, limit)}
    if kind == "TopDomains":
        return {"topDomains": charts.domains(whole.domains, limit)}
    return {"topBlockedDomains": charts.domains(whole.blocked, limit)}


def _top_clients(call: Call, whole: Tally, limit: int) -> list[object]:
    """No client is ever rate limited here, so none is left when only those are asked for."""
    if call.parameters.flag("onlyRateLimitedClients"):
        return []
    without_names = call.parameters.flag("noReverseLookup")
    names = (lambda _: None) if without_names else call.node.name_of_client
    return charts.clients(whole.clients, limit, names)


def delete_all(call: Call) -> Outcome:
    call.node.statistics.delete_all(call.node.clock.now())
    return {}


def metrics_json(call: Call) -> Outcome:
    node = call.node
    return {
        "uptimestamp": node.info()["uptimestamp"],
        "uptimeSeconds": int(node.clock.now() - node.up_since),
        "lifetimeCounters": _lifetime(call).totals(),
    }


def metrics_text(call: Call) -> Outcome:
    """The same in the format of Prometheus; `totalNxDomain` is called `nx_domain_total`."""
    node = call.node
    lines = [
        "# HELP uptime_seconds Uptime of the DNS Server in seconds",
        "# TYPE uptime_seconds gauge",
        f"uptime_seconds {int(node.clock.now() - node.up_since)}",
        "# HELP start_time Start time of the DNS Server since epoch (milliseconds)",
        "# TYPE start_time gauge",
        f"start_time {int(node.up_since * 1000)}",
    ]
    for key, value in _lifetime(call).totals().items():
        words = "".join(f"_{one.lower()}" if one.isupper() else one for one in key[5:])
        lines += [f"# TYPE {words[1:]}_total counter", f"{words[1:]}_total {value}"]
    return text_answer("\n".join([*lines, ""]).encode(), b"text/plain; version=0.0.4")


def _lifetime(call: Call) -> Tally:
    return call.node.statistics.lifetime(call.node.up_since, call.node.clock.now())


def _span(call: Call) -> windows.Span:
    text = call.parameters.optional("type") or "LastHour"
    try:
        kind = as_choice(text, windows.TYPES)
    except ApiError:
        if call.node.version.reads_stats_type_as_enum and not text.isdecimal():
            raise
        raise ApiError(f"Unknown stats type requested: {text}") from None
    custom = _custom(call) if kind == "Custom" else None
    return windows.span(kind, call.node.clock.now(), custom)


def _custom(call: Call) -> tuple[float, float]:
    texts = call.parameters.required("start"), call.parameters.required("end")
    start = _moment(texts[0], "Invalid start date format.")
    end = _moment(texts[1], "Invalid end date format.")
    if start > end:
        raise ApiError("Start date must be less than or equal to end date.")
    return start, end


def _moment(text: str, complaint: str) -> float:
    try:
        return as_moment(text)
    except ApiError:
        raise ApiError(complaint) from None


def _nodes(call: Call) -> list["Node"]:
    """This node; with `node=cluster` also every other that is up, and nothing of those down."""
    if call.node.cluster is None or call.parameters.optional("node") != "cluster":
        return [call.node]
    cluster = call.node.cluster
    others = [cluster.wire.find(member.name) for member in cluster.peers]
    return [call.node, *(node for node in others if node is not None)]


def _held(node: "Node") -> dict[str, int]:
    """What a node holds now, whatever the window."""
    return {
        "zones": len(node.zones),
        "cachedEntries": len(node.resolver.cache),
        "allowedZones": len(node.allowed),
        "blockedZones": len(node.blocked),
        "allowListZones": 0,
        "blockListZones": node.block_list_zones,
    }


def _merged(stats: list[dict[str, int]]) -> Mapping[str, int]:
    """Counters are added up; what each node holds on its own counts as the largest."""
    return {key: _added(key)(one[key] for one in stats) for key in stats[0]}


def _added(key: str) -> Callable[[Iterable[int]], int]:
    return sum if key.startswith("total") and key != "totalClients" else max
