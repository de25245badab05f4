"""What all commands share: the options for address and account, the signed-in client, progress bars and failures."""

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from trackline_cli.api import Api, Refused, Unreachable
from trackline_cli.texts import printable
from trackline_csv import Encoding

T = TypeVar("T")

Url = Annotated[str, typer.Option(envvar="TRACKLINE_URL")]
Token = Annotated[str | None, typer.Option(envvar="TRACKLINE_TOKEN", show_envvar=True)]
Email = Annotated[str | None, typer.Option(envvar="TRACKLINE_EMAIL")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]
NamedEncoding = Annotated[
    Encoding | None,
    typer.Option("--encoding", help="The encoding of the file. Default: it is recognised.", show_default=False),
]
Multiline = Annotated[
    bool,
    typer.Option("--multiline", help="Take cells over several lines as they are, also where they look like rows."),
]
LOCAL = "http://127.0.0.1:8000"


class Screen(Console):
    """Names of files, titles of columns and answers of Trackline may hold any character."""

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*(printable(one) if isinstance(one, str) else one for one in objects), **options)


console = Screen(soft_wrap=True, highlight=False)


@dataclass(frozen=True)
class Account:
    url: str
    token: str | None
    email: str | None
    password: str | None = field(repr=False)


def read_account(url: str, token: str | None, email: str | None) -> Account:
    """Without a token, the password comes from TRACKLINE_PASSWORD, or else from a prompt."""
    return Account(url, token, email, None if token else _read_password(email))


@asynccontextmanager
async def open_api(account: Account) -> AsyncIterator[Api]:
    """Yields a client that is signed in, unless the account has neither a token nor a password."""
    async with Api(account.url, token=account.token) as api:
        if account.email and account.password:
            await api.sign_in(account.email, account.password)
        yield api


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs the work of a command. A failure of the API ends the command with a message."""
    try:
        return asyncio.run(work)
    except Unreachable as error:
        stop(f"{error}\nNothing is lost: repeat the same command, and it continues where it stopped.")
    except Refused as refused:
        stop(f"Trackline refused: {refused} ({refused.status})")


def progress_bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console)


def stop(message: str) -> NoReturn:
    """Prints the message and ends the command with exit code 1."""
    console.print(message, markup=False, style="red")
    raise typer.Exit(1)


def _read_password(email: str | None) -> str:
    if not email:
        stop("Name your account by --email (or TRACKLINE_EMAIL), or give a token by --token (or TRACKLINE_TOKEN).")
    return os.environ.get("TRACKLINE_PASSWORD") or str(typer.prompt(f"Password of {email}", hide_input=True))
