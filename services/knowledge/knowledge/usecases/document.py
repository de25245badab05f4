"""Keeps the search documents: one for each ticket, from events, and for each article, from its store."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import reduce
from typing import Any

from knowledge.domain.article import Article
from knowledge.domain.document import (
    Document,
    Said,
    TicketChange,
    article_key,
    ticket_key,
    touched,
    unknown,
    with_article,
    with_ticket,
    without_ticket,
)
from knowledge.usecases.markdown import plain
from knowledge.usecases.ports import ArticleStore, Projection, Stop, Teams
from trackline_schemas.events import (
    REPLAY_FINISHED,
    TEAM_CHANGED,
    TICKET_CREATED,
    TICKET_PURGED,
    Event,
    ReplayFinished,
    TeamChanged,
    TicketEvent,
)
from trackline_schemas.filters import TICKET_FIELDS

ATTEMPTS = 20
ARTICLES_AT_ONCE = 100
ARTICLE_PAUSE = 0.2
Fold = Callable[[Document], Document]


class Projector:
    def __init__(
        self, projection: Projection, articles: ArticleStore, teams: Teams, now: Callable[[], datetime]
    ) -> None:
        self._projection = projection
        self._articles = articles
        self._teams = teams
        self._now = now

    def consume(self, events: Sequence[Event]) -> None:
        """What has been applied before changes nothing, and the order does not matter."""
        self._fold([_ticket_fold(event) for event in events if event.type.startswith("ticket.")])
        for event in events:
            if event.type == TEAM_CHANGED:
                team = TeamChanged.model_validate(event.data)
                self._teams.changed(team.id, event.sequence, team.confidential)
            elif event.type == REPLAY_FINISHED and _of_all_tickets(event):
                self._projection.dirty_stubs(self._now())

    def project_articles(self) -> int:
        """Projects articles that were saved since, and says how many. Before it has, a crash leaves them waiting."""
        waiting = self._articles.pending(ARTICLES_AT_ONCE)
        self._fold([_article_fold(article) for article in waiting])
        for article in waiting:
            self._articles.projected(article)
        return len(waiting)

    def run(self, stop: Stop) -> None:
        while not stop.wait(ARTICLE_PAUSE):
            while self.project_articles() == ARTICLES_AT_ONCE and not stop.is_set():
                pass

    def _fold(self, folds: Sequence[tuple[str, Fold]]) -> None:
        for _ in range(ATTEMPTS):
            keys = {key for key, _ in folds}
            before = {key: unknown(key) for key in keys} | self._projection.load(keys)
            after = {key: _folded(before[key], key, folds) for key in keys}
            now = self._now()
            changed = [touched(before[key], after[key], now) for key in keys if after[key] != before[key]]
            if not changed or self._projection.save(changed):
                return
        raise RuntimeError("Search documents were changed by others at each attempt to save them")


def _folded(document: Document, key: str, folds: Sequence[tuple[str, Fold]]) -> Document:
    return reduce(lambda known, fold: fold(known), (fold for own, fold in folds if own == key), document)


def _ticket_fold(event: Event) -> tuple[str, Fold]:
    if event.type == TICKET_PURGED:
        return ticket_key(event.subject), lambda known: without_ticket(known, event.sequence)
    change = _change(event)
    return ticket_key(change.ticket_id), lambda known: with_ticket(known, change)


def _article_fold(article: Article) -> tuple[str, Fold]:
    fields: dict[str, Any] = {**article.values, "body": plain(article.body)}
    return article_key(article.id), lambda known: with_article(known, article.version, fields)


def _change(event: Event) -> TicketChange:
    told = TicketEvent.model_validate(event.data)
    snapshot = told.ticket.model_dump(include={*TICKET_FIELDS, "title", "resolution"})
    change = TicketChange(told.ticket.id, event.sequence, snapshot)
    comment = told.comment
    if comment is None or comment.text is None:
        return change
    if event.type == TICKET_CREATED and comment.visibility == "public":
        return TicketChange(told.ticket.id, event.sequence, snapshot, body=comment.text)
    said = Said(event.sequence, comment.text, comment.visibility)
    return TicketChange(told.ticket.id, event.sequence, snapshot, said=said)


def _of_all_tickets(event: Event) -> bool:
    finished = ReplayFinished.model_validate(event.data)
    return finished.of == "tickets" and finished.only is None
