"""The text that stands for where a page ended: opaque to clients, believed only if it fits.

It holds moments and counts, nothing that its holder may not see; a made-up one only shows that
person's own rows from another place.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Annotated

import msgspec

from node_proxy.domain.logs.fields import LARGEST_PAGE, BadField
from node_proxy.domain.logs.position import Position
from node_proxy.domain.logs.query import PageQuery

_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
# The years 1 to 9999.
_Moment = Annotated[int, msgspec.Meta(ge=-621_355_968 * 10**9, le=253_402_300_799 * 10**7)]


class _Wire(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    digest: str
    page: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_PAGE)]
    moment: _Moment
    ties: dict[str, _Count]
    totals: dict[str, _Count]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Behind which row the page `page` begins, and the totals when the first one was shown.

    Where every row has to be read for a page, `position` is the newest moment that counts.
    """

    page: int
    position: Position
    totals: dict[str, int]


def write_cursor(cursor: Cursor, query: PageQuery) -> str | None:
    """The text of a cursor; None without a position, where there is nothing behind."""
    if cursor.position.moment is None:
        return None
    wire = _Wire(
        digest=_digest(query),
        page=cursor.page,
        moment=cursor.position.moment,
        ties=dict(cursor.position.ties),
        totals=cursor.totals,
    )
    return base64.urlsafe_b64encode(msgspec.json.encode(wire)).decode().rstrip("=")


def read_cursor(query: PageQuery) -> Cursor | None:
    """The cursor of a request; None where it has none.

    Raises:
        BadField: It is none of ours, or belongs to another search.
    """
    if query.cursor is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(query.cursor + "=" * (-len(query.cursor) % 4))
        wire = msgspec.json.decode(raw, type=_Wire)
    except (ValueError, binascii.Error) as error:
        raise BadField("cursor", "a nextCursor of an earlier page") from error
    if wire.digest != _digest(query):
        raise BadField("cursor", "of an earlier page of the same search")
    return Cursor(
        page=wire.page,
        position=Position(moment=wire.moment, ties=wire.ties),
        totals=wire.totals,
    )


def _digest(query: PageQuery) -> str:
    """Tells searches apart; not a secret. Rows of a scan are numbered, so its size counts, too."""
    size = query.entries_per_page if query.is_scan else 0
    return hashlib.sha256(repr((query.search, query.dedupe, size)).encode()).hexdigest()[:16]
