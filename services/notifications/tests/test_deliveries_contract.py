"""The states of a delivery in the fake store and in MongoDB: each change depends on the state before it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import get_args

import pytest
from pymongo.database import Database

from notifications.adapters.delivery import MongoDeliveries
from notifications.channels.mail.letters import letter
from notifications.domain.audience import File
from notifications.domain.delivery import SETTLES_FROM, Delivery, Outcome, Receipt, Settled, State
from notifications.usecases import delivery
from notifications.usecases.ports import DeliveryStore, Ports, TicketRights
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import TeamChanged
from trackline_schemas.viewer import Role, Viewer

from .builders import NOW, READABLE, mail_row
from .world import World

SOON = NOW + timedelta(seconds=60)
LATER = NOW + timedelta(seconds=300)
RECEIPT = Receipt("<1@test>", "rita@example.org", "[INC-1042]")


def states(deliveries: DeliveryStore) -> dict[str, State]:
    return {row.id: row.state for row in deliveries.page(None, 100, None)[0]}


def only(deliveries: DeliveryStore) -> Delivery:
    [row] = deliveries.page(None, 100, None)[0]
    return row


def claim(deliveries: DeliveryStore, name: str = "me", now: datetime = NOW) -> list[list[int]]:
    return [[row.sequence for row in rows] for rows in deliveries.claim("mail", name, now, LATER)]


def held_by(name: str, deliveries: DeliveryStore) -> list[Delivery]:
    """Returns all rows as the holder of that claim knows them."""
    return [replace(row, claim=name) for row in deliveries.page(None, 100, None)[0]]


def hand(deliveries: DeliveryStore, name: str = "me") -> int:
    rows = held_by(name, deliveries)
    return deliveries.hand(rows, RECEIPT, NOW, LATER)


def settle(deliveries: DeliveryStore, outcome: Outcome, name: str = "me") -> None:
    deliveries.settle(held_by(name, deliveries), outcome, NOW)


def brought_to(state: State, deliveries: DeliveryStore) -> None:
    """Adds a row and brings it to the state as a sender would. The claim `me` holds it unless it is queued."""
    deliveries.add([mail_row()])
    if state != "queued":
        claim(deliveries)
    if state in ("handing", "sent", "unknown"):
        hand(deliveries)
    if state in ("sent", "unknown", "failed"):
        settle(deliveries, Outcome(state))


def test_adding_again_changes_nothing(deliveries: DeliveryStore) -> None:
    brought_to("sent", deliveries)
    deliveries.add([mail_row(), mail_row(sequence=3)])
    assert sorted(states(deliveries).values()) == ["queued", "sent"]


def test_what_is_stored_comes_back_whole(deliveries: DeliveryStore) -> None:
    row = mail_row(news=("replied", "resolved"), resolution="Rebooted", files=(File("trace.log", 8),))
    deliveries.add([row])
    assert only(deliveries) == row


def test_nothing_is_claimed_before_it_is_due_or_twice(deliveries: DeliveryStore) -> None:
    deliveries.add([mail_row(due_at=SOON)])
    assert claim(deliveries) == []
    assert claim(deliveries, "one", SOON) == [[2]]
    assert claim(deliveries, "two", SOON) == []
    assert only(deliveries).attempts == 1


def test_changes_share_a_mail_and_public_replies_do_not(deliveries: DeliveryStore) -> None:
    change = {"news": ("assigned",), "alone": False}
    deliveries.add(
        [
            mail_row(sequence=4, due_at=SOON, **change),
            mail_row(sequence=1, **change),
            mail_row(sequence=2, due_at=SOON, **change),
            mail_row(sequence=3),
            mail_row(sequence=1, recipient_id="anna", due_at=SOON),
            mail_row(sequence=1, ticket_id="t2", due_at=SOON),
        ]
    )
    assert claim(deliveries, "one") == [[1, 2]]
    assert claim(deliveries, "two") == [[3]]
    assert claim(deliveries, "three") == []


def test_those_who_wait_longest_are_claimed_together(deliveries: DeliveryStore) -> None:
    due = {"t3": 3, "t1": 1, "t2": 2}
    deliveries.add([mail_row(ticket_id=one, due_at=NOW - timedelta(seconds=60 - at)) for one, at in due.items()])
    mails = deliveries.claim("mail", "me", NOW, LATER)
    assert [[(row.ticket_id, row.state, row.claim) for row in rows] for rows in mails] == [
        [(one, "claimed", "me")] for one in ("t1", "t2", "t3")
    ]
    deliveries.settle(mails[1], Outcome("failed"), NOW)
    assert [deliveries.hand(rows, RECEIPT, NOW, LATER) for rows in mails] == [1, 0, 1]


def test_channels_do_not_share_messages_or_senders(deliveries: DeliveryStore) -> None:
    change = {"news": ("assigned",), "alone": False}
    deliveries.add([mail_row(**change), mail_row(id="other", channel="other", sequence=3, **change)])
    assert [[row.channel for row in rows] for rows in deliveries.claim("other", "you", NOW, LATER)] == [["other"]]
    assert claim(deliveries) == [[2]]


def test_what_happened_before_a_reply_goes_out_before_it(deliveries: DeliveryStore) -> None:
    deliveries.add([mail_row(sequence=2), mail_row(sequence=1, news=("received",), alone=False, due_at=SOON)])
    assert [claim(deliveries, "one"), claim(deliveries, "two")] == [[[1]], [[2]]]


def test_a_mail_that_waits_for_its_next_attempt_does_not_hold_up_others(deliveries: DeliveryStore) -> None:
    deliveries.add([mail_row(sequence=1)])
    claim(deliveries)
    settle(deliveries, Outcome("queued", "busy", SOON))
    deliveries.add([mail_row(sequence=2)])
    assert claim(deliveries, "other") == [[2]]
    assert claim(deliveries, "third", SOON) == [[1]]


def test_handing_takes_only_what_is_still_claimed(deliveries: DeliveryStore) -> None:
    brought_to("claimed", deliveries)
    assert hand(deliveries, "other") == 0
    assert hand(deliveries) == 1
    assert hand(deliveries) == 0
    row = only(deliveries)
    assert row.state == "handing"
    assert Receipt(row.message_id or "", row.address or "", row.subject) == RECEIPT


@pytest.mark.parametrize("before", get_args(State))
@pytest.mark.parametrize("after", get_args(Settled))
def test_outcomes_follow_the_table(deliveries: DeliveryStore, before: State, after: Settled) -> None:
    brought_to(before, deliveries)
    settle(deliveries, Outcome(after, "why", SOON if after == "queued" else None))
    allowed = before in SETTLES_FROM[after]
    assert only(deliveries).state == (after if allowed else before)
    assert only(deliveries).due_at == (SOON if allowed and after == "queued" else NOW)


@pytest.mark.parametrize("state", get_args(State))
def test_a_secret_is_forgotten_once_the_fate_of_its_delivery_is_known(deliveries: DeliveryStore, state: State) -> None:
    deliveries.add([mail_row(secret="https://help/secret")])
    brought_to(state, deliveries)
    assert (only(deliveries).secret is None) == (state in ("sent", "failed", "unknown"))


def test_a_secret_is_forgotten_when_its_sender_vanished(deliveries: DeliveryStore) -> None:
    deliveries.add([mail_row(secret="https://help/secret")])
    brought_to("handing", deliveries)
    deliveries.recover(LATER + timedelta(seconds=1))
    assert (only(deliveries).state, only(deliveries).secret) == ("unknown", None)


def test_nobody_settles_what_another_holds(deliveries: DeliveryStore) -> None:
    brought_to("handing", deliveries)
    settle(deliveries, Outcome("sent"), "other")
    assert only(deliveries).state == "handing"


@pytest.mark.parametrize("before", get_args(State))
def test_expired_claims_go_back_and_expired_handings_become_unknown(deliveries: DeliveryStore, before: State) -> None:
    brought_to(before, deliveries)
    assert deliveries.recover(LATER) == []
    assert only(deliveries).state == before
    lost = [only(deliveries).id] if before == "handing" else []
    assert deliveries.recover(LATER + timedelta(seconds=1)) == lost
    after: dict[State, State] = {"claimed": "queued", "handing": "unknown"}
    assert only(deliveries).state == after.get(before, before)


def test_unknown_is_never_claimed_again(deliveries: DeliveryStore) -> None:
    brought_to("unknown", deliveries)
    assert claim(deliveries, "other", LATER + timedelta(days=1)) == []


def test_the_last_test_is_the_newest_of_its_channel(deliveries: DeliveryStore) -> None:
    def test(id_: str, channel: str, at: datetime) -> Delivery:
        row = letter(id_, "boss", "boss", "test", at, LATER)
        return replace(row, id=id_, channel=channel)

    assert deliveries.last_test("mail") is None
    deliveries.add([mail_row(), letter("e1", "rita", "boss", "invited", LATER, LATER)])
    assert deliveries.last_test("mail") is None
    deliveries.add([test("1", "mail", NOW), test("2", "mail", SOON), test("3", "other", LATER)])
    last = deliveries.last_test("mail")
    assert last is not None
    assert last.id == "2"


def test_figures(deliveries: DeliveryStore) -> None:
    assert (deliveries.counts(), deliveries.oldest_queued()) == ({}, None)
    brought_to("sent", deliveries)
    deliveries.add([mail_row(sequence=3, created_at=SOON), mail_row(sequence=4, created_at=NOW)])
    assert (deliveries.counts(), deliveries.oldest_queued()) == ({"queued": 2}, NOW)


def test_administrators_page_through_deliveries(deliveries: DeliveryStore) -> None:
    deliveries.add([mail_row(sequence=number) for number in range(1, 6)])
    boss, ports = Viewer(id="boss", admin=True), ports_with(deliveries)
    first = delivery.page(ports, "queued", 3, None, boss)
    second = delivery.page(ports, "queued", 3, first.after, boss)
    assert [int(row.id.split(":")[1]) for row in [*first.items, *second.items]] == [5, 4, 3, 2, 1]
    assert second.after is None
    assert delivery.page(ports, "sent", 3, None, boss).items == []


def test_others_do_not(deliveries: DeliveryStore) -> None:
    with pytest.raises(ServiceError, match="administrators"):
        delivery.page(ports_with(deliveries), None, 25, None, Viewer(id="anna", teams={"it": "manage"}))


@pytest.mark.parametrize(
    ("team", "requester", "teams", "shown"),
    [
        ("hr", "rita", {}, False),
        ("hr", "rita", {"it": "manage"}, False),
        ("unheard-of", "rita", {}, False),
        ("hr", "rita", {"hr": "read"}, True),
        ("hr", "boss", {}, True),
        ("it", "rita", {}, True),
        (None, "rita", {}, True),
        ("purged", "rita", {"hr": "manage", "it": "manage"}, False),
    ],
)
def test_administrators_see_a_subject_only_if_they_may_read_the_ticket(
    deliveries: DeliveryStore, team: str | None, requester: str, teams: dict[str, Role], shown: bool
) -> None:
    deliveries.add([mail_row(), letter("e1", "rita", "boss", "invited", LATER, LATER)])
    ports = ports_with(deliveries, {} if team == "purged" else {"team_id": team, "requester_id": requester})
    rows = delivery.page(ports, None, 25, None, Viewer(id="boss", admin=True, teams=teams)).items
    subject = "[INC-1042] VPN is down" if shown else "[INC-1042]"
    assert {row.number: row.subject for row in rows} == {"INC-1042": subject, None: ""}
    assert shown or "VPN" not in str(rows)


def ports_with(deliveries: DeliveryStore, ticket: TicketRights = READABLE) -> Ports:
    world = World()
    world.teams.apply(TeamChanged(id="it", name="IT", confidential=False), 1)
    world.teams.apply(TeamChanged(id="hr", name="HR", confidential=True), 1)
    world.tickets.apply({"t1": (1, ticket)} if ticket else {})
    return replace(world.ports, deliveries=deliveries)


def test_two_stores_never_claim_the_same_row(db: Database[dict[str, object]]) -> None:
    """Both have read the same queue before either writes."""
    one, two = MongoDeliveries(db), MongoDeliveries(db)
    one.add(
        [mail_row(sequence=1, news=("assigned",), alone=False), mail_row(sequence=2, news=("closed",), alone=False)]
    )
    taken: list[list[list[Delivery]]] = []

    class Late:
        """Lets the other store act between the first one's read and its write."""

        def __getattr__(self, name: str) -> object:
            return getattr(two._rows, name)

        def update_many(self, *args: object, **kwargs: object) -> object:
            taken.append(two.claim("mail", "two", NOW, LATER))
            return two._rows.update_many(*args, **kwargs)  # type: ignore[arg-type]

    one._rows = Late()  # type: ignore[assignment]
    assert one.claim("mail", "one", NOW, LATER) == []
    assert [[[row.sequence for row in rows] for rows in mails] for mails in taken] == [[[1, 2]]]
