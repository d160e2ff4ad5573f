"""What is said of settings that earlier versions read."""

import pytest
from companion.env import Env
from companion.env.retired import retired

OLD = [
    "TECHNITIUM_SCHEDULE_TOKEN",
    "TECHNITIUM_SCHEDULE_TOKEN_FILE",
    "TECHNITIUM_NS1_QUERY_LOGGER_APP_NAME",
    "TECHNITIUM_NS1_QUERY_LOGGER_CLASS_PATH",
    "HTTPS_SELF_SIGNED",
    "HTTPS_SELF_SIGNED_CERT_DIR",
    "HTTPS_SELF_SIGNED_DAYS",
    "HTTPS_SELF_SIGNED_SANS",
    "NODE_ENV",
    "CACHE_DIR",
    "DHCP_SNAPSHOT_DIR",
    "ZONE_SNAPSHOT_RETENTION",
    "DNS_FILTERING_SNAPSHOT_DIR",
    "QUERY_LOG_SQLITE_ENABLED",
    "QUERY_LOG_SQLITE_RESPONSE_CACHE_TTL_MS",
    "COMPANION_DB_PATH",
    "DOMAIN_GROUPS_ENABLED",
    "LOG_ALERT_RULES_ENABLED",
    "LOG_ALERTS_EVALUATOR_INTERVAL_MS",
    "DNS_SCHEDULES_ENABLED",
    "SMTP_HOST",
    "VITE_API_URL",
]


@pytest.mark.parametrize("name", OLD)
def test_each_says_its_name_and_what_to_do_in_one_line(name: str) -> None:
    env = Env({name: "canary"})

    env.retired()
    env.unknown(("TECHNITIUM_", "AUTH_"))

    (warning,) = env.warnings
    assert warning.startswith(f"{name} is no longer used: ")
    assert warning.endswith(".")
    assert "canary" not in warning
    assert "\n" not in warning


@pytest.mark.parametrize("name", ["PORT", "HTTPS_ENABLED", "SMTP", "NODE_ENVIRONMENT", "PATH"])
def test_other_names_are_not_among_them(name: str) -> None:
    assert retired(name) is None


def test_nothing_is_said_of_a_name_that_is_set_to_nothing_or_read_again() -> None:
    env = Env({"CACHE_DIR": " ", "NODE_ENV": "x"})
    env.text("NODE_ENV")

    env.retired()

    assert env.warnings == []
