"""Starts the processes to compare with, on the same servers as a running system."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trackline_local.ports import free_port
from trackline_local.program import Program
from trackline_local.system import System

HERE = Path(__file__).resolve().parents[1]


@contextmanager
def running(system: System) -> Iterator[str]:
    """Yields the address of bench.bare, which calls bench.noop."""
    port, health = free_port(), free_port()
    environment = {
        "PYTHONPATH": str(HERE),
        "BENCH_PORT": str(port),
        "BENCH_AMQP_URL": system.backends.amqp_url,
        "BENCH_MONGODB_URL": system.backends.mongodb_url,
        "BENCH_DATABASE": f"{system.environment['TRACKLINE_DATABASE_PREFIX']}_tickets",
        "TRACKLINE_AMQP_URL": system.backends.amqp_url,
        "TRACKLINE_HEALTH_PORT": str(health),
        "TRACKLINE_LOG_LEVEL": "WARNING",
    }
    noop, bare = (
        Program(name, [sys.executable, "-m", *module], system.state / f"{name}.log", environment, HERE, ready)
        for name, module, ready in (
            ("noop", ["trackline_chassis", "bench.noop"], f"http://127.0.0.1:{health}/readyz"),
            ("bare", ["bench.bare"], f"http://127.0.0.1:{port}/livez"),
        )
    )
    try:
        for one in (noop, bare):
            one.start()
            one.wait_ready(60)
        yield f"http://127.0.0.1:{port}"
    finally:
        for one in (bare, noop):
            one.stop()
