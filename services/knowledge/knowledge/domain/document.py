"""The search document of one article or ticket. Events may be folded into it in any order and more than once.

{_id: "ticket:<id>", rev, sequence, type, <the fields to filter by>, title, body, resolution, keywords (the values of
fields that are searched as words, such as an article's tags), public: [{sequence, text}], internal: […]}. The fields
are those of the event with this `sequence`, or of the article version with this number. A document without `type` is a
stub: `awaited` while the events of the ticket are being replayed, or `purged` if the ticket is gone for ever, so that
late events change nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from knowledge.domain.text import shorten, words
from trackline_schemas.article_fields import ARTICLE
from trackline_schemas.fields import searchable_keywords
from trackline_schemas.text.invisible import clean_line
from trackline_schemas.ticket.fields import TICKET

Document = dict[str, Any]

TICKET_KEYWORDS, ARTICLE_KEYWORDS = searchable_keywords(TICKET), searchable_keywords(ARTICLE)
MAX_COMMENT = 4_000
MAX_COMMENTS = 100
MAX_BODY = 16_000
MAX_ARTICLE = 400_000


@dataclass(frozen=True)
class Comment:
    """A comment. A document keeps the latest 100 of each kind, and 4,000 bytes of each."""

    sequence: int
    text: str
    where: Literal["public", "internal"]


@dataclass(frozen=True)
class TicketChange:
    """The content of one event: the fields as of `sequence`, the description (only in the first event), a comment."""

    ticket_id: str
    sequence: int
    fields: Mapping[str, Any]
    body: str | None = None
    comment: Comment | None = None


def ticket_key(ticket_id: str) -> str:
    return f"ticket:{ticket_id}"


def article_key(article_id: str) -> str:
    return f"article:{article_id}"


def unknown(key: str) -> Document:
    return {"_id": key, "rev": 0, "sequence": 0}


def with_ticket(known: Document, change: TicketChange) -> Document:
    """Returns a document equal to `known` if the change brings nothing new."""
    if known.get("purged"):
        return known
    after = {"public": [], "internal": [], **known}
    after.pop("awaited", None)
    if change.sequence > known["sequence"]:
        resolution = shorten(change.fields.get("resolution") or "", MAX_COMMENT)
        after |= dict(change.fields) | {"resolution": resolution, "keywords": _keywords(change.fields, TICKET_KEYWORDS)}
        after |= _title_fields("ticket", change.sequence, change.fields)
    if change.body is not None:
        after["body"] = shorten(change.body, MAX_BODY)
    if change.comment is not None:
        after[change.comment.where] = _add_comment(after[change.comment.where], change.comment)
    return after


def without_ticket(known: Document, sequence: int) -> Document:
    """Returns the stub of a ticket that the event of this sequence has purged."""
    return {"_id": known["_id"], "rev": known["rev"], "sequence": sequence, "purged": True}


def with_article(known: Document, version: int, fields: Mapping[str, Any]) -> Document:
    if version <= known["sequence"]:
        return known
    body = shorten(fields["body"], MAX_ARTICLE)
    own = {"body": body, "keywords": _keywords(fields, ARTICLE_KEYWORDS)}
    return known | dict(fields) | own | _title_fields("article", version, fields)


def next_revision(before: Document, after: Document, now: datetime) -> Document:
    """Returns `after` as the successor of `before`. It waits since the first change that the index has not seen."""
    return after | {"rev": before["rev"] + 1, "dirty_at": before.get("dirty_at", now)}


def texts(document: Document) -> list[str]:
    """Returns the texts, except the title, by which everybody who may read the document can find it. Those that an
    earlier release kept may have another form."""
    said = [part["text"] for part in document.get("public", [])]
    parts = [document.get("body"), document.get("resolution"), *reversed(said)]
    return [clean_line(part) for part in parts if part]


def notes(document: Document) -> list[str]:
    """Returns the texts by which only staff can find the document."""
    return [clean_line(part["text"]) for part in reversed(document.get("internal", []))]


def keywords(document: Mapping[str, Any]) -> list[str]:
    """Returns the values of the fields that are searched as words. The tags of a ticket are not among them."""
    return _keywords(document, ARTICLE_KEYWORDS if document["type"] == "article" else TICKET_KEYWORDS)


def _keywords(values: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    found = (values.get(name) or () for name in names)
    return [word for value in found for word in ([value] if isinstance(value, str) else value)]


def _title_fields(type_: str, sequence: int, fields: Mapping[str, Any]) -> Document:
    title = shorten(fields["title"], MAX_COMMENT)
    return {
        "type": type_,
        "sequence": sequence,
        "title": title,
        "title_words": sorted(set(words(title))),
        "digits": fields["number"].rpartition("-")[2],
    }


def _add_comment(parts: list[Document], comment: Comment) -> list[Document]:
    if any(part["sequence"] == comment.sequence for part in parts):
        return parts
    part = {"sequence": comment.sequence, "text": shorten(comment.text, MAX_COMMENT)}
    return sorted([*parts, part], key=lambda known: int(known["sequence"]))[-MAX_COMMENTS:]
