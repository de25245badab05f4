"""The history of all kinds of records about people, read over Motor from the one log that they share."""

from collections.abc import Mapping, Sequence

from gateway.kit.mongo import Collection, Document
from trackline_core.records import history
from trackline_schemas.filters import matches, to_mongo
from trackline_schemas.records import AnyKind, ChangesQuery


class MotorHistory:
    """`documents` is the name of a kind → the collection of its records."""

    def __init__(self, log: Collection, documents: Mapping[str, Collection]) -> None:
        self._log = log
        self._documents = documents

    async def find(self, query: ChangesQuery, kinds: Sequence[AnyKind]) -> Sequence[Document]:
        wanted = history.to_filter(query, [kind.event_type for kind in kinds])
        # The documents are read before the log. So an event that moves in between is seen twice, but never missed.
        pending = [row for kind in kinds for row in await self._pending(kind) if matches(wanted, row)]
        found = self._log.find(to_mongo(wanted)).sort(history.NEWEST_FIRST).limit(query.size + 1)
        return history.merge_rows(query, [*await found.to_list(None), *pending])

    async def rows(self, ids: Sequence[str]) -> list[Document]:
        return await self._log.find({"_id": {"$in": [*ids]}}).to_list(None) if ids else []

    async def _pending(self, kind: AnyKind) -> list[Document]:
        found = self._documents[kind.name].find(history.PENDING, {"pending": 1})
        return [row async for document in found for row in document["pending"]]
