"""CPU seconds and memory of processes, as the kernel counts them."""

import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import psutil

IDLE_SECONDS = 5
QUIET_AFTER_SECONDS = 60


def used(pids: Mapping[str, int]) -> dict[str, float]:
    """Returns name → user and system seconds so far."""
    times = {name: psutil.Process(pid).cpu_times() for name, pid in pids.items()}
    return {name: time.user + time.system for name, time in times.items()}


def rates(pids: Mapping[str, int], seconds: float) -> dict[str, float]:
    """Returns name → cores in use over the next `seconds`."""
    before = used(pids)
    time.sleep(seconds)
    return {name: (value - before[name]) / seconds for name, value in used(pids).items()}


def resident(pids: Mapping[str, int]) -> dict[str, int]:
    """Returns name → resident memory in MB."""
    return {name: psutil.Process(pid).memory_info().rss // 1_000_000 for name, pid in pids.items()}


def listening(port: int) -> int:
    """Returns the pid of the process that listens on a port. Raises LookupError if there is none."""
    for connection in psutil.net_connections("tcp"):
        listens = connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port
        if listens and connection.pid:
            return connection.pid
    raise LookupError(f"nobody listens on {port}")


def servers(amqp_url: str, mongodb_url: str, elasticsearch_url: str) -> dict[str, int]:
    """Returns name → pid of the servers at these addresses."""
    urls = {"rabbitmq": amqp_url, "mongodb": mongodb_url, "elasticsearch": elasticsearch_url}
    return {name: listening(urlsplit(url).port or 0) for name, url in urls.items()}


def idle(pids: Mapping[str, int]) -> dict[str, float]:
    """Returns name → cores in use without requests, measured after the sum has stopped falling."""
    before, now = None, rates(pids, IDLE_SECONDS)
    while before is None or sum(now.values()) < 0.9 * sum(before.values()):
        before, now = now, rates(pids, IDLE_SECONDS)
    return now


def wait_until_quiet(pids: Mapping[str, int], idle: Mapping[str, float], window: float = 2) -> None:
    """Waits until all processes together are back near their idle rate for `window` seconds, because writes cause work
    afterwards. Gives up after a minute."""
    end = time.monotonic() + QUIET_AFTER_SECONDS
    while time.monotonic() < end:
        if sum(rates(pids, window).values()) < 1.3 * sum(idle.values()) + 0.05:
            return
