"""3,000 real tickets: seconds to import them, seconds until the last can be found, and ten searches with Elasticsearch
running, stopped and back.

It starts its own servers. Run it in tests-integration/: `python -m bench.real_tickets [FILE]`.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from conftest import running_system
from harness.api import Api, wait_for
from harness.helpdesk import FILE, SEARCHES, SOURCE, first_hits, import_tickets, rows
from harness.servers import Servers, own_servers

from bench.production import INTERVALS
from trackline_local.system import System

# A word that no real ticket has → title.
WHILE_DOWN = {"quixotic": "The quixotic plotter hums", "zeppelin": "A zeppelin sits on the antenna"}


def main(file: Path) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        own_servers() as servers,
        running_system(Path(folder), servers.backends, **INTERVALS) as system,
    ):
        with _administrator(system) as admin:
            admin.wait_for_starter_pack()
            import_and_wait(system, admin, file)
        # An access token lives for 15 minutes, so sign in again.
        with _administrator(system) as admin:
            search_through_an_outage(servers, admin)


def import_and_wait(system: System, admin: Api, file: Path) -> None:
    count = sum(1 for _ in rows(file))
    began = time.monotonic()
    output = import_tickets(system, file)
    imported = time.monotonic()
    reference = _last_reference(admin, count)
    wait_for(lambda: _all_found(admin, reference), 600)
    searchable = time.monotonic()
    _say(output)
    _say(f"imported in {imported - began:.1f} s: {count / (imported - began):.0f} a second")
    _say(f"the last searchable {searchable - imported:.1f} s after that")


def search_through_an_outage(servers: Servers, admin: Api) -> None:
    search(admin, "Elasticsearch", degraded=False)
    servers.elasticsearch.stop()
    wait_for(lambda: first_hits(admin, "printer")[1])
    began = time.monotonic()
    for title in WHILE_DOWN.values():
        admin.new_ticket(title)
    wait_for(lambda: _has_new_tickets(admin))
    _say(f"stopped: tickets opened meanwhile are found after {time.monotonic() - began:.1f} s")
    search(admin, "Elasticsearch stopped", degraded=True)
    servers.elasticsearch.start()
    began = time.monotonic()
    wait_for(lambda: not first_hits(admin, "printer")[1] and _has_new_tickets(admin), 120)
    _say(f"back: it answers, with the tickets opened meanwhile, after {time.monotonic() - began:.1f} s")
    search(admin, "Elasticsearch back", degraded=False)


def search(admin: Api, situation: str, *, degraded: bool) -> None:
    """Raises AssertionError if the title of a best hit does not contain the expected word."""
    _say(f"\n| {situation} | ms | first three |\n|---|---|---|")
    milliseconds = []
    for q, word in SEARCHES.items():
        began = time.monotonic()
        titles, by_mongodb = first_hits(admin, q)
        milliseconds.append((time.monotonic() - began) * 1000)
        _say(f"| {q} | {milliseconds[-1]:.0f} | {'; '.join(titles)} |")
        assert by_mongodb is degraded
        assert word in titles[0].lower()
    _say(f"\nmedian {statistics.median(milliseconds):.0f} ms")


def _administrator(system: System) -> Api:
    return Api.sign_in(system.url, system.administrator.email, system.administrator.password)


def _last_reference(admin: Api, count: int) -> str:
    tickets = admin.all("/tickets", **{"filter[source]": SOURCE})
    return next(str(one["external_ref"]) for one in tickets if one["external_ref"].startswith(f"row {count} "))


def _all_found(admin: Api, reference: str) -> bool:
    """Returns whether nothing waits for the index and a search finds the last ticket."""
    last = {"type": "ticket", "filter[source]": SOURCE, "filter[external_ref]": reference}
    answer = admin.get("/search", q="", **last)
    return len(answer["data"]) == 1 and not answer["meta"]["degraded"] and admin.get("/search/status")["dirty"] == 0


def _has_new_tickets(admin: Api) -> bool:
    return all(first_hits(admin, word)[0] == [title] for word, title in WHILE_DOWN.items())


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE)
