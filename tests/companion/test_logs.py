import io
import json
import logging
from collections.abc import Generator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog
from companion.clock import FixedClock
from companion.logs import REDACTED, Seldom, configure, redact
from companion.secret import Secret
from hypothesis import given
from hypothesis import strategies as st
from structlog.contextvars import bound_contextvars

TOKEN = "0123456789abcdef" * 4
PASSWORD = "hunter2-canary"


@pytest.fixture
def output() -> Generator[io.BytesIO]:
    """Where this test's log lines go; everything is as it was afterwards."""
    root = logging.getLogger()
    level = root.level
    before = structlog.get_config()
    stream = io.BytesIO()
    configure("auth-gateway", logging.INFO, stream=stream, warnings=["A_NAME is odd."])
    [ours] = root.handlers
    yield stream
    structlog.configure(**before)
    root.removeHandler(ours)
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def lines(output: io.BytesIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_time_level_service_and_event(output: io.BytesIO) -> None:
    with bound_contextvars(request_id="r1"):
        structlog.get_logger().info("signed in", user="admin", took_ms=3)

    line = lines(output)[-1]
    assert [*line][:4] == ["time", "level", "service", "event"]
    assert line["level"] == "info"
    assert line["service"] == "auth-gateway"
    assert line["event"] == "signed in"
    assert (line["user"], line["took_ms"], line["request_id"]) == ("admin", 3, "r1")
    assert datetime.fromisoformat(line["time"]).tzinfo == UTC


def test_what_reading_the_settings_noticed_is_the_first_line(output: io.BytesIO) -> None:
    [line] = lines(output)

    assert line["level"] == "warning"
    assert line["problem"] == "A_NAME is odd."


def test_lines_of_libraries_take_the_same_way(output: io.BytesIO) -> None:
    with bound_contextvars(request_id="r1"):
        logging.getLogger("uvicorn.error").warning("Invalid HTTP from %s: %s", "peer", TOKEN)

    line = lines(output)[-1]
    assert line["logger"] == "uvicorn.error"
    assert line["level"] == "warning"
    assert line["request_id"] == "r1"
    assert line["event"] == f"Invalid HTTP from peer: {REDACTED}"


def test_lines_below_the_level_are_left_out(output: io.BytesIO) -> None:
    structlog.get_logger().debug("quiet")
    logging.getLogger("aiohttp.access").info("quiet")
    logging.getLogger("uvicorn.access").warning("quiet")

    assert b"quiet" not in output.getvalue()


def test_a_level_above_info_silences_info(output: io.BytesIO) -> None:
    configure("auth-gateway", logging.ERROR, stream=output)

    structlog.get_logger().warning("quiet")
    structlog.get_logger().error("loud")

    assert b"quiet" not in output.getvalue()
    assert b"loud" in output.getvalue()


def test_line_breaks_in_values_stay_in_one_line(output: io.BytesIO) -> None:
    before = len(lines(output))

    structlog.get_logger().info("signed in", user='eve\r\n{"event": "forged"}\x1b[2J\u2028x')

    assert len(lines(output)) == before + 1
    assert b"\r" not in output.getvalue()
    assert b"\x1b" not in output.getvalue()


@pytest.mark.parametrize(
    "fields",
    [
        {"password": PASSWORD},
        {"newPassword": PASSWORD},
        {"totp": PASSWORD},
        {"token": PASSWORD},
        {"Cookie": PASSWORD},
        {"set-cookie": PASSWORD},
        {"Authorization": PASSWORD},
        {"INTERNAL_SECRET": PASSWORD},
        {"session_keys": PASSWORD},
        {"pepper": PASSWORD},
        {"form": {"user": "admin", "pass": PASSWORD}},
        {"headers": [{"x-token": PASSWORD}]},
        {"secret": {"deep": {"deeper": PASSWORD}}},
        {"url": f"http://ns1/api/user/login?user=a&pass={PASSWORD}&totp=1"},
        {"url": f"http://ns1/api?token={PASSWORD}#x"},
        {"text": f'{{"password": "{PASSWORD}"}}'},
        {"text": f"{{'newPassword': '{PASSWORD}'}}"},
        {"text": f"Authorization: Bearer {PASSWORD}"},
        {"text": f"sent bearer {PASSWORD} along"},
        {"text": f"__Host-tdc_session={PASSWORD}; Path=/"},
        {"text": f"pass={PASSWORD}"},
        {"text": f"PASSWD: {PASSWORD}"},
        {"text": f"token={PASSWORD}"},
        {"text": f"totp={PASSWORD}"},
        {"text": f"otp={PASSWORD}"},
        {"text": f"Secret = '{PASSWORD}'"},
        {"text": f"authorization={PASSWORD}"},
        {"text": f"tdc_session={PASSWORD}"},
        {"text": f"BEARER {PASSWORD}"},
        # A long s, which is an s in another case.
        {"text": f"pa\u017f\u017f={PASSWORD}"},
        {"value": Secret(PASSWORD)},
        {"value": PASSWORD.encode()},
        {"error": ValueError(f"password={PASSWORD}")},
    ],
)
def test_no_secret_reaches_a_line(output: io.BytesIO, fields: Mapping[str, Any]) -> None:
    structlog.get_logger().info("something", **fields)

    assert PASSWORD.encode() not in output.getvalue()


def test_technitiums_tokens_are_known_by_their_shape(output: io.BytesIO) -> None:
    structlog.get_logger().info("something", body=f"x {TOKEN} y {TOKEN.upper()}", deep=[[TOKEN]])

    assert TOKEN.encode() not in output.getvalue().lower()


def test_no_secret_reaches_a_traceback(output: io.BytesIO) -> None:
    try:
        _fail()
    except RuntimeError:
        structlog.get_logger().exception("call failed")
        logging.getLogger("asyncio").exception("call failed")

    ours, theirs = lines(output)[-2:]
    assert "RuntimeError" in ours["exception"]
    assert "ValueError" in theirs["exception"]
    assert TOKEN.encode() not in output.getvalue()
    assert PASSWORD.encode() not in output.getvalue()


def _fail() -> None:
    try:
        int(f"token {TOKEN}")
    except ValueError as exc:
        raise RuntimeError(f"cannot call ?token={PASSWORD}") from exc


def test_what_only_sounds_like_a_secret_is_shown() -> None:
    fields = {"totp_required": True, "token_count": 3, "token": None, "tokens_ended": 2}
    for name, value in fields.items():
        assert redact({name: value}) == {name: value}
    assert redact("user admin signed in") == "user admin signed in"
    assert redact("Parameter 'token' missing.") == "Parameter 'token' missing."


def test_a_line_that_cannot_be_made_fails_nothing_and_shows_nothing(
    output: io.BytesIO, capsys: pytest.CaptureFixture[str]
) -> None:
    record = logging.LogRecord("careless", logging.ERROR, "", 0, "%d", (PASSWORD,), None)

    logging.getLogger().handlers[0].handle(record)

    assert capsys.readouterr().err == "A log line of careless could not be written.\n"
    assert PASSWORD.encode() not in output.getvalue()


@given(st.recursive(st.text() | st.integers() | st.none(), st.lists, max_leaves=8))
def test_redacting_twice_changes_nothing_more(value: Any) -> None:  # noqa: ANN401 - any shape
    assert redact(redact(value)) == redact(value)


def test_what_clients_can_make_the_server_warn_of_is_said_once_a_minute(
    output: io.BytesIO,
) -> None:
    server = logging.getLogger("uvicorn.error")

    for number in range(50):
        server.warning("Invalid HTTP request received.")
        server.warning("Too many open connections of %s", number)

    events = [line["event"] for line in lines(output)[1:]]
    assert events == ["Invalid HTTP request received.", "Too many open connections of 0"]


def test_after_a_minute_the_line_says_how_many_were_left_out() -> None:
    clock = FixedClock()
    seldom = Seldom(clock.monotonic)
    record = logging.makeLogRecord(
        {"name": "uvicorn.error", "levelno": logging.WARNING, "msg": "Unsupported upgrade request."}
    )
    passed = [seldom.filter(record) for _ in range(4)]
    assert passed == [True, False, False, False]

    clock.advance(60)

    assert seldom.filter(record)
    assert vars(record)["suppressed"] == 3


def test_the_number_left_out_is_part_of_the_line(output: io.BytesIO) -> None:
    record = logging.makeLogRecord({"name": "other", "levelno": logging.WARNING, "msg": "m"})
    record.suppressed = 3

    logging.getLogger().handle(record)

    assert lines(output)[-1]["suppressed"] == 3


@pytest.mark.parametrize(
    ("name", "level"), [("uvicorn.error", logging.ERROR), ("asyncio", logging.WARNING)]
)
def test_errors_and_what_others_say_is_never_left_out(
    output: io.BytesIO, name: str, level: int
) -> None:
    for _ in range(3):
        logging.getLogger(name).log(level, "It happened.")

    assert [line["event"] for line in lines(output)[1:]] == ["It happened."] * 3
