"""How far one node's log has been followed, and its form as the id of an event.

A node appends rows in the order in which it writes them, so "so many rows since that moment" is a
place that stays where it is, also for rows that are written late: they come after those that were
there. The moment moves forward now and then, since old rows are dropped.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

LONGEST_ID: Final = 8_192
# The years 1 to 9999.
_Moment = Annotated[int, msgspec.Meta(ge=-621_355_968 * 10**9, le=253_402_300_799 * 10**7)]


class TailPoint(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Behind `count` rows since the moment `start`, the last of them at `last`.

    Without `start` all rows count; without `last` none has been seen. Moments are in 100 ns.
    """

    start: _Moment | None = None
    count: Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)] = 0
    last: _Moment | None = None


_Points = dict[str, TailPoint]


def event_id(points: Mapping[str, TailPoint]) -> str:
    """One line of text for how far each node has been followed."""
    return base64.urlsafe_b64encode(msgspec.json.encode(dict(points))).decode().rstrip("=")


def read_event_id(text: str) -> dict[str, TailPoint]:
    """What an event's id says.

    Raises:
        ValueError: It is no id of ours.
    """
    if len(text) > LONGEST_ID:
        raise ValueError("too long")
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return msgspec.json.decode(raw, type=_Points)
    except (ValueError, binascii.Error) as error:
        raise ValueError("no id of an event") from error
