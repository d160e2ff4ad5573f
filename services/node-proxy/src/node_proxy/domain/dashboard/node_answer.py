"""The answer of dashboard/stats/get, as a node gives it."""

from typing import Annotated

import msgspec

# Browsers read whole numbers exactly up to here; a node that counts further is broken.
_LARGEST = 2**53 - 1

Count = Annotated[int, msgspec.Meta(ge=0, le=_LARGEST)]


class Dataset(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a chart: a count for each label; pies have no name."""

    label: str = ""
    data: list[Count]


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """A chart; of the course over time, with `utc=true`, each label is a moment."""

    labels: list[str]
    datasets: list[Dataset]


class Counters(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Queries of a range.

    They do not add up to the total: an answer that was blocked upstream counts as recursive or
    cached and as blocked, and the rarer response codes have no counter.
    """

    total_queries: Count
    total_no_error: Count
    total_server_failure: Count
    total_nx_domain: Count
    total_refused: Count
    total_authoritative: Count
    total_recursive: Count
    total_cached: Count
    total_blocked: Count
    total_dropped: Count


class NodeTotals(Counters, frozen=True, kw_only=True, rename="camel"):
    """The node's `stats`: the counters of the range, then what it holds now, in numbers."""

    total_clients: Count
    zones: Count | None = None
    cached_entries: Count | None = None
    allowed_zones: Count | None = None
    blocked_zones: Count | None = None
    allow_list_zones: Count | None = None
    block_list_zones: Count | None = None


class TopEntry(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One client or one domain, and how often it asked or was asked for.

    `domain` is a client's name where the node knows it; `name_idn` a domain's in its own script.
    """

    name: str
    hits: Count
    domain: str | None = None
    name_idn: str | None = None
    rate_limited: bool | None = None


class Statistics(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One range of one node."""

    stats: NodeTotals
    main_chart_data: Chart
    query_type_chart_data: Chart = Chart(labels=[], datasets=[])
    protocol_type_chart_data: Chart = Chart(labels=[], datasets=[])
    top_clients: list[TopEntry] = []
    top_domains: list[TopEntry] = []
    top_blocked_domains: list[TopEntry] = []
