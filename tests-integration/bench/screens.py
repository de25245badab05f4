"""Measures the pages of the desk's screens, one after the other."""

import os
import statistics
import sys
import time
from collections.abc import Iterator

from harness.api import Api
from harness.pages import Pages

from bench import seed
from trackline_local.system import System

VISITS = int(os.environ.get("BENCH_VISITS", "50"))


def report(system: System, admin: Api, agent: Api, desk: seed.Desk) -> None:
    requester = admin.new_person("Bob Requester")
    sys.stdout.write(f"\n| screen, {VISITS} visits | p50 ms | p99 ms |\n|---|---|---|\n")
    for name, who, path in _screens(agent, requester, desk):
        visits = Pages(system.url, who)
        times = sorted(_seconds(visits, path) for _ in range(VISITS))
        visits.close()
        p99 = statistics.quantiles(times, n=100, method="inclusive")[98]
        sys.stdout.write(f"| {name} | {statistics.median(times) * 1000:.0f} | {p99 * 1000:.0f} |\n")
        sys.stdout.flush()


def _screens(agent: Api, requester: Api, desk: seed.Desk) -> Iterator[tuple[str, Api, str]]:
    number = agent.get("/tickets", **{"page[size]": 1})["data"][0]["number"]
    for view in ("mine", "unassigned", "open", "waiting", "resolved"):
        yield f"queue, {view}", agent, f"/desk/{view}"
    yield "queue of a team", agent, f"/desk/open?filter[team_id]={desk.teams[0]}"
    yield "queue, oldest first", agent, "/desk/open?sort=created_at"
    yield (
        "queue, category and priority",
        agent,
        f"/desk/open?filter[category_id]={desk.categories[0]}&filter[priority]=1",
    )
    yield "ticket", agent, f"/t/{number}"
    yield "help home", requester, "/"
    yield "search", agent, "/search?q=printer+password"
    yield "search, a number", agent, f"/search?q={number}"
    yield "inbox", agent, "/inbox"
    yield "insights, 30 days", agent, "/insights"
    yield "insights, a year", agent, "/insights?period=12m"


def _seconds(visits: Pages, path: str) -> float:
    began = time.perf_counter()
    answer = visits.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return time.perf_counter() - began
