"""The states of a mail, without a network."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event as Stop
from typing import Any

import pytest
from prometheus_client import REGISTRY

from notifications.domain.delivery import Delivery, Outcome, Receipt, try_again
from notifications.usecases import watch
from notifications.usecases.channel import TransportError

from .builders import NOW, PEOPLE, READABLE, mail_row
from .fakes import FakeDeliveries, FakeMailServer
from .world import World, office


@pytest.fixture
def post() -> World:
    return office()


def test_sent(post: World) -> None:
    post.deliveries.add([mail_row()])
    post.send_all()
    [(address, mail)] = post.server.taken
    row = post.row()
    assert address == "rita@example.org"
    assert (row.state, row.attempts, row.address) == ("sent", 1, address)
    assert row.message_id == mail["Message-ID"]


def test_a_stop_returns_the_remaining_mails_to_the_queue(post: World) -> None:
    stop = Stop()

    class Stopping(FakeMailServer):
        @contextmanager
        def to(self, address: str) -> Iterator[Any]:
            with super().to(address) as handover:
                yield handover
            stop.set()

    post.server = Stopping()
    post.deliveries.add([mail_row(ticket_id=f"t{number}") for number in range(3)])
    assert post.send_some(stop=stop)
    assert [row.state for row in post.deliveries.rows.values()] == ["sent", "queued", "queued"]
    post.server = FakeMailServer()
    post.send_all()
    assert {row.state for row in post.deliveries.rows.values()} == {"sent"}


def test_a_mail_that_fails_does_not_delay_the_others(post: World) -> None:
    post.deliveries.add([mail_row(ticket_id=f"t{number}") for number in range(3)])
    post.server.refuses = [TransportError("550 no such user", permanent=True)]
    assert post.send_some()
    assert [row.state for row in post.deliveries.rows.values()] == ["failed", "sent", "sent"]


def test_collapsed_changes_carry_one_mail_id(post: World) -> None:
    change = {"news": ("assigned",), "alone": False}
    post.deliveries.add([mail_row(sequence=1, **change), mail_row(sequence=2, **change), mail_row(sequence=3)])
    post.send_all()
    assert len(post.server.taken) == 2
    assert post.row(1).message_id == post.row(2).message_id != post.row(3).message_id


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (TransportError("451 later"), "queued"),
        (TransportError("550 no such user", permanent=True), "failed"),
    ],
)
def test_before_data(post: World, error: TransportError, state: str) -> None:
    post.deliveries.add([mail_row()])
    post.server.refuses.append(error)
    post.send_all()
    assert (post.row().state, post.row().error, post.server.taken) == (state, str(error), [])


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (TransportError("452 full"), "queued"),
        (TransportError("554 spam", permanent=True), "failed"),
        (TransportError("gone", handed=True), "unknown"),
    ],
)
def test_in_data(post: World, error: TransportError, state: str) -> None:
    post.deliveries.add([mail_row()])
    post.server.breaks.append(error)
    post.send_all()
    assert (post.row().state, post.row().error) == (state, str(error))


def test_waits_grow_until_it_gives_up_after_two_days(post: World) -> None:
    post.deliveries.add([mail_row()])
    post.server.refuses = [TransportError("no connection")] * 1000
    waits = []
    while post.row().state != "failed":
        post.send_all()
        waits.append(post.row().due_at - post.now)
        post.now = max(post.row().due_at, post.now)
    assert [wait.seconds for wait in waits[:10]] == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600]
    assert timedelta(days=2) < post.now - NOW < timedelta(days=2, hours=2)
    assert "no connection" in (post.row().error or "")


def test_a_mail_is_sent_when_the_server_is_back(post: World) -> None:
    post.deliveries.add([mail_row()])
    post.server.refuses = [TransportError("no connection")] * 3
    for _ in range(4):
        post.send_all()
        post.later(minutes=1)
    assert (post.row().state, len(post.server.taken)) == ("sent", 1)


def test_a_recipient_may_become_known_later(post: World) -> None:
    post.deliveries.add([mail_row(recipient_id="newcomer")])
    post.tickets.apply({"t1": (1, READABLE | {"requester_id": "newcomer"})})
    post.send_all()
    assert post.row().state == "queued"
    post.people.apply(PEOPLE["rita"].model_copy(update={"id": "newcomer"}), 1)
    post.later(minutes=1)
    post.send_all()
    assert post.row().state == "sent"


def test_a_recipient_who_stays_unknown_fails_with_the_reason(post: World) -> None:
    post.deliveries.add([mail_row(recipient_id="nobody")])
    for _ in range(20):
        post.send_all()
        post.later(minutes=2)
    assert (post.row().state, post.server.taken) == ("failed", [])
    assert "user.changed" in (post.row().error or "")


@pytest.mark.parametrize(("change", "why"), [({"active": False}, "active"), ({"emails": []}, "address")])
def test_nothing_goes_to_people_who_left_or_have_no_address(post: World, change: dict[str, object], why: str) -> None:
    post.people.apply(PEOPLE["rita"].model_copy(update=change), 2)
    post.deliveries.add([mail_row()])
    post.send_all()
    assert (post.row().state, post.server.taken) == ("failed", [])
    assert why in (post.row().error or "")


class Stealing(FakeDeliveries):
    """Another sender takes the row before the first one marks it as handing, because its claim has ended."""

    def hand(self, rows: Sequence[Delivery], receipt: Receipt, now: datetime, until: datetime) -> int:
        self.recover(now + timedelta(hours=1))
        self.claim("mail", "thief", now, until)
        return super().hand(rows, receipt, now, until)


def test_a_sender_that_lost_its_claim_does_not_send(post: World) -> None:
    post.deliveries = Stealing()
    post.deliveries.add([mail_row()])
    post.send_some()
    assert (post.server.taken, post.row().state, post.row().claim) == ([], "claimed", "thief")


class Slow(FakeDeliveries):
    """The hand-over expires before the answer of the server is saved."""

    def settle(self, rows: Sequence[Delivery], outcome: Outcome, now: datetime) -> None:
        assert self.recover(now + timedelta(hours=1)) == [row.id for row in rows]
        super().settle(rows, outcome, now)


def test_what_is_left_when_a_claim_ends_is_claimed_anew(post: World) -> None:
    prepared: list[str] = []

    class Slow(FakeMailServer):
        @contextmanager
        def to(self, address: str) -> Iterator[Any]:
            prepared.append(address)
            with super().to(address) as handover:
                yield handover
            post.later(minutes=6)

    post.server = Slow()
    post.deliveries.add([mail_row(ticket_id=f"t{number}") for number in range(3)])
    assert post.send_some()
    assert (len(prepared), [row.state for row in post.deliveries.rows.values()]) == (1, ["sent", "claimed", "claimed"])


def test_a_slow_success_is_saved_as_sent(post: World) -> None:
    post.deliveries = Slow()
    post.deliveries.add([mail_row()])
    post.send_all()
    assert (post.row().state, len(post.server.taken)) == ("sent", 1)


def test_a_slow_failure_is_not_resent(post: World) -> None:
    post.deliveries = Slow()
    post.deliveries.add([mail_row()])
    post.server.breaks.append(TransportError("451 later"))
    post.send_all()
    assert (post.row().state, post.server.taken) == ("unknown", [])


def test_back_off_counts_claims() -> None:
    rows = [mail_row(attempts=3), mail_row(sequence=3, attempts=1)]
    assert try_again(rows, "busy", NOW, timedelta(seconds=1)).due_at == NOW + timedelta(seconds=4)


def sample(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


def test_metrics_show_the_states(post: World) -> None:
    before = sample("trackline_deliveries_expired_total") or 0
    post.deliveries.add([mail_row(sequence=number) for number in range(1, 4)])
    [rows] = post.deliveries.claim("mail", "lost", NOW, NOW + timedelta(minutes=5))
    post.deliveries.hand(rows, Receipt("<m@test>", "rita@example.org", "s"), NOW, NOW + timedelta(minutes=5))
    post.later(minutes=6)
    watch.look(post.ports)
    assert sample("trackline_deliveries", state="queued") == 2
    assert sample("trackline_deliveries", state="unknown") == 1
    assert sample("trackline_deliveries", state="handing") == 0
    assert sample("trackline_delivery_oldest_queued_seconds") == pytest.approx(360, abs=5)
    assert sample("trackline_deliveries_expired_total") == before + 1
