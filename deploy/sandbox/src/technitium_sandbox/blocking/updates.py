"""What a node does about blocking in the background: a pause with an end, downloads of lists.

Lists are downloaded as far as names exist in a made-up world; what they hold is only counted.
"""

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.clock import timestamp

if TYPE_CHECKING:
    from technitium_sandbox.node import Node

DOWNLOAD_S = 2.0
MINUTE_MS = 60_000
_HOUR_S = 3_600
_UNREACHABLE = ("test", "invalid", "localhost")
_SMALLEST_LIST, _LIST_SPREAD = 900, 90_000
_TIMER_RANGE = (
    "Number must be either non-negative and less than or equal to Int32.MaxValue or -1."
    " (Parameter 'dueTime')"
)
_DATE_RANGE = (
    "The added or subtracted value results in an un-representable DateTime. (Parameter 'value')"
)


@dataclass(slots=True)
class BlockListUpdates:
    """Of one node; the pause is forgotten at a restart, and blocking is then on again."""

    node: "Node"
    downloaded: float | None = None
    _till: datetime | None = None
    _pauses: int = 0

    def pause(self, minutes: int) -> str:
        """Blocking off for so long, in place of any pause before; gives back when it ends.

        The time is counted in 32 bits: very large numbers wrap around.
        """
        due_ms = (minutes * MINUTE_MS + 2**31) % 2**32 - 2**31
        if due_ms < -1:
            raise ApiError(_TIMER_RANGE)
        clock = self.node.clock
        try:
            till = datetime.fromtimestamp(clock.now(), tz=UTC) + timedelta(minutes=minutes)
        except OverflowError:
            raise ApiError(_DATE_RANGE) from None
        self._till, self._pauses = till, self._pauses + 1
        self.node.settings["enableBlocking"] = False
        this = self._pauses
        if due_ms >= 0:
            clock.later(due_ms / 1000, lambda: self._resume(this))
        return _text(till)

    def cancel_pause(self) -> None:
        """Somebody has switched blocking on."""
        self._till, self._pauses = None, self._pauses + 1

    @property
    def is_paused(self) -> bool:
        return self._till is not None and not self.node.settings["enableBlocking"]

    def paused_till(self) -> str | None:
        """The end of the pause while it lies ahead and blocking is off."""
        if self._till is None or self.node.settings["enableBlocking"]:
            return None
        now = datetime.fromtimestamp(self.node.clock.now(), tz=UTC)
        return _text(self._till) if self._till > now else None

    def began(self) -> None:
        """A start."""
        if self.is_paused:
            self.node.settings["enableBlocking"] = True
        self.cancel_pause()

    def download_soon(self) -> None:
        """Fetch all lists in the background."""
        self.node.clock.later(DOWNLOAD_S, self._download)

    def lists_changed(self) -> None:
        """Other lists: what the old ones held is gone, the new ones are fetched."""
        self.node.block_list_zones = 0
        self.node.resolver.listed = {}
        if self._urls():
            self.download_soon()

    def next_download(self) -> str | None:
        """When lists are fetched by themselves; None when they never are."""
        hours = int(self.node.settings["blockListUpdateIntervalHours"])
        if not hours or not self.node.settings["blockListUrls"]:
            return None
        if self.downloaded is None:
            # Counted from the first moment of the calendar, and as such without a zone.
            first = datetime.min + timedelta(hours=hours)  # noqa: DTZ901 - a moment of no zone
            return first.isoformat()
        ahead_s = hours * _HOUR_S
        passed_s = max(0.0, self.node.clock.now() - self.downloaded)
        self.downloaded += passed_s // ahead_s * ahead_s
        return timestamp(self.downloaded + ahead_s)

    def _resume(self, pause: int) -> None:
        if pause == self._pauses:
            self.node.settings["enableBlocking"] = True
            self._till = None

    def _download(self) -> None:
        reached = [url for url in self._urls() if _is_reachable(url)]
        if not reached:
            return
        self.downloaded = self.node.clock.now()
        if not self.node.block_list_zones:
            blocking = [url for url in reached if not url.startswith("!")]
            self.node.block_list_zones = sum(map(_size, blocking))

    def _urls(self) -> list[str]:
        lines: list[str] = self.node.settings["blockListUrls"] or []
        return [line for line in lines if not line.startswith("#")]


def _is_reachable(url: str) -> bool:
    try:
        host = urlsplit(url.removeprefix("!")).hostname or ""
    except ValueError:
        return False
    return "." in host and host.rpartition(".")[2].lower() not in _UNREACHABLE


def _size(url: str) -> int:
    """A believable number of names, the same for the same list always."""
    return _SMALLEST_LIST + zlib.crc32(url.encode()) % _LIST_SPREAD


def _text(moment: datetime) -> str:
    text = moment.strftime("%Y-%m-%dT%H:%M:%S.%f").zfill(26)
    return text.rstrip("0").rstrip(".") + "Z"
