"""trackline import remove"""

import asyncio
from typing import Annotated

import typer

from trackline_cli.access import LOCAL, Account, Email, Token, Url, Yes, account, console, progress_bar, run, signed_in
from trackline_cli.api import Api

PAUSE = 0.3


def command(
    source: Annotated[str, typer.Argument(help="What the import called it: its --source, or the file's name.")],
    url: Url = LOCAL,
    token: Token = None,
    email: Email = None,
    yes: Yes = False,
) -> None:
    """Remove all tickets of a source for ever, also what was done to them since. Takes an administrator.

    Repeating it goes on where it stopped. People, teams and categories stay. The password comes from
    TRACKLINE_PASSWORD, else it is asked for.
    """
    if not yes:
        typer.confirm(f"Remove all tickets of source “{source}” from {url}, for ever?", abort=True)
    removed = run(_remove(account(url, token, email), source))
    said = f"{removed:,} tickets removed for ever." if removed else f"No ticket of source “{source}” is there."
    console.print(said, markup=False)


async def remove_all(api: Api, source: str) -> int:
    """How many tickets are gone; search, inboxes and reports drop them a little later."""
    removed, remaining = 0, 1
    with progress_bar() as progress:
        task = progress.add_task("Tickets", total=None)
        while remaining:
            done = await api.post("/api/v1/imports/purges", {"source": source})
            removed, remaining = removed + done["removed"], done["remaining"]
            progress.update(task, completed=removed, total=removed + remaining)
            if not done["removed"]:
                # What is left waits for its events to be on the bus.
                await asyncio.sleep(PAUSE)
    return removed


async def _remove(who: Account, source: str) -> int:
    async with signed_in(who) as api:
        return await remove_all(api, source)
