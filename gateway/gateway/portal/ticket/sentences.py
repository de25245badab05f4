"""Says what people did with a ticket, as the end of a sentence that begins with their name."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from gateway.portal.kit import i18n, words
from gateway.portal.kit.i18n import gettext, ngettext, noop
from gateway.portal.kit.markup import own
from gateway.portal.ticket.timeline import Change, Step

Naming = Callable[[str, Any], str]
_MOVES = {
    "open": noop("opened it"),
    "resolved": noop("resolved it"),
    "closed": noop("closed it"),
    "cancelled": noop("cancelled it"),
}
# What a reader wants to know first.
_FIRST = ("assignee_id", "state")


class Teller:
    def __init__(self, naming: Naming) -> None:
        self._naming = naming

    def tell(self, step: Step) -> Markup:
        """Returns “took it, opened it and set Category to “Mail””."""
        said = [self._one(change, step.actor_id) for change in sorted(step.changes, key=_rank)]
        if step.time_spent:
            minutes = ngettext("recorded one minute of work", "recorded %(num)d minutes of work", step.time_spent)
            said.append(_fill(minutes, num=step.time_spent))
        return i18n.enumerate_words(said)

    def _one(self, change: Change, actor_id: str) -> Markup:
        if change.field == "participant_ids":
            change = _only_differing(change)
        before, after = (own(self._naming(change.field, value)) for value in (change.before, change.after))
        field = words.label(words.FIELDS, change.field)
        return _fill(_pattern(change, actor_id), field=field, before=before, after=after)


def _only_differing(change: Change) -> Change:
    before, after = change.before or [], change.after or []
    left = [one for one in before if one not in after]
    return replace(change, before=left, after=[one for one in after if one not in before])


def _fill(pattern: str, **values: object) -> Markup:
    return Markup(pattern) % values  # noqa: S704 (a pattern is our own text, and values are escaped)


def _rank(change: Change) -> int:
    return _FIRST.index(change.field) if change.field in _FIRST else len(_FIRST)


def _pattern(change: Change, actor_id: str) -> str:
    special = _SPECIAL.get(change.field)
    pattern = special(change, actor_id) if special else None
    if pattern:
        return pattern
    if change.before in (None, []):
        return gettext("set %(field)s to “%(after)s”")
    return gettext("changed %(field)s from “%(before)s” to “%(after)s”")


def _assignee(change: Change, actor_id: str) -> str:
    if change.after is None:
        return gettext("unassigned it from %(before)s")
    return gettext("took it") if change.after == actor_id else gettext("assigned it to %(after)s")


def _state(change: Change, _: str) -> str:
    if change.after == "open" and change.before in ("resolved", "closed", "cancelled"):
        return gettext("reopened it")
    known = change.after in _MOVES and (change.after, change.before) != ("open", "pending")
    return gettext(_MOVES[change.after]) if known else gettext("set the state to “%(after)s”")


def _team(change: Change, _: str) -> str | None:
    return None if change.after is None else gettext("moved it to %(after)s")


def _title(*_: object) -> str:
    return gettext("renamed it to “%(after)s”")


def _reason(change: Change, _: str) -> str | None:
    return gettext("gave the reason “%(after)s”") if change.after else None


def _participants(change: Change, _: str) -> str:
    if change.before and change.after:
        return gettext("added %(after)s and removed %(before)s")
    return gettext("added %(after)s") if change.after else gettext("removed %(before)s")


_SPECIAL: dict[str, Callable[[Change, str], str | None]] = {
    "assignee_id": _assignee,
    "state": _state,
    "team_id": _team,
    "participant_ids": _participants,
    "title": _title,
    "priority_reason": _reason,
}
