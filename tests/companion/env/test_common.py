import logging
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from companion.env import (
    Env,
    log_level,
    redis_url,
    require_https,
    session_auth,
    session_limits,
    transport,
)


@pytest.mark.parametrize(
    ("word", "level"),
    [
        ("error", logging.ERROR),
        ("warn", logging.WARNING),
        ("LOG", logging.INFO),
        ("debug", logging.DEBUG),
        ("verbose", logging.DEBUG),
        ("INFO", logging.INFO),
        ("Warning", logging.WARNING),
    ],
)
def test_log_levels_have_the_words_of_the_companion_and_the_usual_ones(
    word: str, level: int
) -> None:
    assert log_level(Env({"LOG_LEVEL": word})) == level


def test_sessions_have_the_limits_of_the_companion_unless_told_otherwise() -> None:
    assert session_limits(Env({})).idle_s == 8 * 3600
    assert session_limits(Env({})).max_age_s == 24 * 3600
    assert session_limits(Env({"AUTH_SESSION_IDLE_HOURS": "0.25"})).idle_s == 900


@pytest.mark.parametrize(
    "url",
    [
        "redis://127.0.0.1:6379/0",
        "rediss://redis.example.org/1",
        "unix:///run/redis.sock",
        "redis+sentinel://a,b:26380/main/0",
    ],
)
def test_every_documented_form_of_redis_url_is_taken(url: str) -> None:
    env = Env({"REDIS_URL": url})

    assert redis_url(env) == url
    assert env.problems == []


def test_another_form_of_redis_url_is_a_problem_that_does_not_repeat_it() -> None:
    env = Env({"REDIS_URL": "http://user:canary@redis"})

    redis_url(env)

    assert len(env.problems) == 1
    assert "canary" not in env.problems[0]


def test_sign_in_must_be_switched_on_by_name() -> None:
    unset, off, odd, on = (
        Env({}),
        Env({"AUTH_SESSION_ENABLED": "false"}),
        Env({"AUTH_SESSION_ENABLED": "truee"}),
        Env({"AUTH_SESSION_ENABLED": "True"}),
    )

    for env in (unset, off, odd, on):
        session_auth(env)

    assert "set AUTH_SESSION_ENABLED=true" in unset.problems[0]
    assert "not available in this version" in off.problems[0]
    assert odd.problems == ["AUTH_SESSION_ENABLED must be true or false."]
    assert on.problems == []


def test_proxies_on_this_machine_are_trusted_unless_others_are_named() -> None:
    default = transport(Env({"TRUST_PROXY": "yes"}))
    named = transport(Env({"TRUST_PROXY": "yes", "TRUSTED_PROXIES": "10.1.0.0/16, fd00::1, unix"}))

    assert default.trusts(ip_address("127.0.0.1"))
    assert default.trusts(ip_address("::1"))
    assert not default.trusts(ip_address("10.1.2.3"))
    assert not default.trusts(None)
    assert named.trusted == (ip_network("10.1.0.0/16"), ip_network("fd00::1/128"))
    assert named.trusts(None)
    assert not named.trusts(ip_address("127.0.0.1"))


def test_nobody_is_trusted_while_trust_proxy_is_off() -> None:
    assert not transport(Env({})).trusts(ip_address("127.0.0.1"))


def test_a_service_behind_the_door_believes_the_door_and_reads_no_https_settings() -> None:
    env = Env({"HTTPS_ENABLED": "true"})

    settings = transport(env, is_door=False)

    assert settings.trusts(ip_address("127.0.0.1"))
    assert not settings.https
    assert "HTTPS_ENABLED" not in {each.name for each in env.declared}


def test_origins_of_cors_are_kept_as_browsers_send_them() -> None:
    env = Env({"CORS_ORIGINS": "https://Tools.Example.org, http://localhost:5173,https://a:443"})

    assert transport(env).cors_origins == (
        "https://tools.example.org",
        "http://localhost:5173",
        "https://a",
    )


@pytest.mark.parametrize("origin", ["*", "https://a/", "tools.example.org", "https://*.a.org"])
def test_what_is_no_exact_origin_is_a_problem(origin: str) -> None:
    env = Env({"CORS_ORIGINS": origin})

    transport(env)

    assert len(env.problems) == 1


def test_without_any_way_to_https_there_is_one_clear_line() -> None:
    env = Env({})

    require_https(env, transport(env))

    assert len(env.problems) == 1
    assert "HTTPS_ENABLED=true" in env.problems[0]
    assert "TRUST_PROXY=true" in env.problems[0]


def test_a_trusted_proxy_is_a_way_to_https() -> None:
    env = Env({"TRUST_PROXY": "true"})

    require_https(env, transport(env))

    assert env.problems == []


def test_https_needs_a_certificate_and_key_that_can_be_read(tmp_path: Path) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    cert.write_text("x")
    key.write_text("x")
    files = {"HTTPS_CERT_PATH": str(cert), "HTTPS_KEY_PATH": str(key)}
    good = Env({"HTTPS_ENABLED": "true"} | files)
    bare = Env({"HTTPS_ENABLED": "true"})
    gone = Env({"HTTPS_ENABLED": "true"} | files | {"HTTPS_KEY_PATH": str(tmp_path / "none")})

    for env in (good, bare, gone):
        require_https(env, transport(env))

    assert good.problems == []
    assert [problem.split()[3] for problem in bare.problems] == ["so", "so"]
    assert len(gone.problems) == 1
    assert gone.problems[0].startswith("HTTPS_KEY_PATH must be a file that can be read")
