"""Measures how well searches find real tickets, with Elasticsearch and without, on the servers of `with-servers`.

Takes the texts of ../shared/data/helpdesk_tickets.csv, or of the file that is named as its argument. docs/search.md has
the results and says what each line means. QUALITY_SAMPLE says how many tickets are asked for.
"""

import os
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from elasticsearch import Elasticsearch
from harness.helpdesk import FILE, rows
from pymongo import MongoClient

from knowledge.adapters.document import MongoDocuments
from knowledge.adapters.elastic.index import ElasticWriter
from knowledge.adapters.elastic.search import ElasticSearch
from knowledge.adapters.search import MongoSearch
from knowledge.domain.document import Document, TicketChange, next_revision, ticket_key, unknown, with_ticket
from knowledge.usecases.ports import SearchIndex
from knowledge.usecases.query import IndexQuery, Scope
from trackline_schemas.access import NOTHING
from trackline_schemas.filters import TICKET_FIELDS, And

SAMPLE = int(os.environ.get("QUALITY_SAMPLE", "300"))
EVERYTHING = (Scope("ticket", And(all=[]), NOTHING),)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
WORD = re.compile(r"[a-z]{4,}")


@dataclass(frozen=True)
class Text:
    id: str
    title: str
    body: str
    category: str


Ask = Callable[[Text], str]


def main() -> None:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    if not file.exists():
        sys.exit(f"error: {file} is not there. Name a file of tickets as the argument.")
    texts = [
        Text(f"t{number}", row["title"] or " ".join(row["body"].split()[:8]), row["body"], row["category"])
        for number, row in enumerate(rows(file))
    ]
    _say(f"{len(texts):,} texts, {SAMPLE} of them asked for")
    documents = [document_of(text) for text in texts]
    with elastic(documents) as index:
        report("with Elasticsearch", index, texts)
    with mongo(documents) as index:
        report("without Elasticsearch", index, texts)


def document_of(text: Text) -> Document:
    fields = dict.fromkeys(TICKET_FIELDS) | {
        "id": text.id, "number": f"INC-{1000 + int(text.id[1:])}", "title": text.title, "resolution": None, "tags": [],
        "state": "open", "team_id": "desk", "requester_id": "alice", "category_id": text.category, "priority": 3,
        "created_at": NOW, "updated_at": NOW,
    }  # fmt: skip
    known = unknown(ticket_key(text.id))
    return next_revision(known, with_ticket(known, TicketChange(text.id, 1, fields, body=text.body)), NOW)


@contextmanager
def elastic(documents: Sequence[Document]) -> Iterator[SearchIndex]:
    alias = f"quality-{uuid4().hex[:8]}-search"
    with Elasticsearch(os.environ["TRACKLINE_TEST_ELASTICSEARCH_URL"], request_timeout=60) as client:
        writer = ElasticWriter(client, alias)
        writer.create("one")
        writer.send(documents, "next")
        writer.swap("one")
        yield ElasticSearch(client, alias)
        writer.remove("one")


@contextmanager
def mongo(documents: Sequence[Document]) -> Iterator[SearchIndex]:
    with MongoClient[dict[str, Any]](os.environ["TRACKLINE_TEST_MONGODB_URL"], tz_aware=True) as client:
        database = client[f"quality_{uuid4().hex[:8]}"]
        store = MongoDocuments(database)
        store.prepare()
        store.save(documents)
        yield MongoSearch(database)
        client.drop_database(database.name)


def report(name: str, index: SearchIndex, texts: Sequence[Text]) -> None:
    frequent = Counter(word for text in texts for word in set(WORD.findall(f"{text.title} {text.body}")))
    titles = Counter(text.title for text in texts)
    dice = random.Random(11)
    unique = dice.sample([text for text in texts if titles[text.title] == 1], SAMPLE)
    wordy = dice.sample([text for text in texts if len(rare_words(text, frequent)) == 4], SAMPLE)

    def rare(text: Text) -> str:
        return " ".join(rare_words(text, frequent))

    _say(f"{name:24} top 1  top 3 top 10    MRR")
    _say(line("titles", index, unique, lambda text: text.title))
    _say(line("four rare words", index, wordy, rare))
    _say(line("… swapped inside", index, wordy, lambda text: swapped(rare(text), 2)))
    _say(line("… swapped at the front", index, wordy, lambda text: swapped(rare(text), 0)))
    _say(f"{'category of the first five':26} {agreement(index, unique, texts):.3f}")


def rare_words(text: Text, frequent: Counter[str]) -> list[str]:
    """Returns the four rarest words of the text that another text has too."""
    known = {word for word in WORD.findall(f"{text.title} {text.body}") if frequent[word] > 1}
    return sorted(sorted(known), key=frequent.__getitem__)[:4]


def swapped(query: str, at: int) -> str:
    """Swaps two letters of each word, beginning at its end if the word is short."""
    return " ".join(word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :] for word in query.split())


def line(name: str, index: SearchIndex, sample: Sequence[Text], ask: Ask) -> str:
    ranks = [rank(index, ask(text), text.id) for text in sample]
    shares = [sum(rank <= most for rank in ranks) / len(ranks) for most in (1, 3, 10)]
    mean = sum(1 / rank for rank in ranks if rank <= 10) / len(ranks)
    return f"{name:24} " + "".join(f"{value:6.3f} " for value in (*shares, mean))


def rank(index: SearchIndex, q: str, wanted: str) -> int:
    found = [hit.id for hit in index.search(IndexQuery(q, EVERYTHING, 20)).items]
    return found.index(wanted) + 1 if wanted in found else 1000


def agreement(index: SearchIndex, sample: Sequence[Text], texts: Sequence[Text]) -> float:
    """Returns how many of the five best other hits for a title are of the category of its ticket. A missing hit agrees
    with nothing."""
    categories = {text.id: text.category for text in texts}
    agreed = 0
    for text in sample:
        others = [hit.id for hit in index.search(IndexQuery(text.title, EVERYTHING, 20)).items if hit.id != text.id]
        agreed += sum(categories[other] == text.category for other in others[:5])
    return agreed / (5 * len(sample))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
