"""Keeps the search documents up to date. Tickets arrive as events, and articles come from their own store."""

from collections.abc import Callable, Sequence
from functools import reduce
from threading import Event as Stop
from typing import Any

from knowledge.domain.article import Article
from knowledge.domain.document import (
    Comment,
    Document,
    TicketChange,
    article_key,
    next_revision,
    ticket_key,
    unknown,
    with_article,
    with_ticket,
    without_ticket,
)
from knowledge.usecases.ports import Ports
from trackline_schemas.events import TICKET_CREATED, TICKET_PURGED, Event, TicketEvent
from trackline_schemas.ticket.fields import TICKET

# The fields of a ticket that filters or the search use.
_PROJECTED = {name for name, field in TICKET.items() if field.filter_type or field.searchable}
ATTEMPTS = 20
ARTICLES_AT_ONCE = 100
ARTICLE_PAUSE = 0.2
Fold = Callable[[Document], Document]


def fold_tickets(ports: Ports, events: Sequence[Event]) -> None:
    """Folds ticket events into their documents. An event that was folded before changes nothing, and the order does not
    matter."""
    _fold(ports, [_ticket_fold(event) for event in events])


def fold_articles(ports: Ports) -> int:
    """Folds the articles whose search document is out of date, and returns their number. They stay marked if the
    process crashes."""
    waiting = ports.articles.pending(ARTICLES_AT_ONCE)
    if waiting:
        _fold(ports, [_article_fold(ports, article) for article in waiting])
    for article in waiting:
        ports.articles.mark_projected(article)
    return len(waiting)


def run(ports: Ports, stop: Stop) -> None:
    """Folds articles as they are saved, on every replica."""
    while not stop.wait(ARTICLE_PAUSE):
        while fold_articles(ports) == ARTICLES_AT_ONCE and not stop.is_set():
            pass


def _fold(ports: Ports, folds: Sequence[tuple[str, Fold]]) -> None:
    for _ in range(ATTEMPTS):
        keys = {key for key, _ in folds}
        before = {key: unknown(key) for key in keys} | ports.documents.load(keys)
        after = {key: _fold_document(before[key], key, folds) for key in keys}
        now = ports.clock()
        changed = [next_revision(before[key], after[key], now) for key in keys if after[key] != before[key]]
        if not changed or ports.documents.save(changed):
            return
    raise RuntimeError("Other writers changed the search documents at each attempt to save them")


def _fold_document(document: Document, key: str, folds: Sequence[tuple[str, Fold]]) -> Document:
    return reduce(lambda known, fold: fold(known), (fold for own, fold in folds if own == key), document)


def _ticket_fold(event: Event) -> tuple[str, Fold]:
    if event.type == TICKET_PURGED:
        return ticket_key(event.subject), lambda known: without_ticket(known, event.sequence)
    change = _change(event)
    return ticket_key(change.ticket_id), lambda known: with_ticket(known, change)


def _article_fold(ports: Ports, article: Article) -> tuple[str, Fold]:
    fields: dict[str, Any] = {**article.values, "body": ports.plain_text(article.body)}
    return article_key(article.id), lambda known: with_article(known, article.version, fields)


def _change(event: Event) -> TicketChange:
    data = TicketEvent.model_validate(event.data)
    snapshot = data.ticket.model_dump(include=_PROJECTED)
    change = TicketChange(data.ticket.id, event.sequence, snapshot)
    comment = data.comment
    if comment is None or comment.text is None:
        return change
    if event.type == TICKET_CREATED and comment.visibility == "public":
        return TicketChange(data.ticket.id, event.sequence, snapshot, body=comment.text)
    kept = Comment(event.sequence, comment.text, comment.visibility)
    return TicketChange(data.ticket.id, event.sequence, snapshot, comment=kept)
