"""Bringing drafts in as tickets. Every write carries a key made of source and reference: a repeat changes nothing."""

import asyncio
import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateway.cli.api import Api, Refused
from gateway.cli.rows import Draft

AT_ONCE = 8


@dataclass
class Outcome:
    created: int = 0
    existing: int = 0
    failed: list[tuple[Draft, str]] = field(default_factory=list)


async def category_ids(api: Api, names: Iterable[str]) -> dict[str, str]:
    """Name → id; what is absent is created."""
    ids = {category["name"]: category["id"] async for category in api.pages("/api/v1/categories", {})}
    for name in names:
        if name not in ids:
            made = await api.post("/api/v1/categories", {"name": name}, _key("category", name))
            ids[name] = made["id"]
    return ids


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

    async def work() -> None:
        # All workers take from one iterator: at most AT_ONCE rows are in memory.
        for draft in drafts:
            await _bring(api, draft, categories, known, outcome)
            advance()

    tasks = [asyncio.create_task(work()) for _ in range(AT_ONCE)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return outcome


def write_failures(failed: Iterable[tuple[Draft, str]], path: Path) -> None:
    rows = sorted(failed, key=lambda one: one[0].number)
    with path.open("w", newline="", encoding="utf-8") as file:
        columns = [column for column in rows[0][0].raw if column]
        writer = csv.DictWriter(file, ["row", "reason", *columns], extrasaction="ignore")
        writer.writeheader()
        writer.writerows({**draft.raw, "row": draft.number, "reason": reason} for draft, reason in rows)


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
        await api.post("/api/v1/tickets", draft.body | category, _key(draft.body["source"], reference))
        outcome.created += 1
    except Refused as refused:
        if refused.status == 401:
            raise
        if refused.status == 409:
            # Somebody else has brought the same row in.
            outcome.existing += 1
        else:
            outcome.failed.append((draft, f"{refused.status} {refused}"))


def _key(*parts: str) -> str:
    return f"import-{hashlib.sha256(json.dumps(parts).encode()).hexdigest()}"
