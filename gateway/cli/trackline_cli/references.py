"""The references of rows that have none of their own.

They follow from the contents of a row, because its place changes: a spreadsheet adds and drops empty rows, people sort
a file, and a file grows. So a row whose contents have changed looks like a new one. It is refused while a row that was
imported before is missing from the file, since it may be that one.
"""

import asyncio
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from trackline_cli import existing
from trackline_cli.api import Api, Json
from trackline_cli.texts import visible

_MADE = re.compile(r"row-[0-9a-f]{16}(?:-[1-9][0-9]*)?")
# Earlier releases made references of the number of a row. Only the last of these forms is written by nobody else.
_EARLIER = re.compile(r"(?:row )?(?P<number>[1-9][0-9]*)|(?P<ours>row [1-9][0-9]* \([0-9a-f]{8}\))")
# These are the same for all rows.
_NOT_COUNTED = frozenset({"source", "channel", "external_ref"})


class Maker:
    """Makes the references of the rows of one file, and counts equal rows."""

    def __init__(self) -> None:
        self._rows: Counter[str] = Counter()

    def make(self, body: Json, category: str | None) -> str:
        contents = {name: value for name, value in body.items() if name not in _NOT_COUNTED}
        row = f"row-{_digest({**contents, 'category': category})}"
        self._rows[row] += 1
        return row if self._rows[row] == 1 else f"{row}-{self._rows[row]}"


@dataclass
class File:
    """What the rows of a file have: `references` as `visible` shows them, and the digests of their texts. `unwritten`
    are the references that were made."""

    references: set[str] = field(default_factory=set)
    unwritten: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)

    def add(self, body: Json, is_made: bool) -> None:
        (self.unwritten if is_made else self.references).add(visible(body["external_ref"]))
        self.texts.add(_digest_texts(body))


class Earlier:
    """The tickets whose references earlier releases may have made, by the digests of their texts. `missing` counts the
    tickets with a reference that Trackline made whose row is not in the file. `unclear` are the numbers of tickets
    whose references may also be of the system that they come from."""

    def __init__(self) -> None:
        self.missing = 0
        self.unclear: set[str] = set()
        self._numbers: defaultdict[str, list[str]] = defaultdict(list)
        # Of equal rows, each is another ticket.
        self._matching = asyncio.Lock()

    async def load(self, api: Api, known: Mapping[str, str], file: File) -> None:
        """`known` is external_ref → number. A file whose rows are all known needs nothing of this."""
        if file.unwritten <= known.keys():
            return
        here = file.references | file.unwritten
        self.missing = sum(bool(_MADE.fullmatch(reference)) for reference in known.keys() - here)
        earlier = ((_EARLIER.fullmatch(reference), number) for reference, number in known.items())
        wanted = [(found, number) for found, number in earlier if found and found[0] not in file.references]
        # The numbers of rows have no gaps, but for the rows that failed.
        if any(int(found["number"] or 0) > 2 * len(known) for found, _ in wanted):
            self.unclear = {number for found, number in wanted if not found["ours"]}
        for found, number in wanted:
            texts = _digest_texts(await existing.read_opening(api, number))
            self._numbers[texts].append(number)
            self.missing += bool(found["ours"]) and texts not in file.texts

    async def take(self, api: Api, body: Json, categories: Collection[str]) -> str | None:
        """Returns the number of one of these tickets that was opened with the contents of this row. No other row gets
        it."""
        if not (numbers := self._numbers.get(_digest_texts(body))):
            return None
        async with self._matching:
            for number in numbers:
                if not await existing.find_differences(api, number, body, categories):
                    numbers.remove(number)
                    return number
        return None


def survey(rows: Iterable[tuple[Json, bool]]) -> File:
    """Takes each row as its body and whether its reference was made."""
    file = File()
    for body, is_made in rows:
        file.add(body, is_made)
    return file


def _digest_texts(body: Json) -> str:
    return _digest({name: body.get(name) or "" for name in ("title", "description")})


def _digest(contents: Json) -> str:
    seen = {name: visible(value) if isinstance(value, str) else value for name, value in contents.items()}
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:16]
