"""Characters that show nothing: who uses them alone shows an empty name, and who adds them to a name makes a second one
that looks the same.

Sources: UAX #44 (Default_Ignorable_Code_Point), UTS #39, UTS #51 (emoji), UAX #9 (writing directions), RFC 5892
appendix A (joiners).
"""

import re
import unicodedata
from functools import partial

from trackline_schemas.text.normal_form import compose

# The property Default_Ignorable_Code_Point.
IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Letters and symbols by their category, which every font leaves blank, and the place of an object that is not there.
_BLANK = "\u2800\ufffc\U0001d159\U00013441\U00013442"
_NO_CHARACTERS = "\ud800-\udfff\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_SHOWN = re.compile(rf"[^\s\x00-\x1f\x7f-\x9f\ufff9-\ufffb{IGNORABLE}{_BLANK}{_NO_CHARACTERS}]")
# The flags of England, Scotland and Wales are written with characters that are invisible elsewhere.
_FLAG = "\U0001f3f4[\U000e0020-\U000e007e]{1,6}\U000e007f"
_SUSPECT = re.compile(rf"(?P<flag>{_FLAG})|[{IGNORABLE}\x80-\x84\x86-\x9f\ufff9-\ufffb{_NO_CHARACTERS}]")
_LINE_ENDS = re.compile("[\x85\u2028\u2029]")
_OVERRIDES = str.maketrans("", "", "\u202d\u202e")

# clean_line leaves them where they mean something: the two joiners, and the letters of the flags.
JOINERS = frozenset("\u200c\u200d") | set(map(chr, range(0xE0020, 0xE0080)))
_MARKS_OF_DIRECTION = "\u200e\u200f\u061c"
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
# Scripts whose letters change their form at a joiner, or whose words a blank of no width separates: those of South and
# Southeast Asia, Arabic and its neighbours, Mongolian.
_SHAPED = re.compile(
    "[\u0600-\u061b\u061d-\u109f\u1700-\u17b3\u17b6-\u180a\u1810-\u18af\ua840-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff]"
)
# What emoji are made of, as a pattern: a joiner may follow each.
PICTURE = "[\u00a9\u00ae\u203c\u2049\u2100-\u27bf\u2900-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001fbff]"
_PICTURE = re.compile(PICTURE)
# Characters with variants: pictures, ideographs, Myanmar letters.
_VARIED = re.compile(
    rf"{PICTURE}|[\u1000-\u109f\u2e80-\u2fff\u3001-\u3163\u3165-\ud7ff\uf900-\ufaff\U00020000-\U0003fffd]"
)


def shows_something(text: str) -> bool:
    """Returns whether a reader sees anything of the text. A mark without a letter, such as an accent, is nothing."""
    found = _SHOWN.search(text)
    while found and unicodedata.category(found[0])[0] == "M":
        found = _SHOWN.search(text, found.end())
    return found is not None


def clean_line(text: str) -> str:
    """Returns a name, a title, a tag or another text of one line, composed and without the characters that show nothing
    and mean nothing there. Joiners stay between letters that they shape and in emoji; marks of the writing direction
    stay in texts from right to left. Whatever could turn the rest of the line round goes."""
    if text.isascii():
        return text
    text = compose(text)
    keep = partial(_keep, right_to_left=_RIGHT_TO_LEFT.search(text) is not None)
    # A mark joins its letter once nothing is between them.
    return compose(_SUSPECT.sub(keep, _LINE_ENDS.sub(" ", text)).strip())


def clean_prose(text: str) -> str:
    """Returns a text of any length without the two characters that reverse what follows, such as the address of a link.
    Everything else in it is its writer's business."""
    return compose(text.translate(_OVERRIDES)) if "\u202d" in text or "\u202e" in text else text


def _keep(found: re.Match[str], right_to_left: bool) -> str:
    meant = found["flag"] or (right_to_left if found[0] in _MARKS_OF_DIRECTION else _is_meant(found))
    return found[0] if meant else ""


def _is_meant(found: re.Match[str]) -> bool:
    text, char, start = found.string, found[0], found.start()
    before, after = text[start - 1 : start], text[start + 1 : start + 2]
    if char in "\u200b\u200c\u200d" and _SHAPED.match(before) and _SHAPED.match(after):
        return True
    if char == "\u200d":
        joined = text[start - 2 : start - 1] if before == "\ufe0f" else before
        return bool(_PICTURE.match(joined) and _PICTURE.match(after))
    if "\u180b" <= char <= "\u180f":
        return "\u1800" <= before <= "\u180a" or "\u1810" <= before <= "\u18af"
    if char == "\ufe0f" and after == "\u20e3":
        return before != "" and before in "0123456789#*"
    return ("\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef") and bool(_VARIED.match(before))
