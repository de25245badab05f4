"""Sends what is due, one mail at a time. Any number of these may run, in any number of processes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from threading import Event as Stop
from uuid import uuid4

from notifications.domain.delivery import Delivery, Outcome, try_again
from notifications.metrics import ATTEMPTS, UNTHREADED
from notifications.usecases.ports import Composer, Deliveries, Mail, Outlet, People, TransportError
from trackline_schemas.events import UserChanged


@dataclass(frozen=True)
class Pace:
    """Seconds. A claim must outlast everything before DATA, and once more everything from there to the server's answer.
    `address_wait` is how long a person may stay unknown before the mail fails."""

    idle: float = 1.0
    claim: float = 300.0
    first_retry: float = 10.0
    address_wait: float = 900.0


@dataclass(frozen=True)
class Sender:
    deliveries: Deliveries
    people: People
    outlet: Callable[[], Outlet]
    now: Callable[[], datetime]
    pace: Pace = Pace()

    def run(self, stop: Stop) -> None:
        while not stop.is_set():
            while not stop.is_set() and self.send_one():
                pass
            stop.wait(self.pace.idle)

    def send_one(self) -> bool:
        """Whether something was due."""
        claim = uuid4().hex
        rows = self.deliveries.claim(claim, self.now(), self._until())
        if not rows:
            return False
        recipient = self._recipient(rows)
        outcome = recipient if isinstance(recipient, Outcome) else self._converse(claim, rows, recipient)
        if outcome is not None:
            self._settle(claim, outcome)
        return True

    def _recipient(self, rows: Sequence[Delivery]) -> UserChanged | Outcome:
        expires_at = rows[0].expires_at
        if expires_at and expires_at <= self.now():
            return Outcome("failed", "The time for this mail was over before it could be sent.")
        person_id = rows[0].recipient_id
        person = self.people.by_ids([person_id]).get(person_id)
        if person is None:
            return self._nobody_yet(rows)
        if not person.active:
            return Outcome("failed", "The recipient's account is not active.")
        if not person.emails:
            return Outcome("failed", "The recipient has no mail address.")
        return person

    def _nobody_yet(self, rows: Sequence[Delivery]) -> Outcome:
        """The ticket's event may overtake the one that tells of its requester."""
        wait = timedelta(seconds=self.pace.address_wait)
        if self.now() - min(row.created_at for row in rows) > wait:
            return Outcome("failed", "Nothing is known of the recipient: no user.changed event has arrived.")
        return self._later(rows, "Nothing is known of the recipient yet.")

    def _converse(self, claim: str, rows: Sequence[Delivery], person: UserChanged) -> Outcome | None:
        try:
            outlet = self.outlet()
            message = self._compose(outlet.composer, rows, person)
            content = message.as_bytes()
            with outlet.transport.to(person.emails[0]) as handover:
                if not self._mark_handing(claim, rows, message, person.emails[0]):
                    return self._later(rows, "Another sender took a part of this mail over.")
                handover.hand(content)
                # Recorded before anything else may fail: nothing after the server's yes may cause a second mail.
                self._settle(claim, Outcome("sent"))
                return None
        except TransportError as error:
            return self._failed(rows, error)

    def _compose(self, composer: Composer, rows: Sequence[Delivery], person: UserChanged) -> EmailMessage:
        people = self.people.by_ids({row.actor_id for row in rows})
        names = {person_id: known.name for person_id, known in people.items()}
        message = composer.compose(Mail(person.name, person.emails[0], person.language, rows, names))
        if not (rows[0].letter or (message["In-Reply-To"] and message["References"])):
            UNTHREADED.inc()
        return message

    def _mark_handing(self, claim: str, rows: Sequence[Delivery], message: EmailMessage, address: str) -> bool:
        """False where the claim ran out and somebody else has some of the rows: then the mail must not go."""
        subject, mail_id = str(message["Subject"]), str(message["Message-ID"])
        return self.deliveries.hand(claim, mail_id, address, subject, self.now(), self._until()) == len(rows)

    def _failed(self, rows: Sequence[Delivery], error: TransportError) -> Outcome:
        if error.handed:
            return Outcome("unknown", str(error))
        return Outcome("failed", str(error)) if error.permanent else self._later(rows, str(error))

    def _later(self, rows: Sequence[Delivery], reason: str) -> Outcome:
        return try_again(rows, reason, self.now(), timedelta(seconds=self.pace.first_retry))

    def _settle(self, claim: str, outcome: Outcome) -> None:
        self.deliveries.settle(claim, outcome, self.now())
        ATTEMPTS.labels(outcome.state).inc()

    def _until(self) -> datetime:
        return self.now() + timedelta(seconds=self.pace.claim)
