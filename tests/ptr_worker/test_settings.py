from collections.abc import Mapping

import pytest
from companion.env import Env, SettingsRefused, declared
from companion.secret import Secret
from ptr_worker.settings import Settings

GOOD = {
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "TECHNITIUM_NODES": "ns1",
    "TECHNITIUM_NS1_BASE_URL": "https://192.168.1.2:53443",
    "AUTH_SESSION_ENABLED": "true",
}


def read(variables: Mapping[str, str]) -> Settings:
    return Settings.read(Env(variables))


def test_the_token_is_optional_and_never_shown() -> None:
    without = read(GOOD)
    hidden = {"TECHNITIUM_BACKGROUND_TOKEN": "canary", "REDIS_URL": "redis://:canary@127.0.0.1"}
    settings = read({**GOOD, **hidden})

    assert without.background_token is None
    assert settings.background_token == Secret("canary")
    assert "canary" not in repr(settings)


def test_metrics_are_for_this_machine_unless_an_address_is_given() -> None:
    assert str(read(GOOD).metrics) == "127.0.0.1:9463"
    assert str(read({**GOOD, "PTR_WORKER_METRICS_PORT": "0.0.0.0:1"}).metrics) == "0.0.0.0:1"


def test_everything_that_is_missing_is_told_at_once() -> None:
    with pytest.raises(SettingsRefused) as refused:
        read({})

    told = " ".join(refused.value.problems)
    for name in ("REDIS_URL", "TECHNITIUM_NODES", "AUTH_SESSION_ENABLED"):
        assert name in told


def test_a_misspelt_name_is_told_together_with_what_is_missing() -> None:
    misspelt = {**GOOD, "AUTH_SESION_ENABLED": "true"}
    del misspelt["AUTH_SESSION_ENABLED"]

    with pytest.raises(SettingsRefused) as refused:
        read(misspelt)

    assert refused.value.warnings == [
        "AUTH_SESION_ENABLED is set but nothing reads it. Did you mean AUTH_SESSION_ENABLED?"
    ]


def test_the_settings_can_be_listed_for_the_documentation() -> None:
    names = [each.name for each in declared(Settings.read)]

    assert "TECHNITIUM_BACKGROUND_TOKEN_FILE" in names
    assert "PTR_WORKER_METRICS_PORT" in names
