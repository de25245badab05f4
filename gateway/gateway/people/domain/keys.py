"""What is stored beside an account so that its addresses can be compared and people can find it."""

from collections.abc import Iterable
from typing import Any

from trackline_schemas.text.keys import address_key, search_text


def account_keys(name: str, emails: Iterable[str]) -> dict[str, Any]:
    """Returns the members `email_keys`, each of which only one account has, and `search`, in which queries for people
    are found."""
    keys = list(dict.fromkeys(map(address_key, emails)))
    return {"email_keys": keys, "search": search_text(name, *keys)}
