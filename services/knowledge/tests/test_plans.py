"""No query of the service scans a whole collection. The test runs every RPC method and loop, and explains every command
that MongoDB received, so that it also covers new queries."""

import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from knowledge.bootstrap import assemble
from knowledge.domain.document import Document
from knowledge.settings import Settings
from knowledge.usecases import article, rebuild, reconcile, replay, search, status
from knowledge.usecases.consume import consume
from trackline_schemas.articles import CreateArticle, RestoreArticle, UpdateArticle
from trackline_schemas.context import CallContext
from trackline_schemas.filters import Condition
from trackline_schemas.paging import PageQuery
from trackline_schemas.rpc import METHODS
from trackline_schemas.search import SearchQuery

from .conftest import server
from .running import until
from .samples import ADMIN, AGENT, ALICE, purge_event, replay_finished, team_event, ticket_event
from .upkeep import drop_indices

EXPLAINED = {"find", "aggregate", "count", "distinct", "update", "delete", "findAndModify"}
# This collection has one row for each team. It is read completely and kept in memory.
WHOLE = {"teams"}
DRIVERS_OWN = {"lsid", "$db", "$clusterTime", "$readPreference", "txnNumber", "writeConcern", "ordered"}


class Heard(CommandListener):
    def __init__(self) -> None:
        self.commands: dict[str, dict[str, Any]] = {}

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in EXPLAINED:
            command = {name: value for name, value in event.command.items() if name not in DRIVERS_OWN}
            for one in _single(event.command_name, command):
                self.commands.setdefault(str(_shape(one)), one)

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...


def _single(name: str, command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Splits a command, because MongoDB explains only one update or deletion at a time."""
    parts = {"update": "updates", "delete": "deletes"}.get(name)
    if parts is None:
        yield command
        return
    for part in command[parts]:
        yield command | {parts: [part]}


def _shape(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return sorted({str(_shape(part)) for part in value})
    return value if isinstance(value, str) and value.startswith("$") else type(value).__name__


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def watched(store: Database[Document], heard: Heard) -> Iterator[Database[Document]]:
    url = server("TRACKLINE_TEST_MONGODB_URL")
    with MongoClient[Document](url, event_listeners=[heard], tz_aware=True) as client:
        yield client[store.name]


def stages(plan: Any) -> Iterator[str]:
    if isinstance(plan, dict):
        if isinstance(plan.get("stage"), str):
            yield plan["stage"]
        for name, value in plan.items():
            if name != "rejectedPlans":
                yield from stages(value)
    elif isinstance(plan, list):
        for value in plan:
            yield from stages(value)


def run_everything(store: Database[Document], elastic_url: str, prefix: str) -> set[str]:
    """Returns the names of the RPC methods that it called."""
    ports, loops = assemble(Settings(elasticsearch_url=elastic_url, index_prefix=prefix), store, lambda _: True)
    without, _ = assemble(Settings(elasticsearch_url=None, index_prefix=prefix), store, lambda _: True)
    stop = threading.Event()
    threads = [threading.Thread(target=loop, args=(stop,)) for loop in loops]
    for thread in threads:
        thread.start()
    called = set[str]()

    def call(name: str, method: Any, *arguments: Any, **rest: Any) -> Any:
        called.add(name)
        return method(*arguments, **rest)

    def under_way() -> bool:
        return any(job.finished_at is None for job in status.status(ports, ADMIN).jobs)

    try:
        consume(ports, [team_event("network", 1, False)])
        consume(ports, [ticket_event(f"t{n}", 1, "words", number=f"INC-{n}") for n in range(5)])
        consume(ports, [ticket_event("t1", 2, "zebra", "internal", number="INC-1"), purge_event("t2", 2)])
        until(lambda: not under_way())
        context, key = CallContext(viewer=AGENT), "0b0f6f4e-7d27-4d0c-9f5e-3f0f3f3b8d11"
        keyed = CallContext(viewer=AGENT, command_id=key, key_sent=True)
        number = call("create_article", article.create, ports, CreateArticle(title="VPN", body="Text"), keyed).number
        call("update_article", article.update, ports, number, UpdateArticle(body="New"), None, context)
        call("restore_article", article.restore, ports, number, RestoreArticle(version=1), None, context)
        call("article", article.get, ports, number, AGENT)
        call("article_version", article.version, ports, number, 1, AGENT)
        call("article_versions", article.versions, ports, number, 1, None, AGENT)
        for sort in ("created_at", "-updated_at", "title"):
            for wished in (None, Condition(field="state", op="eq", value="published")):
                for viewer in (ALICE, AGENT):
                    query = PageQuery(sort=sort, filter=wished, size=1)
                    call("articles", article.page, ports, query, viewer)
        for q in ("", "words", "INC-1", "zebra words more", "1"):
            for wished in (None, Condition(field="state", op="eq", value="new")):
                for viewer in (ALICE, AGENT):
                    call("search", search.search, without, SearchQuery(q=q, filter=wished), viewer)
                    call("suggest", search.suggest, without, q, 5, viewer)
        call("status", status.status, ports, ADMIN)
        admin = CallContext(viewer=ADMIN)
        call("rebuild", rebuild.rebuild, ports, admin)
        until(lambda: not under_way())
        store["search_documents"].update_one({"_id": "ticket:t3"}, {"$inc": {"rev": 1}})
        call("reconcile", reconcile.reconcile, ports, False, admin)
        call("replay", replay.replay, ports, admin)
        until(lambda: {job.kind: job.phase for job in status.status(ports, ADMIN).jobs}["replay"] == "replaying")
        consume(ports, [replay_finished()])
        until(lambda: not under_way() and status.status(ports, ADMIN).dirty == 0)
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)
    return called


def test_no_query_reads_a_whole_collection(
    watched: Database[Document],
    heard: Heard,
    store: Database[Document],
    elastic: Elasticsearch,
    elastic_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rebuild, "GRACE", timedelta(0))
    prefix = store.name.replace("_", "-")
    try:
        assert run_everything(watched, elastic_url, prefix) == METHODS["knowledge"].keys()
    finally:
        drop_indices(elastic, f"{prefix}-search")
    collections = {command[next(iter(command))] for command in heard.commands.values()}
    assert collections >= {"articles", "article_versions", "search_documents", "search_notes", "search_jobs"}
    scans = {
        shape: plan
        for shape, command in heard.commands.items()
        if command[next(iter(command))] not in WHOLE
        and "COLLSCAN" in (plan := list(stages(store.command("explain", command, verbosity="queryPlanner"))))
    }
    assert scans == {}
