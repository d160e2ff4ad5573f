"""Two documents become one, and no reference leads to another schema than before."""

from typing import Any

import msgspec
from companion.openapi.document import document
from companion.openapi.merge import merged
from companion.openapi.operation import Answer, Operation


class Row(msgspec.Struct):
    """A row of the first service."""

    name: str


Other = msgspec.defstruct("Row", [("count", int)])
List = msgspec.defstruct("List", [("rows", list[Other])])  # type: ignore[valid-type]


def of(path: str, shape: Any, summary: str = "Rows") -> dict[str, Any]:  # noqa: ANN401 - a shape
    """The document of a service with one operation."""
    operation = Operation(
        method="GET",
        path=path,
        summary=summary,
        tag="rows",
        answers=(Answer(description="Rows.", shape=shape),),
    )
    return document([operation], title="One", version="1")


def schema_at(whole: dict[str, Any], path: str) -> dict[str, Any]:
    content = whole["paths"][path]["get"]["responses"]["200"]["content"]
    schema: dict[str, Any] = content["application/json"]["schema"]
    return schema


def test_a_schema_of_the_same_name_but_another_meaning_is_renamed_everywhere() -> None:
    whole = merged(of("/api/a", Row), of("/api/b", List), suffix="OfB")

    schemas = whole["components"]["schemas"]
    assert schema_at(whole, "/api/a") == {"$ref": "#/components/schemas/Row"}
    assert list(schemas["Row"]["properties"]) == ["name"]
    assert schema_at(whole, "/api/b") == {"$ref": "#/components/schemas/List"}
    assert schemas["List"]["properties"]["rows"]["items"] == {"$ref": "#/components/schemas/RowOfB"}
    assert list(schemas["RowOfB"]["properties"]) == ["count"]


def test_a_schema_that_both_have_stays_one() -> None:
    whole = merged(of("/api/a", Row), of("/api/b", Row), suffix="OfB")

    assert sorted(whole["components"]["schemas"]) == ["Problem", "Row"]


def test_of_one_operation_the_first_document_speaks() -> None:
    whole = merged(of("/api/a", Row, "First"), of("/api/a", Row, "Second"), suffix="OfB")

    assert whole["paths"]["/api/a"]["get"]["summary"] == "First"
