"""The recorded stories: to what nodes each is told, and what telling it came to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
from technitium_sandbox.clock import SandboxClock

from tests.support.sandbox import Sandbox, fresh_nodes
from tests.technitium_sandbox.exceptions import EXCEPTIONS, Beside, Excused, Ignored, Listed
from tests.technitium_sandbox.lab_cluster import LabCluster
from tests.technitium_sandbox.rights_table import PEOPLE, difference
from tests.technitium_sandbox.storyteller import Exchange, Storyteller, carry_out, read

Prepare = Callable[[Exchange, Sandbox], Exchange]
_TWO = ("ns1", "ns2")
_THREE = ("ns1", "ns2", "ns3")
_BEGAN = datetime(2026, 11, 22, 5, 14, 20, tzinfo=UTC)
_AFTER = datetime(2027, 1, 1, tzinfo=UTC)


def _as_it_stands(exchange: Exchange, _lab: Sandbox) -> Exchange:
    return exchange


def _dated_in_future(exchange: Exchange, _lab: Sandbox) -> Exchange:
    """With a date where the recording has only a placeholder: one in the future."""
    query = {key: value for key, value in exchange.get("query", {}).items() if value != "<time>"}
    if "start" in exchange.get("query", {}):
        query["start"] = _AFTER.isoformat()
    return {**exchange, "query": query} if "query" in exchange else exchange


def _dated_around_queries(exchange: Exchange, _lab: Sandbox) -> Exchange:
    """With dates where the recording has only a placeholder: ten minutes around the queries."""
    if "start" not in exchange.get("query", {}):
        return exchange
    start, end = _BEGAN - timedelta(minutes=10), _BEGAN
    if "backwards" in exchange["what"]:
        start, end = end, start
    dates = {"start": start.isoformat(), "end": end.isoformat()}
    return {**exchange, "query": {**exchange["query"], **dates}}


def _in_this_cluster(exchange: Exchange, lab: Sandbox) -> Exchange:
    """With the code and the number of a node of now; waits where the title says it was waited."""
    if "14 s" in exchange["what"]:
        lab.clock.advance(14)
    form = dict(exchange.get("form", {}))
    if form.get("totp"):
        form["totp"] = "<totp:2fa>"
    if "secondaryNodeId" in form:
        cluster = lab.nodes["ns1"].node.cluster
        assert cluster is not None
        form["secondaryNodeId"] = str(cluster.find("ns3.lab.test").node_id)
    return {**exchange, "form": form} if form else exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`is_clustered`: the nodes are a cluster before it begins; `now`: when it begins."""

    recording: str
    names: Sequence[str] = ("ns1",)
    version: str = "15.2"
    is_clustered: bool = False
    now: datetime | None = None
    prepare: Prepare = _as_it_stands


_STORIES = (
    Story(recording="auth.json"),
    Story(recording="rights.json"),
    Story(recording="dhcp.json"),
    Story(recording="zones.json"),
    Story(recording="lists.json", names=_TWO),
    Story(
        recording="dashboard.json",
        names=_TWO,
        now=_BEGAN,
        prepare=_dated_around_queries,
    ),
    Story(
        recording="logs.json",
        names=_TWO,
        now=datetime(2026, 11, 22, 5, 14, 14, 784035, tzinfo=UTC),
        prepare=_dated_in_future,
    ),
    Story(
        recording="client.json",
        names=_TWO,
        now=datetime(2026, 11, 22, 5, 14, 14, 784035, tzinfo=UTC),
        prepare=_dated_in_future,
    ),
    Story(recording="cluster.json", names=_THREE, prepare=_in_this_cluster),
    Story(
        recording="xcluster.json",
        names=_TWO,
        is_clustered=True,
        prepare=_in_this_cluster,
    ),
    Story(recording="v14/auth.json", version="14.3"),
    Story(recording="v14/rights.json", version="14.3"),
    Story(
        recording="v14/cluster.json",
        names=_THREE,
        version="14.3",
        prepare=_in_this_cluster,
    ),
    Story(recording="v13/auth.json", version="13.6"),
    Story(recording="v13/rights.json", version="13.6"),
)
STORIES = {story.recording: story for story in _STORIES}


@dataclass(slots=True)
class Told:
    """What was answered in another way, by what was asked; `excused` of it is listed."""

    recording: str
    compared: int = 0
    differing: dict[str, list[str]] = field(default_factory=dict)
    excused: dict[str, list[str]] = field(default_factory=dict)

    def add(self, what: str, differences: list[str], *, is_excused: bool = False) -> None:
        self.compared += 1
        if differences:
            found = self.excused if is_excused else self.differing
            found.setdefault(what, []).extend(differences)

    @property
    def share(self) -> float:
        """How many of the answers were told equal, of one; excused ones were not."""
        return 1 - (len(self.differing) + len(self.excused)) / self.compared

    def __str__(self) -> str:
        return f"{self.recording}: {self.share:.1%} of {self.compared} answers are as recorded"


async def told(story: Story, exceptions: Sequence[Listed] = EXCEPTIONS) -> Told:
    """Tell a story from its beginning to nodes of its own."""
    mine = [one for one in exceptions if one.story == story.recording]
    clock = None if story.now is None else SandboxClock(source=story.now.timestamp)
    nodes = fresh_nodes(names=story.names, version=story.version, clock=clock)
    async with nodes as lab, httpx.AsyncClient() as client:
        teller = Storyteller(lab, client)
        if story.is_clustered:
            await _form_cluster(teller, story.names)
        found = Told(story.recording)
        for exchange in read(story.recording):
            if "note" in exchange:
                await carry_out(lab, exchange.get("do", {}))
            elif "right" in exchange:
                row = exchange["right"]
                for who in PEOPLE:
                    said = await difference(teller, row, who)
                    found.add(f"{row['path']} as {who}", [said] if said else [])
            else:
                await _tell(teller, story.prepare(exchange, lab), mine, found)
        return found


async def _form_cluster(teller: Storyteller, names: Sequence[str]) -> None:
    cluster = LabCluster(teller.lab, teller.client)
    await cluster.make(*names)
    for name, token in cluster.tokens.items():
        teller.known["token", f"admin@{name}"] = token


async def _tell(teller: Storyteller, exchange: Exchange, mine: list[Listed], found: Told) -> None:
    what = str(exchange.get("what", exchange["path"]))
    for one in mine:
        if isinstance(one, Beside) and one.what == what:
            await teller.send(one.sends)
    ignored = tuple(one.member for one in mine if isinstance(one, Ignored))
    differences = [
        one
        for one in await teller.tell(exchange)
        if not ignored or not one.partition(":")[0].endswith(ignored)
    ]
    excused = any(isinstance(one, Excused) and one.what == what for one in mine)
    found.add(what, differences, is_excused=excused)
