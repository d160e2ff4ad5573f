"""Moments of rows lose nothing, and what is none is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from companion.technitium.errors import NodeGarbled
from hypothesis import given
from hypothesis import strategies as st
from node_proxy.domain.logs.filters import Filter
from node_proxy.domain.logs.log_apps import LogApps
from node_proxy.domain.logs.moment import SECOND, moment_of, moment_text
from node_proxy.domain.logs.windows import LogReader, Source

from tests.node_proxy.fakes import ScriptedNodes

LAST = 253_402_300_799 * SECOND
REFUSED = (
    *("", "Z", "now", "2026-07-26", "2026-07-26T14:03Z", "2026-07-26T14:03:05"),
    *("2026-07-26T14:03:60Z", "2026-07-26T14:60:05Z", "2026-07-26T24:00:00Z"),
    *("2026-02-30T14:03:05Z", "2026-13-01T14:03:05Z", "0000-01-01T00:00:00Z"),
    *("2026-07-26 14:03:05Z", "2026-07-26T14:03:05z", "2026-07-26T14:03:05+00:00"),
    *("2026-07-26T14:03:05.Z", "2026-07-26T14:03:05.12345678Z", "2026-07-26T14:03:05.1_2Z"),
    *("2026-07-26T14:03:05Z\n", " 2026-07-26T14:03:05Z", "2026-07-26T14:03: 5Z", "20260726T14:03Z"),
    *("2026-07-26T14:03:\u0660\u0665Z", "\u0662\u0660\u0662\u0666-07-26T14:03:05Z"),
)


@given(moment=st.integers(0, LAST))
def test_a_moment_is_what_its_text_says(moment: int) -> None:
    since = timedelta(seconds=moment // SECOND)
    text = moment_text(moment)

    assert text[:19] == (datetime(1970, 1, 1, tzinfo=UTC) + since).isoformat()[:19]
    assert moment_of(text) == moment


@pytest.mark.parametrize(("digits", "rest"), [("", 0), (".5", 5_000_000), (".0000001", 1)])
def test_a_fraction_may_be_short_or_left_out(digits: str, rest: int) -> None:
    assert moment_of(f"1970-01-01T00:01:02{digits}Z") == 62 * SECOND + rest


def is_moment(text: str) -> bool:
    try:
        moment_of(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("text", REFUSED)
def test_what_no_node_writes_is_no_moment(text: str) -> None:
    assert not is_moment(text)


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30T14:03:05Z"])
async def test_a_page_with_a_row_of_no_moment_is_garbled(text: str) -> None:
    row = {
        "rowNumber": 1,
        "timestamp": text,
        "clientIpAddress": "192.0.2.1",
        "protocol": "Udp",
        "responseType": "Cached",
        "rcode": "NoError",
        **dict.fromkeys(("qname", "qtype", "qclass", "answer")),
    }
    page = {"pageNumber": 1, "totalEntries": 1, "entries": [row]}
    reader = LogReader(
        nodes=ScriptedNodes({"logs/query": page}),
        apps=LogApps(),
        app=None,
        filter=Filter(),
        descending=True,
    )

    with pytest.raises(NodeGarbled, match="no moment"):
        await reader.page(Source(node_id="ns1"), 1, 50)
