"""Settings beyond the story: every kind of value, the pause of blocking, clusters, releases."""

import io
import zipfile
from typing import Any

import httpx
import pytest

from tests.support.sandbox import Sandbox, fresh_nodes, sandbox
from tests.technitium_sandbox.caller import Caller, Form, Json

SET = "/api/settings/set"
GET = "/api/settings/get"
LISTS = ["https://lists.example.net/a.txt", "!https://lists.example.net/allow.txt", "# a note"]


async def _set(caller: Caller, token: str, form: Form, node: str = "ns1") -> Json:
    return await caller.call(node, SET, form, token=token)


async def _get(caller: Caller, token: str, node: str = "ns1") -> Json:
    found: Json = (await caller.call(node, GET, token=token))["response"]
    return found


async def _post_json(caller: Caller, token: str, content: bytes) -> Json:
    answer = await caller.client.post(
        caller.lab.nodes["ns1"].url + SET,
        content=content,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    found: Json = answer.json()
    return found


@pytest.mark.parametrize(
    ("form", "key", "value"),
    [
        ({"dnsServerLocalEndPoints": "127.0.0.1"}, "dnsServerLocalEndPoints", ["127.0.0.1:53"]),
        ({"dnsServerLocalEndPoints": ""}, "dnsServerLocalEndPoints", ["0.0.0.0:53", "[::]:53"]),
        ({"defaultRecordTtl": "2h"}, "defaultRecordTtl", 7_200),
        ({"defaultResponsiblePerson": "me@x.test"}, "defaultResponsiblePerson", "me@x.test"),
        (
            {"zoneTransferAllowedNetworks": "10.1.2.3/8"},
            "zoneTransferAllowedNetworks",
            ["10.0.0.0/8"],
        ),
        ({"socketPoolExcludedPorts": "53,5353"}, "socketPoolExcludedPorts", [53, 5353]),
        ({"preferIPv6": "true"}, "ipv6Mode", "Preferred"),
        ({"ipv6Mode": "enabled"}, "preferIPv6", False),
        (
            {"eDnsClientSubnetIpv4Override": "10.1.2.3"},
            "eDnsClientSubnetIpv4Override",
            "10.1.2.0/24",
        ),
        (
            {"qpmPrefixLimitsIPv4": "24|10|20"},
            "qpmPrefixLimitsIPv4",
            [{"prefix": 24, "udpLimit": 10, "tcpLimit": 20}],
        ),
        ({"webServiceLocalAddresses": "0.0.0.0,::"}, "webServiceLocalAddresses", ["[::]"]),
        ({"webServiceRealIpHeader": ""}, "webServiceRealIpHeader", "X-Real-IP"),
        ({"reverseProxyNetworkACL": "!10.0.0.1"}, "dnsReverseProxyNetworkACL", ["!10.0.0.1"]),
        ({"dnsTlsCertificatePath": "/x.pfx"}, "dnsTlsCertificatePassword", "************"),
        ({"recursion": "deny"}, "recursion", "Deny"),
        ({"recursion": "Perhaps"}, "recursion", "AllowOnlyForPrivateNetworks"),
        ({"blockingType": "Odd"}, "blockingType", "NxDomain"),
        ({"blockingAnswerTtl": "77"}, "blockingAnswerTtl", 77),
        (
            {"customBlockingAddresses": "::1,x,10.0.0.1"},
            "customBlockingAddresses",
            ["10.0.0.1", "::1"],
        ),
        ({"blockListUrls": "# only a note"}, "blockListUrls", None),
        ({"forwarders": "9.9.9.9", "forwarderProtocol": "tls"}, "forwarderProtocol", "Tls"),
        ({"forwarderProtocol": "Tls"}, "forwarderProtocol", "Udp"),
        ({"loggingType": "None"}, "enableLogging", False),
        ({"enableLogging": "false"}, "loggingType", "None"),
        ({"webServiceEnableTls": "true"}, "webServiceEnableTls", False),
    ],
)
async def test_a_setting_is_kept_as_the_node_spells_it(form: Form, key: str, value: object) -> None:
    async with fresh_nodes() as lab, httpx.AsyncClient(timeout=5) as client:
        caller = Caller(lab, client)
        token = await caller.token("ns1")

        told = (await _set(caller, token, form))["response"]
        kept = await _get(caller, token)

    assert told[key] == value
    assert kept == told


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"dnsServerDomain": "a b"}, "Invalid domain name [a b]:"),
        ({"dnsServerDomain": "10.0.0.1"}, "IP address cannot be used for DNS server domain name."),
        ({"dnsServerLocalEndPoints": "127.0.0.1:853"}, "(Parameter 'LocalEndPoints')"),
        ({"defaultResponsiblePerson": "nobody"}, "form required for an e-mail address."),
        ({"udpPayloadSize": "100"}, "512-4096 bytes. (Parameter 'UdpPayloadSize')"),
        ({"udpPayloadSize": "70000"}, "too large or too small for a UInt16."),
        ({"clientTimeout": "1"}, "from 1000 to 10000. (Parameter 'ClientTimeout')"),
        ({"dnssecValidation": "yes"}, "String 'yes' was not recognized as a valid Boolean."),
        ({"qpmPrefixLimitsIPv4": "24|1"}, "Index was outside the bounds of the array."),
        ({"qpmPrefixLimitsIPv4": "24|1|1|24|2|2"}, "already been added. Key: 24"),
        ({"qpmPrefixLimitsIPv6": "129|1|1"}, "valid range is between 0 and 128."),
        ({"dnsOverHttpPort": "853"}, "Port 853 is reserved for DNS-over-TLS service."),
        ({"webServiceLocalAddresses": "x"}, "An invalid IP address was specified."),
        ({"cacheMaximumEntries": "9" * 30}, "too large or too small for an Int64."),
        (
            {"blockingBypassList": "10.0.0.0/40"},
            "Invalid network address was specified: 10.0.0.0/40",
        ),
        (
            {"blockingBypassList": ",".join(["10.0.0.1"] * 256)},
            "255 entries. (Parameter 'BlockingB",
        ),
        ({"blockListUrls": "nonsense"}, "could not be determined. (Parameter 'BlockListUrls')"),
        ({"blockListUrls": "http://x.test/" + "a" * 255}, "cannot exceed 255 characters."),
        ({"blockListUrls": ",".join(f"http://x.test/{n}" for n in range(256))}, "more than 255"),
        ({"proxyType": "Http", "proxyAddress": "x", "proxyPort": "y"}, "The input string 'y'"),
        ({"tsigKeys": "a|b"}, "Index was outside the bounds of the array."),
    ],
)
async def test_a_bad_value_is_told_and_what_came_before_it_stays(form: Form, message: str) -> None:
    async with fresh_nodes() as lab, httpx.AsyncClient(timeout=5) as client:
        caller = Caller(lab, client)
        token = await caller.token("ns1")

        refused = await _set(caller, token, {**form, "maxStatFileDays": "1"})
        later = await _set(caller, token, {"defaultRecordTtl": "60", "blockingAnswerTtl": "x"})
        kept = await _get(caller, token)

    assert message in refused["errorMessage"]
    assert kept["maxStatFileDays"] == 365
    assert later["errorMessage"] == "Failed to parse TTL from value: x"
    assert kept["defaultRecordTtl"] == 60


