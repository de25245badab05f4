"""Lets the storm rage for STORM_MINUTES (15), as STORM_SEED says (a random one), and prints a table.

Fails if something was lost, doubled, or done though it was refused, or if a store differs from a recount.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from random import Random, randrange

from harness.api import Api

from storm import recount, told
from storm.done import count_done
from storm.faults import Strike, schedule
from storm.ledger import Ledger
from storm.quiet import calm_down, finish_purges, wait_for_quiet
from storm.report import Row, check, outcomes, print_table, weather, work
from storm.strikes import carry_out
from storm.work import everybody_works
from storm.world import World, open_world

SEED = int(os.environ.get("STORM_SEED") or randrange(10_000))
SECONDS = float(os.environ.get("STORM_MINUTES") or 15) * 60
ARTICLES = 4


def main() -> int:
    print(f"STORM_SEED={SEED}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="trackline-storm-"))
    with open_world(folder / "system", Random(SEED)) as world:
        ledger, strikes = Ledger(), schedule(SEED, SECONDS)
        seconds = _rage(world, ledger, strikes)
        held = print_table(chain(weather(strikes, seconds), work(ledger), _aftermath(world, ledger)))
    if held:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        print(f"error: STORM_SEED={SEED}. The logs are in {folder / 'system' / 'logs'}")
    return 0 if held else 1


def _rage(world: World, ledger: Ledger, strikes: list[Strike]) -> float:
    """Returns how many seconds it lasted."""
    with world.sign_in() as admin:
        articles = [_write(admin, number) for number in range(ARTICLES)]
    began = time.monotonic()
    with everybody_works(world, ledger, articles, SEED):
        for strike in strikes:
            carry_out(world, strike, began)
        time.sleep(max(0.0, began + SECONDS - time.monotonic()))
        seconds = time.monotonic() - began
        calm_down(world)
    if ledger.failures:
        raise ledger.failures[0]
    return seconds


def _write(admin: Api, number: int) -> str:
    article = {"title": f"Printer {number} stands still", "body": "Switch it off and on.", "state": "published"}
    return str(admin.post("/articles", article)["number"])


def _aftermath(world: World, ledger: Ledger) -> Iterator[Row]:
    truth, url = world.truth, world.urls[0]
    with world.sign_in() as admin:
        began = time.monotonic()
        finish_purges(ledger, admin)
        unquiet = list(wait_for_quiet(world, ledger, admin))
        yield Row("seconds until quiet", f"{time.monotonic() - began:.0f}", unquiet)
        yield check("processes and servers that ended by themselves", world.died)
        purged = {one.subjects[0] for one in ledger.operations if one.kind == "purge"}
        yield from outcomes(ledger, count_done(truth, ledger, url), purged)
        yield check("history that does not lead to its ticket", recount.history(truth))
        yield check("histories shown wrongly", recount.shown_history(truth, world.urls, world.administrator.key))
        yield check("search documents that differ", recount.index(world))
        yield check("facts of analytics that differ", recount.facts(truth))
        yield check("numbers that differ when rebuilt", recount.rebuilt_facts(truth, admin, _now()))
        inbox, mail = told.expected_notices(truth, admin)
        yield check(f"inbox entries that differ, of {len(inbox)}", told.inboxes(truth, inbox))
        yield check(f"deliveries that differ, of {len(mail)}", told.deliveries(truth, mail))
        yield Row("deliveries", str(dict(truth.delivery_states())))
        yield check("mails doubled or missing", told.mails(truth, world.sink.arrived))
        seen = sum(len(listener.pairs) for listener in world.listeners)
        yield check(f"events on 4 streams missed or not for them, of {seen}", told.streams(world, admin))
        yield check("traces of removed tickets", recount.removed(truth, ledger))


def _now() -> str:
    return datetime.now(UTC).isoformat()


if __name__ == "__main__":
    sys.exit(main())
