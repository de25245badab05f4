"""Fills a desk with tickets. They are written in bulk, and the other services get them from the log by replays."""

import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from harness.api import Api, wait_for
from harness.truth import Truth

from bench import texts
from bench.history import Desk
from tickets.adapters.document import to_document
from tickets.domain.ticket import Ticket
from tickets.usecases.events import ticket_event
from trackline_chassis.bus import Bus
from trackline_chassis.replay import Replays
from trackline_core.outbox import to_row
from trackline_local.system import System
from trackline_schemas.context import CallContext

BATCH = 1000
PATIENCE = 3600


def fill(system: System, admin: Api, count: int) -> None:
    """Creates people, articles and `count` tickets, and returns when all services have them."""
    desk = Desk(admin, count)
    for _ in range(count // 400):
        text = {"title": f"What to do: {texts.title(desk.dice)}", "body": texts.text(desk.dice, 20)}
        admin.post("/articles", {**text, "state": "published", "visibility": "public"})
    with closing(Truth(system, system.environment["TRACKLINE_DATABASE_PREFIX"])) as truth:
        _write(truth, desk, count)
        _replay(system, truth, admin)


def _write(truth: Truth, desk: Desk, count: int) -> None:
    store, context, began = truth.database("tickets"), CallContext(), time.monotonic()
    for start in range(0, count, BATCH):
        stages = [desk.ticket(number) for number in range(start, min(start + BATCH, count))]
        store["tickets"].insert_many([_document(each[-1]) for each in stages], ordered=False)
        rows = [to_row(ticket_event(stage, context, desk.now)) for each in stages for stage in each]
        store["ticket_events"].insert_many([{**row, "logged_at": desk.now} for row in rows], ordered=False)
    say(f"{count:,} tickets written in {time.monotonic() - began:.0f} s")


def _replay(system: System, truth: Truth, admin: Api) -> None:
    store, began = truth.database("tickets"), time.monotonic()
    # A rebuild would fill an old and a new generation, so a replay fills only one.
    with closing(Bus(system.backends.amqp_url)) as bus:
        replays = Replays(store["ticket_events"], store["removed_tickets"], store["replays"], bus, "tickets")
        job = replays.start("analytics.events")
        admin.post("/search/replay", {})
        wait_for(lambda: replays.status(job)["done"] and _folded(truth) == replays.status(job)["events"], PATIENCE)
        say(f"in analytics after {time.monotonic() - began:.0f} s")
        events = replays.status(job)["events"]
        wait_for(lambda: is_indexed(admin) and _documented(truth) == events, PATIENCE)
        say(f"searchable after {time.monotonic() - began:.0f} s")
    fills = truth.database("notifications")["fills"]
    # Notifications begins its second replay a quarter of an hour after the first.
    fills.update_one({"_id": "tickets"}, {"$set": {"next_at": datetime.now(UTC)}})
    wait_for(lambda: fills.find_one({"finished.1": {"$exists": True}}) and is_quiet(truth), PATIENCE)
    say(f"in notifications after {time.monotonic() - began:.0f} s")


def say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _document(ticket: Ticket) -> dict[str, Any]:
    kept = {"version": ticket.version, "commands": [], "pending": []}
    return {**to_document(ticket, b""), **kept}


def _folded(truth: Truth) -> int:
    """Returns the number of events in the live facts."""
    database = truth.database("analytics")
    state = database["generations"].find_one() or {}
    counted = database[f"facts_{state['live']}"].aggregate([{"$group": {"_id": None, "events": {"$sum": "$applied"}}}])
    return int(next(counted, {"events": 0})["events"])


def _documented(truth: Truth) -> int:
    """Returns the number of events in the search documents."""
    total = {"$group": {"_id": None, "events": {"$sum": "$sequence"}}}
    counted = truth.database("knowledge")["search_documents"].aggregate([{"$match": {"type": "ticket"}}, total])
    return int(next(counted, {"events": 0})["events"])


def is_quiet(truth: Truth) -> bool:
    """Returns whether no service waits for a replay."""
    return not truth.database("tickets")["replays"].count_documents({"done": False}, limit=1)


def is_indexed(admin: Api) -> bool:
    status = admin.get("/search/status")
    return status["dirty"] == 0 and all(job["finished_at"] for job in status["jobs"])
