from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from companion.env import Env
from companion.env.transport import require_certificate, require_https, transport


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


@pytest.mark.parametrize("everybody", ["0.0.0.0/0", "::/0"])
def test_trusting_every_address_is_a_warning(everybody: str) -> None:
    on, off, named = (
        Env({"TRUST_PROXY": "true", "TRUSTED_PROXIES": f"10.0.0.1,{everybody}"}),
        Env({"TRUST_PROXY": "false", "TRUSTED_PROXIES": everybody}),
        Env({"TRUST_PROXY": "true", "TRUSTED_PROXIES": "10.0.0.0/8"}),
    )

    for env in (on, off, named):
        transport(env)

    assert [warning.split(":")[0] for warning in on.warnings if everybody in warning] == [
        f"TRUSTED_PROXIES names every address ({everybody})".split(":")[0]
    ]
    assert (off.warnings, named.warnings, on.problems) == ([], [], [])


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
        require_certificate(env, transport(env))

    assert good.problems == []
    assert [problem.split()[3] for problem in bare.problems] == ["so", "so"]
    assert len(gone.problems) == 1
    assert gone.problems[0].startswith("HTTPS_KEY_PATH must be a file that can be read")


def test_a_certificate_may_be_named_by_a_pattern_and_the_first_is_taken(tmp_path: Path) -> None:
    for name in ("b.crt", "A.CRT", "a.key"):
        (tmp_path / name).write_text("x")
    env = Env({"HTTPS_ENABLED": "true", "HTTPS_CERT_PATH": f"{tmp_path}/?.crt"})

    assert transport(env).cert == tmp_path / "A.CRT"
    assert env.problems == []


def test_a_pattern_that_fits_nothing_is_a_problem(tmp_path: Path) -> None:
    env = Env({"HTTPS_ENABLED": "true", "HTTPS_CERT_PATH": f"{tmp_path}/none/*.crt"})

    transport(env)

    assert len(env.problems) == 1


def test_the_older_name_of_cors_origins_is_read_and_said() -> None:
    older = Env({"CORS_ORIGIN": "https://a"})
    both = Env({"CORS_ORIGIN": "https://a", "CORS_ORIGINS": "https://b"})

    assert transport(older).cors_origins == ("https://a",)
    assert transport(both).cors_origins == ("https://b",)
    assert "read as CORS_ORIGINS" in older.warnings[0]
    assert "used instead" in both.warnings[0]


def test_allowed_hosts_are_names_without_a_port() -> None:
    good = Env({"ALLOWED_HOSTS": "DNS.Example.org., node-proxy"})
    bad = Env({"ALLOWED_HOSTS": "dns.example.org:443"})

    assert transport(good).allowed_hosts == ("dns.example.org", "node-proxy")
    transport(bad)
    assert bad.problems[0].startswith("ALLOWED_HOSTS must be host names")
