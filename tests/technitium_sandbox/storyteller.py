"""Tells a recorded story to simulated nodes again and compares what they answer.

Placeholders of a recording are learnt from answers and put into later requests.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
from technitium_sandbox.accounts.sessions import PARTIAL_CHARS
from technitium_sandbox.accounts.totp import code
from technitium_sandbox.control.devices import Device, take_lease
from technitium_sandbox.logs.log_files import CONFIG_FOLDER
from technitium_sandbox.resolver.answering import Query

from tests.support.sandbox import Sandbox

RECORDINGS = Path(__file__).parent / "recordings"
OUTCOME_ONLY = "<only the outcome is kept>"
PLACEHOLDER = re.compile(r"<(token|partial|totp|secret):([^>]+)>")
UNKNOWN_TOKEN = "f" * 64
_SUCCESS = {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-cache, no-store, must-revalidate",
    "pragma": "no-cache",
    "expires": "0",
    "vary": "Accept-Encoding",
}
_ERROR = {**_SUCCESS, "cache-control": "no-cache,no-store", "expires": "-1"}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z")
_PATTERNS = {
    "<time>": _TIME,
    "<token>": re.compile(r"[0-9a-f]{64}"),
    "<base64 png>": re.compile(r"iVBOR[A-Za-z0-9+/=]+"),
    "<stack trace>": re.compile(r"   at .+", re.DOTALL),
    "<text>": re.compile(r".+", re.DOTALL),
}
# What was measured: a number, or a text with its unit.
_MEASURES = {
    "<int>": re.compile(r"(?!)"),
    "<float>": re.compile(r"(?!)"),
    "<ms>": re.compile(r"\d+(\.\d+)? ms"),
    "<size>": re.compile(r"\d+(\.\d+)? (B|KB|MB|GB)"),
}
_VARYING = (
    (re.compile(r"(uptime_seconds|start_time) \d+"), r"\1 N"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z"), "TIME"),
    (re.compile(r",Recursive,\d+(\.\d+)?,"), ",Recursive,MS,"),
)
_FILE = re.compile(r"^(.+) \((\d+) bytes\)$")
_LEARNT = {
    "token": re.compile(r"[0-9a-f]{64}"),
    "partial": re.compile(r"[0-9a-f]{16}"),
    "secret": re.compile(r"[A-Z2-7]{16}"),
}

Exchange = dict[str, Any]


def read(name: str) -> list[Exchange]:
    """The exchanges of a recording, in order."""
    story: dict[str, Any] = json.loads((RECORDINGS / name).read_text("utf-8"))
    exchanges: list[Exchange] = story["exchanges"]
    return exchanges


@dataclass
class Storyteller:
    """One telling: what was learnt from the answers so far, by kind and name."""

    lab: Sandbox
    client: httpx.AsyncClient
    known: dict[tuple[str, str], str] = field(default_factory=dict)

    async def send(self, exchange: Exchange) -> httpx.Response:
        headers = {"User-Agent": "recorder/1", "Accept-Encoding": "identity"}
        raw = exchange.get("body")
        if raw is not None:  # a raw body of a type of its own
            headers["Content-Type"] = raw["type"]
        return await self.client.request(
            exchange["method"],
            self.lab.nodes[exchange["to"]].url + exchange["path"],
            params=self._filled(exchange.get("query", {})),
            data=self._filled(exchange["form"]) if "form" in exchange else None,
            files=_uploads(exchange.get("files", {})) or None,
            json=exchange.get("json_body"),
            content=None if raw is None else raw["text"].encode(),
            headers={**headers, **self._filled(exchange.get("headers", {}))},
        )

    async def tell(self, exchange: Exchange) -> list[str]:
        """Send one request; the differences between the answer and the recorded one."""
        response = await self.send(exchange)
        return list(self.differences(exchange["answer"], response))

    def differences(self, expected: Mapping[str, Any], response: httpx.Response) -> Iterator[str]:
        if response.status_code != expected["status"]:
            yield f"status {response.status_code}, not {expected['status']}"
        yield from _header_differences(expected, response)
        if "json" in expected:
            yield from self._compare(expected["json"], response.json(), "")
        elif "text" in expected and not _same_shape(expected["text"], response.text):
            yield f"text {response.text!r}, not {expected['text']!r}"

    def filled(self, value: str) -> str:
        """A text of the recording with what its placeholders stand for now."""
        return self._fill(value)

    def _filled(self, values: Mapping[str, str]) -> dict[str, str]:
        return {name: self._fill(value) for name, value in values.items()}

    def _fill(self, value: str) -> str:
        filled = PLACEHOLDER.sub(lambda found: self._value(found[1], found[2]), value)
        today = datetime.fromtimestamp(self.lab.clock.now(), tz=UTC).strftime("%Y-%m-%d")
        for name, text in (
            ("<token>", UNKNOWN_TOKEN),
            ("<today>", today),
            ("<config folder>", CONFIG_FOLDER),
        ):
            filled = filled.replace(name, text)
        return filled

    def _value(self, kind: str, name: str) -> str:
        if kind == "partial":
            return self._value("token", name)[:PARTIAL_CHARS]
        if kind == "totp":
            return code(self.known["secret", name], self.lab.clock.now())
        if kind == "token":
            # An older release makes no token by session, so some are asked for that never were.
            return self.known.get((kind, name), UNKNOWN_TOKEN)
        return self.known[kind, name]

    def _compare(self, expected: Any, actual: Any, place: str) -> Iterator[str]:  # noqa: ANN401
        if isinstance(expected, dict) and isinstance(actual, dict):
            yield from self._compare_objects(expected, actual, place)
        elif isinstance(expected, list) and isinstance(actual, list):
            if len(expected) != len(actual):
                yield f"{place}: {len(actual)} items, not {len(expected)}"
            for number, (one, other) in enumerate(zip(expected, actual, strict=False)):
                yield from self._compare(one, other, f"{place}[{number}]")
        elif place.endswith(".partialToken") and _LEARNT["partial"].fullmatch(str(expected)):
            # The recorder did not know the token, so any other one is as good.
            if not _LEARNT["partial"].fullmatch(str(actual)):
                yield f"{place}: {actual!r} is no partial token"
        elif not self._matches(expected, actual):
            yield f"{place}: {actual!r}, not {expected!r}"

    def _compare_objects(
        self, expected: dict[str, Any], actual: dict[str, Any], place: str
    ) -> Iterator[str]:
        if OUTCOME_ONLY in expected:
            expected = {key: expected[key] for key in ("server", "status")}
            actual = {key: actual.get(key) for key in ("server", "status")}
        if list(expected) != list(actual):
            yield f"{place}: keys {list(actual)}, not {list(expected)}"
        for key in expected.keys() & actual.keys():
            yield from self._compare(expected[key], actual[key], f"{place}.{key}")

    def _matches(self, expected: Any, actual: Any) -> bool:  # noqa: ANN401
        if not isinstance(expected, str):
            return type(expected) is type(actual) and expected == actual
        if expected in _MEASURES:
            number = float if expected == "<float>" else int
            return type(actual) is number or _MEASURES[expected].fullmatch(str(actual)) is not None
        if not isinstance(actual, str):
            return False
        if expected in _PATTERNS:
            return _PATTERNS[expected].fullmatch(actual) is not None
        learnt = PLACEHOLDER.fullmatch(expected)
        if learnt is None:
            return self._fill(expected) == actual
        return self._learn(learnt[1], learnt[2], actual)

    def _learn(self, kind: str, name: str, actual: str) -> bool:
        if kind == "partial":
            return self._value(kind, name) == actual
        if (kind, name) not in self.known:
            self.known[kind, name] = actual
            return _LEARNT[kind].fullmatch(actual) is not None
        return self.known[kind, name] == actual


def _uploads(files: Mapping[str, str]) -> dict[str, tuple[str, bytes, str]]:
    """Files of the name and size that `app.zip (14 bytes)` says; nobody knows what they held."""
    uploads: dict[str, tuple[str, bytes, str]] = {}
    for field_name, described in files.items():
        name, size = _FILE.findall(described)[0]
        uploads[field_name] = (name, b"\0" * int(size), "application/zip")
    return uploads


async def carry_out(lab: Sandbox, what: Mapping[str, Any]) -> None:
    """Do what a note says happened beside the calls."""
    if "stop" in what:
        await lab.stop(what["stop"])
    if "start" in what:
        await lab.start(what["start"])
    if "advance" in what:
        lab.clock.advance(_seconds(what["advance"], lab.clock.now()))
    for query in what.get("queries", []):
        lab.nodes[query["to"]].node.asked(Query(**query))
    for device in msgspec.convert(what.get("leases", []), list[Device]):
        take_lease(device, lab.nodes[device.to].node)


def _seconds(advance: float | str, now: float) -> float:
    """How long to wait: a number, or words that mean `to N s into the next minute`."""
    if isinstance(advance, str):
        return 60 - now % 60 + int(re.findall(r"\d+", advance)[0])
    return advance


def _header_differences(expected: Mapping[str, Any], response: httpx.Response) -> Iterator[str]:
    is_error = expected.get("json", {}).get("status", "ok") != "ok"
    wanted = {**(_ERROR if is_error else _SUCCESS), **expected.get("headers", {})}
    missing = expected.get("missing_headers", [])
    wanted = {name: value for name, value in wanted.items() if name not in missing}
    if response.request.method == "HEAD":
        pass  # The length is that of a body which is not sent.
    elif not is_error and "transfer-encoding" not in wanted:
        wanted["content-length"] = str(len(response.content))
    elif is_error:
        wanted["transfer-encoding"] = "chunked"
    for name, value in wanted.items():
        if response.headers.get(name) != value:
            yield f"header {name}: {response.headers.get(name)!r}, not {value!r}"
    for name in missing:
        if name in response.headers:
            yield f"header {name} must not be there"


def _same_shape(expected: str, actual: str) -> bool:
    """Equal but for what depends on when it was asked and how long it took."""
    return _masked(expected) == _masked(actual)


def _masked(text: str) -> str:
    for pattern, mask in _VARYING:
        text = pattern.sub(mask, text)
    return text
