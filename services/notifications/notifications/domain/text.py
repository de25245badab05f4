import re

from trackline_schemas.characters import without_hidden

_BREAKS = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029]+")


def one_line(text: str) -> str:
    """Replaces line breaks and tabs by blanks, and removes hidden characters, so that a title cannot add a mail
    header. All other characters stay, also blanks that do not break."""
    return without_hidden(" ".join(filter(None, map(str.strip, _BREAKS.split(text)))))
