"""A mail is handed to SMTP at most once, even if senders are killed at any time or send at the same time."""

import os
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from email.message import Message
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from pymongo.database import Database

from notifications.adapters.delivery import MongoDeliveries
from notifications.adapters.person import MongoPeople
from notifications.usecases.send import Sender, run, send_some
from trackline_testing.amounts import amount
from trackline_testing.waiting import wait_for

from .builders import PEOPLE, mail_row
from .posting import now, real_post
from .smtp_server import Mailbox

REPOSITORY = Path(__file__).parents[3]
HOUR = timedelta(hours=1)
TICKETS = amount("MAIL_TICKETS", short=12, long=200)
STRIDE = amount("KILL_STRIDE", short=6, long=1)


@pytest.fixture
def url(db: Database[dict[str, Any]]) -> str:
    people = MongoPeople(db)
    for person in PEOPLE.values():
        people.apply(person, 1)
    MongoDeliveries(db).prepare()
    return os.environ["TRACKLINE_TEST_MONGODB_URL"]


def prefix(db: Database[dict[str, Any]]) -> str:
    return db.name.removesuffix("_notifications")


def per_ticket(mails: list[Message]) -> Counter[str]:
    return Counter(str(mail["Message-ID"])[1:].split(".")[0] for mail in mails)


def send_all(sender: Sender) -> None:
    while send_some(sender, Event()):
        pass


@pytest.mark.timeout(180)
def test_killed_at_each_line(db: Database[dict[str, Any]], url: str, smtp: tuple[Mailbox, int]) -> None:
    mailbox, port = smtp
    module, arguments = "services.notifications.tests.kill_at_each_line", [url, prefix(db), str(port), str(STRIDE)]
    driver = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(driver, cwd=REPOSITORY, check=True, capture_output=True, text=True)
    # The log comes first.
    killed = int(done.stdout.splitlines()[-1])
    assert killed * STRIDE > 150

    # An hour later every claim has expired.
    with real_post(url, prefix(db), port, clock=lambda: now() + HOUR) as (deliveries, sender):
        deliveries.recover(now() + HOUR)
        send_all(sender)

    found = {row["ticket_id"]: row["state"] for row in db["deliveries"].find()}
    assert len(found) == 2 * (killed + 1)
    mails = per_ticket(mailbox.mails)
    assert max(mails.values()) == 1
    assert set(found.values()) == {"sent", "unknown"}
    assert {ticket for ticket, state in found.items() if state == "sent"} <= set(mails)
    doubtful = {ticket for ticket, state in found.items() if state == "unknown"}
    # Both kinds of doubt are there: killed before the server had it, and after it said yes.
    assert doubtful - set(mails)
    assert doubtful & set(mails)
    # Who was killed before handing was written down got the mail from the next sender.
    assert found["t1a"] == found["t1b"] == "sent"
    # Of a round only the mail that was under way is in doubt.
    assert len({ticket[:-1] for ticket in doubtful}) == len(doubtful)


def test_many_senders_at_once(db: Database[dict[str, Any]], url: str, smtp: tuple[Mailbox, int]) -> None:
    mailbox, port = smtp
    change = {"alone": False, "news": ("closed",)}
    rows = [
        mail_row(ticket_id=f"t{ticket}", sequence=sequence, recipient_id=person, **(change if sequence > 1 else {}))
        for ticket in range(TICKETS)
        for sequence in (1, 2, 3)
        for person in ("rita", "anna")
    ]
    MongoDeliveries(db).add(rows)
    stop = Event()
    with ExitStack() as open_posts:
        posts = [open_posts.enter_context(real_post(url, prefix(db), port)) for _ in range(4)]
        senders = [Thread(target=run, args=(sender, stop)) for _, sender in posts]
        for thread in senders:
            thread.start()
        wait_for(lambda: db["deliveries"].count_documents({"state": "sent"}) == len(rows), 20 + TICKETS)
        stop.set()
        for thread in senders:
            thread.join()
    # Each row is in exactly one mail: the mails that the rows name are the mails that arrived.
    assert Counter(str(mail["Message-ID"]) for mail in mailbox.mails) == Counter(
        db["deliveries"].distinct("message_id")
    )
    assert db["deliveries"].distinct("attempts") == [1]


SCRIPTS = {
    "451 to RCPT, then taken": ({"RCPT": ["451 later"]}, "sent", 1),
    "550 to RCPT": ({"RCPT": ["550 no"]}, "failed", 0),
    "cut before DATA, then taken": ({"MAIL": ["drop"], "RCPT": ["drop"], "DATA": ["drop"]}, "sent", 1),
    "452 after DATA, then taken": ({"END": ["452 full", "452 full"]}, "sent", 1),
    "554 after DATA": ({"END": ["554 spam"]}, "failed", 0),
    "cut in DATA": ({"END": ["drop"]}, "unknown", 0),
    "taken, then cut": ({"END": ["take and drop"]}, "unknown", 1),
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_a_server_that_misbehaves(
    db: Database[dict[str, Any]], url: str, smtp: tuple[Mailbox, int], script: tuple[dict[str, list[str]], str, int]
) -> None:
    mailbox, port = smtp
    answers, state, taken = script
    mailbox.script = {command: list(lines) for command, lines in answers.items()}
    start, later = now(), [0]
    with real_post(url, prefix(db), port, clock=lambda: start + later[0] * HOUR) as (deliveries, sender):
        deliveries.add([mail_row(created_at=start, due_at=start)])
        for later[0] in range(5):
            deliveries.recover(start + later[0] * HOUR)
            send_all(sender)
    [row] = db["deliveries"].find()
    assert (row["state"], len(mailbox.mails)) == (state, taken)
