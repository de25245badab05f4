"""What was refused, as a reader of the page is told it. Services and the gateway refuse in English, so their sentences
stand here once more for the catalogue."""

import re

from babel.numbers import format_decimal

from gateway.portal.kit import words
from gateway.portal.kit.i18n import gettext, language, noop
from trackline_schemas.errors import ServiceError

TITLES = {
    400: noop("This address or form cannot be read"),
    403: noop("You may not do this"),
    404: noop("There is nothing here, or you may not see it"),
    409: noop("This is not possible any more"),
    412: noop("Somebody else changed it meanwhile"),
    413: noop("This is too large"),
    415: noop("This kind of file is not taken"),
    422: noop("Some of it is not valid"),
    429: noop("Too many attempts"),
    503: noop("A part of Trackline is not running"),
    504: noop("No answer in time"),
}
OUR_FAULT = noop("Something went wrong on our side")

# A member in braces stands for what the sentence names.
SENTENCES = (
    noop("The form is out of date: reload the page. (Scripts send {header} with the cookie.)"),
    noop("The form is out of date: reload the page."),
    noop("Only administrators may do this."),
    noop("This Idempotency-Key was used with another body. Use a new key."),
    noop("This Idempotency-Key was used for another request. Draw a new key for a new request."),
    # people, teams, organisation
    noop("Too many changes of this {thing} at once. Try again."),
    noop("Another {thing} has this already."),
    noop("Somebody changed this {thing} meanwhile. Read it again, then repeat your change."),
    noop("Another change of this kind is still running. Try again in a minute."),
    noop("This is the last active administrator. Make somebody else one first."),
    noop("This is not your present password."),
    noop("There is no team {team}."),
    noop("This person has chosen a password already."),
    noop("This account is not active: activate it first."),
    noop("This link was used, or its time is over. Ask for a new one."),
    noop("This import was started already."),
    noop("Say which column holds the {field}."),
    noop("There is no field {field}. There are: {fields}."),
    noop("The file has no column “{column}”."),
    noop("The file needs a first row with titles and a row for each person."),
    noop("The file has {rows} rows. Bring at most {most} at a time."),
    noop("This is no CSV file: {why}."),
    noop("is not a time zone of the IANA database, such as Europe/Berlin"),
    noop("may not be null: leave it out to keep it as it is"),
    noop("lies outside the years 1 to 9999 in UTC"),
    noop("There is no queue {queue} to send it back to: drop it."),
    # tickets
    noop("You may read {number} but not change it: that takes the role reply in its team."),
    noop("{number} is at version {version}, not {base}. Read it again."),
    noop("Somebody else changed {fields} meanwhile. Decide which value is right."),
    noop("{number} has no version {version} yet."),
    noop("{number} is {state} and takes no more replies. Open a new ticket and mention {number}."),
    noop("A ticket that is {state} cannot become {wanted}, only {states}."),
    noop(
        "You may cancel your ticket while it is active, and confirm or reopen it when it is resolved."
        " Only agents may make it {state} now."
    ),
    noop("Only agents may change {fields}. Tell them in a comment what should be different."),
    noop("Only agents may write internal notes."),
    noop("Only agents may record time."),
    noop("Only agents may open a ticket by {channel}."),
    noop("Only agents may open a ticket for another person."),
    noop("Only agents may set {field}: leave it out."),
    noop("An external_ref is unique within its source: name the source."),
    noop("There is a ticket for {reference} already."),
    noop("{number} is the ticket for {reference} already."),
    noop("A resolved ticket needs a {field}: say how it was resolved."),
    noop("{field} cannot be emptied: leave it out or give a value."),
    noop(
        "Impact and urgency give priority {computed}. Say in priority_reason why it should be {asked},"
        " or set priority {computed}."
    ),
    noop("A reason goes with a priority: send both."),
    noop("a text may have {bytes} bytes in UTF-8; attach what is longer"),
    noop("a resolution may have {bytes} bytes in UTF-8; write the rest in a comment"),
    noop("Only administrators may change categories."),
    noop("There is an active category {name} already."),
    noop("There is no active category {category}."),
    noop("At most {most} counts at a time."),
    noop("Tickets cannot be sorted by {sort}. Known, also with a minus: {sorts}."),
    # articles
    noop("Another article took each number that was drawn. Try again."),
    noop("The article is being changed by many at once. Try again."),
    noop("The article is at version {version} by now. Read it again and repeat the change."),
    noop("Only agents write articles. Ask for a role in a team."),
    noop("Only agents see the earlier versions of an article."),
    noop("You have no role in the team whose article this is."),
    noop("Visibility team needs a team_id: name the team that may read it."),
    noop("{field} cannot be null: leave it out to keep it as it is."),
    noop("Articles can be sorted by {sorts}, with a leading - to reverse."),
    # mail
    noop("Only administrators see and change how mail goes out."),
    noop("Only administrators see the mail deliveries."),
    noop("size must be between 1 and {most}."),
    # numbers
    noop("Only agents may read the analytics."),
    noop("The period has more than {most} of these: ask for longer ones or a shorter period."),
    noop("These are more than {most} numbers: ask for fewer groups or a shorter period."),
    noop("{zone} is not a time zone such as Europe/Berlin."),
    noop("The period lies at the end of the calendar."),
    noop("The period must end after it begins."),
    noop("The period to compare with must begin before the period."),
    noop("Name each field once."),
)
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")
_NAMES = {**words.CHANNELS, **words.PERSON_FIELDS, **words.FIELDS, **words.STATES}


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    named: set[str] = set()
    for place in range(1, len(parts), 2):
        name = parts[place]
        parts[place] = f"(?P={name})" if name in named else f"(?P<{name}>.+?)"
        named.add(name)
    return re.compile("".join(re.escape(part) if place % 2 == 0 else part for place, part in enumerate(parts)), re.S)


_PATTERNS = [(_pattern(template), template) for template in SENTENCES if "{" in template]


def sentence(message: str) -> str:
    """The message in the reader's language; empty where it has no such words."""
    for pattern, template in _PATTERNS:
        if found := pattern.fullmatch(message):
            return gettext(template).format(**{name: _words(value) for name, value in found.groupdict().items()})
    said = gettext(message)
    return said if said != message or language().code == "en" else ""


def told(error: ServiceError) -> str:
    """What happened, at least roughly."""
    return sentence(error.message) or gettext(TITLES.get(error.status, OUR_FAULT))


def _words(value: str) -> str:
    """What the service names by a word of its own, such as a state or several fields, and large numbers."""
    if _THOUSANDS.fullmatch(value):
        return str(format_decimal(int(value.replace(",", "")), locale=language().locale))
    return ", ".join(words.word(_NAMES, name) for name in value.split(", "))
