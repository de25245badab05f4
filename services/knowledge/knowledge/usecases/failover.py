"""Elasticsearch first; MongoDB, marked as degraded, while it is absent or down."""

import structlog

from knowledge import metrics
from knowledge.usecases.breaker import Breaker
from knowledge.usecases.ports import IndexUnavailable, SearchIndex
from knowledge.usecases.query import Question
from trackline_schemas.search import SearchResults

log = structlog.get_logger()


class Failover:
    """Without `first` every answer is degraded."""

    def __init__(self, first: SearchIndex | None, fallback: SearchIndex, breaker: Breaker) -> None:
        self._first = first
        self._fallback = fallback
        self._breaker = breaker

    @property
    def degraded(self) -> bool:
        return self._first is None or self._breaker.open

    def search(self, question: Question) -> SearchResults:
        if self._first is not None and self._breaker.allows():
            try:
                return self._asked(self._first, question)
            except IndexUnavailable as error:
                metrics.SEARCHES.labels("elasticsearch", "unavailable").inc()
                log.warning("search_degraded", error=str(error))
                self._breaker.failed()
        with metrics.SEARCH_SECONDS.labels("mongodb").time():
            found = self._fallback.search(question)
        metrics.SEARCHES.labels("mongodb", "answered").inc()
        return found.model_copy(update={"degraded": True})

    def _asked(self, first: SearchIndex, question: Question) -> SearchResults:
        with metrics.SEARCH_SECONDS.labels("elasticsearch").time():
            found = first.search(question)
        self._breaker.worked()
        metrics.SEARCHES.labels("elasticsearch", "answered").inc()
        return found
