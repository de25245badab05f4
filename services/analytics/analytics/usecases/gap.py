"""Asks for a replay of missing events."""

from analytics import metrics
from analytics.usecases.events import replay_request
from analytics.usecases.ports import Ports

BATCH = 100


def ask(ports: Ports) -> list[str]:
    """Returns the ids of the tickets whose events it has asked for. Asks for none during a rebuild, whose replay has
    all events."""
    now = ports.clock()
    state = ports.generations.read(now)
    metrics.PARKED_FACTS.set(ports.facts.gaps(state.live))
    if state.building:
        return []
    due = ports.facts.due(state.live, now, BATCH)
    for fact in due:
        fact.record_request(now, ports.patience)
    # The write fails if another replica asks for the same events, or if an event arrives at this moment.
    lost = ports.facts.save(state.live, due)
    mine = [fact.id for fact in due if fact.id not in lost]
    if mine:
        ports.publish(replay_request("tickets", now, only=mine))
    return mine
