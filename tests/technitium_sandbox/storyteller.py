"""Tells a recorded story to simulated nodes again and compares what they answer.

Placeholders of a recording are learnt from answers and put into later requests.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from technitium_sandbox.sessions import PARTIAL_CHARS
from technitium_sandbox.totp import code

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
    "<text>": re.compile(r".+", re.DOTALL),
}
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
        return await self.client.request(
            exchange["method"],
            self.lab.nodes[exchange["to"]].url + exchange["path"],
            params=self._filled(exchange.get("query", {})),
            data=self._filled(exchange["form"]) if "form" in exchange else None,
            json=exchange.get("json_body"),
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

    def learn(self, exchange: Exchange, response: httpx.Response) -> None:
        """Take the placeholders of an answer that is not compared."""
        if "json" in exchange["answer"]:
            list(self._compare(exchange["answer"]["json"], response.json(), ""))

    def _filled(self, values: Mapping[str, str]) -> dict[str, str]:
        return {name: self._fill(value) for name, value in values.items()}

    def _fill(self, value: str) -> str:
        filled = PLACEHOLDER.sub(lambda found: self._value(found[1], found[2]), value)
        return filled.replace("<token>", UNKNOWN_TOKEN)

    def _value(self, kind: str, name: str) -> str:
        if kind == "partial":
            return self.known["token", name][:PARTIAL_CHARS]
        if kind == "totp":
            return code(self.known["secret", name], self.lab.clock.now())
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
        if expected in {"<int>", "<ms>", "<size>"}:
            return type(actual) is int
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


def _header_differences(expected: Mapping[str, Any], response: httpx.Response) -> Iterator[str]:
    is_error = expected.get("json", {}).get("status", "ok") != "ok"
    wanted = {**(_ERROR if is_error else _SUCCESS), **expected.get("headers", {})}
    missing = expected.get("missing_headers", [])
    wanted = {name: value for name, value in wanted.items() if name not in missing}
    if not is_error and "transfer-encoding" not in wanted:
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
    """Equal but for numbers that depend on when it was asked."""
    return re.sub(r"(uptime_seconds|start_time) \d+", r"\1 N", expected) == re.sub(
        r"(uptime_seconds|start_time) \d+", r"\1 N", actual
    )
