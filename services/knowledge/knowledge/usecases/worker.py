"""The loop that advances the jobs. Every replica runs it, and the first that is free takes the next step."""

from collections.abc import Callable, Mapping
from threading import Event as Stop
from time import monotonic

import structlog

from knowledge.domain.job import Job, Kind
from knowledge.usecases import rebuild, reconcile, replay
from knowledge.usecases.ports import IndexUnavailable, Ports

log = structlog.get_logger()

PAUSE = 0.5
Step = Callable[[Ports, Job], Job]
# A step returns the job after the step, or the unchanged job if it has to wait.
STEPS: Mapping[Kind, Step] = {"replay": replay.step, "rebuild": rebuild.step, "reconcile": reconcile.step}
WITHOUT_INDEX: tuple[Kind, ...] = ("replay",)


def run(ports: Ports, stop: Stop) -> None:
    """Pauses after each step for as long as it took, so that the process can answer searches in between."""
    pause = PAUSE
    while not stop.wait(pause):
        began = monotonic()
        try:
            pause = monotonic() - began if turn(ports) else PAUSE
        except IndexUnavailable as error:
            pause = PAUSE
            log.warning("the index is not available; a job waits", error=str(error))


def turn(ports: Ports) -> bool:
    """Runs one step of each kind of job, and returns whether any job advanced. Raises IndexUnavailable."""
    kinds = STEPS if ports.index else WITHOUT_INDEX
    advanced = [_advance(ports, kind) for kind in kinds]
    return any(advanced)


def _advance(ports: Ports, kind: Kind) -> bool:
    job = ports.jobs.claim(kind, ports.clock())
    if job is None:
        return False
    after = STEPS[kind](ports, job)
    ports.jobs.save(job, after, ports.clock())
    if after.finished_at:
        log.info("a search job is done", job=after)
    return after != job
