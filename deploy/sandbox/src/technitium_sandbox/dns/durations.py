"""Spans of seconds as a node writes them for people: `1w2d3h4m5s`."""

_UNITS = ((604_800, "w"), (86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))


def in_words(seconds: int) -> str:
    """Units that are zero are left out; zero itself is `0s`."""
    parts: list[str] = []
    for size, letter in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{letter}")
    return "".join(parts) or "0s"
