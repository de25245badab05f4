"""Cuts the variable font of the portal into small files, of which a browser loads those whose characters a page shows.

The package has one file for all of Latin Extended, so that a single "ř" would cost 85 kB. It also has every weight,
of which the portal uses 400 to 600, and features that the portal does not use.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

WEIGHTS = (400, 400, 600)  # lightest, default, boldest
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum"]
# Parts of the package's "latin-ext", by their Unicode blocks: first the letters of most European languages.
CUTS = {
    "latin-ext": {
        "extended-a": "U+0100-017F,U+018F,U+0218-021B,U+0259,U+1E9E",
        "extended-b-1": "U+0180-01CC",
        "extended-b-2": "U+01CD-024F,U+1E80-1E85,U+1EF2-1EF3",
        "phonetic": "U+0250-02AF",
        "additional": "U+1E00-1EFF",
        "signs": "U+2000-2BFF",
    }
}
# Where two parts have a character, a browser takes the one that comes later in the style sheet.
LATER = ("extended-b-1", "vietnamese", "extended-a", "latin")
_FACE = re.compile(r"files/inter-([a-z-]+)-wght-normal\.woff2.*?unicode-range: ([^;]+);", re.DOTALL)


@dataclass(frozen=True)
class Part:
    """`source` is the name of the part in the package that has its characters."""

    name: str
    source: str
    characters: frozenset[int]


def cut(package: Path, target: Path) -> None:
    """Writes the files and their style sheet, inter.css, from the package @fontsource-variable/inter."""
    target.mkdir(parents=True)
    parts = sorted(_parts((package / "wght.css").read_text()), key=_place)
    for part in parts:
        font = _subset(package / f"files/inter-{part.source}-wght-normal.woff2", part.characters)
        font.save(target / f"{part.name}.woff2")
    (target / "inter.css").write_text("\n".join(map(_face, parts)))


def _parts(style_sheet: str) -> Iterator[Part]:
    for source, written in _FACE.findall(style_sheet):
        left = set(read_ranges(written))
        for name, ranges in CUTS.get(source, {}).items():
            taken = frozenset(left.intersection(read_ranges(ranges)))
            left -= taken
            yield Part(name, source, taken)
        yield Part(source, source, frozenset(left))


def _place(part: Part) -> int:
    return LATER.index(part.name) if part.name in LATER else -1


def _subset(file: Path, characters: Iterable[int]) -> TTFont:
    font = TTFont(file)
    subsetter = Subsetter(Options(layout_features=FEATURES, hinting=False))
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    limited = instancer.instantiateVariableFont(font, {"wght": WEIGHTS})
    limited.flavor = "woff2"
    return limited


def _face(part: Part) -> str:
    # With `swap`, a page would move when a font comes late. With `optional` it keeps the font of the system then, and
    # the next page has this one.
    return (
        '@font-face {\n  font-family: "Inter Variable";\n  font-display: optional;\n'
        f"  font-weight: {WEIGHTS[0]} {WEIGHTS[-1]};\n"
        f'  src: url(./{part.name}.woff2) format("woff2");\n'
        f"  unicode-range: {write_ranges(part.characters)};\n}}\n"
    )


def read_ranges(written: str) -> Iterator[int]:
    """Returns the characters of a unicode-range, such as `U+0100-017F,U+1E9E`."""
    for one in written.split(","):
        first, _, last = one.strip().removeprefix("U+").partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def write_ranges(characters: Iterable[int]) -> str:
    ranges: list[list[int]] = []
    for character in sorted(characters):
        if ranges and ranges[-1][1] == character - 1:
            ranges[-1][1] = character
        else:
            ranges.append([character, character])
    return ",".join(f"U+{first:04X}" if first == last else f"U+{first:04X}-{last:04X}" for first, last in ranges)
