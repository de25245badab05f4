"""The tests' world: Rita asks, Anna is assigned, Carl is her colleague, Sven is of another team, Boss administers."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import MappingProxyType
from typing import Any

from notifications.channels.mail.payload import TicketNotice
from notifications.channels.mail.ports import Mail
from notifications.domain.delivery import Delivery
from notifications.usecases.channel import Bundle
from trackline_schemas.events import (
    TEAM_CHANGED,
    TICKET_CREATED,
    TICKET_UPDATED,
    USER_CHANGED,
    Event,
    UserChanged,
    event_id,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

PEOPLE = {
    "rita": UserChanged(id="rita", name="Rita Requester", emails=["rita@example.org"], language="de"),
    "anna": UserChanged(id="anna", name="Anna Agent", emails=["anna@example.org"], teams={"it": "reply"}),
    "carl": UserChanged(id="carl", name="Carl Colleague", emails=["carl@example.org"], teams={"it": "reply"}),
    "sven": UserChanged(id="sven", name="Sven Stranger", emails=["sven@example.org"], teams={"hr": "reply"}),
    "boss": UserChanged(id="boss", name="Boss", emails=["boss@example.org"], admin=True),
    "gone": UserChanged(id="gone", name="Gone", emails=["gone@example.org"], teams={"it": "read"}, active=False),
}


# The fields of the tickets of mail_row that decide who may read them: Rita asks, and Anna and Carl are staff.
READABLE = {"team_id": "it", "requester_id": "rita"}


def snapshot(**changes: Any) -> dict[str, Any]:
    ticket = {
        "id": "t1",
        "number": "INC-1042",
        "version": 1,
        "kind": "incident",
        "title": "VPN is down",
        "state": "open",
        "state_since": NOW,
        "impact": 3,
        "urgency": 3,
        "priority": 5,
        "team_id": "it",
        "assignee_id": "anna",
        "requester_id": "rita",
        "opened_by_id": "rita",
        "channel": "portal",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return ticket | changes


def comment(author: str, text: str, visibility: str = "public", role: str = "agent") -> dict[str, Any]:
    return {"id": "c1", "text": text, "visibility": visibility, "author_id": author, "role": role, "time": NOW}


def ticket_event(
    actor: str,
    *,
    sequence: int = 2,
    created: bool = False,
    changes: dict[str, Any] | None = None,
    said: dict[str, Any] | None = None,
    ticket: dict[str, Any] | None = None,
    repliers: Sequence[str] = (),
    **envelope: Any,
) -> Event:
    shot = snapshot(**(ticket or {}))
    fields = {
        "id": event_id(shot["id"], sequence),
        "source": "tickets",
        "type": TICKET_CREATED if created else TICKET_UPDATED,
        "subject": shot["id"],
        "time": NOW + timedelta(seconds=sequence),
        "sequence": sequence,
        "recordedat": NOW,
        "actor": actor,
        "data": {"changes": changes or {}, "comment": said, "ticket": shot, "replier_ids": [*repliers]},
    }
    return Event.model_validate(fields | envelope)


def user_event(person: UserChanged, sequence: int = 1, **envelope: Any) -> Event:
    return _people_event(USER_CHANGED, person.id, sequence, person.model_dump(), envelope)


def team_event(team_id: str, confidential: bool = False, sequence: int = 1, **envelope: Any) -> Event:
    data = {"id": team_id, "name": team_id.upper(), "confidential": confidential}
    return _people_event(TEAM_CHANGED, team_id, sequence, data, envelope)


def _people_event(kind: str, subject: str, sequence: int, data: dict[str, Any], envelope: dict[str, Any]) -> Event:
    fields = {
        "id": event_id(subject, sequence),
        "source": "gateway",
        "type": kind,
        "subject": subject,
        "time": NOW,
        "sequence": sequence,
        "recordedat": NOW,
        "actor": "boss",
        "data": data,
    }
    return Event.model_validate(fields | envelope)


def mail_row(**fields: Any) -> Delivery:
    """A ticket notice. `fields` are those of the delivery and of its TicketNotice."""
    content: dict[str, Any] = {
        "title": "VPN is down",
        "news": ("replied",),
        "text": "Have you tried turning it off and on again?",
    }
    content |= {name: fields.pop(name) for name in vars(TicketNotice("", ())) if name in fields}
    known: dict[str, Any] = {
        "channel": "mail",
        "ticket_id": "t1",
        "number": "INC-1042",
        "sequence": 2,
        "recipient_id": "rita",
        "actor_id": "anna",
        "payload": TicketNotice(**content).to_stored(),
        "alone": True,
        "due_at": NOW,
        "created_at": NOW,
        "updated_at": NOW,
        "subject": "[INC-1042] VPN is down",
    } | fields
    key = f"{known['ticket_id']}:{known['sequence']:08d}:{known['recipient_id']}:mail"
    return Delivery(**{"id": key} | known)


def bundle(
    *rows: Delivery,
    name: str = "Rita",
    address: str = "rita@example.org",
    language: str = "en",
    names: Mapping[str, str] = MappingProxyType({}),
) -> Bundle:
    recipient = UserChanged(id="rita", name=name, emails=[address], language=language)
    return Bundle(rows or (mail_row(),), recipient, names)


def read(mail: Mail) -> EmailMessage:
    found = message_from_bytes(mail.content, policy=default)
    assert isinstance(found, EmailMessage)
    return found
