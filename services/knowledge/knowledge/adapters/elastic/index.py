"""Fills the Elasticsearch indices, and reads the versions of their documents.

All access goes through aliases: <alias> for the current index and <alias>-next for the one that is being filled. With
require_alias, writing to a lost index is an error and never creates a new index with guessed fields.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch
from elasticsearch.helpers import streaming_bulk

from knowledge.adapters.elastic.dsl import Clause
from knowledge.adapters.elastic.mapping import FIELDS, REFRESH, mappings, settings, source
from knowledge.adapters.elastic.search import translate_errors
from knowledge.domain.document import Document
from knowledge.usecases.ports import IndexMissing, Indices, Sent, Target
from trackline_schemas.fields import Field, filter_types

CHUNK_BYTES = 5_000_000
CONFLICT = 409
NOT_FOUND = 404
REFUSED = 400
_MISSING = "index_not_found_exception"


class ElasticWriter:
    def __init__(self, client: Elasticsearch, alias: str, fields: Mapping[str, Field] = FIELDS) -> None:
        self._client = client
        self._fields = fields
        self._filtered = tuple(filter_types(fields))
        self._extended: set[str] = set()
        self._alias: dict[Target, str] = {"current": alias, "next": f"{alias}-next"}
        self._prefix = f"{alias}-"

    def indices(self) -> Indices:
        with translate_errors():
            found = self._client.indices.get_alias(name=f"{self._alias['current']}*")
        named = {alias: index for index, own in found.items() for alias in own["aliases"]}
        return Indices(**{target: self._short(named.get(alias)) for target, alias in self._alias.items()})

    def _short(self, index: str | None) -> str | None:
        return index and index.removeprefix(self._prefix)

    def send(self, documents: Iterable[Document], to: Target) -> Sent:
        taken: dict[str, int] = {}
        refused: dict[str, tuple[int, str]] = {}
        revs: dict[str, int] = {}
        with translate_errors():
            for key, result in self._results(documents, revs, self._alias[to]):
                status, error = result["status"], result.get("error")
                if error and _MISSING in str(error):
                    raise IndexMissing(str(error))
                if not error or status in (CONFLICT, NOT_FOUND):
                    taken[key] = revs[key]
                elif status == REFUSED:
                    refused[key] = revs[key], str(error)[:500]
        return Sent(taken, refused)

    def _results(self, documents: Iterable[Document], revs: dict[str, int], alias: str) -> Iterator[tuple[str, Any]]:
        actions = (self._action(document, revs) for document in documents)
        results = streaming_bulk(
            self._client,
            actions,
            index=alias,
            require_alias=True,
            chunk_size=500,
            max_chunk_bytes=CHUNK_BYTES,
            raise_on_error=False,
        )
        for _, result in results:
            done = next(iter(result.values()))
            yield done["_id"], done

    def _action(self, document: Document, revs: dict[str, int]) -> dict[str, Any]:
        """The highest `rev` wins in the index, in whatever order the documents arrive. A stub deletes its document."""
        key = document["_id"]
        revs[key] = document["rev"]
        versioned = {"_id": key, "version": document["rev"], "version_type": "external"}
        if "type" not in document:
            return versioned | {"_op_type": "delete"}
        return versioned | {"_op_type": "index", "_source": source(document, self._filtered)}

    def create(self, name: str) -> None:
        index, alias = self._prefix + name, self._alias["next"]
        # Nobody searches the index before it is full. Until then refreshing it would be wasted work.
        unrefreshed = settings() | {"refresh_interval": "-1"}
        with translate_errors():
            try:
                self._client.indices.create(index=index, settings=unrefreshed, mappings=mappings(self._fields))
            except BadRequestError as error:
                # Another replica has created it already.
                if error.error != "resource_already_exists_exception":
                    raise
            self._client.indices.update_aliases(actions=[self._nowhere(alias), _add(index, alias)])

    def extend(self, name: str) -> bool:
        if name in self._extended:
            return True
        index, properties = self._prefix + name, mappings(self._fields)["properties"]
        with translate_errors():
            try:
                self._client.indices.put_mapping(index=index, properties=properties)
            except BadRequestError:
                # A field has another type or another analyzer there.
                return False
        self._extended.add(name)
        return True

    def swap(self, name: str) -> None:
        index, current = self._prefix + name, self._alias["current"]
        with translate_errors():
            self._client.indices.put_settings(index=index, settings={"refresh_interval": REFRESH})
            self._client.indices.refresh(index=index)
            nowhere = [self._nowhere(alias) for alias in self._alias.values()]
            self._client.indices.update_aliases(actions=[*nowhere, _add(index, current)])
            # The second refresh makes the documents searchable that both indices took since the first one.
            self._client.indices.refresh(index=index)

    def _nowhere(self, alias: str) -> dict[str, Any]:
        return {"remove": {"index": f"{self._prefix}*", "alias": alias, "must_exist": False}}

    def remove(self, name: str) -> None:
        with translate_errors():
            self._client.indices.delete(index=self._prefix + name, ignore_unavailable=True)

    def versions(self, after: str, limit: int) -> Mapping[str, int]:
        keyed = self._versions({"range": {"key": {"gt": after}}}, limit, sort="key")
        if len(keyed) == limit:
            return keyed
        return keyed | self._versions({"bool": {"must_not": {"exists": {"field": "key"}}}}, limit - len(keyed))

    def _versions(self, query: Clause, limit: int, sort: str | None = None) -> dict[str, int]:
        with translate_errors():
            found = self._client.search(
                index=self._alias["current"],
                query=query,
                sort=sort,
                size=limit,
                version=True,
                source=False,
                track_total_hits=False,
                allow_partial_search_results=False,
            )
        return {row["_id"]: row["_version"] for row in found["hits"]["hits"]}

    def versions_of(self, keys: Iterable[str]) -> Mapping[str, int]:
        with translate_errors():
            found = self._client.mget(index=self._alias["current"], ids=list(keys), source=False)
        return {row["_id"]: row["_version"] for row in found["docs"] if row.get("found")}


def _add(index: str, alias: str) -> dict[str, Any]:
    return {"add": {"index": index, "alias": alias}}
