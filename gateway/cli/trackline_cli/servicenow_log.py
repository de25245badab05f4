"""trackline import servicenow-log"""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from trackline_cli import histories, servicenow
from trackline_cli.access import LOCAL, Account, Email, Token, Url, Yes, account, console, progress_bar, run, signed_in
from trackline_cli.api import Api, Json
from trackline_cli.histories import Ids, Outcome
from trackline_cli.importing import category_ids, made, report_failures
from trackline_cli.rows import usable
from trackline_cli.servicenow import Log


def command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV; each row shows an incident.")],
    url: Url = LOCAL,
    token: Token = None,
    email: Email = None,
    source: Annotated[
        str, typer.Option(help="Names where the incidents come from: keep it for a longer file.")
    ] = "servicenow",
    yes: Yes = False,
) -> None:
    """Import incidents with their history. Repeating it is safe: only newer rows are added.

    Takes an administrator. Groups become teams, callers and resolvers inactive people without a mailbox. The password
    comes from TRACKLINE_PASSWORD, else it is asked for.
    """
    with usable(file):
        log = servicenow.read(file, source[:50])
    _announce(file, log, source, url)
    if not yes:
        typer.confirm("Go on?", abort=True)
    started = time.monotonic()
    outcome = run(_bring_in(account(url, token, email), log, source[:50]))
    outcome.failed |= log.failed
    seconds = time.monotonic() - started
    console.print(f"{outcome} in {seconds:.1f} s ({len(log.histories) / seconds:.0f} tickets a second).")
    if outcome.failed:
        report_failures([{"number": number, "reason": why} for number, why in sorted(outcome.failed.items())], file)


async def _bring_in(who: Account, log: Log, source: str) -> Outcome:
    async with signed_in(who) as api:
        with progress_bar() as progress:
            people = progress.add_task("People", total=len(log.people))
            tickets = progress.add_task("Tickets", total=len(log.histories))
            teams = {name: {"name": name} for name in log.named("team_id")}
            ids = Ids(
                people=await _people_ids(api, log.people, source, lambda: progress.advance(people)),
                teams=await made(api, "/api/v1/teams", teams, lambda team: team["name"]),
                categories=await category_ids(api, log.named("category_id")),
            )
            return await histories.bring_in(api, log.histories, ids, lambda: progress.advance(tickets))


async def _people_ids(api: Api, names: list[str], source: str, advance: Callable[[], None]) -> dict[str, str]:
    """Addresses end in .invalid (RFC 2606): nobody can ever be sent a mail there."""
    domain = f"{_slug(source)}.invalid"
    accounts: dict[str, Json] = {
        f"{_slug(name)}@{domain}": {"name": name, "emails": [f"{_slug(name)}@{domain}"], "active": False}
        for name in names
    }
    found = await made(api, "/api/v1/users", accounts, lambda one: one["email"], {"q": f"@{domain}"}, advance)
    return {name: found[f"{_slug(name)}@{domain}"] for name in names}


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "unnamed"


def _announce(file: Path, log: Log, source: str, url: str) -> None:
    lines = [
        f"{file.name}: {len(log.histories):,} incidents to {url}, as source “{source}”.",
        f"  events      {log.events:,} of {log.rows:,} rows; the others change nothing that is kept",
        f"  teams       {len(log.named('team_id')):,}, categories {len(log.named('category_id')):,};"
        " made where they are absent",
        f"  people      {len(log.people):,}, made as inactive where they are absent",
    ]
    if log.failed:
        lines.append(f"  left out    {len(log.failed):,} incidents that cannot be read")
    console.print("\n".join(lines), markup=False)
