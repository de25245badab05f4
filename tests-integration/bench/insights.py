"""Measures the queries of the Insights page over BENCH_TICKETS tickets: seconds until the last answer, and CPU.

The use cases run in this process on the store of `with-servers`, the three queries of a page at the same time.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from bson.codec_options import CodecOptions
from pymongo import MongoClient
from pymongo.database import Database

from analytics.adapters.fact import MongoFacts
from analytics.adapters.generation import MongoGenerations
from analytics.adapters.team import MongoTeams
from analytics.usecases.ports import Ports
from analytics.usecases.series import series
from analytics.usecases.summary import summary
from analytics.usecases.ticket import tickets
from bench import cpu, years
from trackline_schemas.analytics import CountedQuery, Every, SeriesQuery, SummaryQuery
from trackline_schemas.base import now
from trackline_schemas.events import TeamChanged
from trackline_schemas.viewer import Viewer

FACTS = int(os.environ.get("BENCH_TICKETS", "5000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "20"))
READER = Viewer(id="root", admin=True)
BATCH = 500


def main() -> None:
    url = os.environ["TRACKLINE_TEST_MONGODB_URL"]
    pids = {"python": os.getpid(), "mongodb": cpu.listening(urlsplit(url).port or 0)}
    with filled(url) as database:
        desk = Desk(database)
        sys.stdout.write(f"{FACTS:,} facts, load {os.getloadavg()[0]:.1f}, seconds of {ROUNDS} rounds\n")
        for name, ask in desk.questions().items():
            measure(name, ask, pids)


@contextmanager
def filled(url: str) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](url) as client:
        options = CodecOptions[dict[str, Any]](tz_aware=True, tzinfo=UTC)
        database = client.get_database(f"bench_{uuid4().hex[:8]}", codec_options=options)
        facts, told = MongoFacts(database), years.facts(FACTS, now())
        while batch := list(islice(told, BATCH)):
            facts.save(1, batch)
        yield database
        client.drop_database(database.name)


class Desk:
    def __init__(self, database: Database[dict[str, Any]]) -> None:
        teams = MongoTeams(database)
        for team in years.TEAMS:
            teams.apply(TeamChanged(id=team, name=team, confidential=team == years.CONFIDENTIAL_TEAM), 1)
        self._ports = Ports(
            MongoFacts(database), MongoGenerations(database), teams, lambda _: None, now, timedelta(minutes=1)
        )
        self._end = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)

    def questions(self) -> dict[str, Callable[[], object]]:
        return {
            "page of 30 days": lambda: self.page(30, "day"),
            "page of a year": lambda: self.page(365, "month"),
            "summary of 30 days, by priority": lambda: self.summary(30, "priority"),
            "summary of a year, by priority": lambda: self.summary(365, "priority"),
            "summary of a year, by team and assignee": lambda: self.summary(365, "team_id", "assignee_id"),
            "30 days, one by one": lambda: self.series(30, "day"),
            "365 days, one by one": lambda: self.series(365, "day"),
            "50 tickets resolved in a year": lambda: self.tickets(365, 50),
        }

    def page(self, days: int, every: Every) -> None:
        with ThreadPoolExecutor(3) as pool:
            asked = [
                pool.submit(self.summary, days, "priority"),
                pool.submit(self.series, days, every),
                pool.submit(self.tickets, days, 10),
            ]
            for one in asked:
                one.result()

    def summary(self, days: int, *by: str) -> None:
        period = {"from": self._end - timedelta(days=days), "to": self._end}
        before = self._end - timedelta(days=2 * days)
        summary(self._ports, SummaryQuery.model_validate({**period, "compare_from": before, "group_by": by}), READER)

    def series(self, days: int, every: Every) -> None:
        period = {"from": self._end - timedelta(days=days), "to": self._end}
        series(self._ports, SeriesQuery.model_validate({**period, "every": every, "zone": "Europe/Berlin"}), READER)

    def tickets(self, days: int, size: int) -> None:
        period = {"from": self._end - timedelta(days=days), "to": self._end}
        tickets(self._ports, CountedQuery.model_validate({**period, "measure": "resolved", "size": size}), READER)


def measure(name: str, ask: Callable[[], object], pids: dict[str, int]) -> None:
    ask()
    before, seconds = cpu.used(pids), []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        ask()
        seconds.append(time.perf_counter() - began)
    seconds.sort()
    p50, p99 = (seconds[min(int(ROUNDS * share), ROUNDS - 1)] for share in (0.5, 0.99))
    spent = {one: (used - before[one]) / ROUNDS for one, used in cpu.used(pids).items()}
    each = ", ".join(f"{one} {used:.2f}" for one, used in spent.items())
    sys.stdout.write(f"  {name:42}p50 {p50:6.2f}  p99 {p99:6.2f}  CPU {each}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
