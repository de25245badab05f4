import os
import socket
from pathlib import Path

from trackline_local.ports import free_port, is_free, listener


def test_a_preferred_port_is_taken_when_free_and_not_given_twice() -> None:
    port = free_port()
    assert free_port(port) != port


def test_a_busy_port_is_not_given() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not is_free(port)
        assert free_port(port) != port


def test_the_listener_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert f"process {os.getpid()}" in listener(server.getsockname()[1])


def test_ports_lie_below_the_range_of_outgoing_connections() -> None:
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert all(free_port() < lowest for _ in range(20))
