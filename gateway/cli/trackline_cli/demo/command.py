"""trackline demo"""

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from trackline_cli import histories
from trackline_cli.access import (
    LOCAL,
    Account,
    Email,
    Token,
    Url,
    Yes,
    console,
    open_api,
    progress_bar,
    read_account,
    run,
)
from trackline_cli.api import Api
from trackline_cli.demo import office as offices
from trackline_cli.demo.stories import DAYS, SOURCE, Company, busiest, read
from trackline_cli.histories import Ids, Outcome
from trackline_cli.importing import create_missing, ensure_categories
from trackline_cli.removing import remove_all


def command(
    url: Url = LOCAL,
    token: Token = None,
    email: Email = None,
    password: Annotated[
        str | None,
        typer.Option(
            "--people-password",
            envvar="TRACKLINE_DEMO_PASSWORD",
            help="Password with which the people can sign in. It needs 12 characters or more.",
        ),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Remove the demonstration.")] = False,
    yes: Yes = False,
) -> None:
    """Create a fictional company to try Trackline with: 40 people, 300 tickets of 60 days, 20 articles.

    Requires an administrator. A repeated command continues where it stopped, and adds what has happened since. The
    password comes from TRACKLINE_PASSWORD, or else from a prompt.
    """
    office, articles = read("office.toml"), read("articles.toml")["article"]
    if not yes:
        question = "Remove the demonstration from" if remove else "Create the demonstration at"
        typer.confirm(f"{question} {url}?", abort=True)
    account = read_account(url, token, email)
    if remove:
        removed = run(_remove(account, office, articles))
        console.print(f"{removed:,} tickets removed for ever; people deactivated, articles archived.")
        return
    outcome, names = run(_create(account, office, articles, password))
    console.print(f"Tickets: {outcome}.")
    for reference, why in sorted(outcome.failed.items()):
        console.print(f"  {reference}: {why}", markup=False)
    _print_accounts(url, [offices.email_address(name, office["domain"]) for name in names], password)
    if outcome.failed:
        raise typer.Exit(1)


async def _create(
    account: Account, office: dict[str, Any], articles: list[Any], password: str | None
) -> tuple[Outcome, list[str]]:
    """Returns the outcome, and the names of the agent and the requester with the most unresolved tickets."""
    scenarios = read("scenarios.toml")["scenario"]
    requesters = [name for members in office["departments"].values() for name in members]
    company = Company(scenarios, office["words"], requesters, office["teams"])
    async with open_api(account) as api:
        generated = company.histories(await _find_start(api), datetime.now(UTC))
        with progress_bar() as progress:
            people = progress.add_task("People", total=len(requesters) + sum(map(len, office["teams"].values())))
            tickets = progress.add_task("Tickets", total=len(generated))
            bodies = {name: {"name": name} for name in office["teams"]}
            teams = await create_missing(api, "/api/v1/teams", bodies, _name)
            categories = await ensure_categories(api, sorted({one["category"] for one in [*scenarios, *articles]}))
            user_ids = await offices.ensure_people(api, office, teams, password, lambda: progress.advance(people))
            await offices.publish_articles(api, articles, categories)
            # The first ticket is imported alone and before the others, because a repeat reads the start from it.
            ids = Ids(user_ids, teams, categories)
            first = await histories.import_histories(api, generated[:1], ids, lambda: progress.advance(tickets))
            rest = await histories.import_histories(api, generated[1:], ids, lambda: progress.advance(tickets))
    return first + rest, [busiest(generated, role) for role in ("assignee_id", "requester_id")]


async def _find_start(api: Api) -> datetime:
    """Returns when the first ticket of the demonstration was opened, or a morning 60 days ago if there is none yet."""
    from_demo = {"field": "source", "op": "eq", "value": SOURCE}
    oldest = {"filter": json.dumps(from_demo), "sort": "created_at", "page[size]": 1}
    found = (await api.get("/api/v1/tickets", oldest))["data"]
    if found:
        return datetime.fromisoformat(found[0]["created_at"])
    return (datetime.now(UTC) - timedelta(days=DAYS)).replace(hour=7, minute=0, second=0, microsecond=0)


async def _remove(account: Account, office: dict[str, Any], articles: list[Any]) -> int:
    async with open_api(account) as api:
        removed = await remove_all(api, SOURCE)
        await offices.withdraw(api, office, articles)
    return removed


def _name(one: dict[str, Any]) -> str:
    return str(one["name"])


def _print_accounts(url: str, addresses: list[str], password: str | None) -> None:
    hint = (
        "" if password else " after you set their password (by --people-password at the first run, or in the settings)"
    )
    console.print(f"Sign in at {url} as an agent, {addresses[0]}, or as a requester, {addresses[1]}{hint}.")
