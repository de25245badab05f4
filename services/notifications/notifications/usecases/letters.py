"""Mails that belong to no ticket: invitations, links for a new password."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications.domain.delivery import Delivery
from notifications.usecases.ports import Deliveries
from notifications.usecases.rows import letter
from trackline_schemas.events import MAIL_REQUESTED, Event, MailRequested


@dataclass(frozen=True)
class Letters:
    deliveries: Deliveries
    now: Callable[[], datetime]

    def __call__(self, events: Sequence[Event]) -> None:
        asked = [event for event in events if event.type == MAIL_REQUESTED and not event.replay]
        self.deliveries.add([self._row(event, MailRequested.model_validate(event.data)) for event in asked])

    def _row(self, event: Event, asked: MailRequested) -> Delivery:
        row_id = f"{event.id}:{asked.recipient_id}:mail"
        return letter(
            row_id, asked.recipient_id, event.actor, asked.purpose, self.now(), asked.expires_at, link=asked.url
        )
