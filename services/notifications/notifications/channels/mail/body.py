"""Writes the body of a mail: the same words as plain text and as HTML, from which the reader's program chooses.

Python's email package needs two milliseconds for it, which is more than everything else that a mail costs.
"""

import re
from binascii import b2a_qp

# In quoted-printable text, = stands before two digits or at the end of a line only, so no part can hold this line.
_BOUNDARY = "=_trackline"
_HEADERS = f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{_BOUNDARY}"\r\n\r\n'
# binascii makes a line with a blank at its end up to two characters too long.
_TOO_LONG = re.compile(rb"^(.{74,75})(=20|=09)$", re.MULTILINE)
_END = f"--{_BOUNDARY}--\r\n"


def alternatives(text: str, html: str) -> bytes:
    """Returns the headers of the body and the body, in ASCII and in lines of at most 76 characters."""
    return f"{_HEADERS}{_part('plain', text)}{_part('html', html)}{_END}".encode("ascii")


def _part(subtype: str, text: str) -> str:
    encoded = b2a_qp(b"\n".join(text.encode().splitlines()), istext=True)
    lines = _TOO_LONG.sub(rb"\1=\n\2", encoded).decode("ascii").replace("\n", "\r\n")
    kind = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable'
    return f"--{_BOUNDARY}\r\n{kind}\r\n\r\n{lines}\r\n"
