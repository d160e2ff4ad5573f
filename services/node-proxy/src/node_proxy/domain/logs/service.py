"""What all requests about logs share, made once for a process."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from node_proxy.domain.logs.gathering import Gathering
from node_proxy.domain.logs.lease_names import LeaseNames
from node_proxy.domain.logs.log_apps import LogApps
from node_proxy.domain.logs.open_tails import OpenTails
from node_proxy.domain.logs.query import Search
from node_proxy.domain.logs.scan_places import ScanPlaces
from node_proxy.domain.logs.searching import Searcher
from node_proxy.domain.logs.windows import LogReader
from node_proxy.domain.ports import PersonsNodes


@dataclass(frozen=True, slots=True, kw_only=True)
class Logs:
    """Which apps answered, whose names are known, how much may be under way at a time."""

    apps: LogApps
    names: LeaseNames
    searcher: Searcher
    tails: OpenTails
    monotonic: Callable[[], float]

    @classmethod
    def start(cls, monotonic: Callable[[], float]) -> Self:
        """Knowing nothing yet; `monotonic` gives seconds of a clock that never goes back."""
        return cls(
            apps=LogApps(),
            names=LeaseNames(monotonic),
            searcher=Searcher(places=ScanPlaces(monotonic=monotonic), monotonic=monotonic),
            tails=OpenTails(),
            monotonic=monotonic,
        )

    async def aclose(self) -> None:
        """End what was begun for somebody who waits no longer."""
        await self.names.aclose()

    def reader(self, nodes: PersonsNodes, search: Search) -> LogReader:
        """One person's way to the rows of one search."""
        return LogReader(
            nodes=nodes,
            apps=self.apps,
            app=search.app,
            filter=search.filter,
            descending=search.descending,
        )

    def gathering(self, nodes: PersonsNodes, search: Search) -> Gathering:
        """The same over all nodes of the search."""
        return Gathering(self.reader(nodes, search), search.node_ids, monotonic=self.monotonic)
