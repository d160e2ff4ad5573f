"""Makes the OpenAPI 3.1 document of a service out of its operations."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from companion.openapi.operation import Answer, Body, Operation, Parameter, Shape
from companion.openapi.problem import PROBLEM_SCHEMA, problem_answers
from companion.sessions.cookie import COOKIE

OPENAPI: Final = "3.1.0"
SCHEME: Final = "session"

Json = dict[str, Any]

_REF: Final = "#/components/schemas/{name}"
_PLACE = re.compile(r"{(\w+)(?::\w+)?}")
_NODE_ID: Final = Parameter(
    name="node_id",
    description="The id of a configured node, in any case.",
    where="path",
    required=True,
)


def document(
    operations: Sequence[Operation], *, title: str, version: str, always: Iterable[str] = ()
) -> Json:
    """The whole document; `always` are codes that every operation may answer besides its own.

    Raises:
        ValueError: Two operations have the same method and path.
    """
    shapes = _Shapes(operations)
    paths: dict[str, Json] = {}
    for operation in operations:
        methods = paths.setdefault(open_path(operation.path), {})
        if operation.method.lower() in methods:
            raise ValueError(f"Declared twice: {operation.method} {operation.path}")
        methods[operation.method.lower()] = _operation(operation, shapes, tuple(always))
    return {
        "openapi": OPENAPI,
        "info": {"title": title, "version": version},
        "tags": [{"name": tag} for tag in dict.fromkeys(each.tag for each in operations)],
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM_SCHEMA, **shapes.components},
            "securitySchemes": {SCHEME: {"type": "apiKey", "in": "cookie", "name": COOKIE}},
        },
    }


def open_path(path: str) -> str:
    """A path of the table of routes as OpenAPI writes it: without the kinds of its parts."""
    return _PLACE.sub(r"{\1}", path)


class _Shapes:
    """The JSON schema of every shape, and the components that they share."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._types = list(dict.fromkeys(_types(operations)))
        schemas, self.components = msgspec.json.schema_components(self._types, ref_template=_REF)
        self._schemas = dict(zip(self._types, schemas, strict=True))

    def of(self, shape: Shape) -> Json:
        if shape is None:
            return {"type": "string"}
        return dict(shape) if isinstance(shape, Mapping) else dict(self._schemas[shape])


def _types(operations: Iterable[Operation]) -> Iterable[Shape]:
    for operation in operations:
        shapes = [parameter.shape for parameter in _parameters(operation)]
        shapes += [answer.shape for answer in operation.answers]
        if operation.body is not None:
            shapes.append(operation.body.shape)
        yield from (each for each in shapes if each is not None and not isinstance(each, Mapping))


def _operation(operation: Operation, shapes: _Shapes, always: tuple[str, ...]) -> Json:
    said: Json = {
        "operationId": _id(operation),
        "summary": operation.summary,
        "tags": [operation.tag],
        "security": [] if operation.public else [{SCHEME: []}],
        "responses": _answers(operation, shapes, always),
    }
    if operation.description:
        said["description"] = operation.description
    if parameters := _parameters(operation):
        said["parameters"] = [_parameter(each, shapes) for each in parameters]
    if operation.body is not None:
        said["requestBody"] = _body(operation.body, shapes)
    return said


def _answers(operation: Operation, shapes: _Shapes, always: tuple[str, ...]) -> Json:
    """By status; where one status has several answers, each with its media type."""
    said = problem_answers((*operation.codes, *always))
    for answer in operation.answers:
        status = str(answer.status)
        made = _answer(answer, shapes)
        if status in said:
            content = {**said[status]["content"], **made.get("content", {})}
            made = {**said[status], "content": content}
        said[status] = made
    return dict(sorted(said.items()))


def _parameters(operation: Operation) -> tuple[Parameter, ...]:
    """Those declared; a node's id in the path is known without."""
    named = {parameter.name for parameter in operation.parameters}
    is_node = "node_id" in _PLACE.findall(operation.path) and "node_id" not in named
    return (*((_NODE_ID,) if is_node else ()), *operation.parameters)


def _parameter(parameter: Parameter, shapes: _Shapes) -> Json:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "description": parameter.description,
        "required": parameter.required or parameter.where == "path",
        "schema": shapes.of(parameter.shape),
    }


def _body(body: Body, shapes: _Shapes) -> Json:
    content = {kind: {"schema": shapes.of(body.shape)} for kind in body.media_types}
    return {"required": body.required, "content": content}


def _answer(answer: Answer, shapes: _Shapes) -> Json:
    said: Json = {"description": answer.description}
    if answer.media_type is not None:
        said["content"] = {answer.media_type: {"schema": shapes.of(answer.shape)}}
    if answer.headers:
        said["headers"] = {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in answer.headers.items()
        }
    return said


def _id(operation: Operation) -> str:
    words = re.findall(r"\w+", open_path(operation.path).removeprefix("/api"))
    return "_".join([operation.method.lower(), *words])
