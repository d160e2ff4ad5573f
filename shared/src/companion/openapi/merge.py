"""Puts the documents of two services together into one."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

_PREFIX = "#/components/schemas/"


def merged(first: Mapping[str, Any], second: Mapping[str, Any], *, suffix: str) -> Json:
    """Both documents as one; where both say something of the same operation, `first` does.

    A schema of `second` whose name means something else in `first` gets `suffix` behind its name.
    """
    schemas = first["components"]["schemas"]
    others = second["components"]["schemas"]
    renamed = {
        name: f"{name}{suffix}"
        for name, schema in others.items()
        if name in schemas and schemas[name] != schema
    }
    added = {renamed.get(name, name): _following(each, renamed) for name, each in others.items()}
    paths = {path: dict(methods) for path, methods in first["paths"].items()}
    for path, methods in _following(second["paths"], renamed).items():
        paths[path] = methods | paths.get(path, {})
    components = {**first["components"], "schemas": {**added, **schemas}}
    tags = {tag["name"]: tag for tag in (*second["tags"], *first["tags"])}
    return {**first, "paths": paths, "components": components, "tags": list(tags.values())}


def _following(said: Any, renamed: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON is any type
    """The same with every reference to a renamed schema following it."""
    if isinstance(said, list):
        return [_following(each, renamed) for each in said]
    if not isinstance(said, dict):
        return said
    return {
        key: _followed(value, renamed) if key == "$ref" else _following(value, renamed)
        for key, value in said.items()
    }


def _followed(reference: str, renamed: Mapping[str, str]) -> str:
    name = reference.removeprefix(_PREFIX)
    return _PREFIX + renamed.get(name, name)
