"""Points in time as nodes write them and as this service writes them.

Nodes write ISO 8601 with up to seven digits of fraction; `0001-01-01T00:00:00` means never.
"""

from datetime import UTC, datetime

_NEVER_YEAR = 1


def parse_instant(text: str | None) -> float | None:
    """Seconds since the epoch, or None for nothing, for "never" and for what is no time."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.year <= _NEVER_YEAR:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def format_instant(epoch_s: float) -> str:
    """ISO 8601 in UTC with milliseconds and `Z`, as browsers write it."""
    moment = datetime.fromtimestamp(epoch_s, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
