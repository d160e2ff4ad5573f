"""Rows as lines of a file: CSV that a spreadsheet opens without running it, and JSON lines."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Final, Literal

import msgspec
from companion.nodes import NodeConfig
from msgspec import UNSET

from node_proxy.domain.logs.filters import Names
from node_proxy.domain.logs.rows import LogEntry, log_entry
from node_proxy.domain.logs.windows import Found, Source

Format = Literal["csv", "jsonl"]

MEDIA_TYPES: Final[Mapping[Format, str]] = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl",
}
COLUMNS: Final = (
    *("nodeId", "timestamp", "clientIpAddress", "clientName", "protocol", "responseType"),
    *("responseRtt", "rcode", "qname", "qtype", "qclass", "answer"),
)
# What a spreadsheet would take for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_encoder = msgspec.json.Encoder()


class Incomplete(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Why rows are missing; stands in the last lines of a file, one for each reason."""

    incomplete: bool = True
    node_id: str | None
    code: str
    message: str


def head(form: Format) -> bytes:
    """What stands before the rows."""
    return _csv([COLUMNS]) if form == "csv" else b""


def lines(
    form: Format,
    rows: Sequence[tuple[Source, Found]],
    configs: Mapping[str, NodeConfig],
    names: Names,
) -> bytes:
    """The lines of these rows."""
    entries = [
        log_entry(found.row, names(found.row.client_ip_address), configs[source.node_id])
        for source, found in rows
    ]
    if form == "jsonl":
        return _encoder.encode_lines(entries)
    return _csv([_cells(entry) for entry in entries])


def trailer(form: Format, reasons: Sequence[Incomplete]) -> bytes:
    """The end of a file that lacks rows; a whole one has none."""
    if form == "jsonl":
        return _encoder.encode_lines(reasons)
    return _csv([("#incomplete", each.node_id or "", each.code, each.message) for each in reasons])


def _cells(entry: LogEntry) -> tuple[str, ...]:
    values = (
        *(entry.node_id, entry.timestamp, entry.client_ip_address, entry.client_name),
        *(entry.protocol, entry.response_type, entry.response_rtt, entry.rcode),
        *(entry.qname, entry.qtype, entry.qclass, entry.answer),
    )
    return tuple("" if value is None or value is UNSET else str(value) for value in values)


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(
        [[_harmless(cell) for cell in row] for row in rows]
    )
    return text.getvalue().encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
