"""trackline import remove"""

import asyncio
from typing import Annotated

import typer

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

PAUSE = 0.3


def command(
    source: Annotated[str, typer.Argument(help="The source of the import: its --source, or the name of its file.")],
    url: Url = LOCAL,
    token: Token = None,
    email: Email = None,
    yes: Yes = False,
) -> None:
    """Remove all tickets of a source for ever, including all later changes to them. Requires an administrator.

    A repeated command continues where it stopped. People, teams and categories stay. The password comes from
    TRACKLINE_PASSWORD, or else from a prompt.
    """
    if not yes:
        typer.confirm(f"Remove all tickets of source “{source}” from {url}, for ever?", abort=True)
    removed = run(_remove(read_account(url, token, email), source))
    message = f"{removed:,} tickets removed for ever." if removed else f"There is no ticket of source “{source}”."
    console.print(message, markup=False)


async def remove_all(api: Api, source: str) -> int:
    """Returns how many tickets were removed. Search, inboxes and reports drop them a little later."""
    removed, remaining = 0, 1
    with progress_bar() as progress:
        task = progress.add_task("Tickets", total=None)
        while remaining:
            done = await api.post("/api/v1/imports/purges", {"source": source})
            removed, remaining = removed + done["removed"], done["remaining"]
            progress.update(task, completed=removed, total=removed + remaining)
            if not done["removed"]:
                # The remaining tickets have events that were not published yet.
                await asyncio.sleep(PAUSE)
    return removed


async def _remove(account: Account, source: str) -> int:
    async with open_api(account) as api:
        return await remove_all(api, source)
