"""Measures the pages of the screens, one after the other, over BENCH_TICKETS tickets. Each page was visited before."""

import os
import statistics
import sys
import time
from collections.abc import Iterator

from harness.api import Api
from harness.pages import Pages

from bench import data
from bench.data import Desk

VISITS = int(os.environ.get("BENCH_VISITS", "100"))
# A part of the names of screens.
ONLY = os.environ.get("BENCH_ONLY", "")


def main() -> None:
    with data.measured() as desk:
        report(desk)


def report(desk: Desk) -> None:
    sys.stdout.write(f"\n| screen, {data.TICKETS:,} tickets, {VISITS} visits | p50 ms | p99 ms |\n|---|---|---|\n")
    visits = {who: Pages(desk.system.url, who) for who in (desk.agent, desk.requester)}
    for name, who, path in _screens(desk):
        if ONLY in name:
            sys.stdout.write(f"| {name} | {_times(visits[who], path)} |\n")
            sys.stdout.flush()
    for one in visits.values():
        one.close()


def _times(visits: Pages, path: str) -> str:
    _seconds(visits, path)
    times = [_seconds(visits, path) for _ in range(VISITS)]
    p99 = statistics.quantiles(times, n=100, method="inclusive")[98]
    return f"{statistics.median(times) * 1000:.0f} | {p99 * 1000:.0f}"


def _screens(desk: Desk) -> Iterator[tuple[str, Api, str]]:
    agent, requester = desk.agent, desk.requester
    number, theirs = (one.get("/tickets", **{"page[size]": 1})["data"][0]["number"] for one in (agent, requester))
    for view in ("mine", "unassigned", "open", "waiting", "resolved"):
        yield f"queue, {view}", agent, f"/desk/{view}"
    yield "queue of a team", agent, f"/desk/open?filter[team_id]={desk.teams[0]}"
    yield "queue, oldest first", agent, "/desk/open?sort=created_at"
    category = f"filter[category_id]={desk.categories[0]}&filter[priority]=1"
    yield "queue, category and priority", agent, f"/desk/open?{category}"
    yield "ticket", agent, f"/t/{number}"
    yield "help home", requester, "/"
    yield "ticket of a requester", requester, f"/t/{theirs}"
    yield "search", agent, "/search?q=printer+password"
    yield "search, a number", agent, f"/search?q={number}"
    yield "search of a requester", requester, "/search?q=printer+password"
    yield "inbox", agent, "/inbox"
    yield "insights, 30 days", agent, "/insights"
    yield "insights, a year", agent, "/insights?period=12m"


def _seconds(visits: Pages, path: str) -> float:
    began = time.perf_counter()
    answer = visits.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
