"""Rebuilds the history of a ticket from another system: each step that changes something becomes one event."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tickets.domain import priority
from tickets.domain.create import describe, format_number, opening_event
from tickets.domain.errors import DomainError
from tickets.domain.excerpt import excerpt
from tickets.domain.ticket import Ticket, times_of_state
from tickets.domain.update import Author, Update, build_comment, clean_changes, differs
from trackline_schemas.ticket.fields import TRACKED

DEFAULTS: Mapping[str, Any] = {"kind": "incident", "state": "new", "impact": 3, "urgency": 3, "tags": ()}


@dataclass(frozen=True)
class Origin:
    source: str
    external_ref: str
    channel: str


@dataclass(frozen=True)
class Step:
    """`digest` is the hash of the step as the other system sent it. `decomposed` is the hash of an earlier release, if
    the texts came in the normal form D."""

    digest: bytes
    at: datetime
    author_id: str
    update: Update
    decomposed: bytes = b""


def replay_steps(origin: Origin, steps: Sequence[Step], ticket_id: str, serial: int) -> list[Ticket]:
    """Returns the ticket after each of its events, oldest first. Raises DomainError."""
    with _pointing_at(0):
        opened = _open_ticket(origin, steps[0], ticket_id, serial)
    return _remember_steps([opened, *_apply_steps(opened, steps[1:], 1)], steps)


def replay_new_steps(ticket: Ticket, steps: Sequence[Step], imported: Sequence[bytes]) -> list[Ticket]:
    """Does the same for the steps that were not imported yet. `imported` has the digests of those that were. Returns an
    empty list if there are no new steps. Raises DomainError unless one history is the beginning of the other."""
    for number, (step, digest) in enumerate(zip(steps, imported, strict=False)):
        if digest not in (step.digest, step.decomposed):
            raise _other_history(ticket, number)
    seen = ticket.import_steps
    if len(imported) < seen:
        _compare_times(ticket, steps)
    if len(steps) <= seen:
        return []
    return _remember_steps(list(_apply_steps(ticket, steps[seen:], seen)) or [ticket], steps)


def combine(digests: Iterable[bytes]) -> bytes:
    """Returns the digest of a list of digests."""
    return hashlib.sha256(b"".join(digests)).digest()


def _compare_times(ticket: Ticket, steps: Sequence[Step]) -> None:
    """Compares what is known of steps that the release before imported: their number, and the time of the last."""
    seen, until = ticket.import_steps, ticket.import_until
    if not seen or until is None or (len(steps) >= seen and steps[seen - 1].at != until):
        raise _other_history(ticket, max(seen - 1, 0))
    if len(steps) < seen and steps[-1].at > until:
        raise _other_history(ticket, len(steps) - 1)


def _other_history(ticket: Ticket, number: int) -> DomainError:
    return DomainError(
        "history_began_otherwise",
        f"/steps/{number}",
        detail={"number": ticket.number},
        number=ticket.number,
        reference=f"{ticket.source} {ticket.external_ref}",
        step=number + 1,
    )


def _remember_steps(stages: list[Ticket], steps: Sequence[Step]) -> list[Ticket]:
    digest = combine(step.digest for step in steps)
    last = replace(stages[-1], import_steps=len(steps), import_until=steps[-1].at, import_digest=digest)
    return [*stages[:-1], last]


def _open_ticket(origin: Origin, step: Step, ticket_id: str, serial: int) -> Ticket:
    given = {**DEFAULTS, **clean_changes(step.update.changes)}
    at, state = step.at, given["state"]
    computed = priority.compute_priority(given["impact"], given["urgency"])
    ticket = Ticket(
        id=ticket_id,
        number=format_number(given["kind"], serial),
        version=1,
        state_since=at,
        opened_by_id=step.author_id,
        channel=origin.channel,
        created_at=at,
        updated_at=at,
        timeline=((state, at),),
        source=origin.source,
        external_ref=origin.external_ref,
        **{**given, "priority": computed, "priority_reason": None},
    )
    comment = build_comment(ticket, step.update, _author(step))
    if comment is not None and comment.public:
        comment = describe(comment.text, ticket.requester_id, step.author_id)
    settled = replace(ticket, **priority.settle(ticket, _add_reason(given, origin.source)))
    following: dict[str, Any] = times_of_state(None, state, None, at)
    if comment is not None and comment.public:
        following |= {"excerpt": excerpt(comment.text), "comment_count": 1, "last_comment_role": comment.role}
    return replace(settled, **following, events=(opening_event(settled, comment),))


def _apply_steps(ticket: Ticket, steps: Iterable[Step], seen: int) -> Iterator[Ticket]:
    for number, step in enumerate(steps, seen):
        with _pointing_at(number):
            after = _apply_step(ticket, step)
        if after is not ticket:
            yield after
        ticket = after


def _apply_step(ticket: Ticket, step: Step) -> Ticket:
    given = clean_changes(step.update.changes)
    wanted = {**given, **priority.settle(ticket, _add_reason(given, ticket.source))}
    changes = {name: (getattr(ticket, name), wanted[name]) for name in TRACKED if differs(ticket, wanted, name)}
    if given.get("state") == ticket.state == "resolved":
        changes["state"] = ("resolved", "resolved")
    comment = build_comment(ticket, step.update, _author(step))
    if not changes and comment is None and not step.update.time_spent:
        return ticket
    # No event may be earlier than the one before, or as_of would skip events.
    at = max(step.at, ticket.updated_at)
    return ticket.record(changes, comment, step.update.time_spent or None, step.author_id, at)


@contextmanager
def _pointing_at(number: int) -> Iterator[None]:
    try:
        yield
    except DomainError as error:
        error.pointer = f"/steps/{number}{error.pointer}"
        raise


def _add_reason(given: Mapping[str, Any], source: str | None) -> dict[str, Any]:
    """Names the other system as the reason for a priority, which may differ from that of impact and urgency, unless the
    step names a reason itself."""
    return {"priority_reason": f"As it was in {source}", **given} if "priority" in given else dict(given)


def _author(step: Step) -> Author:
    return Author(step.author_id, staff=True)
