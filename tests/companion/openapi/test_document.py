"""One operation, as its document shows it."""

from typing import Annotated

import msgspec
import pytest
from companion.openapi.document import document
from companion.openapi.operation import Answer, Body, Operation, Parameter


class Row(msgspec.Struct):
    """What is answered."""

    name: str


def test_kinds_of_path_parts_are_ours_alone_and_a_node_needs_no_parameter() -> None:
    operation = Operation(
        method="POST",
        path="/api/nodes/{node_id}/raw/{path:path}",
        summary="Raw",
        tag="raw",
        parameters=(
            Parameter(name="path", description="The call.", where="path"),
            Parameter(name="page", description="From 1.", shape=Annotated[int, msgspec.Meta(ge=1)]),
        ),
        body=Body(shape=Row, media_types=("application/json", "multipart/form-data")),
        answers=(Answer(status=201, description="Done.", media_type=None),),
        problems=("node_unknown",),
    )

    said = document([operation], title="One", version="1")["paths"][
        "/api/nodes/{node_id}/raw/{path}"
    ]["post"]

    assert [each["name"] for each in said["parameters"]] == ["node_id", "path", "page"]
    assert [each["required"] for each in said["parameters"]] == [True, True, False]
    assert said["parameters"][2]["schema"] == {"type": "integer", "minimum": 1}
    assert list(said["requestBody"]["content"]) == ["application/json", "multipart/form-data"]
    assert "content" not in said["responses"]["201"]


def test_every_problem_is_under_its_status_by_its_code() -> None:
    operation = Operation(
        method="GET", path="/api/a", summary="A", tag="a", answers=(Answer(description="A."),)
    )

    said = document([operation], title="One", version="1")["paths"]["/api/a"]["get"]

    answer = said["responses"]["503"]["content"]["application/problem+json"]["schema"]
    assert answer["allOf"][1]["properties"]["code"]["enum"] == [
        "store_unavailable",
        "session_key_unknown",
    ]


def test_a_code_that_nobody_knows_is_refused() -> None:
    operation = Operation(
        method="GET",
        path="/api/a",
        summary="A",
        tag="a",
        answers=(Answer(description="A."),),
        problems=("no_such_code",),
    )

    with pytest.raises(KeyError, match="no_such_code"):
        document([operation], title="One", version="1")
