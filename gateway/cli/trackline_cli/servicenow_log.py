"""trackline import servicenow-log"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from trackline_cli import histories, servicenow
from trackline_cli.access import (
    LOCAL,
    Account,
    Email,
    Multiline,
    NamedEncoding,
    Token,
    Url,
    Yes,
    console,
    open_api,
    progress_bar,
    read_account,
    run,
)
from trackline_cli.api import Api, Json
from trackline_cli.csv_files import ask_to_continue, describe_encoding, stop_if_unusable
from trackline_cli.histories import Ids, Outcome
from trackline_cli.importing import create_missing, ensure_categories, report_failures
from trackline_cli.servicenow import Log, slug
from trackline_cli.texts import line


def command(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV. Each row is an incident after an update.")
    ],
    url: Url = LOCAL,
    token: Token = None,
    email: Email = None,
    source: Annotated[
        str, typer.Option(help="Names the system that the incidents come from. Use the same name for a later export.")
    ] = "servicenow",
    encoding: NamedEncoding = None,
    multiline: Multiline = False,
    yes: Yes = False,
) -> None:
    """Import incidents with their history. Repeating it is safe: only newer rows are added.

    Requires an administrator. Groups become teams. Callers and resolvers become inactive people without a mailbox. The
    password comes from TRACKLINE_PASSWORD, or else from a prompt.
    """
    source = line(source)[:50]
    with stop_if_unusable(file):
        log = servicenow.read(file, source, encoding, multiline)
    _announce(file, log, source, url)
    ask_to_continue(yes, log.doubts)
    started = time.monotonic()
    outcome = run(_import(read_account(url, token, email), log, source))
    outcome.failed |= log.failed
    seconds = time.monotonic() - started
    console.print(f"{outcome} in {seconds:.1f} s ({len(log.histories) / seconds:.0f} tickets a second).")
    if outcome.failed:
        report_failures(*servicenow.to_mend(file, outcome.failed, encoding), file)


async def _import(account: Account, log: Log, source: str) -> Outcome:
    async with open_api(account) as api:
        with progress_bar() as progress:
            people = progress.add_task("People", total=len(log.people))
            tickets = progress.add_task("Tickets", total=len(log.histories))
            teams = {name: {"name": name} for name in log.names_in("team_id")}
            refused: dict[str, str] = {}
            ids = Ids(
                people=await _ensure_people(api, log.people, source, lambda: progress.advance(people), refused),
                teams=await create_missing(api, "/api/v1/teams", teams, lambda team: team["name"], refused=refused),
                categories=await ensure_categories(api, log.names_in("category_id"), refused),
                refused=refused,
            )
            return await histories.import_histories(api, log.histories, ids, lambda: progress.advance(tickets))


async def _ensure_people(
    api: Api, names: list[str], source: str, advance: Callable[[], None], refused: dict[str, str]
) -> dict[str, str]:
    """Creates inactive accounts for people who have none. Returns name → id. The addresses end in .invalid (RFC 2606),
    so that no mail can ever be sent to them."""
    domain = f"{slug(source)}.invalid"
    accounts: dict[str, Json] = {
        f"{slug(name)}@{domain}": {"name": name, "emails": [f"{slug(name)}@{domain}"], "active": False}
        for name in names
    }
    here, reasons = {"q": f"@{domain}"}, dict[str, str]()
    found = await create_missing(api, "/api/v1/users", accounts, lambda one: one["email"], here, advance, reasons)
    addresses = {name: f"{slug(name)}@{domain}" for name in names}
    refused |= {name: reasons[address] for name, address in addresses.items() if address in reasons}
    return {name: found[address] for name, address in addresses.items() if address in found}


def _announce(file: Path, log: Log, source: str, url: str) -> None:
    lines = [
        f"{file.name}: {len(log.histories):,} incidents to {url}, as source “{source}”.",
        *describe_encoding(log.encoding, log.doubts),
        f"  events      {log.events:,} of {log.rows:,} rows; the other rows change nothing that is imported",
        f"  teams       {len(log.names_in('team_id')):,}, categories {len(log.names_in('category_id')):,};"
        " missing ones are created",
        f"  people      {len(log.people):,}; missing ones are created as inactive",
    ]
    if log.failed:
        lines.append(f"  left out    {len(log.failed):,} incidents that cannot be read")
    console.print("\n".join(lines), markup=False)
