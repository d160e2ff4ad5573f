"""Each process gets what it reads, its own secrets, and nothing of the others."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import auth_gateway.settings
import dhcp_tokens.settings
import node_proxy.settings
import ptr_worker.settings
import pytest
from companion.env import Env, declared
from companion_local.child import ProcessPlan
from companion_local.environment import MACHINE, machine, shares
from companion_local.plan import processes

from tests.companion_local.support import PLAIN

READERS: dict[str, Callable[[Env], object]] = {
    "auth-gateway": auth_gateway.settings.Settings.read,
    "node-proxy": node_proxy.settings.Settings.read,
    "ptr-worker": ptr_worker.settings.Settings.read,
    "dhcp-tokens": dhcp_tokens.settings.Settings.read,
}
SECRET_FILES = {
    name: f"/data/secrets/{name.lower()}"
    for name in ("SESSION_KEYS", "SESSION_PEPPER", "INTERNAL_SECRET")
}


@pytest.mark.parametrize("service", READERS)
def test_a_service_gets_only_what_it_reads(service: str) -> None:
    read = {one.name for one in declared(READERS[service])}
    nodes = {name for name in _env(service) if name.startswith("TECHNITIUM_NS")}

    given = _env(service).keys() - nodes - set(machine({}))

    assert given <= read, given - read


@pytest.mark.parametrize("service", READERS)
def test_what_the_operator_may_set_reaches_the_service_that_reads_it(service: str) -> None:
    """All but what the launcher itself decides, and ways to serve that it does not have."""
    read = {one.name for one in declared(READERS[service])}
    decided = _env(service).keys() | {f"{name}_FILE" for name in SECRET_FILES}
    decided |= {"PORT", "REDIS_URL_FILE"}
    # For node-proxy only where nobody signs in; see below.
    decided |= {"TECHNITIUM_CLUSTER_TOKEN", "TECHNITIUM_CLUSTER_TOKEN_FILE"}
    behind_the_door = {"TRUST_PROXY", "TRUSTED_PROXIES", "TRUST_PROXY_HOPS"}
    if service != "auth-gateway":
        decided |= behind_the_door

    settable = read - decided - SECRET_FILES.keys()
    passed = _env(service, variables=dict.fromkeys(settable, "x"))

    assert settable <= passed.keys(), settable - passed.keys()


@pytest.mark.parametrize("service", READERS)
def test_the_settings_made_for_a_service_are_accepted_by_it(service: str, tmp_path: Path) -> None:
    from companion_local import secrets  # noqa: PLC0415 - shadows the standard one elsewhere

    files = {name: str(path) for name, path in secrets.keep(tmp_path).items()}
    variables = {"HTTPS_CERT_PATH": __file__, "HTTPS_KEY_PATH": __file__}

    READERS[service](Env(_env(service, variables=variables, files=files)))


@pytest.mark.parametrize(
    ("secret", "owners"),
    [
        ("SESSION_KEYS_FILE", {"auth-gateway", "node-proxy"}),
        ("SESSION_PEPPER_FILE", {"auth-gateway", "node-proxy"}),
        ("INTERNAL_SECRET_FILE", {"auth-gateway", "node-proxy", "dhcp-tokens"}),
        ("TECHNITIUM_BACKGROUND_TOKEN", {"ptr-worker"}),
        ("TECHNITIUM_BACKGROUND_TOKEN_FILE", {"ptr-worker"}),
        ("TECHNITIUM_CLUSTER_TOKEN", {"auth-gateway"}),
        ("TECHNITIUM_NS1_TOKEN", set()),
        ("TECHNITIUM_NS1_TOKEN_FILE", set()),
    ],
)
def test_a_secret_reaches_its_owners_alone(secret: str, owners: set[str]) -> None:
    variables = {} if secret.removesuffix("_FILE") in SECRET_FILES else {secret: "canary"}

    having = {plan.name for plan in _plans(variables) if secret in plan.env}

    assert having == owners


@pytest.mark.parametrize(
    ("token", "owners"),
    [
        ("TECHNITIUM_CLUSTER_TOKEN", {"auth-gateway", "node-proxy"}),
        ("TECHNITIUM_CLUSTER_TOKEN_FILE", {"auth-gateway", "node-proxy"}),
        ("TECHNITIUM_NS1_TOKEN", {"node-proxy"}),
        ("TECHNITIUM_NS1_TOKEN_FILE", {"node-proxy"}),
        ("TECHNITIUM_NS9_TOKEN", set()),
        ("TECHNITIUM_BACKGROUND_TOKEN", {"ptr-worker"}),
        ("TECHNITIUM_SCHEDULE_TOKEN", set()),
    ],
)
def test_without_sign_in_a_token_reaches_who_acts_with_it_alone(
    token: str, owners: set[str]
) -> None:
    stack = replace(PLAIN, session_auth=False, variables={token: "canary"})

    plans = {plan.name: plan for plan in processes(stack)}

    assert {name for name, plan in plans.items() if token in plan.env} == owners
    for name in READERS:
        assert plans[name].env["AUTH_SESSION_ENABLED"] == "false"


def test_a_secret_that_the_operator_set_is_not_replaced() -> None:
    env = _env("node-proxy", variables={"SESSION_KEYS": "own"})

    assert env["SESSION_KEYS"] == "own"
    assert "SESSION_KEYS_FILE" not in env


def test_no_secret_stands_in_a_command_line_or_a_repr() -> None:
    variables = {"TECHNITIUM_BACKGROUND_TOKEN": "canary", "SESSION_KEYS": "canary"}

    for plan in _plans(variables):
        assert "canary" not in " ".join(plan.command)
        assert "canary" not in repr(plan)


def test_the_rest_of_the_operators_environment_stays_outside() -> None:
    variables = {"AWS_SECRET_ACCESS_KEY": "canary", "HTTP_PROXY": "http://x", "LANG": "C.UTF-8"}

    for plan in _plans(variables):
        assert "canary" not in plan.env.values()
        assert "HTTP_PROXY" not in plan.env
        assert plan.env["LANG"] == "C.UTF-8"


def test_every_service_has_a_share() -> None:
    assert shares(session_auth=True).keys() == READERS.keys()
    assert "PATH" in MACHINE


def _env(
    service: str, *, variables: dict[str, str] | None = None, files: dict[str, str] | None = None
) -> dict[str, str]:
    plans = {plan.name: plan for plan in _plans(variables or {}, files=files)}
    return dict(plans[service].env)


def _plans(
    variables: dict[str, str], *, files: dict[str, str] | None = None
) -> tuple[ProcessPlan, ...]:
    stack = replace(PLAIN, variables=variables, secrets=files or SECRET_FILES)
    if "HTTPS_CERT_PATH" in variables:
        stack = replace(stack, certificate={})
    return processes(stack)
