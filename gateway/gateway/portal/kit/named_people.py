"""Fields that take several people: who each of them is, and which ones are nobody or not clear."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from gateway.people import reads
from gateway.people.models import UserView
from gateway.portal.kit.i18n import gettext, noop
from gateway.portal.kit.markup import own
from gateway.portal.kit.visit import Visit
from trackline_schemas.text.people_query import is_certain, split_people

# people in one field; nobody is looked up beyond them
MOST = 50
# The longest text by which the API finds people.
LONGEST = 200
NOBODY = noop("No account matches %(people)s.")
UNCLEAR = noop("It is not clear who is meant: %(people)s. Enter the full email address.")


@dataclass(frozen=True)
class Named:
    text: str
    found: Sequence[UserView]

    @property
    def is_one(self) -> bool:
        """Part of a name is not enough beside others: who pastes a line with "IT" at its end does not mean Smith."""
        return len(self.found) == 1 and is_certain(self.text, self.found[0].name)


async def find_named(visit: Visit, text: str, *, size: int, active: bool | None = None) -> list[Named]:
    """Returns the people of a list, each with the accounts that match, `size` at most. Of more than MOST people, the
    others match nobody."""
    people = split_people(text)
    looked_up = [Named(one, await _find(visit, one, size, active)) for one in people[:MOST]]
    return looked_up + [Named(one, []) for one in people[MOST:]]


async def _find(visit: Visit, text: str, size: int, active: bool | None) -> Sequence[UserView]:
    if len(text) > LONGEST:
        return []
    return (await reads.list_users(visit.parts.people, q=text, active=active, size=size)).items


def explain_not_all(named: Sequence[Named]) -> str:
    """Returns why nobody is added, or nothing if each of them is one person."""
    if len(named) > MOST:
        return gettext("These are too many people at once.")
    if len(named) < 2:
        found = len(named[0].found) if named else 0
        return "" if found == 1 else _explain_not_one(found > 1)
    reasons = [text for text in (explain_nobody(named), explain_unclear(named)) if text]
    return Markup(" ").join([gettext("Nobody was added."), *reasons]) if reasons else ""


def _explain_not_one(several: bool) -> str:
    if several:
        return gettext("Several people match. Enter the full email address.")
    return gettext("Nobody matches. Enter the name or the email address of somebody who has an account.")


def explain_nobody(people: Iterable[Named]) -> Markup:
    """Returns a sentence that names those who have no account, or nothing."""
    return _sentence(NOBODY, [one for one in people if not one.found])


def explain_unclear(people: Iterable[Named]) -> Markup:
    return _sentence(UNCLEAR, [one for one in people if one.found and not one.is_one])


def _sentence(text: str, people: Sequence[Named]) -> Markup:
    if not people:
        return Markup()
    return escape(gettext(text)) % {"people": Markup("; ").join(map(_show, people))}


def _show(one: Named) -> Markup:
    """Shows whom part of a name would mean."""
    guess = one.found[0].name if len(one.found) == 1 else ""
    return Markup("{} ({})").format(own(one.text), own(guess)) if guess else own(one.text)
