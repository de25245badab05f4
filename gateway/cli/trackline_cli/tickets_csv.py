"""trackline import tickets-csv"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from trackline_cli import existing, importing, references, rows
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
from trackline_cli.csv_files import UnusableFile, ask_to_continue, describe_encoding, stop_if_unusable
from trackline_cli.rows import Plan
from trackline_cli.text_fields import fetch_text_fields
from trackline_cli.texts import line
from trackline_csv import clean

SHOWN_LINES = 10


def command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV. The first line names the columns.")],
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="COLUMN=FIELD",
            help=f"Fields: {', '.join(rows.FIELDS)}, and the other text fields of the API.",
        ),
    ] = None,
    url: Url = LOCAL,
    token: Token = None,
    email: Email = None,
    source: Annotated[
        str | None, typer.Option(help="Names the system that the tickets come from. Default: the name of the file.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Import only the first rows.")] = None,
    encoding: NamedEncoding = None,
    multiline: Multiline = False,
    yes: Yes = False,
) -> None:
    """Import tickets. Repeating it is safe: a row whose ticket exists already is skipped, and fails if it has other
    contents.

    The password comes from TRACKLINE_PASSWORD, or else from a prompt.
    """
    source = line(line(source or "") or file.stem)[:50]
    texts = run(fetch_text_fields(url))
    with stop_if_unusable(file):
        head, given = rows.read_head(file, encoding), _parse_maps(maps or [])
        mapped = rows.map_columns(head.columns, given, texts)
        rows.check_titles(head.repeated, mapped, given)
        plan = Plan()
        read = partial(rows.read_drafts, file, mapped, source, texts=texts, encoding=encoding, multiline=multiline)
        _fill(plan, islice(read(plan=plan), limit))
    _announce(file, plan, mapped, source, url, describe_encoding(head.form.named, head.doubts))
    if others := [column for column in head.columns if column not in mapped]:
        console.print(f"  left out    the columns {', '.join(others)}", markup=False)
    ask_to_continue(yes, head.doubts)
    written = references.survey((draft.body, draft.is_made) for draft in read())
    outcome = run(_import(read_account(url, token, email), islice(read(), limit), plan, source, written))
    console.print(
        f"{outcome.created:,} created, {outcome.existing:,} were there already, {len(outcome.failed):,} failed."
    )
    if outcome.failed:
        importing.report_failures(*rows.to_mend(head.columns, mapped, outcome.failed), head.form, file)


async def _import(
    account: Account, drafts: Iterator[rows.Draft], plan: Plan, source: str, written: references.File
) -> importing.Outcome:
    async with open_api(account) as api:
        known, earlier = await existing.list_numbers(api, source), references.Earlier()
        await earlier.load(api, known, written)
        refused: dict[str, str] = {}
        ids = await importing.ensure_categories(api, plan.categories, refused)
        categories = {name: ids[name] for name in plan.categories if name in ids}
        taken = (rows.without_category(draft, refused) for draft in drafts)
        with progress_bar() as progress:
            task = progress.add_task("Tickets", total=plan.rows)
            return await importing.import_drafts(api, taken, categories, known, earlier, lambda: progress.advance(task))


def _fill(plan: Plan, drafts: Iterator[rows.Draft]) -> None:
    """Reads the drafts, so that their changes are counted in the plan."""
    for _ in drafts:
        pass
    if not plan.rows:
        raise UnusableFile("it has no rows below the titles.")


def _parse_maps(given: list[str]) -> dict[str, str]:
    if wrong := [pair for pair in given if "=" not in pair]:
        raise UnusableFile(f"--map {wrong[0]}: write it as COLUMN=FIELD.")
    return {clean(column): name.strip() for column, _, name in (pair.partition("=") for pair in given)}


def _announce(file: Path, plan: Plan, mapped: dict[str, str], source: str, url: str, encoding: Sequence[str]) -> None:
    lines = [
        f"{file.name}: {plan.rows:,} rows to {url}, as source “{source}”.",
        *encoding,
        f"  columns     {', '.join(f'{column} → {name}' for column, name in mapped.items())}",
        f"  kinds       {_format_counts(plan.kinds)}",
    ]
    if plan.levels:
        lines.append(f"  levels      {_format_counts(plan.levels)}")
    if "external_ref" not in mapped.values():
        lines.append("  reference   made of the contents of the row")
    if plan.categories:
        shown = ", ".join(f"{name} ({count:,})" for name, count in plan.categories.most_common(10))
        more = f" and {len(plan.categories) - 10} more" if len(plan.categories) > 10 else ""
        lines.append(f"  categories  {shown}{more}; missing ones are created")
    lines += [f"  change      {count:,} × {change}" for change, count in plan.changes.most_common()]
    lines += [f"  doubtful    {what}: {_format_lines(found)}" for what, found in plan.doubtful.items()]
    if plan.unusable:
        lines.append(f"  left out    {plan.unusable:,} rows that cannot become a ticket")
    console.print("\n".join(lines), markup=False)


def _format_lines(found: Sequence[int]) -> str:
    shown = ", ".join(map(str, found[:SHOWN_LINES]))
    return f"line {shown}" if len(found) <= SHOWN_LINES else f"line {shown} and {len(found) - SHOWN_LINES:,} more"


def _format_counts(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} × {what}" for what, count in counts.most_common())
