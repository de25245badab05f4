"""Reads the tables of who may do what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
SIGNS = frozenset("+x-!")


@dataclass(frozen=True)
class Row:
    """`cells` is role → one sign for each object of the heading."""

    method: str
    path: str
    kind: str
    objects: Sequence[str]
    cells: Mapping[str, str]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def read_table(file: str) -> list[Row]:
    """Raises ValueError for a line that is not of the form."""
    return list(_rows((FOLDER / file).read_text().splitlines()))


def _rows(lines: Sequence[str]) -> Iterator[Row]:
    roles: list[str] = []
    kind, objects = "", ["-"]
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if not words or line.startswith("#"):
            continue
        if line.startswith("["):
            kind, _, named = line.strip("[] ").partition(":")
            objects = [one.strip() for one in named.split(",")] if named else ["-"]
        elif words[0] == "roles":
            roles = words[1:]
        else:
            method, path, *cells = words
            whole = len(cells) == len(roles) and all(len(cell) == len(objects) for cell in cells)
            if not whole or not SIGNS.issuperset("".join(cells)):
                raise ValueError(f"line {number} needs {len(roles)} cells of {len(objects)} signs: {line}")
            yield Row(method, path, kind, objects, dict(zip(roles, cells, strict=True)))
