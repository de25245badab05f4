"""Search documents of a desk with years of history, as the knowledge service stores them."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

from pymongo.database import Database

from bench.seed import PLACES, THINGS, TROUBLES, YEARS
from knowledge.adapters.document import MongoDocuments
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
)
from trackline_schemas.filters import TICKET_FIELDS

ARTICLES = 500
BATCH = 1000
STATES = ["closed"] * 40 + ["resolved"] * 6 + ["open", "pending", "on_hold", "new"]
SENTENCES = (
    "It worked yesterday, and nobody changed anything.", "A restart did not help.", "Two colleagues have the same.",
    "It is urgent, since the month ends tomorrow.", "The cable was changed already.", "I can send a picture of it.",
    "The error is shown right after signing in.", "Please call me before noon.", "The old one was replaced last week.",
    "We looked at the log: the certificate has expired.", "The driver was installed anew.", "Please try again now.",
    "The account was locked after too many attempts.", "A part has been ordered; it comes tomorrow.",
)  # fmt: skip


class Library:
    def __init__(self, teams: Sequence[str], seed: int = 2026) -> None:
        self._teams = teams
        self._dice = random.Random(seed)
        self._now = datetime.now(UTC).replace(microsecond=0)

    def documents(self, tickets: int) -> Iterator[Document]:
        yield from (self._article(number) for number in range(ARTICLES))
        yield from (self._ticket(number) for number in range(tickets))

    def _ticket(self, number: int) -> Document:
        ticket_id = str(UUID(int=self._dice.getrandbits(128)))
        created = self._now - YEARS * self._dice.random()
        fields = dict.fromkeys(TICKET_FIELDS) | {
            "id": ticket_id,
            "number": f"INC-{number + 1_000_000}",
            "kind": "incident",
            "title": self._title(),
            "resolution": self._text(1) if self._dice.random() < 0.8 else None,
            "state": self._dice.choice(STATES),
            "team_id": self._dice.choice(self._teams),
            "requester_id": f"requester-{self._dice.randrange(2000)}",
            "channel": self._dice.choice(("portal", "mail", "phone")),
            "tags": [],
            "impact": self._dice.choice((1, 2, 3)),
            "priority": self._dice.choice((1, 2, 3, 4, 4, 5)),
            "version": 4,
            "created_at": created,
            "updated_at": created + timedelta(hours=self._dice.random() * 100),
        }
        document = with_ticket(unknown(ticket_key(ticket_id)), TicketChange(ticket_id, 1, fields, body=self._text(4)))
        for sequence, where in enumerate(self._dice.choices(("public", "public", "internal"), k=3), 2):
            said = Comment(sequence, self._text(2), "internal" if where == "internal" else "public")
            document = with_ticket(document, TicketChange(ticket_id, sequence, fields, comment=said))
        return next_revision(unknown(document["_id"]), document, self._now)

    def _article(self, number: int) -> Document:
        article_id = str(UUID(int=self._dice.getrandbits(128)))
        fields = {
            "id": article_id, "number": f"KB-{number + 10_000}", "version": 1, "title": f"What to do: {self._title()}",
            "body": self._text(20), "state": "published", "visibility": "public", "team_id": None, "category_id": None,
            "tags": ["how-to"], "language": "en", "owner_id": "agent", "created_at": self._now, "updated_at": self._now,
        }  # fmt: skip
        key = article_key(article_id)
        return next_revision(unknown(key), with_article(unknown(key), 1, fields), self._now)

    def _title(self) -> str:
        thing, trouble, place = (self._dice.choice(words) for words in (THINGS, TROUBLES, PLACES))
        return f"The {thing} in {place} {trouble}"

    def _text(self, sentences: int) -> str:
        """Returns a text with an error number, so that there are as many different words as in real texts."""
        chosen = self._dice.choices(SENTENCES, k=sentences)
        return f"{self._title()}. {' '.join(chosen)} Error {self._dice.randrange(1 << 20):x}."


def fill(database: Database[Document], teams: Sequence[str], tickets: int) -> None:
    """Stores the documents without marking them for the indexer. MongoDB's own text index is built afterwards."""
    store, documents = MongoDocuments(database), Library(teams).documents(tickets)
    database["search_documents"].drop_index("text")
    while batch := [{**one} for one in islice(documents, BATCH)]:
        for one in batch:
            del one["dirty_at"]
        store.save(batch)
    store.prepare()
