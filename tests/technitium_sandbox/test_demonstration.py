"""What the demonstration shows: zones by right, apps, settings, a cluster, a day of traffic."""

from datetime import UTC, datetime

import httpx
from technitium_sandbox.clock import SandboxClock

from tests.support.sandbox import Sandbox, sandbox
from tests.technitium_sandbox.caller import Caller, Json

STATS = "/api/dashboard/stats/get"
HALF_PAST_NINE = datetime(2026, 6, 10, 9, 30, 20, tzinfo=UTC)


async def test_zones_show_to_who_may_view_them(caller: Caller) -> None:
    admin, viewer = await caller.token("ns1"), await caller.token("ns1", "viewer")

    all_zones = await caller.call("ns1", "/api/zones/list", token=admin)
    no_zones = await caller.call("ns1", "/api/zones/list", token=viewer)

    types = {zone["name"]: zone["type"] for zone in all_zones["response"]["zones"]}
    assert types["home.arpa"] == "Primary"
    assert types["corp.example"] == "Forwarder"
    assert no_zones["response"] == {"zones": []}


async def test_a_secondary_holds_the_zones_of_the_cluster_as_secondary(caller: Caller) -> None:
    token = await caller.token("ns2")

    zones = (await caller.call("ns2", "/api/zones/list", token=token))["response"]["zones"]

    types = {zone["name"]: zone["type"] for zone in zones}
    assert types["cluster-catalog.home.arpa"] == "SecondaryCatalog"
    assert types["iot.home.arpa"] == "Secondary"
    assert types["media.home.arpa"] == "Primary"


async def test_zones_come_in_pages(caller: Caller) -> None:
    token = await caller.token("ns1")
    pages = [
        (await caller.call("ns1", "/api/zones/list", form, token=token))
        for form in (
            {"pageNumber": "1", "zonesPerPage": "5"},
            {"pageNumber": "99", "zonesPerPage": "5"},
            {"pageNumber": "1", "zonesPerPage": "0"},
        )
    ]

    first, last, none = pages
    assert (first["response"]["totalZones"], first["response"]["totalPages"]) == (12, 3)
    assert (last["response"]["pageNumber"], len(last["response"]["zones"])) == (3, 2)
    assert none["errorMessage"] == "Attempted to divide by zero."


async def test_settings_are_for_who_may_view_them(caller: Caller) -> None:
    admin, viewer = await caller.token("ns1"), await caller.token("ns1", "viewer")

    settings = await caller.call("ns1", "/api/settings/get", token=admin)
    denied = await caller.call("ns1", "/api/settings/get", token=viewer)

    keys = list(settings["response"])
    assert keys[:4] == ["version", "uptimestamp", "clusterInitialized", "clusterDomain"]
    assert settings["response"]["webServiceRealIpHeader"] == "X-Real-IP"
    assert denied["errorMessage"] == "Access was denied."


async def test_apps_show_to_everybody_who_may_view_zones_or_logs(caller: Caller) -> None:
    viewer = await caller.token("ns1", "viewer")

    apps = (await caller.call("ns1", "/api/apps/list", token=viewer))["response"]["apps"]

    assert [app["name"] for app in apps] == ["Advanced Blocking", "Query Logs (Sqlite)"]
    assert apps[0]["dnsApps"][0]["isRequestBlockingHandler"] is True


async def test_each_node_sees_the_cluster_from_its_own_side(caller: Caller) -> None:
    views = []
    for name in ("ns1", "ns2"):
        token = await caller.token(name)
        answer = await caller.call(name, "/api/admin/cluster/state", token=token)
        views.append(answer["response"]["clusterNodes"])

    assert [one["state"] for one in views[0]] == ["Self", "Connected", "Connected"]
    assert [one["state"] for one in views[1]] == ["Connected", "Self", "Connected"]
    assert [one["type"] for one in views[1]] == ["Primary", "Secondary", "Secondary"]
    assert [one["id"] for one in views[0]] == [one["id"] for one in views[1]]


async def test_the_last_day_ends_with_the_last_full_hour() -> None:
    async with _at_half_past_nine() as lab, httpx.AsyncClient() as client:
        day = await _stats(Caller(lab, client), type="LastDay", utc="true")
        hour = await _stats(Caller(lab, client), type="LastHour", utc="true")

    labels = day["mainChartData"]["labels"]
    assert (len(labels), labels[-1]) == (24, "2026-06-10T09:00:00.0000000Z")
    labels = hour["mainChartData"]["labels"]
    assert (labels[0], labels[-1]) == (
        "2026-06-10T08:31:00.0000000Z",
        "2026-06-10T09:30:00.0000000Z",
    )
    assert day["stats"]["totalQueries"] > hour["stats"]["totalQueries"] > 0


