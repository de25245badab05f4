"""Turns the rows of a CSV file into tickets, and counts the changes that this needs."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from trackline_cli.csv_files import SEVERAL, UnusableFile
from trackline_cli.references import Maker
from trackline_cli.text_fields import TextFields
from trackline_cli.texts import line
from trackline_csv import Encoding, Row, Table, key, open_table

FIELDS = ("title", "description", "kind", "category", "urgency", "impact", "external_ref")
KNOWN_COLUMNS: Mapping[str, str] = {
    **{name: name for name in FIELDS},
    "body": "description",
    "text": "description",
    "ticket_type": "kind",
    "type": "kind",
}
# Titles, as `key` writes them, that count only if no column has one of the names above.
OTHER_COLUMNS: Mapping[str, str] = {
    **{key(name): field for name, field in KNOWN_COLUMNS.items()},
    **dict.fromkeys(("titel", "betreff", "subject", "summary", "shortdescription", "kurzbeschreibung"), "title"),
    **dict.fromkeys(("beschreibung", "nachricht", "message"), "description"),
    **dict.fromkeys(("art", "typ", "ticketart", "tickettyp"), "kind"),
    "kategorie": "category",
    "dringlichkeit": "urgency",
    "auswirkung": "impact",
}
# Exports that number their types sort the words first, so 0 is incident and 1 is request.
KINDS: Mapping[str, str] = {
    **dict.fromkeys(("0", "incident", "störung", "vorfall"), "incident"),
    **dict.fromkeys(("1", "request", "service request", "anfrage", "anforderung"), "request"),
}
# The column of a file to correct that has the references of rows without one of their own. It has a name of its own,
# so that it counts whatever columns somebody chooses or leaves out.
REFERENCE = "Reference (Trackline)"
LOWEST = 3
MAX_TITLE = 200
MAX_REF = 100
MAX_CATEGORY = 100
# These are the limits of the API (docs/api.md). They are repeated here, because this package imports nothing of
# Trackline.
MAX_TEXT_BYTES = 40_000
TITLE_FROM_TEXT = 80
NO_TEXTS: TextFields = {}


@dataclass(frozen=True)
class Draft:
    """A row as a body of POST /api/v1/tickets. The body lacks the category's id, and `category` is its name. `why_not`
    is the reason if the row cannot become a ticket. `is_made` tells that the row has no reference of its own."""

    cells: Row
    body: dict[str, Any]
    category: str | None
    why_not: str | None = None
    is_made: bool = False


@dataclass
class Plan:
    """Counts the rows that need each change. `unusable` counts the rows that cannot become tickets. `doubtful` has the
    lines of what may be a mistake in the file."""

    rows: int = 0
    unusable: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    doubtful: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


def map_columns(columns: Sequence[str], given: Mapping[str, str], texts: TextFields = NO_TEXTS) -> dict[str, str]:
    """Returns column → field. `given` overrides the columns that are known by name, and an empty field there leaves the
    column out. `texts` holds the fields that exist besides FIELDS. Raises UnusableFile."""
    fields = (*FIELDS, *texts)
    unknown = [f"there is no column {column!r}" for column in given if column not in columns]
    unknown += [f"there is no field {name!r}" for name in given.values() if name and name not in fields]
    if unknown:
        raise UnusableFile(f"--map: {'; '.join(unknown)}. Columns: {', '.join(columns)}. Fields: {', '.join(fields)}.")
    taken = set(given.values())
    guessed = _guess(columns, texts, taken)
    mapped = {column: name for column, name in guessed.items() if name not in taken} | dict(given)
    if REFERENCE in columns:
        mapped = {column: name for column, name in mapped.items() if name != "external_ref"}
        mapped[REFERENCE] = "external_ref"
    mapped = {column: name for column, name in mapped.items() if name}
    twice = [name for name, count in Counter(mapped.values()).items() if count > 1]
    if twice or not {"title", "description"} & set(mapped.values()):
        reason = (
            f"several columns stand for {', '.join(twice)}" if twice else "no column stands for title or description"
        )
        raise UnusableFile(f"{reason}: choose one by --map column=field. Columns: {', '.join(columns)}.")
    return mapped


def _guess(columns: Sequence[str], texts: TextFields, taken: Collection[str]) -> dict[str, str]:
    """Returns column → field, for the fields that are not taken. A column that has the very name of a field comes
    before one whose title only means it."""
    known = {**{name: name for name in texts}, **KNOWN_COLUMNS}
    named = {column: known[column] for column in columns if column in known}
    others = {**{key(name): name for name in texts}, **OTHER_COLUMNS}
    meant = {column: others[key(column)] for column in columns if key(column) in others and column not in named}
    gone = {*taken, *named.values()}
    return named | {column: name for column, name in meant.items() if name not in gone}


def read_head(path: Path, encoding: Encoding | None = None) -> Table:
    """Returns a table without rows. Raises Unreadable."""
    with open_table(path, encoding) as table:
        return replace(table, rows=iter(()))


def check_titles(repeated: Collection[str], mapped: Mapping[str, str], given: Mapping[str, str]) -> None:
    """Raises UnusableFile if several columns have the title of a column that is imported. `given` are the columns that
    somebody has chosen."""
    if doubtful := [title for title in repeated if title in mapped and title not in given]:
        raise UnusableFile(
            f"several columns have the title {', '.join(doubtful)}: rename them, or choose one by --map column=field."
        )


def read_drafts(
    path: Path,
    mapped: Mapping[str, str],
    source: str,
    plan: Plan | None = None,
    texts: TextFields = NO_TEXTS,
    encoding: Encoding | None = None,
    multiline: bool = False,
) -> Iterator[Draft]:
    """Yields a draft for each row, and counts the changes in `plan`. `multiline` tells that cells over several lines
    are right. Raises Unreadable."""
    counted = plan or Plan()
    references = Maker()
    with open_table(path, encoding) as table:
        places = {name: table.columns.index(column) for column, name in mapped.items()}
        for cells in table.rows:
            if not any(map(str.strip, cells)):
                continue
            values = {name: cells[place].strip() for name, place in places.items()}
            counted.rows += 1
            if cells.given < len(table.columns):
                counted.doubtful["fewer cells than columns → the missing ones are empty"].append(cells.line)
            if values.get("external_ref") == "":
                counted.doubtful["no reference → one made of its contents"].append(cells.line)
            if any("\ufffd" in value for value in values.values()):
                counted.doubtful["letters that an earlier program has lost (\ufffd) → kept so"].append(cells.line)
            draft = _draft(cells, values, source, counted)
            for name in texts.keys() & {name for name, value in values.items() if value}:
                draft.body[name] = _line(name, values[name], texts[name], counted)
            if draft.why_not is None and (why := _why_not(cells, len(table.columns), multiline)):
                counted.unusable += 1
                draft = replace(draft, why_not=why)
            if draft.is_made:
                draft.body["external_ref"] = references.make(draft.body, draft.category)
            yield draft


def _why_not(cells: Row, columns: int, multiline: bool) -> str | None:
    if len(cells) > columns:
        return f"{cells.given} cells, but only {columns} columns"
    return SEVERAL if cells.is_doubtful and not multiline else None


def without_category(draft: Draft, refused: Mapping[str, str]) -> Draft:
    """Returns the draft, which fails if its category is one that Trackline refused. `refused` maps names to reasons."""
    why = refused.get(draft.category or "")
    return (
        replace(draft, why_not=draft.why_not or f"the category “{draft.category}” was refused: {why}") if why else draft
    )


def to_mend(
    columns: Sequence[str], mapped: Mapping[str, str], failed: Iterable[tuple[Draft, str]]
) -> tuple[list[str], list[tuple[list[str], str]]]:
    """Returns columns and rows for `write_to_mend`. A row without a reference gets the one that was made for it,
    because it has other contents once somebody has corrected it."""
    place = next((columns.index(one) for one, name in mapped.items() if name == "external_ref"), len(columns))
    is_added = place == len(columns)
    rows = []
    for draft, reason in sorted(failed, key=lambda one: one[0].cells.line):
        before, after = draft.cells[:place], draft.cells[place if is_added else place + 1 :]
        given = "" if is_added else draft.cells[place]
        rows.append(([*before, given or draft.body["external_ref"], *after], f"Line {draft.cells.line}: {reason}"))
    return [*columns, *([REFERENCE] if is_added else [])], rows


def _draft(cells: Row, values: Mapping[str, str], source: str, plan: Plan) -> Draft:
    title, description = _texts(values.get("title", ""), values.get("description", ""), plan)
    body: dict[str, Any] = {
        "title": title,
        "description": description,
        "kind": _kind(values.get("kind"), plan),
        "channel": "import",
        "source": source,
        "external_ref": line(values.get("external_ref", "")),
        **{name: _level(name, values[name], plan) for name in ("urgency", "impact") if name in values},
    }
    category = _category(values.get("category", ""), plan)
    why_not = None if title else "neither title nor text"
    if len(body["external_ref"]) > MAX_REF:
        why_not = f"external_ref is longer than {MAX_REF} characters"
    plan.unusable += why_not is not None
    return Draft(cells, body, category, why_not, not body["external_ref"])


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
