"""Recognises a browser in which somebody has signed in before, so that an attack on their account does not stop them.

After each sign-in a browser keeps a cookie with marks, each "<nonce>.<signature>" for one account. A mark lets nobody
in: it only exempts its browser from the brakes that count the failures of strangers (OWASP calls it a device cookie).
"""

import hmac
import secrets
from base64 import urlsafe_b64encode

SEPARATOR = "~"
# A shared computer recognises this many accounts.
MARKS = 4
LONGEST = 500


def recognise(secret: bytes, account: str, cookie: str) -> str | None:
    """Returns the nonce of the account's mark, or None if the cookie has no mark of the account."""
    for mark in cookie[:LONGEST].split(SEPARATOR)[:MARKS]:
        nonce, _, signature = mark.partition(".")
        if nonce and hmac.compare_digest(signature.encode(), _sign(secret, account, nonce).encode()):
            return nonce
    return None


def add_mark(secret: bytes, account: str, cookie: str) -> str:
    """Returns the cookie with the account's mark as the first."""
    nonce = recognise(secret, account, cookie) or secrets.token_urlsafe(12)
    mark = f"{nonce}.{_sign(secret, account, nonce)}"
    others = [one for one in cookie[:LONGEST].split(SEPARATOR) if one and one != mark]
    return SEPARATOR.join([mark, *others][:MARKS])


def _sign(secret: bytes, account: str, nonce: str) -> str:
    signature = hmac.digest(secret, f"device\n{account}\n{nonce}".encode(), "sha256")
    return urlsafe_b64encode(signature).decode().rstrip("=")
