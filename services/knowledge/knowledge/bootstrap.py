"""Builds the service out of its parts."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from elasticsearch import Elasticsearch
from pymongo.database import Database

from knowledge.adapters.article import MongoArticles
from knowledge.adapters.document import MongoProjection
from knowledge.adapters.elastic.index import ElasticWriter
from knowledge.adapters.elastic.search import ElasticSearch
from knowledge.adapters.job import MongoJobs
from knowledge.adapters.search import MongoSearch
from knowledge.adapters.team import MongoTeams
from knowledge.domain.document import Document
from knowledge.domain.job import Kind
from knowledge.settings import Settings
from knowledge.usecases.article import Articles
from knowledge.usecases.breaker import Breaker
from knowledge.usecases.document import Projector
from knowledge.usecases.failover import Failover
from knowledge.usecases.indexer import Indexer, measure
from knowledge.usecases.job import Step, Worker
from knowledge.usecases.ports import Stop
from knowledge.usecases.rebuild import Rebuild
from knowledge.usecases.reconcile import Reconcile
from knowledge.usecases.replay import Replay, learn_teams
from knowledge.usecases.search import Search
from knowledge.usecases.status import Operating
from trackline_chassis.bus import Bus
from trackline_chassis.mongo import database
from trackline_chassis.settings import ChassisSettings
from trackline_chassis.wiring import Wiring
from trackline_schemas.base import now
from trackline_schemas.events import Event


@dataclass(frozen=True)
class Knowledge:
    """What the entrypoint calls."""

    articles: Articles
    search: Search
    projector: Projector
    operating: Operating


def build(settings: ChassisSettings, bus: Bus) -> Wiring[Knowledge]:
    own = Settings()
    store = database(settings, "knowledge")
    app, loops = assemble(own, store, bus.publish)
    return Wiring(app, loops, checks={"mongodb": lambda: store.command("ping")}, close=store.client.close)


def assemble(
    settings: Settings, store: Database[Document], publish: Callable[[Event], bool]
) -> tuple[Knowledge, list[Callable[[Stop], None]]]:
    articles, projection, jobs = MongoArticles(store), MongoProjection(store), MongoJobs(store)
    articles.prepare()
    projection.prepare()
    teams = MongoTeams(store, time.monotonic)
    breaker = Breaker(time.monotonic)
    client, alias = _client(settings), f"{settings.index_prefix}-search"
    failover = Failover(ElasticSearch(client, alias) if client else None, MongoSearch(store), breaker)
    projector = Projector(projection, articles, teams, now)
    replay = Replay(projection, jobs, publish, now)
    steps: dict[Kind, Step] = {"replay": replay.step}
    loops = [projector.run, measure(projection, jobs, now), learn_teams(teams, publish, now)]
    rebuild = reconcile = None
    if client:
        patient = client.options(request_timeout=settings.index_timeout_seconds)
        writer = ElasticWriter(patient, alias)
        rebuild, reconcile = Rebuild(projection, writer, jobs, now), Reconcile(projection, writer, jobs, now)
        steps |= {"rebuild": rebuild.step, "reconcile": reconcile.step}
        loops.append(Indexer(projection, writer, breaker, rebuild).run)
    loops.append(Worker(jobs, steps, now).run)
    operating = Operating(projection, failover, jobs, rebuild, reconcile, replay, now)
    return Knowledge(Articles(articles, now), Search(failover, teams), projector, operating), loops


def _client(settings: Settings) -> Elasticsearch | None:
    if not settings.elasticsearch_url:
        return None
    # No retries and no marking of dead nodes: the breaker decides when to ask again.
    return Elasticsearch(
        settings.elasticsearch_url,
        request_timeout=settings.search_timeout_seconds,
        max_retries=0,
        retry_on_timeout=False,
    )
