import pytest
from companion.env import Env, SettingsRefused, declared
from dhcp_tokens.settings import Settings

GOOD = {
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "INTERNAL_SECRET": "canary of the internal secret",
    "AUTH_SESSION_ENABLED": "yes",
}


def test_the_defaults_are_for_this_machine_alone() -> None:
    settings = Settings.read(Env(GOOD))

    assert str(settings.listen) == "127.0.0.1:8080"
    assert str(settings.metrics) == "127.0.0.1:9464"


def test_settings_printed_by_accident_show_no_secret() -> None:
    settings = Settings.read(Env(GOOD | {"REDIS_URL": "redis://:canary@127.0.0.1:6379/0"}))

    assert "canary" not in repr(settings)


def test_everything_that_is_missing_or_wrong_is_told_at_once() -> None:
    with pytest.raises(SettingsRefused) as refused:
        Settings.read(Env({"DHCP_TOKENS_LISTEN": "nowhere", "AUTH_SESSION_ENABLED": "perhaps"}))

    told = refused.value.problems
    names = ["REDIS_URL", "INTERNAL_SECRET", "AUTH_SESSION_ENABLED", "DHCP_TOKENS_LISTEN"]
    assert [problem.split()[0] for problem in told] == names


def test_the_settings_can_be_listed_for_the_documentation() -> None:
    found = {each.name: each for each in declared(Settings.read)}

    assert found["DHCP_TOKENS_LISTEN"].default == "127.0.0.1:8080"
    assert found["INTERNAL_SECRET"].secret
