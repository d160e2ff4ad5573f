"""Advanced Blocking is found by what it is; what a node did not say is left out."""

from typing import Any

import msgspec
import pytest
from node_proxy.domain.apps import AppsList, apps_answer


def apps_list(*apps: dict[str, Any]) -> AppsList:
    return msgspec.convert({"apps": list(apps)}, AppsList)


@pytest.mark.parametrize(
    "app",
    [
        {"name": "Advanced Blocking"},
        {"name": "advanced blocking"},
        {"name": "my filter", "dnsApps": [{"classPath": "AdvancedBlocking.App"}]},
    ],
)
def test_advanced_blocking_is_found_by_name_in_any_case_and_by_class(app: dict[str, Any]) -> None:
    assert apps_list(app).has_advanced_blocking


def test_other_app_is_not_advanced_blocking() -> None:
    app = {"name": "Block Page", "dnsApps": [{"classPath": "BlockPage.App"}]}

    assert not apps_list(app).has_advanced_blocking


def test_app_without_version_has_no_version_in_the_answer() -> None:
    answer = apps_answer("ns1", apps_list({"name": "Wild IP"}), now=0.0)

    assert msgspec.to_builtins(answer) == {
        "nodeId": "ns1",
        "apps": [{"name": "Wild IP"}],
        "hasAdvancedBlocking": False,
        "fetchedAt": "1970-01-01T00:00:00.000Z",
    }
