import os
import random
import socket

import psutil

# The kernel takes the ports of outgoing connections from above this range. Otherwise a client might take the port of
# a server while that server restarts.
_RANGE = range(20_000, 32_000)
# port → the open socket that claims it, which the kernel drops when this process ends.
_claimed: dict[int, int] = {}


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_port(preferred: int | None = None) -> int:
    """Returns a port that nothing listens on and that nobody has claimed: `preferred` if possible."""
    candidates = [preferred] if preferred else []
    candidates += random.sample(_RANGE, 200)
    for port in candidates:
        if is_free(port) and claim(port):
            return port
    raise OSError("no free port between 20000 and 32000")


def claim(port: int) -> bool:
    """Returns False if this process, or another run on this machine, has claimed the port. A server begins to listen
    seconds after its port was chosen, so that two runs would otherwise choose the same one."""
    mark = socket.socket(socket.AF_UNIX)
    try:
        # This name has no file. Linux keeps such names beside the ports, in the same network namespace.
        mark.bind(f"\0trackline-port-{port}")
    except OSError:
        mark.close()
        return False
    _claimed[port] = mark.detach()
    return True


def port_for_another_run() -> int:
    """Returns a free port that a `make run` of another process can claim."""
    port = free_port()
    os.close(_claimed.pop(port))
    return port


def listener(port: int) -> str:
    """Describes who listens on `port`, for a message. A process of another user is called "another program"."""
    for connection in psutil.net_connections("tcp"):
        listening = connection.status == psutil.CONN_LISTEN and getattr(connection.laddr, "port", None) == port
        if listening and connection.pid:
            try:
                return f"{psutil.Process(connection.pid).name()}, process {connection.pid}"
            except psutil.Error:
                break
    return "another program"
