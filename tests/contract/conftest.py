"""The running stack with somebody signed in, and the document that it says of itself."""

from collections.abc import Generator
from dataclasses import dataclass

import pytest
import schemathesis
from companion.sessions.cookie import COOKIE
from schemathesis import BaseSchema

from tests.support.stack import Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A stack, the cookie of its administrator, and its document as schemathesis reads it."""

    stack: Stack
    cookie: str
    schema: BaseSchema

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"{COOKIE}={self.cookie}"}


@pytest.fixture(scope="package")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Generator[Contract]:
    with Stack(tmp_path_factory.mktemp("contract")) as stack, stack.sign_in("admin") as client:
        cookie = client.cookies.get(COOKIE)
        document = client.get("/api/openapi.json")
        assert cookie is not None
        assert document.status_code == 200, document.text
        schema = schemathesis.openapi.from_dict(document.json())
        # The session is ours: a made-up one would be 401 everywhere.
        schema.config.generation.update(with_security_parameters=False)
        yield Contract(stack=stack, cookie=cookie, schema=schema)
