"""Builds new facts from the log while the old ones answer queries.

Both generations take every live event. When the new one is complete, it replaces the old one.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from analytics import metrics
from analytics.domain.fact import RULES
from analytics.usecases.events import replay_request
from analytics.usecases.ports import Building, Ports
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.events import Event, ReplayFinished
from trackline_schemas.viewer import Viewer

# This is longer than any query or batch that has begun with the old generation.
RETIRED_FOR = timedelta(seconds=60)


def rebuild(ports: Ports, viewer: Viewer) -> str:
    """Returns the id of the new or running rebuild."""
    if not viewer.admin:
        raise refuse(reasons.analytics.REBUILD_FOR_ADMINISTRATORS_ONLY)
    return ports.generations.begin(uuid4().hex, ports.clock()).job_id


def advance(ports: Ports) -> bool:
    """Asks for the replay, and switches once everything has arrived. Returns True when it switched."""
    now = ports.clock()
    for generation in ports.generations.take_retired(now - RETIRED_FOR):
        ports.facts.drop(generation)
    state = ports.generations.read(now)
    building = state.building
    metrics.REBUILDING.set(building is not None)
    if building is None:
        if state.rules != RULES:
            ports.generations.begin(uuid4().hex, now)
        return False
    if _is_complete(ports, building):
        return ports.generations.switch(building, now)
    if ports.generations.claim_ask(now, ports.patience):
        ports.publish(replay_request("people", now))
        ports.publish(replay_request("tickets", now, job_id=building.new_ask()))
    return False


def follow(ports: Ports) -> None:
    """Loop: keeps the numbers of the live generation in memory up to date."""
    ports.facts.follow(ports.generations.read(ports.clock()).live)


def expect(ports: Ports, events: Sequence[Event]) -> None:
    """Keeps the counts of finished replays that the running rebuild asked for."""
    building = ports.generations.read(ports.clock()).building
    for event in events:
        replay = ReplayFinished.model_validate(event.data)
        if building and building.asked_for(replay.job_id):
            ports.generations.expect(building.generation, replay.subjects, replay.events)


def _is_complete(ports: Ports, building: Building) -> bool:
    if building.expected is None:
        return False
    subjects, events = building.expected
    progress = ports.facts.progress(building.generation)
    return progress.subjects >= subjects and progress.events >= events and progress.gaps == 0
