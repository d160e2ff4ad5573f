"""A page by its cursor: the rows behind the last one that was shown, whatever has come since."""

from functools import partial

from node_proxy.domain.logs.cursor import Cursor
from node_proxy.domain.logs.gathering import Gathering
from node_proxy.domain.logs.merging import merged
from node_proxy.domain.logs.numbered import Page
from node_proxy.domain.logs.position import Following, following
from node_proxy.domain.logs.windows import Source


async def followed_page(gathering: Gathering, cursor: Cursor, count: int) -> Page:
    """At most `count` rows behind a cursor, in one call to each source.

    Totals are those of the first page, since more rows than lie behind were counted there. A
    node that was away then joins with what it has behind the cursor.
    """
    ask = partial(_following, gathering, cursor, count)
    found = await gathering.each(ask, gathering.sources)
    columns = [(source, each.rows) for source, each in found.items()]
    rows = merged(columns, descending=gathering.reader.descending)
    return Page(
        rows=rows[:count],
        has_more=len(rows) > count or any(each.has_more for each in found.values()),
        following=cursor.position.after(rows[:count]),
    )


async def _following(gathering: Gathering, cursor: Cursor, count: int, source: Source) -> Following:
    found = await following(gathering.reader, source, cursor.position, count)
    gathering.count(source, cursor.totals.get(source.label, found.total))
    return found
