"""The log files of a node, one a day: who changed what, and that it was started."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from technitium_sandbox.calls.errors import ApiError

CONFIG_FOLDER = "/etc/dns"
_SUFFIXES = ("KB", "MB", "GB")
_TRUNCATED = b"\r\n####___TRUNCATED___####"
_MEGABYTE = 1_048_576
_OVERFLOWING_LIMIT_MB = 2_048
_FIRST = "Logging started."


@dataclass(slots=True)
class LogFiles:
    """Lines by the day they were written on, in UTC."""

    started: float
    _days: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.write(self.started, _FIRST)
        self.write(self.started, "DNS Server was started successfully.")

    def write(self, at: float, text: str, *, client: str = "", user: str = "") -> None:
        """Add a line; the first of a day says that its file begins."""
        moment = datetime.fromtimestamp(at, tz=UTC)
        lines = self._days.setdefault(f"{moment:%Y-%m-%d}", [])
        origin = f" [{client}] [{user}]" if user else ""
        if not lines and text != _FIRST:
            lines.append(f"[{moment:%Y-%m-%d %H:%M:%S} UTC] {_FIRST}")
        lines.append(f"[{moment:%Y-%m-%d %H:%M:%S} UTC]{origin} {text}")

    def rows(self) -> list[dict[str, str]]:
        """Newest first, as the API lists them."""
        days = sorted(self._days, reverse=True)
        return [{"fileName": day, "size": _size(len(self._content(day)))} for day in days]

    def read(self, name: str, limit_mb: int) -> bytes:
        """The head of a file, as many megabytes as asked; 0 is all of it.

        Raises:
            ApiError: There is no such file.
        """
        if name not in self._days:
            raise ApiError(f"Could not find file '{CONFIG_FOLDER}/logs/{name}.log'.")
        content = self._content(name)
        limit = limit_mb * _MEGABYTE if 0 < limit_mb < _OVERFLOWING_LIMIT_MB else len(content)
        return content if len(content) <= limit else content[:limit] + _TRUNCATED

    def delete(self, name: str) -> None:
        """Delete a file; one that is not there is as good as deleted."""
        self._days.pop(name, None)

    def delete_all(self) -> None:
        self._days.clear()

    def _content(self, day: str) -> bytes:
        return "".join(f"{line}\n" for line in self._days[day]).encode()


def _size(length: int) -> str:
    """Bytes below a thousand, else by 1024 to the unit in which it is below a thousand."""
    if length < 1_000:  # noqa: PLR2004 - the node's own border
        return f"{length} B"
    size, unit = length / 1_024, 0
    while size >= 1_000 and unit < len(_SUFFIXES) - 1:  # noqa: PLR2004 - the same
        size, unit = size / 1_024, unit + 1
    return f"{round(size, 2):g} {_SUFFIXES[unit]}"
