"""People: accounts, teams, sign-in, and the events about them."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

from pymongo.errors import PyMongoError

from gateway.bus.broker import Broker
from gateway.bus.publisher import Publisher
from gateway.kit.mongo import connect, disconnect
from gateway.kit.settings import Settings
from gateway.people.adapters import keys
from gateway.people.adapters.api_key import MongoApiKeys
from gateway.people.adapters.changes import MongoChanges
from gateway.people.adapters.guesses import ZxcvbnGuesses
from gateway.people.adapters.history import MotorHistory
from gateway.people.adapters.link import MongoLinks
from gateway.people.adapters.lock import Lock
from gateway.people.adapters.marker import MongoMarkers
from gateway.people.adapters.organisation import MongoOrganisation
from gateway.people.adapters.outbox import Outbox
from gateway.people.adapters.password import Argon2Passwords
from gateway.people.adapters.people_import import MongoImports
from gateway.people.adapters.records import records_of
from gateway.people.adapters.replay import Replays
from gateway.people.adapters.security_log import MongoSecurityLog
from gateway.people.adapters.session import MongoSessions
from gateway.people.adapters.store import Store
from gateway.people.adapters.team import MongoTeams
from gateway.people.adapters.throttle import MongoThrottle
from gateway.people.adapters.token import JwtAccessTokens, MongoRefreshTokens
from gateway.people.adapters.user import MongoUsers
from gateway.people.background import Background, Loop, keep_up_to_date
from gateway.people.directory import Directory
from gateway.people.usecases import api_key, link, organisation, people_import_run, team, user
from gateway.people.usecases.ports import Ports

__all__ = ["Background", "Ports", "build"]

KINDS = (team.KIND, user.KIND, organisation.KIND, api_key.KIND)
Outboxes = Mapping[str, Outbox]


def build(settings: Settings, broker: Broker) -> tuple[Ports, Background]:
    """Connects to nothing yet: MongoDB at its first use, RabbitMQ when the broker starts."""
    store, publisher = Store(connect(settings.own_mongodb_url, settings.database)), Publisher()
    broker.add(publisher)
    broker.add(Replays(store.log, publisher))
    outboxes = {kind.name: Outbox(store.records(kind), store.log, publisher, settings) for kind in KINDS}
    passwords, guesses = Argon2Passwords(settings), ZxcvbnGuesses()
    security_log = MongoSecurityLog(store.security_log, settings.security_log_days)
    ports = _ports(settings, store, outboxes, passwords, guesses, publisher, security_log)
    release = partial(_release, passwords, guesses, store)
    return ports, _background(settings, store, outboxes, release, ports, security_log)


def _ports(
    settings: Settings,
    store: Store,
    outboxes: Outboxes,
    passwords: Argon2Passwords,
    guesses: ZxcvbnGuesses,
    publisher: Publisher,
    security_log: MongoSecurityLog,
) -> Ports:
    return Ports(
        directory=Directory(MongoChanges(store.users), MongoChanges(store.teams)),
        records={kind.name: records_of(kind, outboxes[kind.name]) for kind in KINDS},
        history=MotorHistory(store.log, {kind.name: store.records(kind) for kind in KINDS}),
        users=MongoUsers(store.users),
        teams=MongoTeams(store.teams),
        organisation=MongoOrganisation(store.organisation, organisation.KEY),
        api_keys=MongoApiKeys(store.api_keys),
        links=MongoLinks(store.links),
        imports=MongoImports(store.people_imports),
        markers=MongoMarkers(store.markers),
        administrators=Lock(store.markers, "administrators"),
        passwords=passwords,
        guesses=guesses,
        throttle=MongoThrottle(store.sign_in_attempts, settings),
        sessions=MongoSessions(store.sessions, settings),
        access_tokens=JwtAccessTokens(settings),
        refresh_tokens=MongoRefreshTokens(store.refresh_tokens, settings),
        security_log=security_log,
        sender=publisher,
        clock=partial(datetime.now, UTC),
        secret=settings.secret.get_secret_value().encode(),
        portal_url=settings.public_url.rstrip("/"),
        outages=(PyMongoError,),
    )


def _background(
    settings: Settings,
    store: Store,
    outboxes: Outboxes,
    release: Callable[[], None],
    ports: Ports,
    security_log: MongoSecurityLog,
) -> Background:
    prepared = asyncio.Event()
    loops: list[Loop] = [
        *(outbox.run for outbox in outboxes.values()),
        security_log.run,
        partial(keys.keep, store),
        partial(link.serve, ports),
        partial(link.deliver, ports, settings.sweep_seconds),
        partial(people_import_run.run, ports, settings.sweep_seconds),
        partial(keep_up_to_date, ports, store, settings, prepared),
    ]
    return Background(loops, store.ping, release, prepared)


def _release(passwords: Argon2Passwords, guesses: ZxcvbnGuesses, store: Store) -> None:
    passwords.close()
    guesses.close()
    disconnect(store.database)
