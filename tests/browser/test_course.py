"""What charts and tables are made of, computed in the browser that will draw it."""

from typing import Any

from tests.browser.support import Person

COURSE = {
    "times": ["2026-11-22T09:00:00.000Z", "2026-11-22T10:00:00.000Z"],
    "total": [10, 20],
    "cached": [4, 8],
    "recursive": [3, 6],
    "authoritative": [2, 4],
    "blocked": [1, 2],
    "dropped": [0, 1],
    "refused": [1, 0],
    "serverFailure": [1, 2],
    "clients": [3, 5],
}


def test_each_layer_stands_on_those_before_it(person: Person) -> None:
    person.opens()

    found = _call(person, "course", "stacked(module.drawable(it).layers)", COURSE)

    assert found == [[4, 8], [7, 14], [9, 18], [10, 20], [10, 21]]


def test_what_was_refused_or_failed_is_one_line(person: Person) -> None:
    person.opens()

    assert _call(person, "course", "drawable(it).failed", COURSE) == [2, 2]
    totals = {"totalRefused": 1, "totalServerFailure": 3}
    assert _call(person, "course", "failedOf(it)", totals) == 4


def test_a_bucket_is_called_by_its_beginning_days_and_months_by_those_of_utc(
    person: Person,
) -> None:
    person.opens()
    midnight = 1_795_305_600  # 2026-11-22T00:00Z, one in the morning where the viewer is

    assert [
        _call(person, "course", "bucketWords(it[0], it[1])", [midnight, unit])
        for unit in ("minute", "hour", "day", "month")
    ] == ["01:00", "Sun 01:00", "Sun 22 Nov", "November 2026"]


def test_clients_are_exact_only_at_one_node_and_when_nothing_runs(person: Person) -> None:
    person.opens()

    def clients(totals: dict[str, int], *, running: bool) -> object:
        stats = {"totals": totals, "course": COURSE, "span": {"isLastRunning": running}}
        return _call(person, "state/busy", "clientsOf(it)", stats)

    assert clients({"totalClients": 4}, running=False) == {"isExact": True, "count": 4}
    assert clients({"totalClients": 4}, running=True) == {"isExact": False, "count": 5}
    assert clients({"clientsAtLeast": 7}, running=False) == {"isExact": False, "count": 7}


def _call(person: Person, module: str, expression: str, argument: object) -> Any:  # noqa: ANN401 - what JSON holds
    return person.page.evaluate(
        f"async (it) => {{ const module = await import('/js/{module}.js');"
        f" return module.{expression}; }}",
        argument,
    )
