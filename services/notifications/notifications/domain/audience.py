"""Decides who is notified of a ticket event, and which parts of it they see. Nobody else is notified."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from trackline_schemas.ticket.states import ACTIVE

Reason = Literal[
    "received", "replied", "resolved", "assigned", "requester_replied", "new_unassigned", "state_changed", "added",
]  # fmt: skip
News = Literal[
    "received", "replied", "noted", "assigned", "requester_replied", "new_unassigned", "pending", "resolved", "closed",
    "cancelled", "added",
]  # fmt: skip

ANNOUNCED_STATES: Mapping[str, News] = {
    "pending": "pending",
    "resolved": "resolved",
    "closed": "closed",
    "cancelled": "cancelled",
}


@dataclass(frozen=True)
class File:
    """`size` is in bytes."""

    name: str
    size: int


@dataclass(frozen=True)
class Words:
    """A comment. Every visibility other than public counts as internal. `role` is that in which the author wrote."""

    author_id: str
    text: str | None
    public: bool
    files: tuple[File, ...] = ()
    role: str = "agent"


@dataclass(frozen=True)
class Happening:
    """A ticket event. `changes` is field → [before, after]. The other fields are those after the event. `replier_ids`
    are the agents who have replied."""

    actor_id: str
    created: bool
    changes: Mapping[str, tuple[Any, Any]]
    words: Words | None
    state: str
    requester_id: str
    assignee_id: str | None
    team_id: str | None
    resolution: str | None
    replier_ids: tuple[str, ...] = ()
    participant_ids: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether the requester or a participant wrote something after the description."""
        words = self.words
        return not self.created and words is not None and words.public and words.role != "agent"

    @property
    def added(self) -> set[str]:
        """The people whom the event made participants."""
        before, after = self.changes.get("participant_ids", ((), ()))
        return {*(after or ())} - {*(before or ())}

    def changed_to(self, field: str) -> Any:
        """Returns the new value of a field that the event sets, or None."""
        if self.created and field in ("assignee_id", "team_id"):
            return getattr(self, field)
        return self.changes[field][1] if field in self.changes else None

    def caused_by(self, person_id: str) -> bool:
        return person_id == self.actor_id or (self.words is not None and person_id == self.words.author_id)


@dataclass(frozen=True)
class Rights:
    """What one person may do with the ticket after the event. `answers` tells whether they may reply as staff. `active`
    is None if the person is not known."""

    reads: bool
    reads_as_staff: bool
    answers: bool
    active: bool | None


@dataclass(frozen=True)
class Notice:
    """The notification of one person. `news` is what happened, in the order in which to say it. `text` and `files` are
    those of the comment, and `solution` is how the ticket was resolved. `staff_only` means that only staff of the
    ticket may read it. `mail` says whether it is also sent by mail, and `alone` that it is sent at once and in a mail
    of its own, as public replies are."""

    recipient_id: str
    reason: Reason
    news: tuple[News, ...]
    text: str | None = None
    files: tuple[File, ...] = ()
    solution: str | None = None
    staff_only: bool = False
    mail: bool = True
    alone: bool = False


@dataclass(frozen=True)
class Audience:
    """`refused` are assignees who may not read the ticket, as far as this service knows. It may not know the latest
    changes."""

    notices: tuple[Notice, ...]
    refused: tuple[str, ...] = ()


def audience(happening: Happening, members: Collection[str], rights: Mapping[str, Rights]) -> Audience:
    """`members` are the ids of the people in the ticket's team. `rights` are those of all `possible_recipients`."""
    chosen = _allowed(happening, _candidates(happening, members), rights)
    if happening.answered and wants_members(happening) and not _reaches_somebody(chosen, rights):
        # Nobody has the ticket, and nobody who replied is there any more and may reply again.
        candidates = (*_candidates(happening, members), *_answers(happening, members, mail=False))
        return _allowed(happening, candidates, rights)
    return chosen


def _reaches_somebody(chosen: Audience, rights: Mapping[str, Rights]) -> bool:
    return any(rights[notice.recipient_id].answers for notice in chosen.notices)


def _allowed(happening: Happening, candidates: Iterable[Notice], rights: Mapping[str, Rights]) -> Audience:
    """Every notice must pass this check."""
    notices: dict[str, Notice] = {}
    refused = []
    for notice in candidates:
        allowed = rights[notice.recipient_id]
        may = allowed.reads_as_staff if notice.staff_only else allowed.reads
        if may and allowed.active is not False:
            notices.setdefault(notice.recipient_id, notice)
        elif notice.staff_only and allowed.active is not False and notice.recipient_id == happening.assignee_id:
            refused.append(notice.recipient_id)
    return Audience(tuple(notices.values()), tuple(person for person in refused if person not in notices))


