"""Real replies, and what in each is a quote.

`first_half.txt` and `second_half.txt` have a line for each mail: its path, and the numbers of lines that are a quote
(q), a signature (s), or either of own and signature (e), such as a name at the end. All others are the writer's own.
Where a program made the text (HTML, or a mail with headers), `=` stands before the writer's own words instead, those
of the HTML behind a bar if they differ.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from gateway.mail_reading.mail import Fold, Part
from gateway.mail_reading.read import read

HERE = Path(__file__).parent
DATA = HERE.parents[3] / "shared" / "data" / "mail"
_RANGE = re.compile(r"([qse])(\d+)(-?)(\d*)$")


@dataclass(frozen=True)
class Outcome:
    """`rest` is the part of the quote that stays visible, and `signed` that of the signature; None if there is none."""

    name: str
    own: bool
    rest: float | None
    signed: float | None

    @property
    def clean(self) -> bool:
        return (self.rest or 0) <= 0.1

    @property
    def exact(self) -> bool:
        return self.own and not self.rest and not self.signed


def outcomes(labels: str, data: Path = DATA) -> Iterator[Outcome]:
    for line in (HERE / labels).read_text().splitlines():
        name, _, rest = line.partition(" ")
        if name:
            text = (data / name).read_text("utf-8", "replace")
            yield _by_words(name, text, rest[2:]) if rest.startswith("= ") else _by_lines(name, text, rest.split())


def _by_lines(name: str, text: str, ranges: list[str]) -> Outcome:
    parts = read(_mail("plain", text)).text_parts
    lines = [(line, part.fold) for part in parts for line in part.content.split("\n")]
    kinds = _kinds(ranges, len(lines))
    # Blank lines in front of a text are no part of it.
    kinds = kinds[len(text.splitlines()) - len(text.lstrip("\n").splitlines()) :]
    labelled = [(kind, line, fold) for kind, (line, fold) in zip(kinds, lines, strict=False) if line.strip()]
    own = all(fold is Fold.OWN for kind, _, fold in labelled if kind == "o")
    return Outcome(name, own, _visible(labelled, "q"), _visible(labelled, "s"))


def _kinds(ranges: list[str], count: int) -> list[str]:
    kinds = ["o"] * (count + 100)
    for one in ranges:
        match = _RANGE.match(one)
        if not match:
            raise ValueError(f"{one} is no range of lines")
        begin = int(match[2])
        end = int(match[4]) if match[4] else (len(kinds) if match[3] else begin)
        kinds[begin - 1 : end] = match[1] * (end - begin + 1)
    return kinds


def _visible(lines: list[tuple[str, str, Fold]], wanted: str) -> float | None:
    sizes = [(len(line.strip()), fold) for kind, line, fold in lines if kind == wanted]
    return sum(size for size, fold in sizes if fold is Fold.OWN) / sum(size for size, _ in sizes) if sizes else None


def _by_words(name: str, text: str, own: str) -> Outcome:
    mail = read(text.encode() if name.endswith(".eml") else _mail("html", text))
    of_text, _, of_html = own.partition(" | ")
    pairs = [(mail.html_parts, of_html or of_text)] if mail.html_parts else []
    if not name.endswith(".html"):
        pairs.append((mail.text_parts, of_text))
    found = [_compare(parts, words.split()) for parts, words in pairs]
    return Outcome(name, all(kept for kept, _ in found), max(rest for _, rest in found), None)


def _compare(parts: tuple[Part, ...], own: list[str]) -> tuple[bool, float]:
    def words(parts: list[Part]) -> list[str]:
        return unescape(re.sub(r"<[^>]*>", " ", " ".join(part.content for part in parts))).split()

    visible = words([part for part in parts if part.fold is Fold.OWN])
    everything = len("".join(words(list(parts)))) - len("".join(own))
    rest = len("".join(visible)) - len("".join(own))
    return all(word in visible for word in own), max(0, rest) / max(1, everything)


def _mail(subtype: str, text: str) -> bytes:
    return f"From: a@example.org\nContent-Type: text/{subtype}; charset=utf-8\n\n{text}".encode()
