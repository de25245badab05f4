"""What operators ask of search: how far it is behind, and to build its tickets anew."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from knowledge.usecases.failover import Failover
from knowledge.usecases.ports import Projection, Stop, Teams
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import REPLAY_REQUESTED, Event, ReplayRequested
from trackline_schemas.search import SearchStatus
from trackline_schemas.viewer import SYSTEM_ID, Viewer

CONSUMER = "knowledge.events"


class Operating:
    """`publish` tells whether the broker took the event."""

    def __init__(
        self,
        projection: Projection,
        teams: Teams,
        index: Failover,
        publish: Callable[[Event], bool],
        now: Callable[[], datetime],
    ) -> None:
        self._projection = projection
        self._teams = teams
        self._index = index
        self._publish = publish
        self._now = now

    def status(self, viewer: Viewer) -> SearchStatus:
        if not (viewer.agent or viewer.id == SYSTEM_ID):
            raise ServiceError("forbidden", "The state of the search index is for agents.")
        counts = self._projection.counts()
        waited = self._now() - counts.oldest_dirty if counts.oldest_dirty else None
        return SearchStatus(
            documents=counts.documents,
            dirty=counts.dirty,
            lag_seconds=max(waited.total_seconds(), 0.0) if waited else 0.0,
            degraded=self._index.degraded,
        )

    def rebuild(self, context: CallContext) -> str:
        """Clears the tickets of the projection and asks for their events; returns the id of the request. The index
        serves what it has until each document's successor arrives. Safe to repeat."""
        if not (context.viewer.admin or context.viewer.id == SYSTEM_ID):
            raise ServiceError("forbidden", "Only administrators rebuild the search index.")
        self._projection.forget_tickets()
        request = self._request("tickets", context)
        if not self._publish(request):
            raise ServiceError("unavailable", "The message bus did not take the request for a replay. Repeat it.")
        return request.id

    def learn_teams(self, stop: Stop) -> None:
        """A service that starts after teams were made hears of them by replay."""
        while not self._teams.confidential() and not self._publish(self._request("people", CallContext())):
            stop.wait(1)
        stop.wait()

    def _request(self, of: Literal["tickets", "people"], context: CallContext) -> Event:
        wanted = ReplayRequested(consumer=CONSUMER, of=of)
        return Event.unlogged(REPLAY_REQUESTED, "/trackline/knowledge", CONSUMER, wanted, self._now(), context=context)
