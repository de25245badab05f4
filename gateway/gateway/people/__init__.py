"""People: accounts, teams, sign-in, and the events about them."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from pymongo.errors import PyMongoError

from gateway.bus.broker import Broker
from gateway.bus.publisher import Publisher
from gateway.kit.mongo import connect, disconnect
from gateway.kit.settings import Settings
from gateway.people.adapters.api_key import MongoApiKeys
from gateway.people.adapters.changes import MongoChanges
from gateway.people.adapters.link import MongoLinks
from gateway.people.adapters.lock import Lock
from gateway.people.adapters.organisation import MongoOrganisation
from gateway.people.adapters.outbox import Outbox
from gateway.people.adapters.password import Argon2Passwords
from gateway.people.adapters.people_import import MongoImports
from gateway.people.adapters.records import records_of
from gateway.people.adapters.replay import Replays
from gateway.people.adapters.session import MongoSessions
from gateway.people.adapters.store import Store
from gateway.people.adapters.team import MongoTeams
from gateway.people.adapters.throttle import MongoThrottle
from gateway.people.adapters.token import JwtAccessTokens, MongoRefreshTokens
from gateway.people.adapters.user import MongoUsers
from gateway.people.directory import Directory
from gateway.people.usecases.administrator import make_first_administrator
from gateway.people.usecases.api_key import ApiKeys
from gateway.people.usecases.link import Links
from gateway.people.usecases.organisation import KEY, Organisations
from gateway.people.usecases.organisation import KIND as ORGANISATION
from gateway.people.usecases.people_import import Imports
from gateway.people.usecases.sign_in import SignIn
from gateway.people.usecases.team import KIND as TEAM
from gateway.people.usecases.team import Teams
from gateway.people.usecases.user import KIND as USER
from gateway.people.usecases.user import Users
from trackline_core.records.aio import AsyncRecords
from trackline_core.records.history import merge_pages
from trackline_schemas.paging import Page
from trackline_schemas.records import ChangesQuery, RecordChange

__all__ = ["People"]

_log = structlog.get_logger(__name__)

FIRST_LOAD = 3.0
RESTART_PAUSE = 1.0


class People:
    """Starts and works without MongoDB and RabbitMQ, as far as that goes: each comes when it comes."""

    def __init__(self, settings: Settings, broker: Broker) -> None:
        self._settings = settings
        self.store = store = Store(connect(settings.own_mongodb_url, settings.database))
        publisher = Publisher()
        broker.add(publisher)
        broker.add(Replays(store.log, publisher))
        user_outbox = Outbox(store.users, store.log, publisher, settings)
        team_outbox = Outbox(store.teams, store.log, publisher, settings)
        organisation_outbox = Outbox(store.organisation, store.log, publisher, settings)
        self._passwords = Argon2Passwords(settings)
        throttle = MongoThrottle(store.sign_in_attempts, settings)
        sessions, refresh = MongoSessions(store.sessions, settings), MongoRefreshTokens(store.refresh_tokens)
        users = self._users = MongoUsers(store.users)
        self.directory = directory = Directory(MongoChanges(store.users), MongoChanges(store.teams))
        self.api_keys = ApiKeys(MongoApiKeys(store.api_keys))
        self.sign_in = SignIn(
            users,
            directory,
            self._passwords,
            throttle,
            sessions,
            JwtAccessTokens(settings),
            refresh,
            self.api_keys,
        )
        self.organisation = Organisations(
            records_of(ORGANISATION, organisation_outbox), MongoOrganisation(store.organisation, KEY)
        )
        self.links = links = Links(MongoLinks(store.links), users, publisher, settings)
        self.users = Users(
            users,
            records_of(USER, user_outbox),
            Lock(store.markers, "administrators"),
            directory,
            self._passwords,
            throttle,
            sessions,
            refresh,
            links,
            self.organisation,
            settings.secret.get_secret_value().encode(),
        )
        self.imports = Imports(MongoImports(store.people_imports), users, self.users, directory, settings.sweep_seconds)
        self.teams = Teams(records_of(TEAM, team_outbox), MongoTeams(store.teams), directory)
        self._loops: list[Callable[[], Awaitable[None]]] = [
            user_outbox.run,
            team_outbox.run,
            organisation_outbox.run,
            links.run,
            self.imports.run,
            self._follow,
        ]
        self._tasks: list[asyncio.Task[None]] = []
        self._prepared = asyncio.Event()

    async def start(self) -> None:
        """Waits a moment for the directory, no longer."""
        self._tasks = [asyncio.create_task(_forever(loop)) for loop in self._loops]
        try:
            await asyncio.wait_for(self._prepared.wait(), FIRST_LOAD)
        except TimeoutError:
            _log.warning("accounts not read yet")

    async def changes(self, query: ChangesQuery) -> Page[RecordChange]:
        """Of the records that the gateway keeps itself; newest first."""
        asked = [kept for kept in self._records() if query.kinds is None or kept.kind.name in query.kinds]
        return merge_pages([Page(items=await kept.history(query)) for kept in asked], query.size)

    def _records(self) -> list[AsyncRecords]:
        return [self.teams.records, self.users.records, self.organisation.records]

    async def ping(self) -> None:
        """Raises while MongoDB does not answer or nobody could sign in yet."""
        await self.store.database.command("ping")
        if not self._prepared.is_set():
            raise ConnectionError("the accounts are not read yet")

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._passwords.close()
        disconnect(self.store.database)

    async def _follow(self) -> None:
        if not self._prepared.is_set():
            await self.store.create_indexes()
            await self.directory.refresh()
            await self.organisation.refresh()
            await make_first_administrator(self._users, self.users, self._settings)
            self._prepared.set()
        while True:
            await asyncio.sleep(self._settings.directory_seconds)
            await self.directory.refresh()
            await self.organisation.refresh()


async def _forever(loop: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await loop()
        except PyMongoError as error:
            _log.warning("people wait for MongoDB", error=str(error))
        except Exception:
            _log.exception("a loop of people failed and starts again")
        await asyncio.sleep(RESTART_PAUSE)