async def test_a_json_body_is_all_that_is_looked_at() -> None:
    async with fresh_nodes() as lab, httpx.AsyncClient(timeout=5) as client:
        caller = Caller(lab, client)
        token = await caller.token("ns1")
        body = (
            b'{"enableBlocking":false,"blockListUrls":null,"blockingAnswerTtl":45,'
            b'"tsigKeys":[{"keyName":"K.Test.","sharedSecret":"c2VjcmV0","algorithmName":"hmac-sha256"}],'
            b'"forwarders":["9.9.9.9"],"BlockingType":"AnyAddress"}'
        )

        told = (await _post_json(caller, token, body))["response"]
        no_object = await _post_json(caller, token, b"[1]")
        no_json = await _post_json(caller, token, b"{")
        nothing = await _post_json(caller, token, b"")

    assert (told["enableBlocking"], told["blockingAnswerTtl"]) == (False, 45)
    assert told["blockingType"] == "NxDomain"
    assert told["tsigKeys"][0]["keyName"] == "k.test"
    assert "'Object', but the target element has type 'Array'" in no_object["errorMessage"]
    assert "LineNumber: 0" in no_json["errorMessage"]
    assert "does not contain any JSON tokens" in nothing["errorMessage"]


async def test_a_pause_of_blocking_ends_by_itself_or_by_switching_on() -> None:
    async with fresh_nodes() as lab, httpx.AsyncClient(timeout=5) as client:
        caller = Caller(lab, client)
        token = await caller.token("ns1")
        pause = "/api/settings/temporaryDisableBlocking"
        till = (await caller.call("ns1", pause, {"minutes": "5"}, token=token))["response"]
        off = await _get(caller, token)
        lab.clock.advance(301)
        after = await _get(caller, token)
        await caller.call("ns1", pause, {"minutes": "5"}, token=token)
        switched = (await _set(caller, token, {"enableBlocking": "true"}))["response"]
        negative = await caller.call("ns1", pause, {"minutes": "-1"}, token=token)

    key = "temporaryDisableBlockingTill"
    assert (off["enableBlocking"], off[key]) == (False, till[key])
    assert after["enableBlocking"]
    assert key not in after
    assert switched["enableBlocking"]
    assert key not in switched
    assert "(Parameter 'dueTime')" in negative["errorMessage"]


