"""How many connections are taken, and of whom."""

import resource

import pytest
from companion.connections import OpenConnections, raise_file_limit
from companion.ip import read_ip

PROXY = "10.0.0.1"


def admitted(connections: OpenConnections, *peers: str | None) -> list[bool]:
    return [connections.admit(peer) for peer in peers]


def test_one_client_may_have_some_and_another_one_its_own() -> None:
    connections = OpenConnections(in_all=100, per_client=2)

    assert admitted(connections, *["192.0.2.1"] * 3, "192.0.2.2") == [True, True, False, True]


def test_a_connection_that_ended_makes_room() -> None:
    connections = OpenConnections(in_all=100, per_client=1)
    connections.admit("192.0.2.1")
    assert not connections.admit("192.0.2.1")

    connections.leave("192.0.2.1")

    assert connections.admit("192.0.2.1")


def test_all_together_have_a_limit_too() -> None:
    connections = OpenConnections(in_all=2, per_client=2)

    peers = ("192.0.2.1", "192.0.2.2", "192.0.2.3")
    assert admitted(connections, *peers) == [True, True, False]


def test_all_addresses_of_an_ipv6_network_are_one_client() -> None:
    connections = OpenConnections(in_all=100, per_client=1)

    peers = ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")
    assert admitted(connections, *peers) == [True, False, True]


def test_ipv4_within_ipv6_is_ipv4() -> None:
    connections = OpenConnections(in_all=100, per_client=1)

    assert admitted(connections, "::ffff:192.0.2.1", "::ffff:192.0.2.2") == [True, True]
    assert not connections.admit("192.0.2.1")


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", None, PROXY])
def test_proxies_and_this_machine_are_not_counted(peer: str | None) -> None:
    connections = OpenConnections(
        in_all=1, per_client=1, spared=lambda address: address == read_ip(PROXY)
    )

    assert admitted(connections, *[peer] * 5, "192.0.2.1", peer) == [True] * 7


def test_the_process_may_open_all_the_files_it_is_allowed() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before[0] - 10, before[1]))

        files = raise_file_limit()

        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == files > before[0] - 10
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
