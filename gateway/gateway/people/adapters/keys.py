"""Brings the keys of stored accounts and teams up to date: an earlier release computed others, or none."""

import asyncio
from datetime import UTC, datetime, timedelta

import structlog
from pymongo.errors import DuplicateKeyError

from gateway.kit.mongo import Collection, Document
from gateway.people.adapters.store import Store
from gateway.people.domain.keys import account_keys
from trackline_schemas.text.keys import name_key

_log = structlog.get_logger(__name__)
PAUSE = timedelta(minutes=1)
_READ = dict.fromkeys(("version", "name", "emails", "name_key", "email_keys", "search"), 1)


async def keep(store: Store) -> None:
    """Renews them forever: during an update, gateways of the release before go on writing."""
    while True:
        await asyncio.sleep(PAUSE.total_seconds())
        await renew(store, datetime.now(UTC) - 2 * PAUSE)


async def renew(store: Store, since: datetime) -> None:
    """Renews the keys of accounts and teams that were changed at `since` or later. Repeats are harmless."""
    changed = {"changed_at": {"$gte": since}}
    async for user in store.users.find(changed, _READ):
        own = {"name_key": name_key(user["name"]), **account_keys(user["name"], user["emails"])}
        if not await _put(store.users, user, own):
            # Both accounts were there before, so both stay. Each is found by its address as it was typed then.
            distinct = [f"{key} {user['_id']}" for key in own["email_keys"]]
            await _put(store.users, user, own | {"email_keys": distinct})
    async for team in store.teams.find(changed, _READ):
        if not await _put(store.teams, team, {"name_key": name_key(team["name"])}):
            _log.warning("two teams have names that look the same: rename one", team=team["name"])


async def _put(documents: Collection, stored: Document, wanted: Document) -> bool:
    """Returns False if another document has one of the keys."""
    if all(stored.get(name) == value for name, value in wanted.items()):
        return True
    try:
        await documents.update_one({"_id": stored["_id"], "version": stored["version"]}, {"$set": wanted})
    except DuplicateKeyError:
        return False
    return True
