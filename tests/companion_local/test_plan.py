"""What is started, in which order."""

from dataclasses import replace

from companion.address import Listen
from companion.listen import GRACEFUL_S
from companion.technitium.late import HAND_OVER_S
from companion_local.child import ProcessPlan
from companion_local.front import Front
from companion_local.plan import SERVICE_STOP_S, Stack, processes
from companion_local.readiness import HttpProbe

from tests.companion_local.support import PLAIN

SERVICES = ["node-proxy", "ptr-worker", "dhcp-tokens", "auth-gateway"]


def test_redis_comes_first_and_the_door_last() -> None:
    assert [plan.name for plan in processes(PLAIN)] == ["redis", "sandbox", *SERVICES]


def test_services_wait_for_redis_alone() -> None:
    after = {plan.name: plan.after for plan in processes(PLAIN)}

    assert after == {"redis": (), "sandbox": ()} | dict.fromkeys(SERVICES, ("redis",))


def test_services_are_not_killed_while_they_end_in_order() -> None:
    # Two listeners, and what is cancelled has to notice.
    assert SERVICE_STOP_S >= GRACEFUL_S + HAND_OVER_S + 3
    stop_s = {plan.name: plan.stop_s for plan in processes(PLAIN)}
    assert {stop_s[name] for name in SERVICES} == {SERVICE_STOP_S}


def test_a_redis_of_the_operator_is_used_and_none_started() -> None:
    stack = replace(PLAIN, redis=None, redis_url="redis://elsewhere")

    plans = _plans(stack)

    assert "redis" not in plans
    assert plans["node-proxy"].after == ()
    assert plans["node-proxy"].env["REDIS_URL"] == "redis://elsewhere"


def test_services_find_the_sandbox() -> None:
    env = _plans(PLAIN)["node-proxy"].env

    assert env["TECHNITIUM_NODES"] == "ns1,ns2"
    assert env["TECHNITIUM_NS1_BASE_URL"] == "http://127.0.0.1:15380"
    assert env["TECHNITIUM_NS2_BASE_URL"] == "http://127.0.0.1:15381"


def test_configured_nodes_are_passed_on_and_no_sandbox_is_started() -> None:
    variables = {"TECHNITIUM_NODES": "home", "TECHNITIUM_HOME_BASE_URL": "https://192.168.1.2"}
    plans = _plans(replace(PLAIN, sandbox=None, variables=variables))

    assert "sandbox" not in plans
    for name in ("node-proxy", "ptr-worker", "auth-gateway"):
        assert plans[name].env.items() >= variables.items()
    assert plans["auth-gateway"].env["COMPANION_SANDBOX"] == "false"


def test_the_gateway_serves_the_local_certificate_without_hsts() -> None:
    env = _plans(PLAIN)["auth-gateway"].env

    assert env["HTTPS_ENABLED"] == "true"
    assert env["HTTPS_PORT"] == "127.0.0.1:3443"
    assert env["HTTPS_OWN_CERTIFICATE"] == "true"
    assert env["COMPANION_SANDBOX"] == "true"


def test_the_simulated_cluster_is_named_as_the_one_that_says_who_people_are() -> None:
    elsewhere = _plans(replace(PLAIN, sandbox=None))["auth-gateway"].env

    assert _plans(PLAIN)["auth-gateway"].env["AUTH_IDENTITY_NODE"] == "ns1,ns2"
    assert "AUTH_IDENTITY_NODE" not in elsewhere


def test_the_door_is_asked_as_a_browser_would() -> None:
    plans = _plans(replace(PLAIN, front=Front(https=Listen(host="0.0.0.0", port=3443), plain=None)))

    probe = HttpProbe(host="127.0.0.1", port=3443, ca_file=PLAIN.ca)
    assert plans["auth-gateway"].probe == probe
    assert plans["node-proxy"].probe == HttpProbe(host="127.0.0.1", port=9462)


def test_a_certificate_of_the_operator_is_an_ordinary_one() -> None:
    variables = {"HTTPS_CERT_PATH": "/etc/crt", "HTTPS_KEY_PATH": "/etc/key"}
    stack = replace(PLAIN, certificate={}, ca=None, variables=variables)

    plan = _plans(stack)["auth-gateway"]

    assert plan.env.items() >= variables.items()
    assert plan.env["HTTPS_OWN_CERTIFICATE"] == "false"
    assert plan.probe == HttpProbe(host="127.0.0.1", port=9461)


def test_the_door_forwards_to_where_the_others_listen() -> None:
    moved = {**PLAIN.addresses, "NODE_PROXY_LISTEN": ("0.0.0.0", 4002)}
    plans = _plans(replace(PLAIN, addresses=moved))

    assert plans["node-proxy"].env["NODE_PROXY_LISTEN"] == "0.0.0.0:4002"
    assert plans["auth-gateway"].env["NODE_PROXY_URL"] == "http://127.0.0.1:4002"
    assert plans["auth-gateway"].env["DHCP_TOKENS_URL"] == "http://127.0.0.1:8080"


def test_everybody_is_told_the_mode() -> None:
    for session_auth, word in ((True, "true"), (False, "false")):
        plans = _plans(replace(PLAIN, session_auth=session_auth))
        assert {plans[name].env["AUTH_SESSION_ENABLED"] for name in SERVICES} == {word}


def test_plain_http_needs_no_certificate() -> None:
    front = Front(https=None, plain=Listen(port=3000))

    plan = _plans(replace(PLAIN, front=front, certificate={}, ca=None))["auth-gateway"]

    assert plan.env["HTTPS_ENABLED"] == "false"
    assert plan.env["PORT"] == "127.0.0.1:3000"
    assert plan.probe == HttpProbe(host="127.0.0.1", port=9461)


def _plans(stack: Stack) -> dict[str, ProcessPlan]:
    return {plan.name: plan for plan in processes(stack)}
