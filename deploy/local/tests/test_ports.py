import os
import socket
import subprocess
import sys
from pathlib import Path

from trackline_local.ports import claim, free_port, is_free, listener


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


def test_two_runs_at_once_choose_different_ports() -> None:
    """Neither listens on its port yet."""
    preferred = free_port()
    claimed, other = _run_elsewhere(f"print(claim({preferred}), free_port({preferred}))").split()
    assert claimed == "False"
    assert int(other) != preferred


def test_a_claim_ends_with_its_process() -> None:
    assert claim(int(_run_elsewhere("print(free_port())")))


def _run_elsewhere(code: str) -> str:
    command = [sys.executable, "-c", f"from trackline_local.ports import claim, free_port; {code}"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
