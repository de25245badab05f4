"""trackline demo"""

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from trackline_cli import histories
from trackline_cli.access import LOCAL, Account, Email, Token, Url, Yes, account, console, progress_bar, run, signed_in
from trackline_cli.api import Api
from trackline_cli.demo import office as offices
from trackline_cli.demo.stories import DAYS, SOURCE, Firm, busiest, read
from trackline_cli.histories import Ids, Outcome
from trackline_cli.importing import category_ids, made
from trackline_cli.removing import remove_all


def command(
    url: Url = LOCAL,
    token: Token = None,
    email: Email = None,
    password: Annotated[
        str | None,
        typer.Option("--people-password", envvar="TRACKLINE_DEMO_PASSWORD", help="Lets the people sign in."),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take it away again.")] = False,
    yes: Yes = False,
) -> None:
    """A firm that does not exist, to look at: 40 people, 300 tickets of 60 days, 20 articles. Takes an administrator.

    Repeating it goes on where it stopped, and tells what has happened since. The password comes from
    TRACKLINE_PASSWORD, else it is asked for.
    """
    office, articles = read("office.toml"), read("articles.toml")["article"]
    if not yes:
        what = "Remove the demonstration from" if remove else "Bring the demonstration to"
        typer.confirm(f"{what} {url}?", abort=True)
    who = account(url, token, email)
    if remove:
        removed = run(_remove(who, office, articles))
        console.print(f"{removed:,} tickets removed for ever; people deactivated, articles archived.")
        return
    outcome, names = run(_bring_in(who, office, articles, password))
    console.print(f"Tickets: {outcome}.")
    for reference, why in sorted(outcome.failed.items()):
        console.print(f"  {reference}: {why}", markup=False)
    _invite(url, [offices.address(name, office["domain"]) for name in names], password)
    if outcome.failed:
        raise typer.Exit(1)


async def _bring_in(
    who: Account, office: dict[str, Any], articles: list[Any], password: str | None
) -> tuple[Outcome, list[str]]:
    """Also the agent and the requester with most to see."""
    scenarios = read("scenarios.toml")["scenario"]
    requesters = [name for members in office["departments"].values() for name in members]
    firm = Firm(scenarios, office["words"], requesters, office["teams"])
    async with signed_in(who) as api:
        told = firm.histories(await _start(api), datetime.now(UTC))
        with progress_bar() as progress:
            people = progress.add_task("People", total=len(requesters) + sum(map(len, office["teams"].values())))
            tickets = progress.add_task("Tickets", total=len(told))
            teams = await made(api, "/api/v1/teams", {name: {"name": name} for name in office["teams"]}, _name)
            categories = await category_ids(api, sorted({one["category"] for one in [*scenarios, *articles]}))
            ids = await offices.people_ids(api, office, teams, password, lambda: progress.advance(people))
            await offices.write_articles(api, articles, categories)
            # The first alone: it holds the day on which everything began.
            bring = Ids(ids, teams, categories)
            first = await histories.bring_in(api, told[:1], bring, lambda: progress.advance(tickets))
            rest = await histories.bring_in(api, told[1:], bring, lambda: progress.advance(tickets))
    return first + rest, [busiest(told, role) for role in ("assignee_id", "requester_id")]


async def _start(api: Api) -> datetime:
    of_it = {"field": "source", "op": "eq", "value": SOURCE}
    oldest = {"filter": json.dumps(of_it), "sort": "created_at", "page[size]": 1}
    found = (await api.get("/api/v1/tickets", oldest))["data"]
    if found:
        return datetime.fromisoformat(found[0]["created_at"])
    return (datetime.now(UTC) - timedelta(days=DAYS)).replace(hour=7, minute=0, second=0, microsecond=0)


async def _remove(who: Account, office: dict[str, Any], articles: list[Any]) -> int:
    async with signed_in(who) as api:
        removed = await remove_all(api, SOURCE)
        await offices.take_away(api, office, articles)
    return removed


def _name(one: dict[str, Any]) -> str:
    return str(one["name"])


def _invite(url: str, addresses: list[str], password: str | None) -> None:
    hint = "" if password else " once you gave them a password (--people-password at the first run, or in the settings)"
    console.print(f"Sign in at {url} as an agent, {addresses[0]}, or as a requester, {addresses[1]}{hint}.")
