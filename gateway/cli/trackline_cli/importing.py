"""Imports drafts as tickets. The Idempotency-Key of a write follows from all that is written, so a repeated import
changes nothing."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import typer

from trackline_cli import existing
from trackline_cli.access import console
from trackline_cli.api import Api, Json, Refused
from trackline_cli.references import Earlier
from trackline_cli.rows import Draft
from trackline_cli.texts import name_key, visible
from trackline_csv import Form, write_to_mend

T = TypeVar("T")
MAX_CONCURRENT = 8
# Whoever is not signed in, or may not import, gets these answers to everything.
ENDS_THE_RUN = (401, 403)


@dataclass
class Outcome:
    created: int = 0
    existing: int = 0
    failed: list[tuple[Draft, str]] = field(default_factory=list)


async def ensure_categories(api: Api, names: Iterable[str], refused: dict[str, str] | None = None) -> dict[str, str]:
    """Creates the categories that are missing. Returns name → id."""
    bodies = {name: {"name": name} for name in names}
    return await create_missing(api, "/api/v1/categories", bodies, lambda one: one["name"], refused=refused)


async def create_missing(
    api: Api,
    path: str,
    bodies: Mapping[str, Json],
    name: Callable[[Json], str],
    params: Mapping[str, Any] | None = None,
    advance: Callable[[], None] = lambda: None,
    refused: dict[str, str] | None = None,
) -> dict[str, str]:
    """Creates the objects of `bodies` (name → body) that `path` does not list yet. `name` returns the name of a listed
    object, `params` narrow the list, and `advance` is called after each body. Returns name → id of all listed and
    created objects. A name that Trackline does not take goes to `refused` (name → reason). Without it, the first one
    raises Refused."""
    ids = {name(one): one["id"] async for one in api.list_all(path, {"page[size]": 100, **(params or {})})}
    known = {name_key(listed): id for listed, id in ids.items()}
    reasons: dict[str, str] = {}

    async def create(key: str) -> None:
        if key not in ids and name_key(key) not in known:
            try:
                made = await api.post(path, bodies[key], idempotency_key(path, bodies[key]))
                known[name_key(key)] = made["id"]
            except Refused as error:
                if refused is None or error.status in ENDS_THE_RUN:
                    raise
                reasons[name_key(key)] = f"{error.status} {error}"
        advance()

    # Of names that look the same, Trackline takes one.
    first: dict[str, str] = {}
    for key in bodies:
        first.setdefault(name_key(key), key)
    await run_concurrently(iter(first.values()), create)
    if refused is not None:
        refused |= {key: reasons[name_key(key)] for key in bodies if name_key(key) in reasons}
    return {key: known[name_key(key)] for key in bodies if name_key(key) in known} | ids


async def run_concurrently(items: Iterator[T], work: Callable[[T], Awaitable[None]]) -> None:
    """Runs `work` on all items, MAX_CONCURRENT at a time. The iterator is consumed as work is done, so that long files
    are never in memory as a whole. The first failure ends the run."""

    async def worker() -> None:
        for item in items:
            await work(item)

    tasks = [asyncio.create_task(worker()) for _ in range(MAX_CONCURRENT)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def import_drafts(
    api: Api,
    drafts: Iterator[Draft],
    categories: Mapping[str, str],
    known: dict[str, str],
    earlier: Earlier,
    advance: Callable[[], None],
) -> Outcome:
    """Imports all drafts whose reference is not in `known` (external_ref, as `visible` shows it, → number), and calls
    `advance` after each. A draft fails if its reference belongs to a ticket or to a draft above it with other contents.
    `categories` are those of the drafts. Raises Unreachable if Trackline no longer answers; the same import then
    continues where it stopped."""
    outcome = Outcome()
    # Reference → line of the first row that has it, and its contents.
    first: dict[str, tuple[int, str]] = {}

    async def import_one(draft: Draft) -> None:
        contents = idempotency_key(draft.body, draft.category)
        line, expected = first.setdefault(visible(draft.body["external_ref"]), (draft.cells.line, contents))
        if contents == expected:
            await _import_draft(api, draft, categories, known, earlier, outcome)
        else:
            outcome.failed.append((draft, _same_reference(line, draft.body)))
        advance()

    await run_concurrently(drafts, import_one)
    return outcome


def report_failures(
    columns: Sequence[str], rejected: Iterable[tuple[Sequence[str], str]], form: Form, file: Path
) -> NoReturn:
    """Writes the rows, each with its reason, to a CSV file beside the imported file, or in the working directory if
    that is not possible. `form` is that of the imported file. Ends the command."""
    content = write_to_mend(columns, rejected, form).content
    errors = file.with_name(f"{file.name}.errors.csv")
    try:
        errors.write_bytes(content)
    except OSError:
        errors = Path.cwd() / errors.name
        errors.write_bytes(content)
    console.print(f"The rows that failed, with the reasons, are in {errors}", markup=False)
    raise typer.Exit(1)


async def _import_draft(
    api: Api, draft: Draft, categories: Mapping[str, str], known: dict[str, str], earlier: Earlier, outcome: Outcome
) -> None:
    if draft.why_not:
        outcome.failed.append((draft, draft.why_not))
        return
    body = draft.body | ({"category_id": categories[draft.category]} if draft.category else {})
    try:
        reference = visible(body["external_ref"])
        if draft.is_made and reference not in known:
            if same := await earlier.take(api, body, categories.values()):
                if same in earlier.unclear:
                    outcome.failed.append((draft, _maybe_there(body, same)))
                else:
                    outcome.existing += 1
                return
            if earlier.missing:
                outcome.failed.append((draft, _maybe_changed(body, earlier.missing)))
                return
        if await _create(api, body, known):
            outcome.created += 1
            return
        number = known[reference]
        different = await existing.find_differences(api, number, body, categories.values())
    except Refused as refused:
        if refused.status == 401:
            raise
        outcome.failed.append((draft, f"{refused.status} {refused}"))
        return
    if different:
        outcome.failed.append((draft, _other_contents(number, body, different)))
    else:
        outcome.existing += 1


async def _create(api: Api, body: Json, known: dict[str, str]) -> bool:
    """Returns false if the reference belongs to a ticket already, whose number is in `known` then."""
    source, reference = body["source"], visible(body["external_ref"])
    if reference in known:
        return False
    try:
        made = await api.post("/api/v1/tickets", body, idempotency_key(body))
    except Refused as refused:
        # Another account may have imported the row meanwhile.
        number = await existing.find_number(api, source, body["external_ref"]) if refused.status == 409 else None
        if number is None:
            raise
        known[reference] = number
        return False
    # Two equal rows may be on their way at the same time: they get the same ticket.
    first = reference not in known
    known[reference] = made["number"]
    return first


def _other_contents(number: str, body: Json, different: Sequence[str]) -> str:
    return (
        f"{number} was imported from “{body['source']}” as {body['external_ref']} before, with another"
        f" {', '.join(different)}. If this is another file, import it with a --source of its own."
    )


def _maybe_there(body: Json, number: str) -> str:
    return (
        f"this row has no reference, and {number} has the same contents, and was imported from “{body['source']}” under"
        " a number: it may be this row. If it is a new row, import this file of rows to correct with the same --source."
    )


def _maybe_changed(body: Json, missing: int) -> str:
    return (
        f"this row has no reference, and {missing:,} rows that were imported from “{body['source']}” before are not in"
        " this file: it may be one of them with other contents. If it is a new row, import this file of rows to correct"
        " with the same --source. If this is another file, import it with a --source of its own."
    )


def _same_reference(line: int, body: Json) -> str:
    return (
        f"line {line} has the reference {body['external_ref']} too, with other contents. Give each ticket a reference"
        " of its own, or leave one of the rows out."
    )


def idempotency_key(*parts: Any) -> str:
    """Returns the same key for the same parts, which are what JSON knows."""
    return f"import-{hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()}"