async def test_switching_off_leaves_the_timer_of_a_pause_and_a_restart_forgets_it() -> None:
    async with fresh_nodes() as lab, httpx.AsyncClient(timeout=5) as client:
        caller = Caller(lab, client)
        token = await caller.token("ns1")
        minutes = {"minutes": "5"}
        await caller.call("ns1", "/api/settings/temporaryDisableBlocking", minutes, token=token)
        await _set(caller, token, {"enableBlocking": "false"})
        lab.clock.advance(301)
        awake = await _get(caller, token)
        await caller.call("ns1", "/api/settings/temporaryDisableBlocking", minutes, token=token)
        await lab.stop("ns1")
        await lab.start("ns1")
        restarted = await _get(caller, token)

    assert awake["enableBlocking"]
    assert restarted["enableBlocking"]


async def test_lists_are_downloaded_a_little_later() -> None:
    async with fresh_nodes() as lab, httpx.AsyncClient(timeout=5) as client:
        caller, node = Caller(lab, client), lab.nodes["ns1"].node
        token = await caller.token("ns1")
        before = (await _set(caller, token, {"blockListUrls": ",".join(LISTS)}))["response"]
        lab.clock.advance(3)
        after, counted = await _get(caller, token), node.block_list_zones
        cleared = (await _set(caller, token, {"blockListUrls": ""}))["response"]

    assert before["blockListUrls"] == LISTS
    assert before["blockListNextUpdatedOn"] == "0001-01-02T00:00:00"
    assert after["blockListNextUpdatedOn"].endswith("Z")
    assert counted > 0
    assert "blockListNextUpdatedOn" not in cleared
    assert node.block_list_zones == 0


async def test_settings_of_the_cluster_go_to_the_primary_and_from_it_to_all() -> None:
    async with sandbox() as lab, httpx.AsyncClient(timeout=5) as client:
        caller = Caller(lab, client)
        tokens = {name: await caller.token(name) for name in lab.nodes}
        form = {"blockingAnswerTtl": "77", "maxStatFileDays": "9"}
        await _set(caller, tokens["ns2"], form, "ns2")
        at_once = {name: await _get(caller, tokens[name], name) for name in lab.nodes}
        lab.clock.advance(11)
        later = await _get(caller, tokens["ns3"], "ns3")

    ttls = {name: one["blockingAnswerTtl"] for name, one in at_once.items()}
    days = {name: one["maxStatFileDays"] for name, one in at_once.items()}
    assert ttls == {"ns1": 77, "ns2": 77, "ns3": 30}
    assert days == {"ns1": 365, "ns2": 9, "ns3": 365}
    assert (later["blockingAnswerTtl"], later["maxStatFileDays"]) == (77, 365)


async def test_without_its_primary_a_secondary_changes_only_itself() -> None:
    async with sandbox() as lab, httpx.AsyncClient(timeout=5) as client:
        caller = Caller(lab, client)
        token = await caller.token("ns2")
        await lab.stop("ns1")
        shared = await _set(caller, token, {"blockingAnswerTtl": "77"}, "ns2")
        own = await _set(caller, token, {"maxStatFileDays": "9"}, "ns2")
        kept = await _get(caller, token, "ns2")

    assert shared["errorMessage"] == "Connection refused (ns1.home.arpa:53443)"
    assert own["status"] == "ok"
    assert (kept["blockingAnswerTtl"], kept["maxStatFileDays"]) == (77, 9)


async def test_a_pause_is_for_every_node_of_a_cluster() -> None:
    async with sandbox() as lab, httpx.AsyncClient(timeout=5) as client:
        caller = Caller(lab, client)
        token = await caller.token("ns2")
        path = "/api/settings/temporaryDisableBlocking"
        await caller.call("ns2", path, {"minutes": "5"}, token=token)
        off = [stand.node.settings["enableBlocking"] for stand in lab.nodes.values()]
        lab.clock.advance(301)
        on = [stand.node.settings["enableBlocking"] for stand in lab.nodes.values()]

    assert (off, on) == ([False] * 3, [True] * 3)


