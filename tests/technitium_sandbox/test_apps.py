"""Apps and lists: installing, the store, how both spread in a cluster, what a restart keeps."""

import io
import zipfile
from pathlib import Path

import httpx
import pytest
from technitium_sandbox.apps.table import ADVANCED_BLOCKING, QUERY_LOGS
from technitium_sandbox.demonstration.nodes import demonstration
from technitium_sandbox.persistence import restore, save
from technitium_sandbox.sandbox import Sandbox

from tests.support.sandbox import fresh_nodes
from tests.technitium_sandbox.caller import Caller, Json


async def upload(caller: Caller, call: str, name: str, content: bytes | None) -> Json:
    token = await caller.token("ns1")
    url = f"{caller.lab.nodes['ns1'].url}/api/apps/{call}"
    files = None if content is None else {"f": ("app.zip", content)}
    response = await caller.client.post(
        url, params={"name": name, "token": token}, data={"x": "1"}, files=files
    )
    answer: Json = response.json()
    return answer


def a_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    return file.getvalue()


@pytest.mark.parametrize(
    ("call", "name", "content", "message"),
    [
        ("install", "Any", None, "DNS application zip file is missing."),
        ("install", "Any", b"", "Central Directory corrupt."),
        ("install", "Any", b"x" * 99, "End of Central Directory record could not be found."),
        ("install", "a/b", b"x" * 99, "The application name contains an invalid character: /"),
        ("install", "..", b"", "The application name is invalid: .."),
        ("update", "Any", b"", "DNS application does not exists: Any"),
    ],
)
async def test_what_cannot_be_installed_is_refused(
    call: str, name: str, content: bytes | None, message: str
) -> None:
    async with fresh_nodes() as lab, httpx.AsyncClient() as client:
        answer = await upload(Caller(lab, client), call, name, content)

        assert answer["errorMessage"] == message
        assert list(lab.nodes["ns1"].node.apps) == []


async def test_a_zip_without_an_app_is_installed_as_nothing() -> None:
    async with fresh_nodes() as lab, httpx.AsyncClient() as client:
        answer = await upload(Caller(lab, client), "install", "Mine", a_zip())

        assert answer["response"] == {
            "installedApp": {"name": "Mine", "description": None, "version": "0.0", "dnsApps": []}
        }


async def test_an_update_keeps_the_configuration() -> None:
    async with fresh_nodes() as lab, httpx.AsyncClient() as client:
        caller, apps = Caller(lab, client), lab.nodes["ns1"].node.apps
        await upload(caller, "install", QUERY_LOGS, b"anything")
        apps.configure(QUERY_LOGS, '{"enableLogging": false}')

        answer = await upload(caller, "update", QUERY_LOGS, b"anything")

        assert list(answer["response"]) == ["updatedApp"]
        assert apps.get(QUERY_LOGS).config == '{"enableLogging": false}'


async def test_there_is_no_store_without_internet() -> None:
    async with fresh_nodes() as lab, httpx.AsyncClient() as client:
        caller = Caller(lab, client)
        token = await caller.token("ns1")

        store = await caller.call("ns1", "/api/apps/listStoreApps", token=token)
        form = {"name": "X", "url": "http://192.0.2.1/a.zip"}
        plain = await caller.call("ns1", "/api/apps/downloadAndInstall", form, token=token)

        assert store["status"] == "error"
        assert plain["errorMessage"] == "Parameter 'url' value must start with 'https://'."


async def test_the_demonstration_has_a_store(caller: Caller) -> None:
    token = await caller.token("ns2")
    store = await caller.call("ns2", "/api/apps/listStoreApps", token=token)
    offers = {offer["name"]: offer for offer in store["response"]["storeApps"]}
    mysql = offers["Query Logs (MySQL)"]

    form = {"name": mysql["name"], "url": mysql["url"]}
    answer = await caller.call("ns2", "/api/apps/downloadAndInstall", form, token=token)

    assert offers[ADVANCED_BLOCKING]["installed"]
    assert not mysql["installed"]
    assert answer["server"] == "ns1.home.arpa"
    assert answer["response"]["installedApp"]["updateAvailable"] is False


async def test_lists_and_apps_of_the_primary_reach_the_secondaries_after_ten_seconds(
    caller: Caller,
) -> None:
    token, nodes = await caller.token("ns2"), caller.lab.nodes
    caller.lab.clock.advance(20)

    await caller.call("ns2", "/api/blocked/add", {"domain": "new.example"}, token=token)
    await caller.call("ns2", "/api/apps/uninstall", {"name": QUERY_LOGS}, token=token)

    assert "new.example" in nodes["ns1"].node.blocked
    assert "new.example" not in nodes["ns2"].node.blocked
    caller.lab.clock.advance(9)
    assert QUERY_LOGS in nodes["ns3"].node.apps
    caller.lab.clock.advance(2)
    for name in ("ns2", "ns3"):
        assert "new.example" in nodes[name].node.blocked
        assert QUERY_LOGS not in nodes[name].node.apps


async def test_a_restart_forgets_a_failed_import() -> None:
    async with fresh_nodes() as lab, httpx.AsyncClient() as client:
        caller, node = Caller(lab, client), lab.nodes["ns1"].node
        token = await caller.token("ns1")
        form = {"blockedZones": "kept.example"}
        await caller.call("ns1", "/api/blocked/import", form, token=token)
        form = {"blockedZones": "lost.example,no good"}
        await caller.call("ns1", "/api/blocked/import", form, token=token)
        assert node.blocked.names() == ["kept.example", "lost.example"]

        await lab.stop("ns1")
        await lab.start("ns1")

        assert node.blocked.names() == ["kept.example"]


def test_lists_and_apps_are_kept_between_two_runs(tmp_path: Path) -> None:
    path = tmp_path / "state"
    before = Sandbox(demonstration).wire.nodes
    before[0].blocked.add("new.example")
    before[0].apps.uninstall(QUERY_LOGS)
    save(path, before)

    after = Sandbox(demonstration).wire.nodes
    restore(path, after)

    assert "new.example" in after[0].blocked
    assert [app.name for app in after[0].apps] == [ADVANCED_BLOCKING]
    assert len(after[0].allowed) > 0
