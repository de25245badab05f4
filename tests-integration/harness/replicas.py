"""Starts a second replica of each service and of the gateway on the same servers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from trackline_local.packages import SERVICES
from trackline_local.ports import free_port
from trackline_local.program import Program
from trackline_local.system import System

ALL = (*SERVICES, "gateway")


@dataclass(frozen=True)
class Seconds:
    """The second replicas, by the name of the first. The port of a service is the one for health and metrics."""

    programs: dict[str, Program]
    ports: dict[str, int]
    url: str


@contextmanager
def second_of_each(system: System, names: Sequence[str] = ALL) -> Iterator[Seconds]:
    ports = {name: free_port() for name in names}
    programs = {name: _second_program(system.programs[name], port) for name, port in ports.items()}
    try:
        for program in programs.values():
            program.start()
        for program in programs.values():
            program.wait_ready(60)
        yield Seconds(programs, ports, f"http://127.0.0.1:{ports.get('gateway')}")
    finally:
        for program in programs.values():
            program.ask_to_stop()
        for program in programs.values():
            program.stop()


def metric(port: int, name: str) -> float:
    """Returns a metric of a process, summed over all labels."""
    text = httpx.get(f"http://127.0.0.1:{port}/metrics").raise_for_status().text
    lines = (line for line in text.splitlines() if line.startswith((f"{name} ", f"{name}{{")))
    return sum(float(line.rpartition(" ")[2]) for line in lines)


def _second_program(first: Program, port: int) -> Program:
    setting = "TRACKLINE_PORT" if first.name == "gateway" else "TRACKLINE_HEALTH_PORT"
    environment = {**(first.environment or {}), setting: str(port)}
    name = f"{first.name}-2"
    log, ready = first.log.with_name(f"{name}.log"), f"http://127.0.0.1:{port}/readyz"
    assert first.folder is not None
    return Program(name, first.command, log, environment, first.folder, ready)
