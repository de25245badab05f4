"""Finds the lines with which a program introduces the mail that is answered or forwarded."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from gateway.mail_reading.folding.lines import Line, following
from gateway.mail_reading.folding.words import BEGINNING, FORWARDED, LABELS, ORIGINAL, WEEKDAYS, WROTE
from gateway.mail_reading.mail import Fold

# A longer line is a sentence of somebody.
LONGEST = 400
# Programs break such a line into so many.
MOST_LINES = 4
_I = re.IGNORECASE
# In some scripts no space is before it.
_SAID = rf"(?:(?<!\w){WROTE}(?!\w)|写道|寫道|님이|のメール|書きました|さん)"
_WROTE = re.compile(_SAID, _I)
_BEGINS = re.compile(rf"[\W_]{{0,6}}(?:(?:{BEGINNING}|{WEEKDAYS})(?!\w)|[0-9]|在|于)", _I)
_DATE = re.compile(r"\d{1,2} ?[:.h時시点时] ?\d{2}(?!\d)|(?:19|20)\d{2}(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_ADDRESS = re.compile(r"[\w.+-]@[\w-]")
_DAY = re.compile(r"(?:19|20)\d{2}(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_WROTE_AT_END = re.compile(rf"{_SAID}\s?[-–:]*$", _I)
# a name with an address in front of “wrote”
_WRITER = re.compile(rf"@[^<>\[\]()\s]{{1,200}}[>\])].{{0,80}}?{_SAID}", _I)
_COLON = re.compile(r"[:：][\s*>]*$")
_ADDRESS_AT_END = re.compile(r"[<\[(][^<>\[\]()\s]{1,200}@[^<>\[\]()]{1,200}[>\])][\s*]*[:：][\s*>]*$")
_LABEL = re.compile(
    r"[*_|\s]*(?:" + "|".join(f"(?P<{role}>{words})" for role, words in LABELS.items()) + r")"
    r"[*_]*\s?[:：]",
    _I,
)
_SEPARATOR = re.compile(
    rf"(?P<dashes>[-_=*#\s>]*)(?:(?P<forward>{FORWARDED})|{ORIGINAL})"
    r"(?:\s(?:from|von|de|(?P<program>processed by))\s.{0,80})?"
    r"(?P<end>[-_=*#:\s]*)$",
    _I,
)
_RULE = re.compile(r"[-_=*–—]{5,}$")


class Opening(NamedTuple):
    """The lines from `begin` to `end`, which introduce what follows."""

    begin: int
    end: int
    fold: Fold


def find(lines: Sequence[Line], at: int) -> Opening | None:
    """Returns what begins at this line."""
    if lines[at].blank or lines[at].depth or len(lines[at].text) > LONGEST:
        return None
    return _separator(lines, at) or _header_block(lines, at) or _sentence(lines, at)


def _separator(lines: Sequence[Line], at: int) -> Opening | None:
    """Finds “----- Original message -----”, with the header block behind it."""
    match = _SEPARATOR.match(lines[at].text)
    if not match:
        return None
    block = next((found for found in _blocks(lines, at + 1) if found), None)
    alone = len(match["dashes"].strip()) < 2 and ":" not in match["end"] and not match["program"]
    if not block and alone:
        return None
    return Opening(at, block.end if block else at + 1, Fold.FORWARD if match["forward"] else Fold.QUOTE)


def _blocks(lines: Sequence[Line], at: int) -> Iterator[Opening | None]:
    for place in range(at, min(at + 4, len(lines))):
        if not lines[place].blank:
            yield _header_block(lines, place, separated=True)


def _header_block(lines: Sequence[Line], at: int, *, separated: bool = False) -> Opening | None:
    """Finds “From: … Sent: … To: … Subject: …”, in any order and language."""
    roles, end = set[str](), at
    for place in range(at, min(at + 24, len(lines))):
        role = _role(lines[place])
        if role:
            roles.add(role)
            end = place + 1
        elif place == at or place - end > 2:
            break
    # Somebody who asks for a train also writes from where, to where, and on which date.
    subject = "subject" in roles and len(roles) >= 3
    surely = subject or (len(roles) >= 2 and (separated or _names_mail(lines[at:end]) or _is_ruled(lines, at)))
    return Opening(at, end, Fold.QUOTE) if surely and "sender" in roles else None


# The same lines are looked at for each line before them.
@lru_cache(maxsize=100)
def _role(line: Line) -> str | None:
    match = _LABEL.match(line.text) if len(line.text) <= 4 * LONGEST else None
    return match.lastgroup if match else None


def _names_mail(lines: Sequence[Line]) -> bool:
    return any(_ADDRESS.search(line.text) and _role(line) == "sender" for line in lines)


def _is_ruled(lines: Sequence[Line], at: int) -> bool:
    before = [line for line in lines[max(0, at - 3) : at] if not line.blank]
    return lines[at].ruled or bool(before and is_rule(before[-1]))


def is_rule(line: Line) -> bool:
    return _RULE.match(line.text) is not None


def _sentence(lines: Sequence[Line], at: int) -> Opening | None:
    """Finds “On 3 May 2024 at 10:00, Ann <ann@example.org> wrote:”, which may be broken into several lines."""
    text = ""
    begins = _BEGINS.match(lines[at].text) is not None
    for end in range(at + 1, min(at + MOST_LINES, len(lines)) + 1):
        line = lines[end - 1]
        text = f"{text} {line.text}".strip()
        if line.blank or line.depth or len(text) > LONGEST or (end > at + 1 and not begins):
            return None
        if _introduces(text, begins, is_quoted(lines, end)):
            return _latest(lines, at, end)
    return None


def is_quoted(lines: Sequence[Line], at: int) -> bool:
    line = following(lines, at)
    return line is not None and line.depth > 0


def _introduces(text: str, begins: bool, quoted: bool) -> bool:
    wrote, date = _WROTE.search(text) is not None, _DATE.search(text) is not None
    address = _ADDRESS.search(text) is not None
    if not _COLON.search(text):
        alone = begins and date and address and _WROTE_AT_END.search(text) is not None
        return alone or (quoted and wrote and (date or address))
    if quoted:
        return wrote or address or (begins and date)
    if wrote:
        return (begins and (date or address) and _names_writer(text)) or (date and _WRITER.search(text) is not None)
    return (begins or _DAY.search(text[:40]) is not None) and date and _ADDRESS_AT_END.search(text) is not None


def _names_writer(text: str) -> bool:
    """Behind “wrote” there is nothing more, or a name. In “I wrote the following:” somebody goes on."""
    behind = text[[match.end() for match in _WROTE.finditer(text)][-1] :].strip(" :：-–>*")
    return "@" in behind or not behind[:1].islower()


def _latest(lines: Sequence[Line], at: int, end: int) -> Opening:
    """A line of the writer's own that happens to begin with “On” stays visible."""
    for begin in range(end - 1, at, -1):
        if _BEGINS.match(lines[begin].text):
            text = " ".join(line.text for line in lines[begin:end])
            if _introduces(text, True, is_quoted(lines, end)) and _DAY.search(text):
                return Opening(begin, end, Fold.QUOTE)
    return Opening(at, end, Fold.QUOTE)
