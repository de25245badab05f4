"""The people and articles of the demonstration, made and taken away by the API."""

from collections.abc import Callable, Mapping
from typing import Any

from trackline_cli.api import Api, Json
from trackline_cli.importing import made, side_by_side

USERS, ARTICLES = "/api/v1/users", "/api/v1/articles"


def address(name: str, domain: str) -> str:
    plain = name.lower().translate(str.maketrans("ářüöäß", "aruoas")).replace(" ", ".")
    return f"{plain}@{domain}"


async def people_ids(
    api: Api, office: Mapping[str, Any], teams: Mapping[str, str], password: str | None, advance: Callable[[], None]
) -> dict[str, str]:
    """Name → id. Whoever was there and left comes back."""
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
        address(name, domain): {"name": name, "emails": [address(name, domain)], **own, **secret}
        for name, own in accounts.items()
    }
    ids = await made(api, USERS, bodies, lambda one: one["email"], {"q": f"@{domain}"}, advance)
    await _set_active(api, domain, True)
    return {name: ids[address(name, domain)] for name in accounts}


async def write_articles(api: Api, articles: list[Json], categories: Mapping[str, str]) -> None:
    """Those that were archived are published again."""
    bodies: dict[str, Json] = {}
    for article in articles:
        own = {"category_id": categories[article["category"]], "state": "published"}
        bodies[article["title"]] = {key: value for key, value in article.items() if key != "category"} | own
    await made(api, ARTICLES, bodies, lambda one: one["title"])
    await _set_state(api, set(bodies), "archived", "published")


async def take_away(api: Api, office: Mapping[str, Any], articles: list[Json]) -> None:
    """People are deactivated, since what they wrote elsewhere names them; articles are archived."""
    await _set_active(api, office["domain"], False)
    await _set_state(api, {article["title"] for article in articles}, "published", "archived")


async def _set_active(api: Api, domain: str, active: bool) -> None:
    wanted = {"q": f"@{domain}", "active": str(not active).lower(), "page[size]": 100}
    found = [one["id"] async for one in api.pages(USERS, wanted)]

    async def change(user_id: str) -> None:
        await api.patch(f"{USERS}/{user_id}", {"active": active})

    await side_by_side(iter(found), change)


async def _set_state(api: Api, titles: set[str], before: str, after: str) -> None:
    wanted = {"filter[state]": before, "page[size]": 100}
    found = [one["number"] async for one in api.pages(ARTICLES, wanted) if one["title"] in titles]

    async def change(number: str) -> None:
        await api.patch(f"{ARTICLES}/{number}", {"state": after})

    await side_by_side(iter(found), change)
