"""The keys of many keyboards, from keyboards.txt."""

from dataclasses import dataclass
from pathlib import Path

# Up, right, down and left of a key, as zxcvbn counts them for rows that are shifted by half a key.
_NEIGHBOURS = ((-1, 0), (0, -1), (1, -1), (1, 0), (0, 1), (-1, 1))
_NO_KEY = "∅"

Place = tuple[int, int]
Graph = dict[str, list[str | None]]


@dataclass(frozen=True)
class Keyboard:
    """What the keys type alone and with Shift, by their places: column and row."""

    alone: dict[Place, str]
    shifted: dict[Place, str]

    def graph(self) -> Graph:
        """Returns character → the keys around it, each as the two characters that it types."""
        keys = {place: typed + self.shifted.get(place, "") for place, typed in self.alone.items()}
        around = {(x, y): [keys.get((x + right, y + down)) for right, down in _NEIGHBOURS] for x, y in keys}
        return {typed: around[place] for place, key in keys.items() for typed in key}


def _read(text: str) -> dict[str, Keyboard]:
    """The first part of the file is about the file."""
    return {name: _keyboard(rows) for name, *rows in map(str.splitlines, text.strip().split("\n\n")[1:])}


def _keyboard(rows: list[str]) -> Keyboard:
    alone, shifted = zip(*(row.split("\t") for row in rows), strict=True)
    return Keyboard(_level(alone), _level(shifted))


def _level(rows: tuple[str, ...]) -> dict[Place, str]:
    keys = {(x, y): typed for y, row in enumerate(rows) for x, typed in enumerate(row.split(" "))}
    return {place: typed for place, typed in keys.items() if typed != _NO_KEY}


KEYBOARDS = _read(Path(__file__).with_suffix(".txt").read_text("utf-8"))
QWERTY = KEYBOARDS["QWERTY"]
