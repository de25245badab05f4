"""The starter pack, over services that are not ready at first."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any, TypeVar, cast

import pytest
from pydantic import TypeAdapter

from gateway.actions import starter
from gateway.actions.starter import Starter
from gateway.kit.mongo import Database
from trackline_schemas.articles import CreateArticle
from trackline_schemas.categories import Category
from trackline_schemas.context import CallContext
from trackline_schemas.errors import reasons, refuse

from .conftest import ADMIN, Gateway, gateway_of

T = TypeVar("T")


class Services:
    """Tickets and knowledge, as far as the pack needs them. They are idempotent by command id, and not running for the
    first `refusals` calls."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.categories: dict[str, Category] = {}
        self.articles: dict[str, CreateArticle] = {}
        self.calls = 0

    def _answer(self, context: CallContext) -> str:
        self.calls += 1
        if self.refusals:
            self.refusals -= 1
            raise refuse(reasons.bus.SERVICE_NOT_RUNNING, service="knowledge")
        assert context.viewer.admin
        assert context.key_sent
        assert context.command_id
        return context.command_id

    async def call(
        self,
        service: str,
        method: str,
        arguments: Mapping[str, Any],
        context: CallContext,
        result: TypeAdapter[T],
        *,
        read: bool,
    ) -> T:
        key = self._answer(context)
        if method == "create_record":
            assert arguments["kind"] == "category"
            category = Category(id=f"c{key}", **arguments["values"])
            return cast(T, self.categories.setdefault(key, category))
        self.articles.setdefault(key, arguments["command"])
        return cast(T, None)


def pack(gateway: Gateway, services: Services) -> Starter:
    return Starter(gateway.people, services)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starter, "FIRST_PAUSE", 0.01)


async def test_a_new_installation_gets_the_pack_once(gateway: Gateway, database: Database) -> None:
    services = Services(refusals=3)
    await pack(gateway, services).run()
    teams = {team.name: team.id for team in gateway.people.directory.all_teams()}
    assert set(teams) == {"Service Desk", "Network", "Hardware", "Applications"}
    assert not any(team.confidential for team in gateway.people.directory.all_teams())
    me = (await gateway.client.get("/api/v1/users/me", headers=await gateway.sign_in())).json()
    assert me["teams"] == dict.fromkeys(teams.values(), "manage")
    assert len(services.categories) == 8
    assert {category.team_id for category in services.categories.values()} == set(teams.values())
    assert len(services.articles) == 5
    calls = services.calls
    await pack(gateway, services).run()
    assert services.calls == calls


async def test_two_gateways_make_one_pack(gateway: Gateway, database: Database, settings: Any) -> None:
    services = Services()
    async with gateway_of(settings) as second:
        await asyncio.gather(pack(gateway, services).run(), pack(second, services).run())
    assert (len(services.categories), len(services.articles)) == (8, 5)
    assert await database["teams"].count_documents({}) == 4


async def test_a_team_that_was_renamed_afterwards_stays(gateway: Gateway, database: Database) -> None:
    await pack(gateway, Services()).run()
    admin = await gateway.sign_in()
    team = gateway.people.directory.all_teams()[0]
    await gateway.client.patch(f"/api/v1/teams/{team.id}", json={"name": "Apps"}, headers=admin)
    await pack(gateway, Services()).run()
    assert await database["teams"].count_documents({}) == 4


async def test_the_articles_are_published_and_have_a_readable_length(gateway: Gateway, database: Database) -> None:
    services = Services()
    await pack(gateway, services).run()
    for article in services.articles.values():
        assert (article.state, article.visibility) == ("published", "public")
        assert article.category_id
        assert 150 <= len(re.findall(r"\w+", article.body)) <= 340
    assert (await database["users"].find_one({"emails": ADMIN})) is not None
