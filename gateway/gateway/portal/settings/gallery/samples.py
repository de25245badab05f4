"""What the gallery shows in its parts: short, long and right-to-left words, and the things that macros read."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gateway.portal.kit import assets, words
from trackline_schemas.ticket.views import Attachment, Comment

NAME, SHORT_NAME = "Maria Lindqvist", "Jo"
LONG_NAME = "Maximiliane Freifrau von Hohenstein-Wittelsbach"
RTL_NAME = "ليلى حداد"
SHORT = "Scanner sends blank pages"
LONG = (
    "Slow file server in the morning: between 8 and 9 opening a drawing takes a minute, and after that"
    " Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft does not open at all"
)
RTL = "الطابعة في الطابق الثاني لا تطبع منذ INC-1042"
LONG_FILE = "Protocol of the meeting about the migration of all file servers, final version 3 (2).docx"
MARKDOWN = """Please **restart** the computer, *then* open [the portal](https://example.org/portal).

## What to check

1. Is the cable `LAN-4` in its socket?
2. Does the lamp blink?

- Pages are white
- Copies are fine

> It did that last year, too.

| Message | Meaning |
|---|---|
| Need password | The stored one is old. |

    ping printer.example.org -c 3 --with-an-option-that-makes-this-line-longer-than-any-phone-is-wide
"""
NOW = datetime.now(UTC)
TIMES = [NOW - timedelta(**ago) for ago in ({"seconds": 20}, {"minutes": 5}, {"hours": 7}, {"days": 3}, {"days": 400})]
# The address of a file begins with that of its ticket. From this number it leads to a picture that everybody has.
PICTURED = f"../../..{assets.url('kit/static/mark.svg')}?"
PICTURE = Attachment(id="picture", name="Screenshot.png", type="image/png", size=48_213)
DOCUMENT = Attachment(id="document", name="printer.log", type="text/plain", size=1_204)
LONG_DOCUMENT = Attachment(id="long", name=LONG_FILE, type="application/octet-stream", size=48_204_113)
RTL_DOCUMENT = Attachment(id="rtl", name="تقرير.pdf", type="application/pdf", size=90_000)
HIT = [{"text": "The ", "hit": False}, {"text": "printer", "hit": True}, {"text": " on floor 2", "hit": False}]
CHOICES = [("a", "Network"), ("b", LONG), ("c", RTL)]
ZONES = [("Europe", [("Europe/Berlin", "Berlin"), ("Europe/London", "London")])]
MISTAKE = "Please fill this in."
MISTAKES = dict.fromkeys(("wrong", "wrong_choice", "mistaken"), MISTAKE)
COUNTS = (None, 0, 1, 42, 9_999)


@dataclass(frozen=True)
class Ticket:
    """What macros read of a ticket."""

    state: str
    requester_id: str
    assignee_id: str | None
    state_since: datetime = TIMES[2]


@dataclass(frozen=True)
class Compose:
    """What macros read of a text that was refused."""

    text: str
    message: str


REFUSED = Compose(LONG, "This ticket takes no more replies, because it is closed.")


def tickets(person_id: str) -> list[Ticket]:
    """Returns a ticket in each state that this person asked for and works on."""
    return [Ticket(state, person_id, person_id) for state in words.STATES]


def comment(person_id: str) -> Comment:
    return Comment(id="c1", text=SHORT, visibility="public", author_id=person_id, role="agent", time=TIMES[1])
