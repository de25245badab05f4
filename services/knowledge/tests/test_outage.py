"""The whole service except the bus, while Elasticsearch stops and starts again."""

import time

from elasticsearch import Elasticsearch

from knowledge.usecases import article
from knowledge.usecases.replay import replay
from knowledge.usecases.status import status
from trackline_schemas.articles import CreateArticle
from trackline_schemas.context import CallContext

from .running import PATIENCE, Running, until
from .samples import ADMIN, AGENT, replay_finished, ticket_event
from .upkeep import drop_indices
from .world import numbers


def test_search_is_degraded_during_an_outage_and_catches_up_after_it(running: Running) -> None:
    running.hear(ticket_event("t1", 1, "The modem is silent", number="INC-1"))
    until(running.finds("modem", "INC-1"))
    until(lambda: running.dirty() == 0)

    running.switch.off()
    running.hear(*(ticket_event(f"t{n}", 1, "The modem hums", number=f"INC-{n}") for n in (2, 3)))
    article.create(running.ports, CreateArticle(title="Modem care", body="Dust it"), CallContext(viewer=AGENT))
    until(running.finds("modem", "INC-1", "INC-2", "INC-3", "KB-1001", degraded=True))
    until(lambda: running.dirty() == 3)
    started = time.monotonic()
    running.search("modem")
    assert time.monotonic() - started < PATIENCE / 2
    assert status(running.ports, ADMIN).degraded

    running.switch.on()
    until(running.finds("modem", "INC-1", "INC-2", "INC-3", "KB-1001"))
    until(lambda: running.dirty() == 0)
    assert not status(running.ports, ADMIN).degraded


def test_a_new_empty_elasticsearch_is_filled_before_it_answers(running: Running, elastic: Elasticsearch) -> None:
    running.hear(*(ticket_event(f"t{n}", 1, "router", number=f"INC-{n}") for n in range(1, 6)))
    until(running.finds("router", *(f"INC-{n}" for n in range(1, 6))))
    drop_indices(elastic, running.alias)
    complete = {f"INC-{n}" for n in range(1, 6)}
    deadline = time.monotonic() + 20
    while (answer := running.search("router")).degraded or not elastic.indices.exists_alias(name=running.alias):
        assert set(numbers(answer)) == complete
        assert time.monotonic() < deadline
    until(running.finds("router", *complete))


def test_a_replay_gives_the_same_documents(running: Running) -> None:
    events = [
        ticket_event("t1", 1, "The modem is silent", number="INC-1"),
        ticket_event("t1", 2, "Ask the zebra", "internal", number="INC-1", state="open"),
        ticket_event("t2", 1, "No paper", number="INC-2"),
    ]
    running.hear(*events)
    until(running.finds("zebra", "INC-1"))
    running.asked.clear()

    job = replay(running.ports, CallContext(viewer=ADMIN))
    until(lambda: running.asked)
    [asked] = running.asked
    assert (asked.id, asked.data) == (job.job_id, {"consumer": "knowledge.events", "of": "tickets", "only": None})
    assert running.finds("zebra", "INC-1")()
    live = ticket_event("t3", 1, "A live one, paper again", number="INC-3")
    running.hear(live)
    running.hear(*(event.model_copy(update={"replay": True}) for event in events), replay_finished())
    until(running.finds("paper", "INC-2", "INC-3"))
    until(running.finds("zebra", "INC-1"))
    assert running.search("zebra").items[0].state == "open"
    until(lambda: running.dirty() == 0)
    until(lambda: {one.kind: one.phase for one in status(running.ports, ADMIN).jobs}["replay"] == "done")