async def test_the_counts_of_the_last_hour_move_on_with_the_clock() -> None:
    async with _at_half_past_nine() as lab, httpx.AsyncClient() as client:
        caller = Caller(lab, client)
        before = (await _stats(caller, type="LastHour"))["mainChartData"]
        lab.clock.advance(600)
        after = (await _stats(caller, type="LastHour"))["mainChartData"]

    assert before["labels"][10:] == after["labels"][:-10]
    assert before["datasets"][0]["data"][10:] == after["datasets"][0]["data"][:-10]
    assert sum(after["datasets"][0]["data"][-10:]) > 0


async def test_the_longer_windows_end_before_the_day_under_way() -> None:
    async with _at_half_past_nine() as lab, httpx.AsyncClient() as client:
        caller = Caller(lab, client)
        week = await _stats(caller, type="LastWeek")
        month = await _stats(caller, type="lastmonth", utc="true")
        year = await _stats(caller, type="LastYear")

    assert week["mainChartData"]["labels"] == [f"06/{day:02}" for day in range(3, 10)]
    assert week["mainChartData"]["datasets"][0]["data"][-1] == week["stats"]["totalQueries"] > 0
    assert month["mainChartData"]["labels"][0] == "2026-05-10T00:00:00.0000000Z"
    assert len(month["mainChartData"]["labels"]) == 31
    assert year["mainChartData"]["labels"][0] == "06/2025"
    assert year["mainChartData"]["labels"][-1] == "05/2026"
    assert year["stats"]["totalQueries"] == 0


async def test_the_totals_agree_with_the_charts() -> None:
    async with _at_half_past_nine() as lab, httpx.AsyncClient() as client:
        day = await _stats(Caller(lab, client), type="LastDay")

    stats = day["stats"]
    sums = [sum(one["data"]) for one in day["mainChartData"]["datasets"]]
    assert sums[:10] == [value for key, value in stats.items() if key.startswith("total")][:10]
    assert sum(day["queryResponseChartData"]["datasets"][0]["data"]) == stats["totalQueries"]
    assert len(day["topClients"]) == len(day["topDomains"]) == 10
    hits = [one["hits"] for one in day["topClients"]]
    assert hits == sorted(hits, reverse=True)
    assert day["topClients"][0]["domain"].endswith(".home.arpa")


async def test_the_cluster_adds_up_and_leaves_out_who_is_down() -> None:
    async with _at_half_past_nine() as lab, httpx.AsyncClient() as client:
        caller = Caller(lab, client)
        alone = await _stats(caller, type="LastDay")
        together = await _stats(caller, type="LastDay", node="cluster")
        await lab.stop("ns2")
        without = await _stats(caller, type="LastDay", node="cluster")

    counts = [one["stats"]["totalQueries"] for one in (alone, without, together)]
    assert counts == sorted(set(counts))
    assert together["stats"]["totalClients"] == alone["stats"]["totalClients"]


async def test_months_or_days_come_first_as_the_language_has_it() -> None:
    async with _at_half_past_nine() as lab, httpx.AsyncClient() as client:
        token = await Caller(lab, client).token("ns1")
        answers = [
            await client.get(
                lab.nodes["ns1"].url + STATS,
                params={"type": "LastWeek", "token": token},
                headers={"Accept-Language": language},
            )
            for language in ("en-US,en;q=0.9", "de")
        ]

    formats = [one.json()["response"]["mainChartData"]["labelFormat"] for one in answers]
    assert formats == ["MM/DD", "DD/MM"]


async def test_deleted_statistics_begin_again(caller: Caller) -> None:
    token = await caller.token("ns1")
    await caller.call("ns1", "/api/dashboard/stats/deleteAll", token=token)

    stats = await _stats(caller, type="LastDay")

    assert stats["stats"]["totalQueries"] == 0


def _at_half_past_nine() -> Sandbox:
    return sandbox(clock=SandboxClock(source=HALF_PAST_NINE.timestamp))


async def _stats(caller: Caller, **form: str) -> Json:
    token = await caller.token("ns1")
    response: Json = (await caller.call("ns1", STATS, form, token=token))["response"]
    return response
