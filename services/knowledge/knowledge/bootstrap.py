"""Builds the service from its parts."""

import time
from collections.abc import Callable
from functools import partial
from threading import Event as Stop
from typing import Any

from elasticsearch import Elasticsearch, OrjsonSerializer
from elasticsearch.serializer import JsonSerializer, NdjsonSerializer
from pymongo.database import Database

from knowledge.adapters.article import MongoArticles
from knowledge.adapters.document import MongoDocuments
from knowledge.adapters.elastic.index import ElasticWriter
from knowledge.adapters.elastic.search import ElasticSearch
from knowledge.adapters.job import MongoJobs
from knowledge.adapters.plain_text import plain_text
from knowledge.adapters.search import MongoSearch
from knowledge.adapters.team import MongoTeams
from knowledge.domain.document import Document
from knowledge.settings import Settings
from knowledge.usecases import document, status, worker
from knowledge.usecases.breaker import Breaker
from knowledge.usecases.events import replay_request
from knowledge.usecases.failover import Failover
from knowledge.usecases.indexer import Indexer
from knowledge.usecases.ports import Ports
from trackline_chassis.bus import Bus
from trackline_chassis.mongo import database
from trackline_chassis.projection import request_until_known
from trackline_chassis.settings import ChassisSettings
from trackline_chassis.wiring import Loop, Wiring
from trackline_schemas.base import now
from trackline_schemas.events import Event


def build(chassis: ChassisSettings, bus: Bus) -> Wiring[Ports]:
    settings = Settings(**chassis.model_dump())
    store = database(settings, "knowledge")
    ports, loops = assemble(settings, store, bus.publish)
    return Wiring(ports, loops, checks={"mongodb": lambda: store.command("ping")}, close=store.client.close)


def assemble(
    settings: Settings, store: Database[Document], publish: Callable[[Event], bool]
) -> tuple[Ports, list[Loop]]:
    articles, documents = MongoArticles(store), MongoDocuments(store)
    articles.prepare()
    documents.prepare()
    breaker = Breaker(time.monotonic)
    client, alias = client_of(settings), f"{settings.index_prefix}-search"
    ports = Ports(
        articles,
        documents,
        MongoTeams(store, time.monotonic),
        MongoJobs(store),
        Failover(ElasticSearch(client, alias) if client else None, MongoSearch(store), breaker),
        ElasticWriter(client.options(request_timeout=settings.index_timeout_seconds), alias) if client else None,
        publish,
        now,
        plain_text,
    )
    loops: list[Loop] = [partial(run, ports) for run in (document.run, status.measure, learn_teams, worker.run)]
    return ports, [*loops, Indexer(ports, breaker).run] if client else loops


class OrjsonLines(NdjsonSerializer, OrjsonSerializer):
    """Searches and documents are sent as lines of JSON, which the client otherwise writes by the standard library."""


def learn_teams(ports: Ports, stop: Stop) -> None:
    """Loop: asks for a replay of all teams while none is known."""
    request_until_known(ports.teams.confidential, lambda: ports.publish(replay_request("people", ports.clock())), stop)


def client_of(settings: Settings) -> Elasticsearch | None:
    if not settings.elasticsearch_url:
        return None
    # The client neither retries nor marks nodes as dead: the breaker decides when to ask again.
    return Elasticsearch(
        settings.elasticsearch_url,
        serializers={JsonSerializer.mimetype: OrjsonSerializer(), NdjsonSerializer.mimetype: OrjsonLines()},
        request_timeout=settings.search_timeout_seconds,
        max_retries=0,
        retry_on_timeout=False,
        **_authority(settings),
    )


def _authority(settings: Settings) -> dict[str, Any]:
    return {"ca_certs": str(settings.elasticsearch_ca)} if settings.elasticsearch_ca else {}
