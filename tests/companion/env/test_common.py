import logging

import pytest
from companion.env import Env
from companion.env.common import log_level, redis_url


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
