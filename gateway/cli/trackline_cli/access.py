"""What every command shares: which Trackline, who asks, and how a failure is told."""

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

T = TypeVar("T")

Url = Annotated[str, typer.Option(envvar="TRACKLINE_URL")]
Token = Annotated[str | None, typer.Option(envvar="TRACKLINE_TOKEN", show_envvar=True)]
Email = Annotated[str | None, typer.Option(envvar="TRACKLINE_EMAIL")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
LOCAL = "http://127.0.0.1:8000"

console = Console(soft_wrap=True, highlight=False)


@dataclass(frozen=True)
class Account:
    url: str
    token: str | None
    email: str | None
    password: str | None = field(repr=False)


def account(url: str, token: str | None, email: str | None) -> Account:
    """The password comes from TRACKLINE_PASSWORD, else it is asked for; with a token none is needed."""
    return Account(url, token, email, None if token else _password(email))


@asynccontextmanager
async def signed_in(who: Account) -> AsyncIterator[Api]:
    async with Api(who.url, token=who.token) as api:
        if who.email and who.password:
            await api.sign_in(who.email, who.password)
        yield api


def run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except Unreachable as error:
        stop(f"{error}\nNothing is lost: repeat the same command, and it goes on where it stopped.")
    except Refused as refused:
        stop(f"Trackline refused: {refused} ({refused.status})")


def progress_bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console)


def stop(message: str) -> NoReturn:
    console.print(message, markup=False, style="red")
    raise typer.Exit(1)


def _password(email: str | None) -> str:
    if not email:
        stop("Say who you are: --email (or TRACKLINE_EMAIL), or --token.")
    return os.environ.get("TRACKLINE_PASSWORD") or str(typer.prompt(f"Password of {email}", hide_input=True))
