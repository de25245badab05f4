"""The history that a ticket had elsewhere, told again step by step: one event for each that changed something."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tickets.domain import priority
from tickets.domain.create import number_of, opening
from tickets.domain.errors import DomainError
from tickets.domain.ticket import Ticket, excerpt
from tickets.domain.update import Author, Update, cleaned, comment_of, differs
from trackline_schemas.ticket.fields import TRACKED

DEFAULTS: Mapping[str, Any] = {"kind": "incident", "state": "new", "impact": 3, "urgency": 3, "tags": ()}
REACHED = {"resolved": "resolved_at", "closed": "closed_at"}


@dataclass(frozen=True)
class Origin:
    source: str
    external_ref: str
    channel: str


@dataclass(frozen=True)
class Step:
    at: datetime
    author_id: str
    asked: Update


def told(origin: Origin, steps: Sequence[Step], ticket_id: str, serial: int) -> list[Ticket]:
    """The ticket after each of its events, the newest last. Raises DomainError."""
    with _pointing_at(0):
        with_first = _opened(origin, steps[0], ticket_id, serial)
    return _kept_in_mind([with_first, *_stages(with_first, steps[1:], 1)], steps)


def continued(ticket: Ticket, steps: Sequence[Step]) -> list[Ticket]:
    """The same for the steps that are not in yet; empty when all are. Raises DomainError conflict where the history
    that is in is not the beginning of the given one."""
    seen = ticket.import_steps
    if len(steps) >= seen and (not seen or steps[seen - 1].at != ticket.import_until):
        reference = f"{ticket.source} {ticket.external_ref}"
        detail = {"number": ticket.number}
        raise DomainError("history_began_otherwise", detail=detail, number=ticket.number, reference=reference)
    if len(steps) <= seen:
        return []
    return _kept_in_mind(list(_stages(ticket, steps[seen:], seen)) or [ticket], steps)


def _kept_in_mind(stages: list[Ticket], steps: Sequence[Step]) -> list[Ticket]:
    return [*stages[:-1], replace(stages[-1], import_steps=len(steps), import_until=steps[-1].at)]


def _opened(origin: Origin, step: Step, ticket_id: str, serial: int) -> Ticket:
    given = {**DEFAULTS, **cleaned(step.asked.changes)}
    at, state = step.at, given["state"]
    matrix = priority.matrix(given["impact"], given["urgency"])
    ticket = Ticket(
        id=ticket_id,
        number=number_of(given["kind"], serial),
        version=1,
        state_since=at,
        opened_by_id=step.author_id,
        channel=origin.channel,
        created_at=at,
        updated_at=at,
        timeline=((state, at),),
        source=origin.source,
        external_ref=origin.external_ref,
        **{**given, "priority": matrix, "priority_reason": None},
    )
    comment = comment_of(ticket, step.asked, _author(step))
    settled = replace(ticket, **priority.settle(ticket, _with_reason(given, origin.source)))
    following: dict[str, Any] = {REACHED[state]: at} if state in REACHED else {}
    if comment is not None and comment.public:
        following |= {"excerpt": excerpt(comment.text), "comment_count": 1, "last_comment_role": comment.role}
    return replace(settled, **following, events=(opening(settled, comment),))


def _stages(ticket: Ticket, steps: Iterable[Step], seen: int) -> Iterator[Ticket]:
    for number, step in enumerate(steps, seen):
        with _pointing_at(number):
            after = _advanced(ticket, step)
        if after is not ticket:
            yield after
        ticket = after


def _advanced(ticket: Ticket, step: Step) -> Ticket:
    given = cleaned(step.asked.changes)
    wanted = {**given, **priority.settle(ticket, _with_reason(given, ticket.source))}
    changes = {name: (getattr(ticket, name), wanted[name]) for name in TRACKED if differs(ticket, wanted, name)}
    if given.get("state") == ticket.state == "resolved":
        changes["state"] = ("resolved", "resolved")
    comment = comment_of(ticket, step.asked, _author(step))
    if not changes and comment is None and not step.asked.time_spent:
        return ticket
    # A ticket's time never runs backwards, or as_of would skip events.
    at = max(step.at, ticket.updated_at)
    return ticket.record(changes, comment, step.asked.time_spent or None, step.author_id, at)


@contextmanager
def _pointing_at(number: int) -> Iterator[None]:
    try:
        yield
    except DomainError as error:
        error.pointer = f"/steps/{number}{error.pointer}"
        raise


def _with_reason(given: Mapping[str, Any], source: str | None) -> dict[str, Any]:
    """Where priority contradicts impact and urgency, the other system is the reason unless the step names one."""
    return {"priority_reason": f"As it was in {source}", **given} if "priority" in given else dict(given)


def _author(step: Step) -> Author:
    return Author(step.author_id, staff=True)
