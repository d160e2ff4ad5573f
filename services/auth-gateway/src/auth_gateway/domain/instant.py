"""Moments as the API writes them."""

from datetime import UTC, datetime


def instant(seconds: float) -> str:
    """Epoch seconds as ISO 8601 in UTC, to the millisecond."""
    moment = datetime.fromtimestamp(seconds, tz=UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
