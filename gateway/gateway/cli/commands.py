"""Commands and their options."""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gateway.cli import importing, rows
from gateway.cli.api import Api, Refused, Unreachable
from gateway.cli.rows import Plan, UnusableFile

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Trackline from the command line.")
imports = typer.Typer(no_args_is_help=True, help="Bring data in from other systems.")
app.add_typer(imports, name="import")
console = Console(soft_wrap=True, highlight=False)


@app.callback()
def trackline() -> None:
    """Trackline from the command line."""


@imports.command("tickets-csv")
def tickets_csv(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="UTF-8, the first line names the columns.")],
    maps: Annotated[
        list[str] | None, typer.Option("--map", metavar="COLUMN=FIELD", help=f"Fields: {', '.join(rows.FIELDS)}.")
    ] = None,
    url: Annotated[str, typer.Option(envvar="TRACKLINE_URL")] = "http://127.0.0.1:8000",
    token: Annotated[str | None, typer.Option(envvar="TRACKLINE_TOKEN", show_envvar=True)] = None,
    email: Annotated[str | None, typer.Option(envvar="TRACKLINE_EMAIL")] = None,
    source: Annotated[
        str | None, typer.Option(help="Names where the tickets come from. Default: the file's name.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first rows.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Import tickets. Repeating it is safe: what is there already is skipped.

    The password comes from TRACKLINE_PASSWORD, else it is asked for.
    """
    source = (source or file.stem)[:50]
    try:
        mapped = rows.mapping(rows.columns_of(file), _pairs(maps or []))
        plan = _plan(file, mapped, source, limit)
    except (UnusableFile, UnicodeDecodeError) as error:
        reason = "it is not UTF-8: save it as such" if isinstance(error, UnicodeDecodeError) else error
        _stop(f"{file} cannot be imported: {reason}")
    _announce(file, plan, mapped, source, url)
    if not yes:
        typer.confirm("Go on?", abort=True)
    password = None if token else _password(email)
    drafts = islice(rows.drafts(file, mapped, source), limit)
    try:
        outcome = asyncio.run(_run(Api(url, token=token), email, password, drafts, plan, source))
    except Unreachable as error:
        _stop(f"{error}\nNothing is lost: repeat the same command, and it goes on where it stopped.")
    except Refused as refused:
        _stop(f"Trackline refused: {refused} ({refused.status})")
    _report(outcome, file)


async def _run(
    api: Api, email: str | None, password: str | None, drafts: Iterator[rows.Draft], plan: Plan, source: str
) -> importing.Outcome:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    async with api:
        if email and password:
            await api.sign_in(email, password)
        categories = await importing.category_ids(api, plan.categories)
        known = await importing.references(api, source)
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("Tickets", total=plan.rows)
            return await importing.bring_in(api, drafts, categories, known, lambda: progress.advance(task))


def _plan(file: Path, mapped: dict[str, str], source: str, limit: int | None) -> Plan:
    plan = Plan()
    for _ in islice(rows.drafts(file, mapped, source, plan), limit):
        pass
    return plan


def _pairs(given: list[str]) -> dict[str, str]:
    if wrong := [pair for pair in given if "=" not in pair]:
        raise UnusableFile(f"--map {wrong[0]}: write it as COLUMN=FIELD.")
    return {column.strip(): name.strip() for column, _, name in (pair.partition("=") for pair in given)}


def _announce(file: Path, plan: Plan, mapped: dict[str, str], source: str, url: str) -> None:
    lines = [
        f"{file.name}: {plan.rows:,} rows to {url}, as source “{source}”.",
        f"  columns     {', '.join(f'{column} → {name}' for column, name in mapped.items())}",
        f"  kinds       {_counted(plan.kinds)}",
    ]
    if plan.levels:
        lines.append(f"  levels      {_counted(plan.levels)}")
    if "external_ref" not in mapped.values():
        lines.append("  reference   the number of the row")
    if plan.categories:
        shown = ", ".join(f"{name} ({count:,})" for name, count in plan.categories.most_common(10))
        more = f" and {len(plan.categories) - 10} more" if len(plan.categories) > 10 else ""
        lines.append(f"  categories  {shown}{more}; made where they are absent")
    lines += [f"  change      {count:,} × {change}" for change, count in plan.changes.most_common()]
    if plan.unusable:
        lines.append(f"  left out    {plan.unusable:,} rows that cannot become a ticket")
    console.print("\n".join(lines), markup=False)


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} × {what}" for what, count in counts.most_common())


def _password(email: str | None) -> str:
    if not email:
        _stop("Say who you are: --email (or TRACKLINE_EMAIL), or --token.")
    return os.environ.get("TRACKLINE_PASSWORD") or str(typer.prompt(f"Password of {email}", hide_input=True))


def _report(outcome: importing.Outcome, file: Path) -> None:
    console.print(
        f"{outcome.created:,} created, {outcome.existing:,} were there already, {len(outcome.failed):,} failed."
    )
    if outcome.failed:
        errors = file.with_name(f"{file.name}.errors.csv")
        try:
            importing.write_failures(outcome.failed, errors)
        except OSError:
            errors = Path.cwd() / errors.name
            importing.write_failures(outcome.failed, errors)
        console.print(f"The rows that failed and why: {errors}", markup=False)
        raise typer.Exit(1)


def _stop(message: str) -> NoReturn:
    console.print(message, markup=False, style="red")
    raise typer.Exit(1)
