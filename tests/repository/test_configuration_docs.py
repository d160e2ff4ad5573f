"""docs/configuration.md lists every setting of every service, with its readers and defaults."""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import auth_gateway.settings
import companion_local.settings
import dhcp_tokens.settings
import node_proxy.settings
import ptr_worker.settings
import pytest
from companion.env import Declared, Env, SettingsRefused
from companion_local import ports

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
ROW = re.compile(r"^\| `(\S+)` \| ([^|]+) \| (.+) \|$", re.MULTILINE)
ALL = ("auth-gateway", "node-proxy", "ptr-worker", "dhcp-tokens")


def _of_the_launcher(env: Env) -> None:
    companion_local.settings.read(env)
    ports.addresses(env, ports.Ports(lambda _: True))


READERS: dict[str, Callable[[Env], Any]] = {
    "auth-gateway": auth_gateway.settings.Settings.read,
    "node-proxy": node_proxy.settings.Settings.read,
    "ptr-worker": ptr_worker.settings.Settings.read,
    "dhcp-tokens": dhcp_tokens.settings.Settings.read,
    "make run": _of_the_launcher,
}


@pytest.mark.parametrize("service", READERS)
def test_every_setting_is_on_the_page_with_its_default(service: str) -> None:
    shown = _shown(service)
    for setting in _read(service):
        name = setting.name.replace("_NS1_", "_<ID>_")
        if name.endswith("_FILE") and name.removesuffix("_FILE") in shown:
            assert f"`{name}`" in shown[name.removesuffix("_FILE")]
            continue
        assert name in shown, f"{service} reads {name}"
        default = {"ns1": "its id", None: "none"}.get(setting.default, f"`{setting.default}`")
        assert default in shown[name], f"{name}: {default}"


@pytest.mark.parametrize("service", READERS)
def test_nothing_is_on_the_page_that_nobody_reads(service: str) -> None:
    read = {setting.name.replace("_NS1_", "_<ID>_") for setting in _read(service)}

    assert _shown(service).keys() <= read


def _read(service: str) -> tuple[Declared, ...]:
    """What a service asks for; with one node, so that the settings of nodes are among it."""
    env = Env({"TECHNITIUM_NODES": "ns1"})
    # Required ones are missing here; what was asked for is known all the same.
    with suppress(SettingsRefused):
        READERS[service](env)
    return env.declared


def _shown(service: str) -> dict[str, str]:
    """The rest of the row of each setting that this service is named beside."""
    rows: dict[str, str] = {}
    for name, readers, rest in ROW.findall(PAGE.read_text()):
        named = ALL if readers == "all" else readers.split(", ")
        if service in named:
            rows[name] = rest
    return rows
