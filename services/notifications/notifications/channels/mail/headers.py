"""Writes the headers of mails with words of people.

The email package of Python must not fold these: in all releases up to 3.13.0 it loses blanks between encoded words, and
the quotes around a long name, so that one recipient becomes two. Its older class Header encodes a text correctly.
"""

import re
from email.header import Header
from textwrap import wrap

# RFC 5322 recommends lines of at most 78 characters, and RFC 2047 at most 76 with an encoded word.
LINE = 78
# ASCII words with single blanks between them can be folded at any blank. No line may have more than 998 characters.
_PLAIN = re.compile(r"[!-~]{1,900}(?: [!-~]{1,900})*")
# A name of these characters needs no quotes.
_ATOMS = re.compile(r"[\w!#$%&'*+/=?^`{|}~ -]+", re.ASCII)


def text_header(name: str, text: str) -> str:
    """Returns the header in lines of ASCII. `text` has no line breaks."""
    return _fold(f"{name}: ", text) if _is_plain(text) else _encode(name, text)


def mailbox_header(name: str, person: str, address: str) -> str:
    """Returns a header that names one mailbox. `person` is the name that people see, and `address` is ASCII."""
    if not person:
        return f"{name}: {address}"
    if _is_plain(person) and not {'"', "\\"} & set(person):
        shown = person if _ATOMS.fullmatch(person) else f'"{person}"'
        return _fold(f"{name}: ", f"{shown} <{address}>")
    encoded = _encode(name, person)
    last = encoded.rpartition("\n")[2]
    return f"{encoded} <{address}>" if len(last) + len(address) + 3 <= LINE else f"{encoded}\r\n <{address}>"


def _is_plain(text: str) -> bool:
    # A reader would decode what looks like an encoded word.
    return _PLAIN.fullmatch(text) is not None and "=?" not in text


def _fold(beginning: str, text: str) -> str:
    lines = wrap(text, LINE - 1, initial_indent=beginning, break_long_words=False, break_on_hyphens=False)
    return "\r\n ".join(lines)


def _encode(name: str, text: str) -> str:
    encoded = Header(text, "utf-8", maxlinelen=75, header_name=name).encode(linesep="\r\n")
    return f"{name}: {encoded}"
