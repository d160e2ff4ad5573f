"""Errors of nodes: what they carry, and that each has a problem to become."""

import pytest
from companion.problems import TABLE
from companion.technitium import errors
from companion.technitium.errors import NodeError, NodePermissionDenied

KINDS = [
    kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, NodeError)
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_stands_in_the_drawing_and_in_the_table_of_problems(
    kind: type[NodeError],
) -> None:
    assert kind.__name__ in (errors.__doc__ or "") or kind is NodeError
    assert kind.code in TABLE


def test_error_carries_what_a_problem_needs() -> None:
    error = NodePermissionDenied(
        "ns1", "No.", section="Zones", permission="View", path="zones/list"
    )

    assert str(error) == "ns1: No."
    assert (error.node_id, error.message) == ("ns1", "No.")
    assert (error.section, error.permission, error.path) == ("Zones", "View", "zones/list")
