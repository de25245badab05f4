"""Asks Elasticsearch first. While it is absent or down, MongoDB answers, and the answer is marked as degraded."""

import structlog

from knowledge import metrics
from knowledge.usecases.breaker import Breaker
from knowledge.usecases.ports import IndexUnavailable, QueryRefused, SearchIndex
from knowledge.usecases.query import IndexQuery
from trackline_schemas.search import SearchResults

log = structlog.get_logger()


class Failover:
    """If `first` is None, every answer is degraded."""

    def __init__(self, first: SearchIndex | None, fallback: SearchIndex, breaker: Breaker) -> None:
        self._first = first
        self._fallback = fallback
        self._breaker = breaker

    @property
    def degraded(self) -> bool:
        return self._first is None or self._breaker.open

    def search(self, query: IndexQuery) -> SearchResults:
        if self._first is not None and self._breaker.allows():
            try:
                return self._ask(self._first, query)
            except QueryRefused as error:
                # Elasticsearch is up, so that the queries of others still go there.
                metrics.SEARCHES.labels("elasticsearch", "refused").inc()
                log.warning("Elasticsearch refused a query; searching in MongoDB", error=str(error))
                self._breaker.record_success()
            except IndexUnavailable as error:
                metrics.SEARCHES.labels("elasticsearch", "unavailable").inc()
                log.warning("Elasticsearch did not answer; searching in MongoDB", error=str(error))
                self._breaker.record_failure()
        with metrics.SEARCH_SECONDS.labels("mongodb").time():
            found = self._fallback.search(query)
        metrics.SEARCHES.labels("mongodb", "answered").inc()
        return found.model_copy(update={"degraded": True})

    def _ask(self, first: SearchIndex, query: IndexQuery) -> SearchResults:
        with metrics.SEARCH_SECONDS.labels("elasticsearch").time():
            found = first.search(query)
        self._breaker.record_success()
        metrics.SEARCHES.labels("elasticsearch", "answered").inc()
        return found
