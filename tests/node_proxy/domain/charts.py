"""Charts as nodes draw them, for tests."""

from datetime import UTC, datetime, timedelta

from node_proxy.domain.dashboard.course import LINES
from node_proxy.domain.dashboard.node_answer import Chart, Dataset

FULL_HOUR = datetime(2026, 7, 26, 14, tzinfo=UTC)


def label(moment: datetime) -> str:
    """A label as nodes write it with utc=true."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.0000000Z")


def chart(labels: list[datetime], total: list[int], *, clients: list[int] | None = None) -> Chart:
    """A whole chart in which half of all queries were blocked and nothing else happened."""
    lines = {
        "Total": total,
        "Blocked": [count // 2 for count in total],
        "Clients": clients or [0] * len(total),
    }
    return Chart(
        labels=[label(moment) for moment in labels],
        datasets=[Dataset(label=name, data=lines.get(name, [0] * len(total))) for name in LINES],
    )


def day_until(end: datetime, total: list[int]) -> Chart:
    """Hours, labelled by their ends."""
    count = len(total)
    return chart([end - timedelta(hours=count - 1 - hour) for hour in range(count)], total)


def hour_until(end: datetime, total: list[int], *, clients: list[int] | None = None) -> Chart:
    """Minutes, labelled by their ends."""
    count = len(total)
    ends = [end - timedelta(minutes=count - 1 - minute) for minute in range(count)]
    return chart(ends, total, clients=clients)


def counters(**told: int) -> dict[str, int]:
    """The `stats` of an answer, in which whatever is not told is zero."""
    names = (
        *("NoError", "ServerFailure", "NxDomain", "Refused", "Authoritative", "Recursive"),
        *("Queries", "Cached", "Blocked", "Dropped", "Clients"),
    )
    return {f"total{name}": 0 for name in names} | told
