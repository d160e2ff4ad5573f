"""Where `settings/set` finds its values: query and form, or a JSON body and nothing else."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from technitium_sandbox.calls import dotnet_elements, dotnet_json
from technitium_sandbox.calls.errors import ApiError
from technitium_sandbox.calls.parameters import Parameters, as_items
from technitium_sandbox.calls.routing import Call

_TOO_SHORT = "Index was outside the bounds of the array."


class Source:
    """Values of query and form."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters

    def text(self, name: str) -> str | None:
        """As sent, possibly empty; None when it was not sent."""
        return self._parameters.present(name)

    def items(self, name: str) -> list[str] | None:
        """A list; one that is empty, or the word `false`, clears."""
        return self._parameters.items(name)

    def rows(self, name: str, columns: Collection[str]) -> list[list[str]] | None:
        """A table: cells separated by `|`, row after row."""
        value = self.text(name)
        if value is None:
            return None
        cells = value.split("|") if value and value.lower() != "false" else []
        if len(cells) % len(columns):
            raise ApiError(_TOO_SHORT)
        return [cells[at : at + len(columns)] for at in range(0, len(cells), len(columns))]


class JsonSource(Source):
    """Values of a JSON object; names count as they are spelt, `null` clears."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def text(self, name: str) -> str | None:
        return _text(self._values[name]) if name in self._values else None

    def items(self, name: str) -> list[str] | None:
        if name not in self._values:
            return None
        value = self._values[name]
        if isinstance(value, list):
            return [_text(one) for one in value]
        return as_items(_text(value))

    def rows(self, name: str, columns: Collection[str]) -> list[list[str]] | None:
        if name not in self._values:
            return None
        value = self._values[name]
        if value is None:
            return []
        return [
            [_text(dotnet_elements.member(row, column)) for column in columns]
            for row in dotnet_elements.as_array(value)
        ]


class Only(Source):
    """Of another source, only what bears one of the names: what goes on to the Primary."""

    def __init__(self, source: Source, names: Collection[str]) -> None:
        self._source = source
        self._names = names

    def text(self, name: str) -> str | None:
        return self._source.text(name) if name in self._names else None

    def items(self, name: str) -> list[str] | None:
        return self._source.items(name) if name in self._names else None

    def rows(self, name: str, columns: Collection[str]) -> list[list[str]] | None:
        return self._source.rows(name, columns) if name in self._names else None


def source_of(call: Call) -> Source:
    """Raises ApiError, in .NET's words, when a body that should be JSON is none."""
    if "json" not in call.content_type.partition(";")[0].lower():
        return Source(call.parameters)
    value = dotnet_json.parse(call.body.decode("utf-8", "replace"))
    return JsonSource(dotnet_elements.as_object(value))


def _text(value: object) -> str:
    """As .NET writes a JSON value as a text: `True`, and nothing for `null`."""
    if value is None:
        return ""
    if isinstance(value, str | bool | int):
        return str(value)
    return msgspec.json.encode(value).decode()
