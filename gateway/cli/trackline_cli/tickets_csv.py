"""trackline import tickets-csv"""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from trackline_cli import importing, rows
from trackline_cli.access import LOCAL, Account, Email, Token, Url, Yes, account, console, progress_bar, run, signed_in
from trackline_cli.rows import Plan, UnusableFile, usable
from trackline_cli.text_fields import TextFields, text_fields

OURS = ("row", "reason")


def command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="UTF-8, the first line names the columns.")],
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="COLUMN=FIELD", help=f"Fields: {', '.join(rows.FIELDS)}, and the API's other text fields."
        ),
    ] = None,
    url: Url = LOCAL,
    token: Token = None,
    email: Email = None,
    source: Annotated[
        str | None, typer.Option(help="Names where the tickets come from. Default: the file's name.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first rows.")] = None,
    yes: Yes = False,
) -> None:
    """Import tickets. Repeating it is safe: what is there already is skipped.

    The password comes from TRACKLINE_PASSWORD, else it is asked for.
    """
    source = (source or file.stem)[:50]
    texts = run(text_fields(url))
    with usable(file):
        mapped = rows.mapping(rows.columns_of(file), _pairs(maps or []), texts)
        plan = _plan(file, mapped, source, limit, texts)
    _announce(file, plan, mapped, source, url)
    if not yes:
        typer.confirm("Go on?", abort=True)
    drafts = islice(rows.drafts(file, mapped, source, texts=texts), limit)
    outcome = run(_bring_in(account(url, token, email), drafts, plan, source))
    console.print(
        f"{outcome.created:,} created, {outcome.existing:,} were there already, {len(outcome.failed):,} failed."
    )
    if outcome.failed:
        rejected = [
            {"row": draft.number, "reason": reason} | {name: draft.raw[name] for name in draft.raw if name not in OURS}
            for draft, reason in sorted(outcome.failed, key=lambda one: one[0].number)
        ]
        importing.report_failures(rejected, file)


async def _bring_in(who: Account, drafts: Iterator[rows.Draft], plan: Plan, source: str) -> importing.Outcome:
    async with signed_in(who) as api:
        categories = await importing.category_ids(api, plan.categories)
        known = await importing.references(api, source)
        with progress_bar() as progress:
            task = progress.add_task("Tickets", total=plan.rows)
            return await importing.bring_in(api, drafts, categories, known, lambda: progress.advance(task))


def _plan(file: Path, mapped: dict[str, str], source: str, limit: int | None, texts: TextFields) -> Plan:
    plan = Plan()
    for _ in islice(rows.drafts(file, mapped, source, plan, texts), limit):
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
