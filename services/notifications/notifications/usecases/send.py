"""Sends what is due: a few mails are claimed together and handed over one by one, in one conversation with the server.
Any number of these may run, in any number of processes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from threading import Event as Stop
from uuid import uuid4

from notifications.domain.delivery import Delivery, Outcome, try_again
from notifications.metrics import ATTEMPTS, UNTHREADED
from notifications.usecases.ports import Composer, Conversation, Deliveries, Mail, Outlet, People, TransportError
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
class Post:
    """What the mails of one round share."""

    people: Mapping[str, UserChanged]
    composer: Composer
    conversation: Conversation


@dataclass(frozen=True)
class Sender:
    deliveries: Deliveries
    people: People
    outlet: Callable[[], Outlet]
    now: Callable[[], datetime]
    pace: Pace = Pace()

    def run(self, stop: Stop) -> None:
        while not stop.is_set():
            while not stop.is_set() and self.send_some(stop):
                pass
            stop.wait(self.pace.idle)

    def send_some(self, stop: Stop) -> bool:
        """Whether something was due. What a stop comes before goes back into the queue."""
        mails = self.deliveries.claim(uuid4().hex, self.now(), self._until())
        if not mails:
            return False
        people = self.people.by_ids({id_ for rows in mails for row in rows for id_ in (row.recipient_id, row.actor_id)})
        try:
            outlet = self.outlet()
        except TransportError as error:
            for rows in mails:
                self._settle(rows, self._failed(rows, error))
            return True
        with outlet.transport.conversation() as conversation:
            post = Post(people, outlet.composer, conversation)
            for rows in mails:
                self._send(rows, post, stop)
        return True

    def _send(self, rows: Sequence[Delivery], post: Post, stop: Stop) -> None:
        outcome = Outcome("queued", due_at=rows[0].due_at) if stop.is_set() else self._tried(rows, post)
        if outcome is not None:
            self._settle(rows, outcome)

    def _tried(self, rows: Sequence[Delivery], post: Post) -> Outcome | None:
        """None where the outcome is written down already."""
        recipient = self._recipient(rows, post.people)
        return recipient if isinstance(recipient, Outcome) else self._converse(rows, recipient, post)

    def _recipient(self, rows: Sequence[Delivery], people: Mapping[str, UserChanged]) -> UserChanged | Outcome:
        expires_at = rows[0].expires_at
        if expires_at and expires_at <= self.now():
            return Outcome("failed", "The time for this mail was over before it could be sent.")
        person = people.get(rows[0].recipient_id)
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

    def _converse(self, rows: Sequence[Delivery], person: UserChanged, post: Post) -> Outcome | None:
        try:
            message = self._compose(rows, person, post)
            content = message.as_bytes()
            with post.conversation.to(person.emails[0]) as handover:
                if not self._mark_handing(rows, message, person.emails[0]):
                    return self._later(rows, "Another sender took a part of this mail over.")
                handover.hand(content)
                # Recorded before anything else may fail: nothing after the server's yes may cause a second mail.
                self._settle(rows, Outcome("sent"))
                return None
        except TransportError as error:
            return self._failed(rows, error)

    def _compose(self, rows: Sequence[Delivery], person: UserChanged, post: Post) -> EmailMessage:
        actors = {row.actor_id for row in rows}
        names = {id_: known.name for id_, known in post.people.items() if id_ in actors}
        message = post.composer.compose(Mail(person.name, person.emails[0], person.language, rows, names))
        if not (rows[0].letter or (message["In-Reply-To"] and message["References"])):
            UNTHREADED.inc()
        return message

    def _mark_handing(self, rows: Sequence[Delivery], message: EmailMessage, address: str) -> bool:
        """False where the claim ran out and somebody else has some of the rows: then the mail must not go."""
        subject, mail_id = str(message["Subject"]), str(message["Message-ID"])
        return self.deliveries.hand(rows, mail_id, address, subject, self.now(), self._until()) == len(rows)

    def _failed(self, rows: Sequence[Delivery], error: TransportError) -> Outcome:
        if error.handed:
            return Outcome("unknown", str(error))
        return Outcome("failed", str(error)) if error.permanent else self._later(rows, str(error))

    def _later(self, rows: Sequence[Delivery], reason: str) -> Outcome:
        return try_again(rows, reason, self.now(), timedelta(seconds=self.pace.first_retry))

    def _settle(self, rows: Sequence[Delivery], outcome: Outcome) -> None:
        self.deliveries.settle(rows, outcome, self.now())
        ATTEMPTS.labels(outcome.state).inc()

    def _until(self) -> datetime:
        return self.now() + timedelta(seconds=self.pace.claim)
