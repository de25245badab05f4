"""Runs the jobs, on every replica: whoever is free does the next step."""

from collections.abc import Callable, Mapping
from datetime import datetime
from time import monotonic

import structlog

from knowledge.domain.job import Job, Kind
from knowledge.usecases.ports import IndexUnavailable, Jobs, Stop

log = structlog.get_logger()

PAUSE = 0.5
Step = Callable[[Job], Job]


class Worker:
    """Each of `steps` returns the job as it is after one more of them, or as it was where it has to wait. Rests for as
    long as it works: whoever searches meanwhile comes first."""

    def __init__(self, jobs: Jobs, steps: Mapping[Kind, Step], now: Callable[[], datetime]) -> None:
        self._jobs = jobs
        self._steps = steps
        self._now = now

    def run(self, stop: Stop) -> None:
        pause = PAUSE
        while not stop.wait(pause):
            began = monotonic()
            try:
                pause = monotonic() - began if self.turn() else PAUSE
            except IndexUnavailable as error:
                pause = PAUSE
                log.warning("job_waits_for_index", error=str(error))

    def turn(self) -> bool:
        """One step of each kind; whether one of them got on. Raises IndexUnavailable."""
        got_on = [self._stepped(kind) for kind in self._steps]
        return any(got_on)

    def _stepped(self, kind: Kind) -> bool:
        job = self._jobs.claim(kind, self._now())
        if job is None:
            return False
        after = self._steps[kind](job)
        self._jobs.save(job, after, self._now())
        if after.finished_at:
            log.info("job_done", job=after)
        return after != job
