"""Which operations have been done, and how often, by the stores of the services."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
from harness.truth import Document, Truth

from storm.ledger import PREFIX, Ledger, Operation

_MARK = re.compile(rf"{PREFIX}\d+")


def count_done(truth: Truth, ledger: Ledger, url: str) -> Counter[str]:
    """Returns mark → how often it was done. `url` is that of a gateway."""
    done = Counter(mark for row in truth.log() for mark in _marks(_of_event(row["data"])))
    done.update(mark for text in _articles(truth) for mark in _marks(text))
    done.update(mark for name in _uploads(truth) for mark in _marks(name))
    by_kind: Mapping[str, Callable[[Operation], bool]] = {
        "mark as read": _reader(truth),
        "sign-in": lambda one: _still_signed_in(one, url),
    }
    done.update(one.mark for one in ledger.operations if one.kind in by_kind and by_kind[one.kind](one))
    return done


def _marks(text: str) -> set[str]:
    return set(_MARK.findall(text))


def _of_event(data: Document) -> str:
    """Returns the text that the operation of this event has written."""
    if "title" in data["changes"]:
        return str(data["ticket"]["title"])
    tags = data["changes"].get("tags", [None, []])[1]
    return json.dumps([tags, (data["comment"] or {}).get("text")])


def _articles(truth: Truth) -> Iterator[str]:
    for name in ("articles", "article_versions"):
        yield from (row["body"] for row in truth.database("knowledge")[name].find({}, {"body": 1}))


def _uploads(truth: Truth) -> Iterator[str]:
    yield from (row["name"] for row in truth.database("gateway").uploads.find({"complete": True}))


def _reader(truth: Truth) -> Callable[[Operation], bool]:
    read = {one["_id"] for one in truth.inbox() if one["read"]}
    return lambda operation: set(operation.subjects) <= read


def _still_signed_in(operation: Operation, url: str) -> bool:
    """The refresh token of a sign-in works once. Nobody knows those of a sign-in without an answer."""
    token: Any = operation.answer.get("refresh_token")
    form = {"grant_type": "refresh_token", "refresh_token": token}
    return bool(token) and httpx.post(f"{url}/api/v1/auth/token", data=form, timeout=30).is_success
