"""Which ports are taken."""

import socket

import pytest
from companion.env import Env
from companion_local.ports import DEFAULTS, NoFreePort, Ports, addresses, is_free


def test_the_usual_ports_are_taken_where_they_are_free() -> None:
    chosen = addresses(Env({}), Ports(lambda _: True))

    assert chosen == {name: ("127.0.0.1", port) for name, port in DEFAULTS.items()}


def test_a_busy_port_moves_to_the_next_that_nobody_has() -> None:
    chosen = addresses(Env({}), Ports(lambda port: port != 9461))

    assert chosen["METRICS_PORT"] == ("127.0.0.1", 9462)
    assert chosen["NODE_PROXY_METRICS_PORT"] == ("127.0.0.1", 9463)
    assert len(set(chosen.values())) == len(DEFAULTS)


def test_a_port_that_was_set_stays_and_others_avoid_it() -> None:
    env = Env({"METRICS_PORT": "0.0.0.0:9462"})

    chosen = addresses(env, Ports(lambda _: True))

    assert chosen["METRICS_PORT"] == ("0.0.0.0", 9462)
    assert chosen["NODE_PROXY_METRICS_PORT"] == ("127.0.0.1", 9463)


def test_a_socket_in_place_of_a_port_is_a_problem() -> None:
    env = Env({"NODE_PROXY_LISTEN": "/run/node-proxy.sock"})

    addresses(env, Ports(lambda _: True))

    assert env.problems == [
        "NODE_PROXY_LISTEN must be a port or an address with a port for this command."
    ]


def test_no_free_port_is_said() -> None:
    with pytest.raises(NoFreePort, match="3002 to 3201"):
        Ports(lambda _: False).next_from(3002)


def test_a_listening_server_makes_its_port_busy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not is_free(port)

    assert is_free(port)