async def test_a_member_that_is_renamed_keeps_its_place_in_the_cluster() -> None:
    async with sandbox() as lab, httpx.AsyncClient(timeout=5) as client:
        caller = Caller(lab, client)
        token = await caller.token("ns2")
        outside = await _set(caller, token, {"dnsServerDomain": "ns2.example"}, "ns2")
        renamed = await _set(caller, token, {"dnsServerDomain": "dns2.home.arpa"}, "ns2")
        lab.clock.advance(60)
        state = await caller.call(
            "ns1", "/api/admin/cluster/state", token=await caller.token("ns1")
        )

    assert "must end with the cluster domain name." in outside["errorMessage"]
    assert renamed["server"] == "dns2.home.arpa"
    members = {one["name"]: one["state"] for one in state["response"]["clusterNodes"]}
    assert members["dns2.home.arpa"] == "Connected"


async def test_the_settings_say_whose_word_about_addresses_counts() -> None:
    async with fresh_nodes() as lab, httpx.AsyncClient(timeout=5) as client:
        caller = Caller(lab, client)
        token = await caller.token("ns1")
        await _set(caller, token, {"webServiceReverseProxyAddresses": "10.0.0.0/8"})
        await caller.post("ns1", "/api/user/login", real_ip="198.51.100.7")
        distrusted = lab.requests.of("ns1", "/api/user/login")[-1].address
        await _set(caller, token, {"webServiceReverseProxyAddresses": "127.0.0.0/8"})
        await caller.post("ns1", "/api/user/login", real_ip="198.51.100.7")
        trusted = lab.requests.of("ns1", "/api/user/login")[-1].address

    assert (distrusted, trusted) == ("127.0.0.1", "198.51.100.7")


async def test_a_backup_gives_the_settings_back() -> None:
    async with fresh_nodes() as lab, httpx.AsyncClient(timeout=5) as client:
        caller = Caller(lab, client)
        token = await caller.token("ns1")
        await _set(caller, token, {"blockingAnswerTtl": "77"})
        saved = await caller.post(
            "ns1", "/api/settings/backup", {"dnsSettings": "true"}, token=token
        )
        await _set(caller, token, {"blockingAnswerTtl": "5"})
        restored = await _restore(lab, client, token, saved.content)
        no_zip = await _restore(lab, client, token, b"not a zip")
        no_file = await caller.call("ns1", "/api/settings/restore", {"a": "b"}, token=token)

    assert saved.headers["content-type"] == "application/zip"
    assert "_backup.zip" in saved.headers["content-disposition"]
    assert zipfile.ZipFile(io.BytesIO(saved.content)).namelist() == ["settings.json"]
    assert restored["response"]["blockingAnswerTtl"] == 77
    assert no_zip["errorMessage"] == "End of Central Directory record could not be found."
    assert no_file["errorMessage"] == "DNS backup zip file is missing."


async def _restore(lab: Sandbox, client: httpx.AsyncClient, token: str, content: bytes) -> Any:  # noqa: ANN401
    answer = await client.post(
        lab.nodes["ns1"].url + "/api/settings/restore",
        data={"dnsSettings": "true", "token": token},
        files={"file": ("backup.zip", content)},
    )
    return answer.json()


@pytest.mark.parametrize(
    ("version", "count", "key"),
    [
        ("15.2", 119, "dnsReverseProxyNetworkACL"),
        ("14.3", 114, "reverseProxyNetworkACL"),
        ("13.6", 110, "qpmLimitRequests"),
    ],
)
async def test_each_release_has_its_own_keys(version: str, count: int, key: str) -> None:
    async with fresh_nodes(version=version) as lab, httpx.AsyncClient(timeout=5) as client:
        caller = Caller(lab, client)
        token = str((await caller.sign_in("ns1"))["token"])
        answer = (await caller.call("ns1", GET, {"token": token}))["response"]
        form = {"token": token, "blockListUrls": ",".join(LISTS[:2])}
        lists = (await caller.call("ns1", SET, form))["response"]["blockListUrls"]

    assert len(answer) == count
    assert key in answer
    masked = answer["dnsTlsCertificatePassword"]
    assert masked == (None if version == "15.2" else "************")
    assert lists == (LISTS[1::-1] if version == "13.6" else LISTS[:2])
