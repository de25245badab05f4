"""What a new installation starts with: teams, categories and articles. All texts are files in this folder."""

import asyncio
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import structlog
from pymongo.errors import PyMongoError

from gateway.bus.rpc import Rpc
from gateway.clients.writes import articles, records
from gateway.kit.system_context import system_context
from gateway.kit.tasks import end
from gateway.people.models import CreateTeam, UpdateUser, UserView
from gateway.people.usecases import administrator, team, user
from gateway.people.usecases.ports import Ports
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
    """Every part is a command with an identity of its own, so two gateways or a second attempt create it once. The
    marker says that everything was done: whatever an administrator removes or renames afterwards stays so."""

    def __init__(self, people: Ports, rpc: Rpc) -> None:
        self._people = people
        self._rpc = rpc
        self._pack = tomllib.loads(_text("pack.toml"))
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Starts to fill a new installation in the background."""
        self._task = asyncio.create_task(self.run())

    async def close(self) -> None:
        await end(self._task)

    async def run(self) -> None:
        """Tries again until everything is there."""
        pause = FIRST_PAUSE
        while not await self._try():
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _try(self) -> bool:
        try:
            if await self._people.markers.is_set(MARKER):
                return True
            return await self._fill()
        except PyMongoError as error:
            _log.warning("could not reach MongoDB for the starter pack; trying again", error=str(error))
        except ServiceError as error:
            if error.code not in NOT_YET:
                _log.error("could not complete the starter pack", code=error.code, reason=error.message)
                return True
            _log.info("a service is not ready for the starter pack yet", code=error.code, reason=error.message)
        return False

    async def _fill(self) -> bool:
        """Returns False as long as there is no administrator who could be the author."""
        first = await administrator.find_first(self._people)
        if first is None:
            return False
        team_ids = await self._make_teams()
        leader = await self._lead(first, team_ids)
        viewer = Viewer(id=leader.id, admin=True, teams=leader.teams)
        category_ids = await self._make_categories(viewer, team_ids)
        await self._make_articles(viewer, category_ids)
        await self._people.markers.set(MARKER, self._people.clock())
        _log.info("completed the starter pack")
        return True

    async def _make_teams(self) -> Ids:
        ids = {}
        for name in self._pack["teams"]:
            made = await team.create(self._people, CreateTeam(name=name), _context("team", name))
            ids[name] = made.id
        return ids

    async def _lead(self, first: UserView, team_ids: Ids) -> UserView:
        """Makes the administrator the manager of all teams."""
        command = UpdateUser.model_validate({"teams": {**first.teams, **dict.fromkeys(team_ids.values(), "manage")}})
        return await user.update(self._people, first.id, command, None, _context("lead"))

    async def _make_categories(self, viewer: Viewer, team_ids: Ids) -> Ids:
        ids = {}
        for name, team_name in self._pack["categories"].items():
            command = CreateCategory(name=name, team_id=team_ids[team_name])
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
