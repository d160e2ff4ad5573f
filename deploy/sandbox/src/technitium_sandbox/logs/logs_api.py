"""`/api/logs/…`: log files, and the rows that the app Query Logs keeps."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime

from technitium_sandbox.accounts.permissions import Right
from technitium_sandbox.calls.envelope import Answer, download
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.parameters import Parameters
from technitium_sandbox.calls.routing import Call, Outcome, Route
from technitium_sandbox.clock import timestamp
from technitium_sandbox.dns import codes, domain_names
from technitium_sandbox.logs.query_log import Filter, QueryLog, Row

DEFAULT_ROWS = 25
_CSV_HEAD = (
    "RowNumber",
    "Timestamp",
    "ClientIpAddress",
    "Protocol",
    "ResponseType",
    "ResponseRtt",
    "RCODE",
    "Domain",
    "Type",
    "Class",
    "Answer",
)


def files(call: Call) -> Outcome:
    return {"logFiles": call.node.log_files.rows()}


def file(call: Call) -> Outcome:
    name = call.parameters.required("fileName")
    content = call.node.log_files.read(name, call.parameters.integer("limit", 0))
    return download(content, f"{name}.log")


def delete(call: Call) -> Outcome:
    call.node.log_files.delete(call.parameters.required("log"))
    return {}


def delete_all(call: Call) -> Outcome:
    call.node.log_files.delete_all()
    return {}


def query(call: Call) -> Outcome:
    """A page of the rows that match. `rowNumber` is a place among them, not a name."""
    parameters = call.parameters
    log = _log(call)
    page = parameters.long("pageNumber", 1) or 1
    size = parameters.integer("entriesPerPage", DEFAULT_ROWS)
    descending = parameters.flag("descendingOrder", default=True)
    found = log.find(_filter(parameters, _sought(call, end=".")))
    if size == 0:
        raise ApiError("Attempted to divide by zero.")
    if size < 0:
        raise ApiError(
            f"capacity ('{size}') must be a non-negative value. (Parameter 'capacity')\n"
            f"Actual value was {size}."
        )
    pages = -(-len(found) // size)
    if not 1 <= page <= pages:
        page = pages or call.node.version.page_without_rows
    return {
        "pageNumber": page,
        "totalPages": pages,
        "totalEntries": len(found),
        "entries": _page(log, found, (page - 1) * size, size, descending=descending),
    }


def export(call: Call) -> Outcome:
    """All rows that match as CSV, oldest first; here a dot at the end of `qname` stays."""
    log = _log(call)
    found = log.find(_filter(call.parameters, _sought(call, end="")))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_CSV_HEAD)
    writer.writerows(_csv_row(place, log.row(number)) for place, number in enumerate(found, 1))
    moment = datetime.fromtimestamp(call.node.clock.now(), tz=UTC)
    name = f"{call.node.domain}_{moment:%Y-%m-%d_%H-%M-%S}_query_logs.csv"
    headers = (
        (b"content-type", b"text/csv"),
        (b"content-disposition", f"attachment;filename={name}".encode()),
    )
    return Answer(status=200, headers=headers, body=text.getvalue().encode("utf-8-sig"))


def _log(call: Call) -> QueryLog:
    """The rows of the app that is named; any app that keeps queries keeps the same."""
    name, class_path = call.parameters.required("name"), call.parameters.required("classPath")
    app = call.node.apps.get(name)
    if app.kind is None or "isQueryLogs" not in app.roles or app.kind.class_path != class_path:
        raise ApiError(f"DNS application '{class_path}' class path was not found: {name}")
    return call.node.answering.log()


def _sought(call: Call, *, end: str) -> str | None:
    """The name that is looked for, without the dots of `end` at its end."""
    qname = call.parameters.optional("qname")
    if qname is None or not call.node.version.folds_logged_names:
        return qname
    return qname.rstrip(end).lower() if end else qname.lower()


def _filter(parameters: Parameters, qname: str | None) -> Filter:
    return Filter(
        start=parameters.moment("start"),
        end=parameters.moment("end"),
        client=_client(parameters),
        protocol=parameters.enumeration("protocol", codes.PROTOCOLS),
        response_type=parameters.enumeration("responseType", codes.RESPONSE_TYPES),
        rcode=parameters.enumeration("rcode", codes.RCODES),
        qname=qname,
        qtype=parameters.enumeration("qtype", codes.TYPES, is_wide=True),
        qclass=parameters.enumeration("qclass", codes.CLASSES, is_wide=True),
    )


def _client(parameters: Parameters) -> str | None:
    text = parameters.optional("clientIpAddress")
    address = None if text is None else domain_names.as_address(text)
    if text is not None and address is None:
        raise ApiError("An invalid IP address was specified.", inner="Invalid argument")
    return None if address is None else str(address)


def _page(
    log: QueryLog, found: Sequence[int], offset: int, size: int, *, descending: bool
) -> list[dict[str, object]]:
    if not descending:
        places = range(offset, min(offset + size, len(found)))
    else:
        last = len(found) - 1 - offset
        places = range(last, max(last - size, -1), -1)
    return [_entry(place + 1, log.row(found[place])) for place in places]


def _entry(place: int, row: Row) -> dict[str, object]:
    entry: dict[str, object] = {
        "rowNumber": place,
        "timestamp": timestamp(row.at),
        "clientIpAddress": row.client,
        "protocol": codes.PROTOCOL_NAMES[row.protocol],
        "responseType": codes.RESPONSE_TYPE_NAMES[row.response_type],
    }
    if row.rtt_ms is not None:
        entry["responseRtt"] = row.rtt_ms
    return entry | {
        "rcode": codes.RCODE_NAMES[row.rcode],
        "qname": row.qname,
        "qtype": _type(row.qtype),
        "qclass": codes.CLASS_NAMES[row.qclass],
        "answer": row.answer,
    }


def _type(number: int) -> str:
    return codes.TYPE_NAMES.get(number, str(number))


def _csv_row(place: int, row: Row) -> tuple[object, ...]:
    moment = datetime.fromtimestamp(row.at, tz=UTC)
    return (
        place,
        f"{moment:%Y-%m-%dT%H:%M:%S.%f}0Z",
        row.client,
        codes.PROTOCOL_NAMES[row.protocol],
        codes.RESPONSE_TYPE_NAMES[row.response_type],
        "" if row.rtt_ms is None else row.rtt_ms,
        codes.RCODE_NAMES[row.rcode],
        row.qname,
        _type(row.qtype),
        codes.CLASS_NAMES[row.qclass],
        row.answer or "",
    )


_VIEW, _DELETE = (("Logs", Right.VIEW),), (("Logs", Right.DELETE),)
ROUTES = (
    Route(path="/api/logs/list", needs=_VIEW, handler=files),
    Route(path="/api/logs/download", needs=_VIEW, handler=file),
    Route(path="/api/logs/delete", needs=_DELETE, handler=delete),
    Route(path="/api/logs/deleteAll", needs=_DELETE, handler=delete_all),
    Route(path="/api/logs/query", needs=_VIEW, handler=query),
    Route(path="/api/logs/export", needs=_VIEW, handler=export),
)
