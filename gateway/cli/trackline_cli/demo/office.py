"""Creates and withdraws the people and articles of the demonstration through the API."""

from collections.abc import Callable, Mapping
from typing import Any

from trackline_cli.api import Api, Json
from trackline_cli.importing import create_missing, run_concurrently

USERS, ARTICLES = "/api/v1/users", "/api/v1/articles"


def email_address(name: str, domain: str) -> str:
    plain = name.lower().translate(str.maketrans("ářüöäß", "aruoas")).replace(" ", ".")
    return f"{plain}@{domain}"


async def ensure_people(
    api: Api, office: Mapping[str, Any], teams: Mapping[str, str], password: str | None, advance: Callable[[], None]
) -> dict[str, str]:
    """Creates the accounts that are missing, and activates accounts that an earlier removal deactivated. Returns
    name → id."""
    domain = office["domain"]
    accounts: dict[str, Json] = {}
    for team, members in office["teams"].items():
        for name in members:
            others = dict.fromkeys(teams.values(), "read")
            accounts[name] = {"department": "IT", "teams": {**others, teams[team]: "manage"}}
    for department, members in office["departments"].items():
        accounts |= {name: {"department": department} for name in members}
    secret = {"password": password} if password else {}
    bodies = {
        email_address(name, domain): {"name": name, "emails": [email_address(name, domain)], **own, **secret}
        for name, own in accounts.items()
    }
    ids = await create_missing(api, USERS, bodies, lambda one: one["email"], {"q": f"@{domain}"}, advance)
    await _set_active(api, domain, True)
    return {name: ids[email_address(name, domain)] for name in accounts}


async def publish_articles(api: Api, articles: list[Json], categories: Mapping[str, str]) -> None:
    """Creates the articles that are missing, and publishes those that an earlier removal archived."""
    bodies: dict[str, Json] = {}
    for article in articles:
        own = {"category_id": categories[article["category"]], "state": "published"}
        bodies[article["title"]] = {key: value for key, value in article.items() if key != "category"} | own
    await create_missing(api, ARTICLES, bodies, lambda one: one["title"])
    await _set_state(api, set(bodies), "archived", "published")


async def withdraw(api: Api, office: Mapping[str, Any], articles: list[Json]) -> None:
    """Deactivates the people and archives the articles. Accounts cannot be deleted, because other tickets may name
    them."""
    await _set_active(api, office["domain"], False)
    await _set_state(api, {article["title"] for article in articles}, "published", "archived")


async def _set_active(api: Api, domain: str, active: bool) -> None:
    wanted = {"q": f"@{domain}", "active": str(not active).lower(), "page[size]": 100}
    found = [one["id"] async for one in api.list_all(USERS, wanted)]

    async def change(user_id: str) -> None:
        await api.patch(f"{USERS}/{user_id}", {"active": active})

    await run_concurrently(iter(found), change)


async def _set_state(api: Api, titles: set[str], before: str, after: str) -> None:
    wanted = {"filter[state]": before, "page[size]": 100}
    found = [one["number"] async for one in api.list_all(ARTICLES, wanted) if one["title"] in titles]

    async def change(number: str) -> None:
        await api.patch(f"{ARTICLES}/{number}", {"state": after})

    await run_concurrently(iter(found), change)