def possible_recipients(happening: Happening, members: Collection[str]) -> set[str]:
    people = {happening.requester_id, happening.assignee_id, *(members if wants_members(happening) else ())}
    repliers = happening.replier_ids if happening.answered else ()
    return {person for person in (*people, *repliers, *happening.participant_ids) if person}


def wants_members(happening: Happening) -> bool:
    """Returns whether the whole team may be notified, so that `audience` needs its members."""
    return happening.assignee_id is None and (happening.answered or _became_unassigned(happening))


def _became_unassigned(happening: Happening) -> bool:
    came = happening.changed_to("team_id") is not None and happening.state in ("new", "open")
    left = "assignee_id" in happening.changes and happening.state in ACTIVE
    return happening.assignee_id is None and (came or left)


def _candidates(happening: Happening, members: Collection[str]) -> Iterator[Notice]:
    """If there are two notices for one person, the first one counts."""
    requester = _for_requester(happening)
    if requester is not None:
        yield requester
    assignee = _for_assignee(happening)
    if assignee is not None:
        yield assignee
    if happening.answered:
        yield from _answers(happening, happening.replier_ids)
    yield from _for_participants(happening)
    if _became_unassigned(happening):
        for member in sorted(members):
            if not happening.caused_by(member):
                yield Notice(member, "new_unassigned", ("new_unassigned",), staff_only=True, mail=False)


def _answers(happening: Happening, people: Iterable[str], *, mail: bool = True) -> Iterator[Notice]:
    """Yields what the people are told of the requester's answer."""
    words = happening.words
    for person in sorted(people):
        if words is not None and not happening.caused_by(person):
            yield Notice(
                person,
                "requester_replied",
                ("requester_replied",),
                words.text,
                words.files,
                staff_only=True,
                mail=mail,
                alone=mail,
            )


def _for_requester(happening: Happening) -> Notice | None:
    person = happening.requester_id
    if happening.created and happening.state == "resolved":
        return Notice(person, "resolved", ("received", "resolved"), solution=happening.resolution)
    if happening.created:
        return Notice(person, "received", ("received",))
    if happening.caused_by(person):
        return None
    state = ANNOUNCED_STATES.get(happening.changed_to("state") or "")
    return _reply_and_state(happening, person, state)


def _for_participants(happening: Happening) -> Iterator[Notice]:
    """They hear what the requester hears, except that an answer is awaited: that is the requester's to give."""
    state = ANNOUNCED_STATES.get(happening.changed_to("state") or "")
    for person in happening.participant_ids:
        if happening.caused_by(person):
            continue
        told = None if happening.created else _reply_and_state(happening, person, None if state == "pending" else state)
        if person in happening.added:
            yield Notice(person, "added", ("added",))
        elif told is not None:
            yield told


def _reply_and_state(happening: Happening, person: str, state: News | None) -> Notice | None:
    public = happening.words if happening.words is not None and happening.words.public else None
    news: list[News] = ["replied"] if public else []
    if state:
        news.append(state)
    if not news:
        return None
    resolved = state == "resolved"
    return Notice(
        person,
        "resolved" if resolved else "replied" if public else "state_changed",
        tuple(news),
        text=public.text if public else None,
        files=public.files if public else (),
        solution=happening.resolution if resolved else None,
        alone=public is not None,
    )


def _for_assignee(happening: Happening) -> Notice | None:
    person = happening.assignee_id
    if person is None or happening.caused_by(person):
        return None
    # A requester never gets an internal note, even if they could read it as an agent.
    words = happening.words
    if words is not None and not words.public and person == happening.requester_id:
        words = None
    assigned = happening.changed_to("assignee_id") == person
    news: list[News] = ["assigned"] if assigned else []
    if words is not None and not happening.created:
        news.append(_comment_news(words))
    if not news:
        return None
    return Notice(
        person,
        "assigned" if assigned else "requester_replied" if "requester_replied" in news else "replied",
        tuple(news),
        text=words.text if words else None,
        files=words.files if words else (),
        staff_only=True,
        alone=words is not None and words.public and not happening.created,
    )


def _comment_news(words: Words) -> News:
    if not words.public:
        return "noted"
    return "replied" if words.role == "agent" else "requester_replied"
