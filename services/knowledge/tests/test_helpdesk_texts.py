"""Sensible first hits in the texts of real tickets, if that file exists."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from trackline_schemas.events import Event

from .samples import AGENT, ticket_event
from .world import World

FILE = Path(__file__).parents[4] / "shared" / "data" / "helpdesk_tickets.csv"
ROWS = 300
QUERIES = ["password reset", "new monitor", "outlook", "meeting room", "laptop", "access card", "phone", "printer"]


def real_events() -> Iterator[Event]:
    with FILE.open(newline="", encoding="utf-8") as file:
        for number, row in zip(range(1, ROWS + 1), csv.DictReader(file), strict=False):
            title = row["title"] or " ".join(row["body"].split()[:8])
            yield ticket_event(f"h{number}", 1, row["body"], number=f"INC-{number}", title=title[:200])


@pytest.mark.skipif(not FILE.exists(), reason="../shared/data/helpdesk_tickets.csv is not there")
@pytest.mark.parametrize("world_name", ["elastic_world", "mongo_world"])
def test_first_hits_contain_the_words(world_name: str, request: pytest.FixtureRequest) -> None:
    world: World = request.getfixturevalue(world_name)
    events = list(real_events())
    world.hear(*events)
    texts = {event.data["ticket"]["number"]: _text(event) for event in events}
    for q in QUERIES:
        holding = {number for number, text in texts.items() if all(word in text for word in q.split())}
        found = world.found(q, AGENT, size=5)
        assert set(found[:3]) <= holding or not holding, (q, [texts[number][:60] for number in found])
        assert len(found) >= min(len(holding), 5), q


def _text(event: Event) -> str:
    return f"{event.data['ticket']['title']} {event.data['comment']['text']}".lower()
