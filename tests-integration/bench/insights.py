"""Measures the queries of the Insights page over BENCH_TICKETS tickets: seconds until the last answer, and CPU.

The use cases run in this process on the store of the service, the three queries of a page at the same time.
"""

import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from analytics.adapters.fact import MongoFacts
from analytics.adapters.generation import MongoGenerations
from analytics.adapters.team import MongoTeams
from analytics.usecases.ports import Ports
from analytics.usecases.series import series
from analytics.usecases.summary import summary
from analytics.usecases.ticket import tickets
from bench import cpu, data, desk
from trackline_chassis.mongo import database
from trackline_chassis.settings import ChassisSettings
from trackline_local.system import System
from trackline_schemas.analytics import CountedQuery, Every, SeriesQuery, SummaryQuery
from trackline_schemas.base import now
from trackline_schemas.viewer import Viewer

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "20"))
READER = Viewer(id="root", admin=True)


def main() -> None:
    with data.measured() as place:
        pids = {"python": os.getpid(), "mongodb": desk.pids(place.system)["mongodb"]}
        sys.stdout.write(f"{data.TICKETS:,} tickets, load {os.getloadavg()[0]:.1f}, seconds of {ROUNDS} rounds\n")
        insights = Insights(place.system)
        start(insights, pids)
        for name, ask in insights.questions().items():
            measure(name, ask, pids)


class Insights:
    def __init__(self, system: System) -> None:
        backends = system.backends
        settings = ChassisSettings(
            amqp_url=backends.amqp_url, mongodb_url=backends.mongodb_url, database_prefix=desk.DATABASE
        )
        store = database(settings, "analytics")
        facts, generations, teams = MongoFacts(store), MongoGenerations(store), MongoTeams(store)
        self._ports = Ports(facts, generations, teams, lambda _: None, now, timedelta(minutes=1))
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


def start(insights: Insights, pids: dict[str, int]) -> None:
    """The first question waits until all facts are in memory."""
    before, began = cpu.resident(pids), time.perf_counter()
    insights.series(30, "day")
    seconds, more = time.perf_counter() - began, cpu.resident(pids)["python"] - before["python"]
    sys.stdout.write(f"  first question: {seconds:.2f} s, {more} MB more memory\n")


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
