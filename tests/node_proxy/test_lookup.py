"""Lookups by one node and by all: codes are replies, silence is told, differences are shown."""

import time
from typing import Any

import pytest

from tests.node_proxy.conftest import Stack


async def look_up(stack: Stack, cookie: str, node: str = "ns1", **query: str) -> dict[str, Any]:
    answer = await stack.http.get(
        f"/api/nodes/{node}/lookup",
        params=query,
        headers={"Cookie": f"__Host-tdc_session={cookie}"},
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
async def cookie(stack: Stack) -> str:
    return await stack.sign_in("admin")


async def test_reply_has_its_records_in_words_and_in_fields(stack: Stack, cookie: str) -> None:
    answer = await look_up(stack, cookie, name="localhost", type="A")

    assert answer["failure"] is None
    reply = answer["reply"]
    (record,) = reply["answer"]
    assert reply["rcode"] == "NoError"
    assert (record["name"], record["type"], record["data"]) == ("localhost", "A", "127.0.0.1")
    assert record["fields"] == {"IPAddress": "127.0.0.1"}
    assert record["ttl"] > 0
    assert reply["roundTripMs"] >= 0
    assert answer["question"]["server"] == "this-server"


async def test_root_is_a_dot_in_the_text_of_a_record(stack: Stack, cookie: str) -> None:
    server = "recursive-resolver"
    answer = await look_up(stack, cookie, name="www.example.com", type="HTTPS", server=server)

    (record,) = answer["reply"]["answer"]
    assert record["fields"]["TargetName"] == ""
    assert record["data"] == "1 . alpn=h2,h3"


async def test_name_that_does_not_exist_is_a_reply(stack: Stack, cookie: str) -> None:
    answer = await look_up(stack, cookie, name="nothing.localhost")

    assert answer["reply"]["rcode"] == "NxDomain"
    assert answer["reply"]["answer"] == []
    assert answer["reply"]["authority"][0]["type"] == "SOA"


async def test_all_nodes_answer_side_by_side_and_agree(stack: Stack, cookie: str) -> None:
    answer = await look_up(stack, cookie, "all", name="localhost")

    assert answer["agree"] is True
    assert [one["nodeIds"] for one in answer["answers"]] == [["ns1", "ns2", "ns3"]]
    assert answer["answers"][0]["records"] == ["localhost A 127.0.0.1"]
    assert {node["state"] for node in answer["nodes"]} == {"ok"}


async def test_server_that_is_silent_is_a_failure_in_its_words(stack: Stack, cookie: str) -> None:
    answer = await look_up(stack, cookie, name="www.example.com", server="192.0.2.53")

    assert answer["reply"] is None
    assert answer["failure"]["kind"] == "timed_out"
    assert "192.0.2.53" in answer["failure"]["message"]


async def test_node_that_is_down_is_named_beside_the_others(stack: Stack, cookie: str) -> None:
    await stack.lab.stop("ns2")

    answer = await look_up(stack, cookie, "all", name="localhost")

    assert [node["state"] for node in answer["nodes"]] == ["ok", "unreachable", "ok"]
    assert answer["agree"] is True
    assert answer["answers"][0]["nodeIds"] == ["ns1", "ns3"]


async def test_node_that_is_down_is_502_alone(stack: Stack, cookie: str) -> None:
    await stack.lab.stop("ns1")

    answer = await stack.get("/api/nodes/ns1/lookup?name=localhost", cookie)

    assert (answer.status_code, answer.json()["code"]) == (502, "node_unreachable")


@pytest.mark.parametrize("node", ["ns1", "all"])
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "name"),
        ("name=a%20b", "name"),
        ("name=a&type=NOTHING", "type"),
        ("name=a&protocol=x", "protocol"),
        ("name=a&dnssec=x", "dnssec"),
        ("name=a&subnet=x", "subnet"),
    ],
)
async def test_bad_question_is_400_and_no_node_is_asked(
    stack: Stack, cookie: str, node: str, query: str, field: str
) -> None:
    stack.lab.requests.clear()

    answer = await stack.get(f"/api/nodes/{node}/lookup?{query}", cookie)

    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert stack.lab.requests.of("ns1") == []


async def test_two_lookups_are_two_questions(stack: Stack, cookie: str) -> None:
    stack.lab.requests.clear()

    for _ in range(2):
        await look_up(stack, cookie, name="localhost")

    assert len(stack.lab.requests.of("ns1")) == 2


async def test_nothing_is_imported(stack: Stack, cookie: str) -> None:
    stack.lab.requests.clear()

    await stack.get("/api/nodes/ns1/lookup?name=localhost&import=true", cookie)

    assert "import" not in str(stack.lab.requests.of("ns1"))


async def test_node_that_hangs_is_not_waited_for_as_long_as_a_lookup_may_take(
    hasty_stack: Stack,
) -> None:
    cookie = await hasty_stack.sign_in("admin")
    hasty_stack.lab.faults.add("ns2", "hang")
    began = time.monotonic()

    answer = await look_up(hasty_stack, cookie, "all", name="localhost")

    assert time.monotonic() - began < 5.0
    assert [node["state"] for node in answer["nodes"]] == ["ok", "timeout", "ok"]


async def test_lookup_that_takes_long_is_waited_for_while_its_node_is_alive(
    hasty_stack: Stack,
) -> None:
    cookie = await hasty_stack.sign_in("admin")
    hasty_stack.lab.faults.add("ns1", "slow", path="/api/dnsClient/resolve", seconds=2.5)

    answer = await look_up(hasty_stack, cookie, name="localhost")

    assert answer["reply"]["rcode"] == "NoError"
    asked = [one.path for one in hasty_stack.lab.requests.of("ns1")]
    assert asked.count("/api/dnsClient/resolve") == 1
    assert 1 <= asked.count("/api/user/session/get") <= 3
