import pytest
from companion.env import Env
from companion.env.sessions import sessions

from tests.support.sessions import PEPPER, session_key

SECRETS = {"SESSION_KEYS": session_key("first"), "SESSION_PEPPER": PEPPER}


def test_sessions_have_the_limits_of_the_companion_unless_told_otherwise() -> None:
    assert sessions(Env({})).limits.idle_s == 8 * 3600
    assert sessions(Env({})).limits.max_age_s == 24 * 3600
    assert sessions(Env({"AUTH_SESSION_IDLE_HOURS": "0.25"})).limits.idle_s == 900


def test_the_secrets_of_sessions_seal_and_open() -> None:
    read = sessions(Env(SECRETS))

    sealed = read.keyring.seal(b"plain", associated=b"key")
    assert read.keyring.open(sealed, associated=b"key") == b"plain"
    assert read.pepper.digest("cookie") == sessions(Env(SECRETS)).pepper.digest("cookie")


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("value", ["", "short"])
def test_a_secret_that_is_missing_or_malformed_is_one_problem_that_does_not_show_it(
    name: str, value: str
) -> None:
    env = Env(SECRETS | {name: value})

    read = sessions(env)

    (problem,) = env.problems
    assert problem.startswith(name)
    assert "short" not in problem
    assert PEPPER not in repr(read)
