"""Reports the state of the search to operators and as metrics."""

from threading import Event as Stop

from knowledge import metrics
from knowledge.domain.job import Kind
from knowledge.usecases.job import to_view
from knowledge.usecases.ports import Ports
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.search import SearchStatus
from trackline_schemas.viewer import SYSTEM_ID, Viewer

MEASURE_SECONDS = 2.0
KINDS: tuple[Kind, ...] = ("rebuild", "reconcile", "replay")


def status(ports: Ports, viewer: Viewer) -> SearchStatus:
    if not (viewer.agent or viewer.id == SYSTEM_ID):
        raise refuse(reasons.search.SEARCH_STATUS_FOR_AGENTS_ONLY)
    counts = ports.documents.counts()
    waited = ports.clock() - counts.oldest_dirty if counts.oldest_dirty else None
    jobs = [ports.jobs.latest(kind) for kind in KINDS]
    return SearchStatus(
        documents=counts.documents,
        dirty=counts.dirty,
        lag_seconds=max(waited.total_seconds(), 0.0) if waited else 0.0,
        degraded=ports.search.degraded,
        jobs=[to_view(job) for job in jobs if job],
    )


def measure(ports: Ports, stop: Stop) -> None:
    """Sets the gauges every two seconds."""
    while not stop.wait(MEASURE_SECONDS):
        counts = ports.documents.counts()
        metrics.DOCUMENTS.set(counts.documents)
        metrics.DIRTY.set(counts.dirty)
        lag = (ports.clock() - counts.oldest_dirty).total_seconds() if counts.oldest_dirty else 0.0
        metrics.LAG.set(lag)
        rebuild = ports.jobs.latest("rebuild")
        metrics.REBUILDING.set(rebuild is not None and rebuild.finished_at is None)
