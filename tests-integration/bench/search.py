"""Measures search over BENCH_TICKETS tickets, with 1 and 16 clients.

It measures searches in comparison with a bare FastAPI route that sends the same queries to Elasticsearch, filtered
searches and suggestions, and a rebuild and a comparison of the index while people search.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlencode

from harness.api import Api, wait_for

from bench import cpu, data, desk, load
from knowledge.adapters.elastic.search import ElasticSearch
from knowledge.usecases.search import search
from trackline_local.ports import free_port
from trackline_local.program import Program
from trackline_local.system import System
from trackline_schemas.search import SearchQuery
from trackline_schemas.viewer import Viewer

SECONDS = float(os.environ.get("BENCH_SECONDS", "6"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
# search, filtered, misspelt, newest, suggest, rebuild or reconcile; all of them if it is empty
ONLY = os.environ.get("BENCH_ONLY", "")
HERE = Path(__file__).resolve().parents[1]
WORDS = (
    "printer", "vpn disconnects", "laptop blue screen", "mailbox", "scanner lost its settings", "certificate expired",
    "account locked", "dock monitor", "calendar does not sync", "INC-1000042", "headset noise lisbon", "wiki",
)  # fmt: skip
MISSPELT = ("prnter jams", "calender sync", "certifcate", "acount locked")
SENTENCES = ("my printer does not pr", "how do I unlock my acc", "the vpn disc", "calendar on my pho")


def main() -> None:
    with data.measured() as place:
        system, admin, agent = place.system, place.admin, place.agent
        teams = {team["id"]: team["confidential"] for team in admin.all("/teams")}
        if ONLY in "search":
            with bare(system, agent, teams) as limit:
                for clients in (1, 16):
                    beside(system, limit, agent, clients)
        for name, path in paths().items():
            for clients in (1, 16) if ONLY in name else ():
                outcome = load.run(system.url, _get(system, path, agent), clients, SECONDS, 200)
                _say(f"{name:18} {clients:2} clients  {_times(outcome)}  {outcome.per_second:.0f}/s")
        for kind in ("rebuild", "reconcile"):
            if ONLY in kind:
                while_people_search(system, admin, agent, kind)


@contextmanager
def bare(system: System, agent: Api, teams: Mapping[str, bool]) -> Iterator[str]:
    """Yields the address of bench.bare_search."""
    viewer = Viewer(id=agent.me["id"], teams=dict.fromkeys(teams, "reply"))
    file, port = system.state / "bodies.json", free_port()
    file.write_text(json.dumps({q: body_of(q, viewer, teams) for q in WORDS}))
    environment = {
        "PYTHONPATH": str(HERE),
        "BENCH_PORT": str(port),
        "BENCH_BODIES": str(file),
        "BENCH_ELASTICSEARCH_URL": str(system.backends.elasticsearch_url),
        "BENCH_INDEX": f"{desk.DATABASE}-search",
    }
    command = [sys.executable, "-m", "bench.bare_search"]
    program = Program("bare", command, system.state / "bare.log", environment, HERE, f"http://127.0.0.1:{port}/livez")
    try:
        program.start()
        program.wait_ready(60)
        yield f"http://127.0.0.1:{port}"
    finally:
        program.stop()


class Recorded(Exception):
    """Carries the body of the request instead of sending it."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__()
        self.body = body


class Recorder:
    """Replaces the client of Elasticsearch and the store of teams."""

    def __init__(self, teams: Mapping[str, bool]) -> None:
        self._teams = teams

    def confidential(self) -> Mapping[str, bool]:
        return self._teams

    def msearch(self, searches: list[dict[str, Any]]) -> None:
        raise Recorded(searches[1])


def body_of(q: str, viewer: Viewer, teams: Mapping[str, bool]) -> dict[str, Any]:
    """Returns the body that the service first sends to Elasticsearch for these words."""
    recorder: Any = Recorder(teams)
    ports: Any = SimpleNamespace(search=ElasticSearch(recorder, "none"), teams=recorder)
    try:
        search(ports, SearchQuery(q=q), viewer)
    except Recorded as recorded:
        return recorded.body
    raise AssertionError(f"nothing was asked for {q}")


