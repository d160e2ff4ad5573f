"""Charts and top lists: the counts of a window as the dashboard draws them."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from technitium_sandbox.dashboard.statistics import Source, Tally, total
from technitium_sandbox.dashboard.windows import Span

TOP_ROWS = 10
_SERIES = (
    ("Total", "102, 153, 255"),
    ("No Error", "92, 184, 92"),
    ("Server Failure", "217, 83, 79"),
    ("NX Domain", "120, 120, 120"),
    ("Refused", "91, 192, 222"),
    ("Authoritative", "150, 150, 0"),
    ("Recursive", "23, 162, 184"),
    ("Cached", "111, 84, 153"),
    ("Blocked", "255, 165, 0"),
    ("Dropped", "30, 30, 30"),
    ("Clients", "51, 122, 183"),
)
_RESPONSE_COLOURS = ("150, 150, 0", "23, 162, 184", "111, 84, 153", "255, 165, 0", "7, 7, 7")
_TYPE_COLOURS = (
    "102, 153, 255",
    "92, 184, 92",
    "7, 7, 7",
    "91, 192, 222",
    "150, 150, 0",
    "23, 162, 184",
    "111, 84, 153",
    "255, 165, 0",
    "51, 122, 183",
    "150, 150, 150",
)
_PROTOCOL_COLOURS = (
    "111, 84, 153",
    "150, 150, 0",
    "23, 162, 184",
    "255, 165, 0",
    "91, 192, 222",
)


def charts(
    span: Span, tallies: Sequence[Tally], *, utc: bool, month_first: bool, trim: bool
) -> dict[str, object]:
    whole = total(tallies)
    label_format = span.label_format
    if not month_first:
        label_format = label_format.replace("MM/DD", "DD/MM")
    return {
        "mainChartData": {
            "labelFormat": label_format,
            "labels": [_label(one, label_format, utc=utc) for one in span.labels],
            "datasets": _datasets(tallies),
        },
        "queryResponseChartData": _doughnut(
            [source.value for source in Source],
            [whole.sources[source] for source in Source],
            _RESPONSE_COLOURS,
        ),
        "queryTypeChartData": _ranked(whole.types, _TYPE_COLOURS, trim=trim),
        "protocolTypeChartData": _ranked(whole.protocols, _PROTOCOL_COLOURS, trim=False),
    }


def top(counter: Counter[str], limit: int) -> list[tuple[str, int]]:
    """The most frequent first; equal ones by name, so that answers can be told again."""
    ranked = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    return ranked[:limit]


def clients(counter: Counter[str], limit: int, names: Callable[[str], str | None]) -> list[object]:
    rows: list[object] = []
    for address, hits in top(counter, limit):
        name = names(address)
        known = {} if name is None else {"domain": name}
        rows.append({"name": address, **known, "hits": hits, "rateLimited": False})
    return rows


def domains(counter: Counter[str], limit: int) -> list[object]:
    return [{"name": name, **_idn(name), "hits": hits} for name, hits in top(counter, limit)]


def _label(moment: int, label_format: str, *, utc: bool) -> str:
    at = datetime.fromtimestamp(moment, tz=UTC)
    if utc:
        return at.strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
    pattern = label_format.replace("MM", "%m").replace("DD", "%d").replace("YYYY", "%Y")
    return at.strftime(pattern.replace("HH", "%H").replace("mm", "%M"))


def _datasets(tallies: Sequence[Tally]) -> list[dict[str, object]]:
    columns = zip(*(tally.totals().values() for tally in tallies), strict=True)
    return [
        {
            "label": label,
            "backgroundColor": f"rgba({colour}, 0.1)",
            "borderColor": f"rgb({colour})",
            "borderWidth": 2,
            "fill": True,
            "data": list(column),
        }
        for (label, colour), column in zip(_SERIES, columns, strict=True)
    ]


def _doughnut(
    labels: Sequence[str], data: Sequence[int], colours: Sequence[str]
) -> dict[str, object]:
    background = [f"rgba({colour}, 0.5)" for colour in colours]
    return {"labels": labels, "datasets": [{"data": data, "backgroundColor": background}]}


def _ranked(counter: Counter[str], colours: Sequence[str], *, trim: bool) -> dict[str, object]:
    """By frequency. A node that trims to ten keeps nine and loses the tenth; so does this."""
    ranked = top(counter, len(counter))
    if trim and len(ranked) > TOP_ROWS:
        others = sum(hits for _, hits in ranked[TOP_ROWS:])
        ranked = [*ranked[: TOP_ROWS - 1], ("Others", others)]
    return _doughnut([name for name, _ in ranked], [hits for _, hits in ranked], colours)


def _idn(name: str) -> dict[str, str]:
    if "xn--" not in name:
        return {}
    return {"nameIdn": name.encode().decode("idna")}
