"""Every route of the gateway and of node-proxy is declared, and what is declared is a route."""

from collections.abc import Iterable

import auth_gateway.app
import auth_gateway.openapi.table
import auth_gateway.settings
import node_proxy.app
import node_proxy.openapi.table
import node_proxy.settings
import pytest
import schemathesis
from auth_gateway.routes.door import Door
from companion.env import Env
from companion.openapi.document import document
from companion.openapi.merge import merged
from companion.openapi.operation import Answer, Operation
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.core.result import Ok
from starlette.routing import BaseRoute, Route

from tests.support.sessions import PEPPER, session_key

ENVIRONMENT = {
    "REDIS_URL": "redis://localhost",
    "AUTH_SESSION_ENABLED": "true",
    "TRUST_PROXY": "true",
    "SESSION_KEYS": session_key("first"),
    "SESSION_PEPPER": PEPPER,
    "INTERNAL_SECRET": "the secret between the services of the tests",
    "TECHNITIUM_NODES": "ns1",
    "TECHNITIUM_NS1_BASE_URL": "http://127.0.0.1:5380",
}
GATEWAY = auth_gateway.openapi.table
NODE_PROXY = node_proxy.openapi.table


def api_routes(routes: Iterable[BaseRoute]) -> set[tuple[str, str]]:
    """Method and path of each route below /api that is answered rather than forwarded."""
    return {
        (method, route.path)
        for route in routes
        if isinstance(route, Route) and route.path.startswith("/api/")
        if not isinstance(route.endpoint, Door)
        for method in (route.methods or set()) - {"HEAD"}
    }


def declared(operations: Iterable[Operation]) -> set[tuple[str, str]]:
    return {(operation.method, operation.path) for operation in operations}


def test_every_route_of_the_gateway_is_declared_and_no_other() -> None:
    settings = auth_gateway.settings.Settings.read(Env(ENVIRONMENT))
    apps = auth_gateway.app.create_apps(settings)

    assert api_routes(apps.public.routes) == declared(GATEWAY.OPERATIONS)


def test_every_route_of_node_proxy_is_declared_and_no_other() -> None:
    settings = node_proxy.settings.Settings.read(Env(ENVIRONMENT))
    apps = node_proxy.app.create_apps(settings)

    assert api_routes(apps.public.routes) == declared(NODE_PROXY.OPERATIONS)


@pytest.mark.parametrize("service", ["auth-gateway", "node-proxy", "both"])
def test_the_documents_are_openapi_and_can_be_used(service: str) -> None:
    own, theirs = GATEWAY.gateway_document(), NODE_PROXY.node_proxy_document()
    whole = merged(own, theirs, suffix="OfNodes")
    shown = {"auth-gateway": own, "node-proxy": theirs, "both": whole}[service]

    OpenAPIV31SpecValidator(shown).validate()
    schema = schemathesis.openapi.from_dict(shown)
    operations = list(schema.get_all_operations())
    assert all(isinstance(found, Ok) for found in operations)
    assert len(operations) == sum(len(methods) for methods in shown["paths"].values())


def test_an_operation_declared_twice_is_refused() -> None:
    one = Operation(
        method="GET",
        path="/api/nodes",
        summary="Nodes",
        tag="nodes",
        answers=(Answer(description="Nodes."),),
    )

    with pytest.raises(ValueError, match="Declared twice: GET /api/nodes"):
        document([one, one], title="Twice", version="1")
