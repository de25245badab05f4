"""Bringing drafts in as tickets. Every write carries a key made of source and reference: a repeat changes nothing."""

import asyncio
import csv
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import typer

from trackline_cli.access import console
from trackline_cli.api import Api, Json, Refused
from trackline_cli.rows import Draft

T = TypeVar("T")
AT_ONCE = 8


@dataclass
class Outcome:
    created: int = 0
    existing: int = 0
    failed: list[tuple[Draft, str]] = field(default_factory=list)


async def category_ids(api: Api, names: Iterable[str]) -> dict[str, str]:
    """Name → id; what is absent is created."""
    return await made(api, "/api/v1/categories", {name: {"name": name} for name in names}, lambda one: one["name"])


async def made(
    api: Api,
    path: str,
    wanted: Mapping[str, Json],
    name: Callable[[Json], str],
    among: Mapping[str, Any] | None = None,
    advance: Callable[[], None] = lambda: None,
) -> dict[str, str]:
    """Name → id of all that `path` lists by the parameters `among`, after what is absent of `wanted` was created."""
    ids = {name(one): one["id"] async for one in api.pages(path, {"page[size]": 100, **(among or {})})}

    async def make(key: str) -> None:
        if key not in ids:
            ids[key] = (await api.post(path, wanted[key], key_of(path, key)))["id"]
        advance()

    await side_by_side(iter(wanted), make)
    return ids


async def side_by_side(items: Iterator[T], work: Callable[[T], Awaitable[None]]) -> None:
    """All workers take from one iterator: at most AT_ONCE items are in memory. The first failure ends it."""

    async def worker() -> None:
        for item in items:
            await work(item)

    tasks = [asyncio.create_task(worker()) for _ in range(AT_ONCE)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def references(api: Api, source: str) -> set[str]:
    """The external_ref of every ticket that came from the source before."""
    condition = {"field": "source", "op": "eq", "value": source}
    query = {"filter": json.dumps(condition), "sort": "created_at", "page[size]": 100}
    return {ticket["external_ref"] async for ticket in api.pages("/api/v1/tickets", query)}


async def bring_in(
    api: Api,
    drafts: Iterator[Draft],
    categories: Mapping[str, str],
    known: set[str],
    advance: Callable[[], None],
) -> Outcome:
    """Raises Unreachable when Trackline does not answer any more: the same command then goes on where it stopped."""
    outcome = Outcome()

    async def bring(draft: Draft) -> None:
        await _bring(api, draft, categories, known, outcome)
        advance()

    await side_by_side(drafts, bring)
    return outcome


def report_failures(rejected: Sequence[Mapping[str, Any]], file: Path) -> NoReturn:
    """Writes the rows beside the file, or here where that cannot be; the first members lead. Ends the command."""
    errors = file.with_name(f"{file.name}.errors.csv")
    try:
        _write(rejected, errors)
    except OSError:
        errors = Path.cwd() / errors.name
        _write(rejected, errors)
    console.print(f"The rows that failed and why: {errors}", markup=False)
    raise typer.Exit(1)


def _write(rejected: Sequence[Mapping[str, Any]], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, [column for column in rejected[0] if column], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rejected)


async def _bring(api: Api, draft: Draft, categories: Mapping[str, str], known: set[str], outcome: Outcome) -> None:
    if draft.why_not:
        outcome.failed.append((draft, draft.why_not))
        return
    reference = draft.body["external_ref"]
    if reference in known:
        outcome.existing += 1
        return
    category = {"category_id": categories[draft.category]} if draft.category else {}
    try:
        await api.post("/api/v1/tickets", draft.body | category, key_of(draft.body["source"], reference))
        outcome.created += 1
    except Refused as refused:
        if refused.status == 401:
            raise
        if refused.status == 409:
            # Somebody else has brought the same row in.
            outcome.existing += 1
        else:
            outcome.failed.append((draft, f"{refused.status} {refused}"))


def key_of(*parts: str) -> str:
    """The Idempotency-Key of what is made of these."""
    return f"import-{hashlib.sha256(json.dumps(parts).encode()).hexdigest()}"
