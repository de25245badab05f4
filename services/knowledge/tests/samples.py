"""Events, articles and people for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from trackline_schemas.events import (
    REPLAY_FINISHED,
    TEAM_CHANGED,
    TICKET_CREATED,
    TICKET_PURGED,
    TICKET_UPDATED,
    Event,
    TeamChanged,
    event_id,
)
from trackline_schemas.ticket.views import Comment, TicketView
from trackline_schemas.viewer import Viewer

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

ALICE = Viewer(id="alice")
BOB = Viewer(id="bob")
AGENT = Viewer(id="agent", teams={"network": "reply"})
HR = Viewer(id="hr", teams={"people": "manage"})
ADMIN = Viewer(id="root", admin=True)
TEAMS = {"network": False, "hardware": False, "people": True}


def snapshot(ticket_id: str, sequence: int, **fields: Any) -> TicketView:
    at = START + timedelta(minutes=sequence)
    given: dict[str, Any] = {
        "id": ticket_id,
        "number": "INC-1042",
        "version": sequence,
        "kind": "incident",
        "title": "Printer is out of order",
        "state": "new",
        "state_since": START,
        "impact": 3,
        "urgency": 3,
        "priority": 5,
        "requester_id": "alice",
        "opened_by_id": "alice",
        "channel": "portal",
        "created_at": START,
        "updated_at": at,
        **fields,
    }
    return TicketView.model_validate(given)


def ticket_event(
    ticket_id: str,
    sequence: int,
    text: str | None = None,
    visibility: str = "public",
    **fields: Any,
) -> Event:
    at = START + timedelta(minutes=sequence)
    key = event_id(ticket_id, sequence)
    comment = text and Comment.model_validate(
        {
            "id": key,
            "text": text,
            "visibility": visibility,
            "author_id": "alice",
            "role": "requester",
            "time": at,
        }
    )
    data = {
        "comment": comment.model_dump(mode="json") if comment else None,
        "ticket": snapshot(ticket_id, sequence, **fields).model_dump(mode="json"),
    }
    return _event(key, TICKET_CREATED if sequence == 1 else TICKET_UPDATED, ticket_id, sequence, data)


def purge_event(ticket_id: str, sequence: int) -> Event:
    return _event(event_id(ticket_id, sequence), TICKET_PURGED, ticket_id, sequence, {"number": "INC-1042"})


def team_event(team_id: str, sequence: int, confidential: bool) -> Event:
    data = team(team_id, confidential).model_dump(mode="json")
    return _event(event_id(team_id, sequence), TEAM_CHANGED, team_id, sequence, data)


def team(team_id: str, confidential: bool) -> TeamChanged:
    return TeamChanged(id=team_id, name=team_id.title(), confidential=confidential)


def replay_finished(**fields: Any) -> Event:
    data = {"job_id": "j", "consumer": "knowledge.events", "of": "tickets", "events": 1, "subjects": 1, **fields}
    return _event("j", REPLAY_FINISHED, "j", 0, data)


def _event(key: str, type_: str, subject: str, sequence: int, data: dict[str, Any]) -> Event:
    at = START + timedelta(minutes=sequence)
    return Event(
        id=key,
        source="/trackline/tests",
        type=type_,
        subject=subject,
        time=at,
        recordedat=at,
        sequence=sequence,
        actor="alice",
        data=data,
    )
