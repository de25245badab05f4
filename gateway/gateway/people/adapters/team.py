"""Teams in MongoDB."""

from gateway.kit.mongo import Collection, Document
from gateway.people.adapters.paging import page_by_name
from trackline_schemas.paging import Page


class MongoTeams:
    def __init__(self, teams: Collection) -> None:
        self._teams = teams

    async def page(self, size: int, after: str | None) -> Page[Document]:
        return await page_by_name(self._teams, [], size, after)
