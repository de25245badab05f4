"""Fills a new installation with teams, categories and articles. All texts are in files beside this one."""

import asyncio
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import structlog
from pymongo.errors import PyMongoError

from gateway.bus.rpc import Rpc
from gateway.clients.writes import articles, records
from gateway.kit.mongo import Document
from gateway.kit.system_context import system_context
from gateway.kit.tasks import end
from gateway.people.adapters.store import Store
from gateway.people.models import CreateTeam, UpdateUser, UserView
from gateway.people.usecases.team import Teams
from gateway.people.usecases.user import Users
from trackline_schemas.articles import CreateArticle
from trackline_schemas.categories import CreateCategory
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.records.kinds.category import KIND as CATEGORY
from trackline_schemas.viewer import Viewer

_log = structlog.get_logger(__name__)

MARKER = "starter pack"
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 10.0
NOT_YET = frozenset({"unavailable", "outcome_unknown", "timeout", "internal"})
Ids = Mapping[str, str]


class Starter:
    """Each part is a command with a fixed id, so that two gateways, or a second attempt, create it once. A marker says
    that everything was created, so that nothing comes back that an administrator deletes or renames afterwards."""

    def __init__(self, store: Store, teams: Teams, users: Users, rpc: Rpc) -> None:
        self._store = store
        self._teams = teams
        self._users = users
        self._rpc = rpc
        self._pack = tomllib.loads(_text("pack.toml"))
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Starts to fill a new installation in the background."""
        self._task = asyncio.create_task(self.run())

    async def close(self) -> None:
        await end(self._task)

    async def run(self) -> None:
        """Tries until everything has been created."""
        pause = FIRST_PAUSE
        while not await self._try():
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _try(self) -> bool:
        try:
            if await self._store.markers.find_one({"_id": MARKER}):
                return True
            return await self._fill()
        except PyMongoError as error:
            _log.warning("could not reach MongoDB; the starter pack is retried", error=str(error))
        except ServiceError as error:
            if error.code not in NOT_YET:
                _log.error("gave up the starter pack", code=error.code, reason=error.message)
                return True
            _log.info("could not reach a service; the starter pack is retried", code=error.code, reason=error.message)
        return False

    async def _fill(self) -> bool:
        """Creates everything in the name of the first administrator. Returns False if there is none yet."""
        order = [("created_at", 1), ("_id", 1)]
        administrator = await self._store.users.find_one({"admin": True, "active": True}, sort=order)
        if administrator is None:
            return False
        team_ids = await self._make_teams()
        leader = await self._add_to_teams(administrator, team_ids)
        viewer = Viewer(id=leader.id, admin=True, teams=leader.teams)
        category_ids = await self._make_categories(viewer, team_ids)
        await self._make_articles(viewer, category_ids)
        done = {"$set": {"done_at": datetime.now(UTC)}}
        await self._store.markers.update_one({"_id": MARKER}, done, upsert=True)
        _log.info("the starter pack is complete")
        return True

    async def _make_teams(self) -> Ids:
        ids = {}
        for name in self._pack["teams"]:
            made = await self._teams.create(_context("team", name), CreateTeam(name=name))
            ids[name] = made.id
        return ids

    async def _add_to_teams(self, administrator: Document, team_ids: Ids) -> UserView:
        teams = {**administrator["teams"], **dict.fromkeys(team_ids.values(), "manage")}
        change = UpdateUser.model_validate({"teams": teams})
        return await self._users.update(_context("lead"), administrator["_id"], change, None)

    async def _make_categories(self, viewer: Viewer, team_ids: Ids) -> Ids:
        ids = {}
        for name, team in self._pack["categories"].items():
            command = CreateCategory(name=name, team_id=team_ids[team])
            made = await records.create(self._rpc, _context("category", name, viewer=viewer), CATEGORY, command)
            ids[name] = made.id
        return ids

    async def _make_articles(self, viewer: Viewer, category_ids: Ids) -> None:
        for article in self._pack["articles"]:
            await articles.create(
                self._rpc, _context("article", article["file"], viewer=viewer), _article(article, category_ids)
            )


def _article(article: dict[str, Any], category_ids: Ids) -> CreateArticle:
    return CreateArticle(
        title=article["title"],
        body=_text(article["file"]),
        state="published",
        visibility="public",
        category_id=category_ids[article["category"]],
        tags=article["tags"],
    )


def _context(*what: str, viewer: Viewer | None = None) -> CallContext:
    return system_context("starter pack", *what, **({"viewer": viewer} if viewer else {}))


def _text(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")
