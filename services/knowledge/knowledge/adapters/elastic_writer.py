"""Filling the Elasticsearch index.

Writes go through an alias that the index has from its creation: with require_alias a lost index is an error, never a
new one with guessed fields. Searches go through another alias, which it gets once it holds everything.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch
from elasticsearch.helpers import streaming_bulk

from knowledge.adapters.elastic_mapping import MAPPINGS, SETTINGS, source
from knowledge.adapters.elastic_search import translated
from knowledge.domain.document import Document
from knowledge.usecases.ports import IndexMissing, IndexState, Sent

CHUNK_BYTES = 5_000_000
CONFLICT = 409
NOT_FOUND = 404
REFUSED = 400
_MISSING = "index_not_found_exception"


class ElasticWriter:
    def __init__(self, client: Elasticsearch, alias: str) -> None:
        self._client = client
        self._alias = alias
        self._written = f"{alias}-write"
        self._index = f"{alias}-1"

    def send(self, documents: Iterable[Document]) -> Sent:
        taken: dict[str, int] = {}
        refused: dict[str, tuple[int, str]] = {}
        revs: dict[str, int] = {}
        with translated():
            for key, result in self._results(documents, revs):
                status, error = result["status"], result.get("error")
                if error and _MISSING in str(error):
                    raise IndexMissing(str(error))
                if not error or status in (CONFLICT, NOT_FOUND):
                    taken[key] = revs[key]
                elif status == REFUSED:
                    refused[key] = revs[key], str(error)[:500]
        return Sent(taken, refused)

    def _results(self, documents: Iterable[Document], revs: dict[str, int]) -> Iterator[tuple[str, Any]]:
        actions = (_action(document, revs) for document in documents)
        results = streaming_bulk(
            self._client,
            actions,
            index=self._written,
            require_alias=True,
            chunk_size=500,
            max_chunk_bytes=CHUNK_BYTES,
            raise_on_error=False,
        )
        for _, result in results:
            done = next(iter(result.values()))
            yield done["_id"], done

    def state(self) -> IndexState:
        with translated():
            if not self._client.indices.exists_alias(name=self._written):
                return "missing"
            return "ready" if self._client.indices.exists_alias(name=self._alias) else "filling"

    def create(self) -> None:
        with translated():
            try:
                self._client.indices.create(
                    index=self._index, settings=SETTINGS, mappings=MAPPINGS, aliases={self._written: {}}
                )
            except BadRequestError as error:
                # Another replica was first.
                if error.error != "resource_already_exists_exception":
                    raise

    def publish(self) -> None:
        with translated():
            self._client.indices.put_alias(index=self._index, name=self._alias)


def _action(document: Document, revs: dict[str, int]) -> dict[str, Any]:
    """The highest `rev` wins in the index, whatever the order of arrival. A stub is a deletion."""
    key = document["_id"]
    revs[key] = document["rev"]
    versioned = {"_id": key, "version": document["rev"], "version_type": "external"}
    if "type" not in document:
        return versioned | {"_op_type": "delete"}
    return versioned | {"_op_type": "index", "_source": source(document)}
