"""One order for the rows of several nodes: by time, then by node, then as each node has them."""

from collections.abc import Iterable, Sequence
from typing import Final

from node_proxy.domain.logs.windows import Found, Source

SLACK: Final = 32
"""Rows that are read beyond those wanted.

A node orders by when it wrote a row down. Two queries answered at nearly the same moment may be
written in the other order; a row that is this many places off still comes where it belongs.
"""


def in_order(rows: Iterable[Found], *, descending: bool) -> list[Found]:
    """By moment; those of one moment stay as they are."""
    return sorted(rows, key=lambda found: found.moment, reverse=descending)


def merged(
    columns: Sequence[tuple[Source, Sequence[Found]]], *, descending: bool
) -> list[tuple[Source, Found]]:
    """All rows in one order; each column is in order by itself."""
    rows = [(source, found) for source, column in columns for found in column]
    return sorted(rows, key=lambda pair: pair[1].moment, reverse=descending)
