"""Turns the rows of a CSV file into tickets, and counts the changes that this needs."""

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trackline_cli.access import stop
from trackline_cli.formulas import unquote
from trackline_cli.text_fields import TextFields

FIELDS = ("title", "description", "kind", "category", "urgency", "impact", "external_ref")
KNOWN_COLUMNS: Mapping[str, str] = {
    **{name: name for name in FIELDS},
    "body": "description",
    "text": "description",
    "ticket_type": "kind",
    "type": "kind",
}
# Exports that number their types sort the words first, so 0 is incident and 1 is request.
KINDS: Mapping[str, str] = {"0": "incident", "1": "request", "incident": "incident", "request": "request"}
LOWEST = 3
MAX_TITLE = 200
MAX_REF = 100
MAX_CATEGORY = 100
# These are the limits of the API (docs/api.md). They are repeated here, because this package imports nothing of
# Trackline.
MAX_TEXT_BYTES = 40_000
TITLE_FROM_TEXT = 80
# the columns that an import adds to the rows that fail
ERROR_COLUMNS = {"row", "reason"}
NO_TEXTS: TextFields = {}


class UnusableFile(Exception):
    """The file cannot be imported. The message says what to do about it."""


@contextmanager
def stop_if_unusable(file: Path) -> Iterator[None]:
    """Ends the command with a message if the block raises UnusableFile or meets a file that is not UTF-8."""
    try:
        yield
    except (UnusableFile, UnicodeDecodeError) as error:
        reason = "it is not UTF-8: save it as UTF-8" if isinstance(error, UnicodeDecodeError) else error
        stop(f"{file} cannot be imported: {reason}")


@dataclass(frozen=True)
class Draft:
    """A row as a body of POST /api/v1/tickets. The body lacks the category's id, and `category` is its name. `why_not`
    is the reason if the row cannot become a ticket."""

    number: int
    raw: Mapping[str, str]
    body: dict[str, Any]
    category: str | None
    why_not: str | None = None


@dataclass
class Plan:
    """Counts the rows that need each change. `unusable` counts the rows that cannot become tickets."""

    rows: int = 0
    unusable: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)


def map_columns(columns: list[str], given: Mapping[str, str], texts: TextFields = NO_TEXTS) -> dict[str, str]:
    """Returns column → field. `given` overrides the columns that are known by name, and an empty field there leaves the
    column out. `texts` holds the fields that exist besides FIELDS. Raises UnusableFile."""
    fields = (*FIELDS, *texts)
    unknown = [f"there is no column {column!r}" for column in given if column not in columns]
    unknown += [f"there is no field {name!r}" for name in given.values() if name and name not in fields]
    if unknown:
        raise UnusableFile(f"--map: {'; '.join(unknown)}. Columns: {', '.join(columns)}. Fields: {', '.join(fields)}.")
    known = {**{name: name for name in texts}, **KNOWN_COLUMNS}
    guessed = {column: known[column] for column in columns if column in known}
    taken = set(given.values())
    mapped = {column: name for column, name in guessed.items() if name not in taken} | dict(given)
    mapped = {column: name for column, name in mapped.items() if name}
    twice = [name for name, count in Counter(mapped.values()).items() if count > 1]
    if twice or not {"title", "description"} & set(mapped.values()):
        reason = (
            f"several columns stand for {', '.join(twice)}" if twice else "no column stands for title or description"
        )
        raise UnusableFile(f"{reason}: choose one by --map column=field. Columns: {', '.join(columns)}.")
    return mapped


def read_columns(path: Path) -> list[str]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        header = next(csv.reader(file), [])
    if not header:
        raise UnusableFile(f"{path} is empty: the first line must name the columns.")
    return header


