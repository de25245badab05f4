"""Characters that show nothing. Uses only the standard library, because the services' domains import it."""

import re
import unicodedata

# These hidden characters change what people read, and cannot make one text look like another of a different order: the
# joiners of Persian, of Indian scripts and of emoji, the marks for the direction of a sign, and Arabic signs that
# enclose the digits behind them.
_MEANINGFUL = frozenset(
    "\u200c\u200d\u200e\u200f\u061c\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
# The flags of England, Scotland and Wales have letters that show nothing elsewhere.
_FLAG = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f)")


def without_hidden(text: str) -> str:
    """Returns the text without control characters and format characters, such as those that reverse the direction of
    writing. Line breaks go too. Characters that Python does not know yet, such as new emoji, stay."""
    if text.isprintable():
        return text
    parts = _FLAG.split(text)
    return "".join(part if place % 2 else _drop_hidden(part) for place, part in enumerate(parts))


def _drop_hidden(text: str) -> str:
    return "".join(mark for mark in text if mark in _MEANINGFUL or unicodedata.category(mark) not in ("Cc", "Cf", "Cs"))
