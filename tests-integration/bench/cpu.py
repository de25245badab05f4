"""CPU seconds and memory of processes, as the kernel accounts them."""

import time
from collections.abc import Mapping

import psutil


def used(pids: Mapping[str, int]) -> dict[str, float]:
    """User and system seconds so far, by the given name."""
    times = {name: psutil.Process(pid).cpu_times() for name, pid in pids.items()}
    return {name: time.user + time.system for name, time in times.items()}


def rates(pids: Mapping[str, int], seconds: float) -> dict[str, float]:
    """Cores in use over the coming seconds, by the given name."""
    before = used(pids)
    time.sleep(seconds)
    return {name: (value - before[name]) / seconds for name, value in used(pids).items()}


def resident(pids: Mapping[str, int]) -> dict[str, int]:
    """Resident memory in MB, by the given name."""
    return {name: psutil.Process(pid).memory_info().rss // 1_000_000 for name, pid in pids.items()}


def listening(port: int) -> int:
    """The pid of the process that listens on a port. Raises LookupError."""
    for connection in psutil.net_connections("tcp"):
        listens = connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port
        if listens and connection.pid:
            return connection.pid
    raise LookupError(f"nobody listens on {port}")
