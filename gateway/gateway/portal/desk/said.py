"""The words of the toast after a change in the queue. They name each ticket that changed, or did not."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from gateway.portal.kit import words
from gateway.portal.kit.conflicts import find_conflicts
from gateway.portal.kit.i18n import gettext, ngettext, noop
from gateway.portal.kit.reasons import explain
from gateway.portal.kit.visit import Visit
from trackline_schemas.errors import ServiceError
from trackline_schemas.ticket.commands import TicketChanges

MAX_NAMED = 3
TO_ME = noop("%(tickets)s: assigned to you.")
# Field → what is said after a bulk change of it.
CHANGED: Mapping[str, str] = {
    "assignee_id": noop("%(tickets)s: assigned to %(value)s."),
    "team_id": noop("%(tickets)s: moved to %(value)s."),
    "state": noop("%(tickets)s: the state is now “%(value)s”."),
    "priority": noop("%(tickets)s: the priority is now %(value)s."),
}


def name(numbers: Sequence[str]) -> str:
    """Names the first tickets, and counts the others."""
    others = len(numbers) - MAX_NAMED
    named = ", ".join(numbers[:MAX_NAMED])
    if others < 1:
        return named
    text = ngettext("%(tickets)s and one more", "%(tickets)s and %(num)d more", others)
    return text % {"tickets": named, "num": others}


def changed(visit: Visit, numbers: Sequence[str], changes: TicketChanges) -> str:
    given = changes.given()
    field = next(field for field in CHANGED if field in given)
    template = TO_ME if given.get("assignee_id") == visit.viewer.id else CHANGED[field]
    return gettext(template) % {"tickets": name(numbers), "value": _value(visit, field, given[field])}


def _value(visit: Visit, field: str, value: str | int) -> str:
    named = {"assignee_id": visit.name, "team_id": visit.team, "state": words.state}
    return words.priority(int(value)) if field == "priority" else named[field](str(value))


def not_changed(refused: Sequence[tuple[str, ServiceError]]) -> str:
    """`refused` has numbers of tickets. Those with the same reason share a sentence."""
    explained = sorted(((explain(error), number) for number, error in refused), key=lambda pair: pair[0])
    return " ".join(
        gettext("%(tickets)s: not changed. %(why)s") % {"tickets": name([number for _, number in same]), "why": why}
        for why, same in groupby(explained, key=lambda pair: pair[0])
    )


def undone(numbers: Sequence[str], state: str | None) -> str:
    """`state` is the state that a ticket kept, if it did."""
    tickets = name(numbers)
    if state:
        text = gettext("%(tickets)s: Your change was undone. The state stays “%(state)s”.")
        return text % {"tickets": tickets, "state": words.state(state)}
    return gettext("%(tickets)s: Your change was undone.") % {"tickets": tickets}


def not_undone(refused: Sequence[tuple[str, ServiceError]]) -> str:
    tickets, error = name([number for number, _ in refused]), refused[0][1]
    fields = ", ".join(words.label(words.FIELDS, conflict.field) for conflict in find_conflicts(error))
    if fields:
        text = gettext("%(tickets)s: Your change was not undone, because somebody else has changed %(fields)s since.")
        return text % {"tickets": tickets, "fields": fields}
    return gettext("%(tickets)s: Your change was not undone. %(why)s") % {"tickets": tickets, "why": explain(error)}
