"""What tries are counted by."""

import pytest
from auth_gateway.domain.caller import Caller


@pytest.mark.parametrize(
    ("ip", "network", "real_ip"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", "2001:db8:1:2:3:4:5:6"),
        ("unix", "unix", None),
    ],
)
def test_a_client_counts_by_its_network(ip: str, network: str, real_ip: str | None) -> None:
    caller = Caller(ip=ip, agent="")

    assert (caller.network, caller.real_ip) == (network, real_ip)
