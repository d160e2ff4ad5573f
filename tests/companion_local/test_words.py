"""What is said when the stack is up."""

from pathlib import Path

import pytest
from companion_local.words import ready


@pytest.mark.parametrize(
    ("address", "session_auth", "is_said"),
    [
        ("http://localhost:3000", True, True),
        ("http://localhost:3000", False, False),
        ("https://localhost:3443", True, False),
    ],
)
def test_an_address_for_the_proxy_alone_is_not_offered_for_signing_in(
    address: str, *, session_auth: bool, is_said: bool
) -> None:
    said = ready(
        address=address,
        session_auth=session_auth,
        sandbox_control=None,
        python=Path("python"),
        data_dir=Path("data"),
        ca=None,
        seconds=1.0,
    )

    assert ("open the address of the proxy" in said) is is_said
