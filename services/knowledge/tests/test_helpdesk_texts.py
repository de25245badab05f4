"""Sensible first hits in the texts of tickets: our own, and real ones if that file exists."""

import csv
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import pytest

from trackline_schemas.events import Event

from .helpdesk_texts import TEXTS
from .samples import AGENT, ticket_event
from .world import World

FILE = Path(__file__).parents[4] / "shared" / "data" / "helpdesk_tickets.csv"
ROWS = 300
QUERIES = ["password reset", "new monitor", "outlook", "meeting room", "laptop", "access card", "phone", "printer"]


def real_texts() -> Iterator[tuple[str, str]]:
    if not FILE.exists():
        pytest.skip("../shared/data/helpdesk_tickets.csv is not there")
    with FILE.open(newline="", encoding="utf-8") as file:
        for row in islice(csv.DictReader(file), ROWS):
            yield row["title"] or " ".join(row["body"].split()[:8]), row["body"]


@pytest.mark.parametrize("texts", [lambda: TEXTS, real_texts], ids=["our own texts", "real tickets"])
@pytest.mark.parametrize("world_name", ["elastic_world", "mongo_world"])
def test_first_hits_contain_the_words(
    world_name: str, texts: Callable[[], Iterable[tuple[str, str]]], request: pytest.FixtureRequest
) -> None:
    written = list(texts())
    world: World = request.getfixturevalue(world_name)
    events = [
        ticket_event(f"h{number}", 1, body, number=f"INC-{number}", title=title[:200])
        for number, (title, body) in enumerate(written, 1)
    ]
    world.hear(*events)
    contents = {event.data["ticket"]["number"]: _text(event) for event in events}
    for q in QUERIES:
        holding = {number for number, text in contents.items() if all(word in text for word in q.split())}
        found = world.found(q, AGENT, size=5)
        assert set(found[:3]) <= holding or not holding, (q, [contents[number][:60] for number in found])
        assert len(found) >= min(len(holding), 5), q


def test_our_own_texts_have_three_hits_for_each_query() -> None:
    for q in QUERIES:
        assert sum(all(word in f"{title} {body}" for word in q.split()) for title, body in TEXTS) >= 3, q


def _text(event: Event) -> str:
    return f"{event.data['ticket']['title']} {event.data['comment']['text']}".lower()
