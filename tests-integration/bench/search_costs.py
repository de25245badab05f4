"""Measures the index of BENCH_TICKETS tickets without the rest of the system: its size, how fast it is filled, and how
long searches take, one at a time."""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from statistics import quantiles
from uuid import uuid4

from elasticsearch import Elasticsearch
from harness.truth import Truth

from bench import data
from bench.desk import DATABASE
from bench.search import MISSPELT, SENTENCES, WORDS
from knowledge.adapters.elastic.index import ElasticWriter
from knowledge.adapters.elastic.search import ElasticSearch
from knowledge.domain.document import Document
from knowledge.usecases.query import IndexQuery, Scope
from trackline_schemas.access import NOTHING
from trackline_schemas.filters import And

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "10"))
BATCH = 1000
EVERYTHING = And(all=[])
READERS = (Scope("ticket", EVERYTHING, EVERYTHING), Scope("article", EVERYTHING, NOTHING))
ARTICLES = (Scope("article", EVERYTHING, NOTHING),)
FRONT = ("rpinter jams", "acount lokced", "rcetificate expired", "acletndar sync")


def main() -> None:
    alias = f"costs-{uuid4().hex[:8]}-search"
    with (
        data.measured() as desk,
        Elasticsearch(str(desk.system.backends.elasticsearch_url), request_timeout=60) as client,
        closing(Truth(desk.system, DATABASE)) as truth,
    ):
        documents = truth.database("knowledge")["search_documents"].find()
        writer, index = ElasticWriter(client, alias), ElasticSearch(client, alias)
        writer.create("one")
        began = time.monotonic()
        for batch in _batches(documents):
            writer.send(batch, "next")
        seconds = time.monotonic() - began
        writer.swap("one")
        client.indices.forcemerge(index=alias, max_num_segments=1)
        size = client.indices.stats(index=alias, metric="store")["_all"]["total"]["store"]["size_in_bytes"]
        _say(f"{data.TICKETS:,} tickets: {size / 1e6:.0f} MB, filled at {data.TICKETS / seconds:.0f} documents/s")
        for name, asked in {"words": WORDS, "misspelt": MISSPELT, "misspelt in front": FRONT}.items():
            _say(_times(name, index, [IndexQuery(q, READERS, 20) for q in asked]))
        _say(_times("suggestions", index, [IndexQuery(q, ARTICLES, 5, wanted="some") for q in SENTENCES]))
        writer.remove("one")


def _batches(documents: Iterator[Document]) -> Iterator[list[Document]]:
    while batch := list(islice(documents, BATCH)):
        yield batch


def _times(name: str, index: ElasticSearch, queries: Sequence[IndexQuery]) -> str:
    taken = []
    for query in list(queries) * (ROUNDS + 1):
        began = time.perf_counter()
        index.search(query)
        taken.append((time.perf_counter() - began) * 1000)
    # The first round is left out, since it fills caches.
    parts = quantiles(taken[len(queries) :], n=100)
    return f"{name:18} p50 {parts[49]:.0f} ms  p95 {parts[94]:.0f} ms"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
