"""Rows that an installation stored while mail was the only channel are shown, sent, settled and forgotten as before."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from notifications.adapters.delivery import MongoDeliveries
from notifications.channels.mail.composer import MailComposer
from notifications.channels.mail.payload import Letter, TicketNotice, parse
from notifications.domain.audience import File
from notifications.domain.delivery import Delivery, Outcome, Receipt
from notifications.usecases import delivery
from trackline_testing.mail_settings import SEAL

from .builders import NOW, bundle, mail_row, read

LATER = NOW + timedelta(minutes=5)
LINK = "https://help.example.org/password?link=abc.secret"
Document = dict[str, Any]

# The rows as release 0.1.0 wrote them.
NOTICE: Document = {
    "_id": "t1:00000002:rita:mail", "ticket_id": "t1", "number": "INC-1042", "title": "VPN is down", "sequence": 2,
    "recipient_id": "rita", "actor_id": "anna", "news": ["replied", "resolved"], "text": "Done.",
    "resolution": "Rebooted", "alone": True, "due_at": NOW, "created_at": NOW, "updated_at": NOW, "state": "queued",
    "attempts": 0, "claim": None, "until": None, "mail_id": None, "address": None, "subject": "[INC-1042] VPN is down",
    "error": None, "link": None, "expires_at": None, "files": [{"name": "trace.log", "size": 8}],
}  # fmt: skip
LETTER: Document = {
    **NOTICE, "_id": "m1:rita:mail", "ticket_id": "", "number": "", "title": "", "sequence": 0, "actor_id": "boss",
    "news": ["invited"], "text": None, "resolution": None, "subject": "", "link": LINK,
    "expires_at": NOW + timedelta(days=7), "files": [],
}  # fmt: skip
COMPOSER = MailComposer("Trackline <desk@example.org>", "https://help.example.org/", "Trackline", SEAL)


def claim(deliveries: MongoDeliveries, name: str = "me") -> Sequence[Sequence[Delivery]]:
    """Calls `recover` first, as each process does at its start."""
    deliveries.recover(NOW)
    return deliveries.claim("mail", name, NOW, LATER)


@pytest.fixture
def deliveries(db: Database[Document]) -> MongoDeliveries:
    found = MongoDeliveries(db)
    found.prepare()
    return found


def test_a_ticket_notice_is_claimed_and_read(db: Database[Document], deliveries: MongoDeliveries) -> None:
    db["deliveries"].insert_one(dict(NOTICE))
    [[row]] = claim(deliveries)
    assert parse(row.payload) == TicketNotice(
        "VPN is down", ("replied", "resolved"), "Done.", (File("trace.log", 8),), "Rebooted"
    )
    message = read(COMPOSER.compose(bundle(row)))
    assert message["Subject"] == "[INC-1042] VPN is down"
    assert message["Message-ID"].startswith("<t1.2.")


def test_the_oldest_rows_have_no_files_and_no_link(db: Database[Document], deliveries: MongoDeliveries) -> None:
    later = ("files", "link", "expires_at")
    db["deliveries"].insert_one({name: value for name, value in NOTICE.items() if name not in later})
    [[row]] = claim(deliveries)
    assert parse(row.payload) == TicketNotice("VPN is down", ("replied", "resolved"), "Done.", (), "Rebooted")
    assert (row.secret, row.expires_at) == (None, None)


def test_a_letter_is_a_letter_and_its_link_is_forgotten(db: Database[Document], deliveries: MongoDeliveries) -> None:
    db["deliveries"].insert_one(dict(LETTER))
    [rows] = claim(deliveries)
    assert (parse(rows[0].payload), rows[0].ticket_id, rows[0].secret) == (Letter("invited"), None, LINK)
    assert read(COMPOSER.compose(bundle(*rows)))["In-Reply-To"] is None
    deliveries.settle(rows, Outcome("queued", "busy", NOW), NOW)
    [rows] = claim(deliveries, "you")
    assert rows[0].secret == LINK
    assert deliveries.hand(rows, Receipt("<1@test>", "rita@example.org", "Your account"), NOW, LATER) == 1
    deliveries.settle(rows, Outcome("sent"), NOW)
    [stored] = db["deliveries"].find()
    assert LINK not in str(stored)
    [row], _ = deliveries.page(None, 10, None)
    assert (row.state, row.message_id, row.secret) == ("sent", "<1@test>", None)


def test_a_link_is_forgotten_when_its_sender_vanished(db: Database[Document], deliveries: MongoDeliveries) -> None:
    db["deliveries"].insert_one(LETTER | {"state": "handing", "until": NOW, "claim": "old"})
    assert deliveries.recover(LATER) == [LETTER["_id"]]
    [stored] = db["deliveries"].find()
    assert LINK not in str(stored)


def test_old_and_new_changes_share_a_mail_in_order(db: Database[Document], deliveries: MongoDeliveries) -> None:
    db["deliveries"].insert_one(NOTICE | {"alone": False, "news": ["assigned"]})
    deliveries.add([mail_row(sequence=3, alone=False, news=("closed",)), mail_row(sequence=4)])
    assert [[row.sequence for row in rows] for rows in claim(deliveries)] == [[2, 3]]


def test_a_repeated_event_is_no_second_mail(db: Database[Document], deliveries: MongoDeliveries) -> None:
    db["deliveries"].insert_one(dict(NOTICE))
    deliveries.add([mail_row()])
    assert [row["_id"] for row in db["deliveries"].find()] == [NOTICE["_id"]]
    assert "payload" not in (db["deliveries"].find_one() or {})


def test_administrators_see_them_as_before(db: Database[Document], deliveries: MongoDeliveries) -> None:
    sent = {"state": "sent", "mail_id": "<1@test>", "address": "rita@example.org", "attempts": 1}
    db["deliveries"].insert_many([NOTICE | sent, LETTER | sent])
    rows, _ = deliveries.page("sent", 10, None)
    shown = {view.ticket_id: view for view in map(delivery.view, rows)}
    assert set(shown) == {"t1", None}
    assert {(view.number, view.mail_id) for view in shown.values()} == {("INC-1042", "<1@test>"), (None, "<1@test>")}


def test_the_last_test_may_be_an_old_one(db: Database[Document], deliveries: MongoDeliveries) -> None:
    test = LETTER | {"_id": "test:c1:boss:mail", "news": ["test"], "link": None}
    db["deliveries"].insert_many([dict(LETTER), test])
    last = deliveries.last_test("mail")
    assert last is not None
    assert last.id == "test:c1:boss:mail"


def test_a_purge_removes_old_rows(db: Database[Document], deliveries: MongoDeliveries) -> None:
    db["deliveries"].insert_many([dict(NOTICE), dict(LETTER)])
    deliveries.forget(["t1"])
    assert [row["_id"] for row in db["deliveries"].find()] == [LETTER["_id"]]


def test_the_index_by_channel_replaces_the_old_one(db: Database[Document]) -> None:
    db["deliveries"].create_index([("state", 1), ("due_at", 1)])
    for _ in range(2):
        MongoDeliveries(db).prepare()
    assert "state_1_due_at_1" not in db["deliveries"].index_information()
    due = {"channel": "mail", "state": "queued", "due_at": {"$lte": NOW}}
    plan = db["deliveries"].find(due).sort("due_at").explain()["queryPlanner"]["winningPlan"]
    assert "channel_1_state_1_due_at_1" in str(plan)
    assert "SORT" not in str(plan)
