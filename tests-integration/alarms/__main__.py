"""Runs a time of ordinary load, in which no alert may fire, and then the cause of each alert. Prints a table.

ALARMS_ONLY names alerts, separated by commas; the time of load is then left out. ALARMS_HEALTHY_SECONDS is its length.
With ALARMS_PATIENT the rules keep their `for`; otherwise each alert fires as soon as its condition has held for a
second, and the table adds the `for`.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.api import wait_for
from harness.prometheus import Prometheus, alert_rules, start_prometheus

import alarms.causes  # noqa: F401 (registers them)
from alarms.cause import CAUSES
from alarms.load import work
from alarms.world import Scene, World, open_world
from trackline_testing.amounts import amount

ONLY = [name for name in os.environ.get("ALARMS_ONLY", "").split(",") if name]
PATIENT = bool(os.environ.get("ALARMS_PATIENT"))
HEALTHY_SECONDS = amount("ALARMS_HEALTHY_SECONDS", short=60, long=3600)
# A frozen MongoDB keeps the gateway's metrics waiting for 2 s, and a scrape may not take longer than this interval.
EVERY_SECONDS = 3
LONGEST_SECONDS = 150
PROCESSES = 5


@dataclass(frozen=True)
class Row:
    """`seconds` is None if the alert did not fire."""

    alert: str
    cause: str
    seconds: float | None
    lasting: float

    def __str__(self) -> str:
        if self.seconds is None:
            return f"| `{self.alert}` | {self.cause} | **it did not fire** | {self.lasting:.0f} | |"
        whole = self.seconds if PATIENT else self.seconds + max(self.lasting - 1, 0)
        return f"| `{self.alert}` | {self.cause} | {self.seconds:.0f} | {self.lasting:.0f} | {whole:.0f} |"


def main() -> int:
    unknown = set(ONLY) - set(CAUSES)
    if unknown:
        print(f"error: there is no alert {', '.join(sorted(unknown))}")
        return 1
    with tempfile.TemporaryDirectory(prefix="trackline-alarms-") as name, open_world(Path(name) / "system") as world:
        folder = Path(name)
        calm = bool(ONLY) or _is_calm(world, folder / "healthy")
        print("| alert | cause | seconds to fire | `for` | with `for` |\n|---|---|---|---|---|", flush=True)
        rows = [_run(world, folder, alert) for alert in ONLY or CAUSES]
    return 0 if calm and all(row.seconds is not None for row in rows) else 1


def _is_calm(world: World, folder: Path) -> bool:
    """Returns whether no alert fires during ordinary load."""
    with _watched(world, folder) as prometheus:
        began = time.monotonic()
        work(world, HEALTHY_SECONDS)
        window = int(time.monotonic() - began)
        found = prometheus.query(f'max_over_time(ALERTS{{alertstate="firing"}}[{window}s])')
    fired = sorted({one["metric"]["alertname"] for one in found})
    print(f"In {window} s of ordinary load fired: {', '.join(fired) or 'nothing'}\n", flush=True)
    return not fired


def _run(world: World, folder: Path, alert: str) -> Row:
    cause, lasting = CAUSES[alert], _lasting(alert)
    seconds: float | None = None
    try:
        with _watched(world, folder / alert) as prometheus:
            seconds = _seconds_to_fire(Scene(**vars(world), prometheus=prometheus), alert, lasting)
    except Exception as error:  # a cause may fail in any way, and the others still have their turn
        print(f"{alert}: {error!r}", file=sys.stderr)
    world.heal()
    row = Row(alert, cause.text, seconds, lasting)
    print(row, flush=True)
    return row


def _seconds_to_fire(scene: Scene, alert: str, lasting: float) -> float:
    assert not _fires(scene.prometheus, alert), "it fires before its cause"
    with CAUSES[alert].made(scene):
        began = time.monotonic()
        wait_for(lambda: _fires(scene.prometheus, alert), LONGEST_SECONDS + (lasting if PATIENT else 0))
        return time.monotonic() - began


def _lasting(alert: str) -> float:
    """Returns for how many seconds the condition must hold by the rules."""
    text = str(next(rule.get("for", "0s") for rule in alert_rules() if rule["alert"] == alert))
    return int(text[:-1]) * {"s": 1, "m": 60}[text[-1]]


def _fires(prometheus: Prometheus, alert: str) -> bool:
    return alert in {name for name, _ in prometheus.firing()}


@contextmanager
def _watched(world: World, folder: Path) -> Iterator[Prometheus]:
    """A Prometheus without a memory of earlier causes, when it has seen every process twice."""
    with start_prometheus(world.system, folder, every_seconds=EVERY_SECONDS, impatient=not PATIENT) as prometheus:
        wait_for(lambda: len(prometheus.query("count_over_time(up[1m]) >= 2")) == PROCESSES, 60)
        yield prometheus


if __name__ == "__main__":
    sys.exit(main())