def beside(system: System, limit: str, agent: Api, clients: int) -> None:
    """Measures both in turns, and the CPU of each process per search."""
    ours = _get(system, lambda number: f"/api/v1/search?{_q(WORDS, number)}", agent)
    theirs = load.get(limit, lambda number: f"/search?{_q(WORDS, number)}")
    pids = desk.pids(system)
    for request, url in ((theirs, limit), (ours, system.url)):
        load.run(url, request, clients, 2, 200)
    pairs = []
    spent = dict.fromkeys(pids, 0.0)
    for _ in range(ROUNDS):
        bare_one = load.run(limit, theirs, clients, SECONDS, 200)
        before = cpu.used(pids)
        our_one = load.run(system.url, ours, clients, SECONDS, 200)
        after = cpu.used(pids)
        spent = {name: spent[name] + after[name] - before[name] for name in pids}
        pairs.append((bare_one, our_one))
    ratios = [mine.per_second / other.per_second for other, mine in pairs]
    count = sum(len(mine.latencies) for _, mine in pairs)
    each = ", ".join(
        f"{name} {seconds / count * 1000:.1f}" for name, seconds in spent.items() if seconds / count > 5e-5
    )
    _say(
        f"search             {clients:2} clients  {_times(pairs[-1][1])}  {pairs[-1][1].per_second:.0f}/s,"
        f" bare {_times(pairs[-1][0])}  {pairs[-1][0].per_second:.0f}/s,"
        f" ratio {statistics.median(ratios):.2f} ({', '.join(f'{one:.2f}' for one in ratios)}); CPU ms: {each}"
    )


def paths() -> dict[str, Callable[[int], str]]:
    state = urlencode({"filter[state]": "open,new,pending"})
    return {
        "filtered": lambda number: f"/api/v1/search?type=ticket&{state}&{_q(WORDS, number)}",
        "misspelt": lambda number: f"/api/v1/search?{_q(MISSPELT, number)}",
        "newest": lambda _: f"/api/v1/search?type=ticket&{state}",
        "suggest": lambda number: f"/api/v1/suggest?{_q(SENTENCES, number)}",
    }


def while_people_search(system: System, admin: Api, agent: Api, kind: str) -> None:
    """Runs a job while 4 clients search and one checks that each answer is complete and from Elasticsearch."""
    expected = _found(agent)
    over, latencies, failures = Event(), list[float](), list[str]()
    ours = _get(system, lambda number: f"/api/v1/search?{_q(WORDS, number)}", agent)

    def keep_searching() -> None:
        while not over.is_set():
            try:
                latencies.extend(load.run(system.url, ours, 4, 2, 200).latencies)
            except AssertionError as error:
                failures.append(str(error))

    def look() -> None:
        while not over.wait(0.2):
            try:
                if (found := _found(agent)) != expected:
                    failures.append(f"{found} instead of {expected}")
            except AssertionError as error:
                failures.append(str(error))

    threads = [Thread(target=one) for one in (keep_searching, look)]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    job = admin.post(f"/search/{kind}", {})["job_id"]
    wait_for(lambda: _job(admin, kind)["finished_at"], 3600)
    seconds = time.monotonic() - began
    over.set()
    for thread in threads:
        thread.join()
    done = _job(admin, kind)
    assert done["job_id"] == job
    found = {name: done[name] for name in ("documents", "missing", "stale", "orphaned")}
    outcome = load.Outcome(seconds, sorted(latencies))
    _say(
        f"{kind} in {seconds:.0f} s, {data.TICKETS / seconds:.0f} documents/s, {found};"
        f" meanwhile {len(latencies)} searches, {_times(outcome)}, failed or short: {len(failures)} {failures[:3]}"
    )


def _job(admin: Api, kind: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = admin.get("/search/status")["jobs"]
    return next(job for job in found if job["kind"] == kind)


def _found(agent: Api) -> tuple[bool, int, Any]:
    answer = agent.get("/search", q="printer", facets="true", **{"page[size]": 100})
    return answer["meta"]["degraded"], len(answer["data"]), answer["meta"]["facets"]["state"]


def _get(system: System, path: Callable[[int], str], agent: Api) -> load.Request:
    return load.get(system.url, path, lambda _: f"Authorization: Bearer {agent.token}\r\n")


def _q(texts: tuple[str, ...], number: int) -> str:
    return f"q={quote(texts[number % len(texts)])}"


def _times(outcome: load.Outcome) -> str:
    return f"p50 {outcome.percentile(0.5) * 1000:.0f} p99 {outcome.percentile(0.99) * 1000:.0f} ms"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
