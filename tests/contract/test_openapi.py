"""The running stack keeps what its OpenAPI document promises, whatever it is asked.

Each operation is called with values that its declaration allows and with some that it does not;
the answer must be one that is declared, and never a defect of ours.
"""

from contextlib import suppress
from typing import Any

import pytest
import requests
from auth_gateway.openapi.table import OPERATIONS as OF_THE_GATEWAY
from companion.openapi.document import open_path
from companion.openapi.operation import Operation
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from node_proxy.openapi.table import OPERATIONS as OF_NODE_PROXY
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contract.conftest import Contract

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]

EXAMPLES = 20
DEFECT = 500
# They end the session that the others need, or use up tries with a password.
LEFT_OUT = {
    ("POST", "/api/auth/login"),
    ("POST", "/api/auth/logout"),
    ("POST", "/api/auth/nodes/login"),
    ("POST", "/api/auth/nodes/{node_id}/login"),
    ("POST", "/api/auth/sessions/end-others"),
    ("DELETE", "/api/auth/sessions/{session_id}"),
    # Its answer has no end.
    ("GET", "/api/nodes/logs/tail"),
}
# The document of both has one of the two operations that have the same path.
OPERATIONS = {
    (each.method, each.path): each
    for each in (*OF_NODE_PROXY, *OF_THE_GATEWAY)
    if (each.method, each.path) not in LEFT_OUT
}
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize(
    "operation", OPERATIONS.values(), ids=[" ".join(key) for key in OPERATIONS]
)
def test_every_answer_is_a_declared_one(
    operation: Operation, mode: GenerationMode, contract: Contract
) -> None:
    declared = contract.schema[open_path(operation.path)][operation.method]
    if mode is GenerationMode.NEGATIVE and not (operation.parameters or operation.body):
        pytest.skip("It takes nothing that could be wrong.")

    with requests.Session() as session:

        @given(case=declared.as_strategy(generation_mode=mode))
        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def ask(case: Case[Any]) -> None:
            if mode is GenerationMode.POSITIVE and "node_id" in case.path_parameters:
                # Of made-up nodes every operation says the same.
                case.path_parameters["node_id"] = "ns1"
            response = case.call(
                base_url=contract.stack.base_url,
                headers=contract.headers,
                session=session,
                verify=str(contract.stack.ca_file),
                timeout=30,
            )
            assert response.status_code != DEFECT, response.text
            case.validate_response(response, checks=CHECKS)

        with suppress(Unsatisfiable):
            # Of some operations nothing can be wrong that a program could send.
            ask()


def test_the_session_lived_through_it(contract: Contract) -> None:
    with contract.stack.client() as client:
        me = client.get("/api/auth/me", headers=contract.headers).json()

    assert me["authenticated"] is True