def read_drafts(
    path: Path, mapped: Mapping[str, str], source: str, plan: Plan | None = None, texts: TextFields = NO_TEXTS
) -> Iterator[Draft]:
    """Yields a draft for each row, and counts the changes in `plan`."""
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    counted = plan or Plan()
    with path.open(newline="", encoding="utf-8-sig") as file:
        for number, raw in enumerate(_rows(file), 1):
            values = {name: (raw.get(column) or "").replace("\0", "").strip() for column, name in mapped.items()}
            counted.rows += 1
            draft = _draft(number, raw, values, source, counted)
            for name in texts.keys() & {name for name, value in values.items() if value}:
                draft.body[name] = _line(name, values[name], texts[name], counted)
            yield draft


def _rows(lines: Iterable[str]) -> Iterator[Mapping[str, str]]:
    """Yields the rows. Those of a file that an earlier import wrote get their texts back as they were."""
    reader = csv.DictReader(lines)
    ours = set(reader.fieldnames or ()) >= ERROR_COLUMNS
    for row in reader:
        yield {name: unquote(cell) if isinstance(cell, str) else cell for name, cell in row.items()} if ours else row


def _draft(number: int, raw: Mapping[str, str], values: Mapping[str, str], source: str, plan: Plan) -> Draft:
    title, description = _texts(values.get("title", ""), values.get("description", ""), plan)
    body: dict[str, Any] = {
        "title": title,
        "description": description,
        "kind": _kind(values.get("kind"), plan),
        "channel": "import",
        "source": source,
        "external_ref": values.get("external_ref") or str(number),
        **{name: _level(name, values[name], plan) for name in ("urgency", "impact") if name in values},
    }
    category = _category(values.get("category", ""), plan)
    why_not = None if title else "neither title nor text"
    if len(body["external_ref"]) > MAX_REF:
        why_not = f"external_ref is longer than {MAX_REF} characters"
    plan.unusable += why_not is not None
    return Draft(number, raw, body, category, why_not)


def _texts(title: str, description: str, plan: Plan) -> tuple[str, str]:
    title = " ".join(title.split())
    if not title and description:
        plan.changes["empty title → the first words of the text"] += 1
        title = _first_words(description)
    elif title and not description:
        plan.changes["empty text → the title"] += 1
        description = title
    if len(title) > MAX_TITLE:
        plan.changes[f"title over {MAX_TITLE} characters → cut, and put in full before the text"] += 1
        description = f"{title}\n\n{description}"
        title = f"{title[: MAX_TITLE - 1]}…"
    if len(description.encode()) > MAX_TEXT_BYTES:
        plan.changes[f"text over {MAX_TEXT_BYTES:,} bytes → cut"] += 1
        description = description.encode()[:MAX_TEXT_BYTES].decode(errors="ignore")
    return title, description


def _first_words(text: str) -> str:
    flat = " ".join(text[: TITLE_FROM_TEXT * 2].split())
    if len(flat) <= TITLE_FROM_TEXT:
        return flat
    return flat[:TITLE_FROM_TEXT].rpartition(" ")[0] or flat[:TITLE_FROM_TEXT]


def _kind(given: str | None, plan: Plan) -> str:
    kind = KINDS.get((given or "incident").lower())
    if kind is None:
        plan.changes[f"unknown kind {given!r} → incident"] += 1
    kind = kind or "incident"
    plan.kinds[kind if given in (None, "", kind) else f"{given} → {kind}"] += 1
    return kind


def _level(name: str, given: str, plan: Plan) -> int:
    known = given in ("1", "2", "3")
    level = int(given) if known else LOWEST
    plan.levels[f"{name} {level}"] += 1
    if not known:
        plan.changes[f"{name} {given or 'empty'} → {LOWEST} (outside 1–3)"] += 1
    return level


def _line(name: str, given: str, longest: int, plan: Plan) -> str:
    line = " ".join(given.split())
    if len(line) > longest:
        plan.changes[f"{name} over {longest} characters → cut"] += 1
    return line[:longest]


def _category(given: str, plan: Plan) -> str | None:
    if not given:
        return None
    name = f"Category {given}" if given.isdigit() else " ".join(given.split())[:MAX_CATEGORY]
    plan.categories[name] += 1
    return name
