"""Finds where a signature begins at the end of what somebody wrote."""

import re
from collections.abc import Sequence

from gateway.mail_reading.folding.lines import Line
from gateway.mail_reading.folding.words import CLOSING, NOTICE, SECRET, SENT_FROM, THIS_MAIL

# A longer rest is no signature, whatever it begins with.
MOST_LINES = 25
# characters of a line that are looked at
LONGEST = 1000
# lines behind a name that are worth folding
_LEAST = 2
_I = re.IGNORECASE
_DELIMITER = re.compile(r"(?:--|__|—|––)$")
_EXCUSE = r"(?:, (?:please|excuse|sorry|pardon)\b.{0,80})?"
_SENT_FROM = re.compile(rf"\W{{0,3}}{SENT_FROM}(?!\w)[^,;!?<]{{0,80}}{_EXCUSE}(?:[<(][^>)]{{0,500}}[>)])?$", _I)
_NOTICE = re.compile(rf"\W{{0,3}}{NOTICE}\W*$|\W{{0,3}}{THIS_MAIL}.{{0,500}}{SECRET}", _I)
_BARS = re.compile(r"[—–_]{2,}$|[-=*]{15,}$")
_CLOSING = re.compile(rf"{CLOSING}[\s,.!–-]*$", _I)
_CONTACT = re.compile(r"@[\w-]+\.\w|https?://|www\.|(?:\+|\(0|\b0)\d?[\d ()./-]{6,}\d", _I)
_POSTSCRIPT = re.compile(r"p\.? ?s\.?\b|n\.?b\.?\b", _I)


def begin_of_signature(lines: Sequence[Line]) -> int:
    """Returns the place in these lines of one writer, or their number if there is none."""
    first = _begin_of_end(lines)
    return first + _begin(lines[first:])


def _begin_of_end(lines: Sequence[Line]) -> int:
    """Returns from where a signature could fill the rest."""
    left = MOST_LINES + 1
    for place in reversed(range(len(lines))):
        left -= not lines[place].blank
        if not left:
            return place
    return 0


def _begin(lines: Sequence[Line]) -> int:
    places = (_delimited(lines), _behind_rule(lines), _behind_closing(lines), _notice(lines))
    begin = min(places)
    return _sent_from(lines[:begin])


def _delimited(lines: Sequence[Line]) -> int:
    return next((place for place, line in enumerate(lines) if _DELIMITER.match(line.text)), len(lines))


def _behind_rule(lines: Sequence[Line]) -> int:
    """Mailing lists and companies put their footers behind a line."""
    places = (place for place, line in enumerate(lines) if _BARS.match(line.text))
    return next((place for place in places if _is_contact(lines[place + 1 :])), len(lines))


def _notice(lines: Sequence[Line]) -> int:
    return next((place for place, line in enumerate(lines) if _NOTICE.match(line.text[:LONGEST])), len(lines))


def _behind_closing(lines: Sequence[Line]) -> int:
    """“Best regards” and the name stay visible, and what follows is folded if it has addresses or numbers."""
    places = (place for place in reversed(range(len(lines))) if _CLOSING.match(lines[place].text))
    begin = next((_behind_name(lines, place + 1) for place in places), len(lines))
    rest = [line for line in lines[begin:] if not line.blank]
    return begin if len(rest) >= _LEAST and _is_contact(lines[begin:]) else len(lines)


def _behind_name(lines: Sequence[Line], at: int) -> int:
    while at < len(lines) and lines[at].blank:
        at += 1
    return min(at + 1, len(lines))


def _sent_from(lines: Sequence[Line]) -> int:
    """It is the last line, but for blank ones."""
    end = len(lines)
    for place in reversed(range(len(lines))):
        if lines[place].blank:
            continue
        if not _SENT_FROM.match(lines[place].text):
            break
        end = place
    return end


def sent_from(lines: Sequence[Line]) -> list[int]:
    """Returns the places of lines that a telephone wrote and that are paragraphs of their own."""
    return [
        place
        for place, line in enumerate(lines)
        if _SENT_FROM.match(line.text[:LONGEST])
        and (place == 0 or lines[place - 1].blank)
        and (place + 1 == len(lines) or lines[place + 1].blank)
    ]


def _is_contact(lines: Sequence[Line]) -> bool:
    found = any(_CONTACT.search(line.text[:LONGEST]) for line in lines)
    return found and not any(_POSTSCRIPT.match(line.text) for line in lines)
