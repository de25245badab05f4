"""Sends the due deliveries of one channel: claims a few messages at once and hands them over one by one, in one session
of the transport. Any number of these loops may run, in any number of processes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event as Stop
from uuid import uuid4

import structlog

from notifications.domain.delivery import Delivery, Outcome, Receipt, try_again
from notifications.metrics import ATTEMPTED, ATTEMPTS
from notifications.usecases.channel import Bundle, Session, Transport, TransportError
from notifications.usecases.pace import Pace
from notifications.usecases.permission import decide, known_of
from notifications.usecases.ports import Known, Ports
from trackline_core.metrics import start_at_zero

log = structlog.get_logger()


@dataclass(frozen=True)
class Sender:
    ports: Ports
    channel: str
    transport: Transport
    pace: Pace

    def now(self) -> datetime:
        return self.ports.clock()

    def until(self) -> datetime:
        return self.now() + timedelta(seconds=self.pace.claim)


@dataclass(frozen=True)
class Asked:
    """What is known of people, tickets and teams, and from when."""

    known: Known
    at: datetime


def run(sender: Sender, stop: Stop) -> None:
    start_at_zero(ATTEMPTS, channel=[sender.channel], outcome=ATTEMPTED)
    while not stop.is_set():
        while not stop.is_set() and send_some(sender, stop):
            pass
        stop.wait(sender.pace.idle)


def send_some(sender: Sender, stop: Stop) -> bool:
    """Returns whether anything was due. When `stop` is set, the remaining messages go back into the queue."""
    until = sender.until()
    messages = sender.ports.deliveries.claim(sender.channel, uuid4().hex, sender.now(), until)
    if not messages:
        return False
    try:
        session = sender.transport.session()
    except TransportError as error:
        for rows in messages:
            _settle(sender, rows, _failed(sender, rows, error))
        return True
    asked = _ask(sender, [row for rows in messages for row in rows])
    with session as opened:
        for rows in messages:
            # Another sender may have claimed the rest by now. Preparing it in vain would take so long that the next
            # claim ends as well.
            if sender.now() >= until:
                break
            outcome = _put_back(rows) if stop.is_set() else _try(sender, opened, rows, asked)
            if outcome is not None:
                _settle(sender, rows, outcome)
    return True


def _put_back(rows: Sequence[Delivery]) -> Outcome:
    return Outcome("queued", due_at=rows[0].due_at)


def _ask(sender: Sender, rows: Sequence[Delivery]) -> Asked:
    # The instant before, so that nothing counts as fresher than it is.
    at = sender.now()
    return Asked(known_of(sender.ports, rows), at)


def _try(sender: Sender, session: Session, rows: Sequence[Delivery], asked: Asked) -> Outcome | None:
    """`asked` is from the beginning of the round. Returns None if the outcome was already saved."""
    allowed, otherwise = decide(asked.known, rows, sender.pace, sender.now())
    if len(allowed) < len(rows):
        # The mails before this one may have taken minutes, and somebody may have got the right in the meantime.
        asked = _ask(sender, rows)
        allowed, otherwise = decide(asked.known, rows, sender.pace, sender.now())
    if not allowed:
        return otherwise
    refused = [row for row in rows if row not in allowed]
    if refused:
        _settle(sender, refused, otherwise)
    known = asked.known
    bundle = Bundle(allowed, known.people[rows[0].recipient_id], _actors(allowed, known))
    return _hand_over(sender, session, bundle, asked.at)


def _may_still_send(sender: Sender, bundle: Bundle, asked_at: datetime) -> bool:
    """Returns False also if the recipient has changed, because their address or language may be another one."""
    if sender.now() - asked_at < timedelta(seconds=sender.pace.fresh):
        return True
    known = known_of(sender.ports, bundle.rows)
    allowed, _ = decide(known, bundle.rows, sender.pace, sender.now())
    return len(allowed) == len(bundle.rows) and known.people[bundle.recipient.id] == bundle.recipient


def _actors(rows: Sequence[Delivery], known: Known) -> Mapping[str, str]:
    return {row.actor_id: known.people[row.actor_id].name for row in rows if row.actor_id in known.people}


def _hand_over(sender: Sender, session: Session, bundle: Bundle, asked_at: datetime) -> Outcome | None:
    rows = bundle.rows
    try:
        with session.prepare(bundle) as handover:
            # Everything is asked again at the last moment, because the round and preparing may have taken minutes.
            if not _may_still_send(sender, bundle, asked_at):
                return Outcome("queued", "The recipient, or what they may read, has changed.", sender.now())
            if not _mark_handing(sender, rows, handover.receipt):
                return _later(sender, rows, "Another sender has claimed a part of this message.")
            handover.hand()
            # The outcome is saved before anything else can fail, so that no error now causes a second message.
            _settle(sender, rows, Outcome("sent"))
            return None
    except TransportError as error:
        return _failed(sender, rows, error)


def _mark_handing(sender: Sender, rows: Sequence[Delivery], receipt: Receipt) -> bool:
    """Returns False if the claim has ended and another sender has claimed some of the rows. Then nothing must be
    sent."""
    return sender.ports.deliveries.hand(rows, receipt, sender.now(), sender.until()) == len(rows)


def _failed(sender: Sender, rows: Sequence[Delivery], error: TransportError) -> Outcome:
    if error.handed:
        return Outcome("unknown", str(error))
    return Outcome("failed", str(error)) if error.permanent else _later(sender, rows, str(error))


def _later(sender: Sender, rows: Sequence[Delivery], reason: str) -> Outcome:
    return try_again(rows, reason, sender.now(), timedelta(seconds=sender.pace.first_retry))


def _settle(sender: Sender, rows: Sequence[Delivery], outcome: Outcome) -> None:
    sender.ports.deliveries.settle(rows, outcome, sender.now())
    name = "refused" if outcome.refused else outcome.state
    ATTEMPTS.labels(sender.channel, name).inc()
    for row in rows:
        _log_outcome(row, name, outcome)


def _log_outcome(row: Delivery, name: str, outcome: Outcome) -> None:
    """Without words of the ticket or the address, which not every reader of the log may know."""
    write = log.warning if name in ("failed", "unknown") else log.info
    write(
        "attempted a delivery",
        outcome=name,
        delivery_id=row.id,
        channel=row.channel,
        number=row.number,
        recipient_id=row.recipient_id,
        attempts=row.attempts,
        error=outcome.error,
    )
