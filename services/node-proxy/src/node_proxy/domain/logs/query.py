"""A search of query logs as it was asked for, read from the parameters of a request."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

from companion.nodes import NodeConfig

from node_proxy.domain.logs.fields import LARGEST_PAGE, BadField, Fields
from node_proxy.domain.logs.filters import Filter, Status
from node_proxy.domain.logs.vocabulary import CLASSES, PROTOCOLS, RCODES, RESPONSE_TYPES, folded

DEFAULT_PAGE: Final = 50
LARGEST_ENTRIES: Final = 1_000
"""Rows of one page, so that a page of ten nodes fits into memory; an export has no such end."""
LONGEST_CURSOR: Final = 8_192

Dedupe = Literal["none", "domain", "domain_and_client"]

_PROTOCOLS: Final = folded(PROTOCOLS)
_RESPONSE_TYPES: Final = folded(RESPONSE_TYPES)
_RCODES: Final = folded(RCODES)
_CLASSES: Final = folded(CLASSES)
_STATUSES: Final = folded(("blocked", "allowed"))


@dataclass(frozen=True, slots=True, kw_only=True)
class LogApp:
    """An app that keeps query logs, by the names that logs/query wants."""

    name: str
    class_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which rows, of which nodes, in which order."""

    filter: Filter
    node_ids: tuple[str, ...]
    descending: bool
    app: LogApp | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuery:
    """One page of a search. With a cursor the page follows the one it came from."""

    search: Search
    page_number: int
    entries_per_page: int
    dedupe: Dedupe
    cursor: str | None

    @property
    def is_scan(self) -> bool:
        """Whether every row that may be meant has to be read."""
        return self.dedupe != "none" or not self.search.filter.is_pushed


def read_search(fields: Fields, nodes: Sequence[NodeConfig]) -> Search:
    """The search over `nodes`, or those of them that `nodes=` names.

    Raises:
        BadField: The first parameter that is wrong.
    """
    known = {config.id.lower(): config.id for config in nodes}
    return Search(
        node_ids=fields.chosen("nodes", known) or tuple(known.values()),
        descending=fields.flag("descendingOrder", default=True),
        filter=_filter(fields),
        app=_app(fields),
    )


def read_page(fields: Fields, nodes: Sequence[NodeConfig]) -> PageQuery:
    """One page; `disableCache` is accepted as well, though a page is never kept here.

    Raises:
        BadField: The first parameter that is wrong.
    """
    fields.flag("disableCache", default=False)
    return PageQuery(
        page_number=fields.number("pageNumber", default=1, largest=LARGEST_PAGE),
        entries_per_page=fields.number(
            "entriesPerPage", default=DEFAULT_PAGE, largest=LARGEST_ENTRIES
        ),
        dedupe=_dedupe(fields),
        cursor=fields.text("cursor", longest=LONGEST_CURSOR),
        search=read_search(fields, nodes),
    )


def refuse_dedupe(fields: Fields) -> None:
    """What is told row by row cannot leave rows out afterwards.

    Raises:
        BadField: It is asked for.
    """
    for name in ("deduplicateDomains", "deduplicatePerClient"):
        if fields.flag(name, default=False):
            raise BadField(name, "false here")


def _filter(fields: Fields) -> Filter:
    found = Filter(
        start=fields.moment("start"),
        end=fields.moment("end"),
        client=fields.text("clientIpAddress"),
        protocol=fields.word("protocol", _PROTOCOLS),
        response_type=fields.word("responseType", _RESPONSE_TYPES),
        status=cast("Status | None", fields.word("statusFilter", _STATUSES)),
        rcode=fields.word("rcode", _RCODES),
        qname=fields.name("qname"),
        qtype=fields.record_type("qtype"),
        qclass=fields.word("qclass", _CLASSES),
    )
    if found.start is not None and found.end is not None and found.start > found.end:
        raise BadField("start", "no later than end")
    return found


def _dedupe(fields: Fields) -> Dedupe:
    by_domain = fields.flag("deduplicateDomains", default=False)
    if fields.flag("deduplicatePerClient", default=False):
        return "domain_and_client"
    return "domain" if by_domain else "none"


def _app(fields: Fields) -> LogApp | None:
    """One that was named in full; half a name would find none."""
    name, class_path = fields.text("name"), fields.text("classPath")
    if (name is None) != (class_path is None):
        raise BadField("classPath" if class_path is None else "name", "given with the other")
    return LogApp(name=name, class_path=class_path) if name and class_path else None
