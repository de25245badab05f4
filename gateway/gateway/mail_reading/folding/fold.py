"""Decides line by line what is folded. Each line is looked at a few times, however long the text is."""

from collections.abc import Sequence
from itertools import groupby

from gateway.mail_reading.folding import openings
from gateway.mail_reading.folding.lines import Line, lines_of
from gateway.mail_reading.folding.signatures import begin_of_signature, sent_from
from gateway.mail_reading.mail import Fold, Part

# Only the end of a line as long as this was broken off.
_WRAPPED = 60
# Behind so many lines nobody looks for the beginning of a quote: what is as long as that is a log.
MOST_LINES = 5000


def fold_text(text: str) -> tuple[Part, ...]:
    """Returns the parts of a plain text. Their contents, joined by line ends, are the text."""
    folds = fold(lines_of(text))
    pairs = groupby(zip(folds, text.split("\n"), strict=True), key=lambda pair: pair[0])
    return tuple(Part(fold, "\n".join(line for _, line in group)) for fold, group in pairs)


def fold(lines: Sequence[Line]) -> list[Fold]:
    """Returns how each line is shown."""
    folds = [Fold.QUOTE if line.depth else line.mark or Fold.OWN for line in lines]
    _join_broken(lines, folds)
    _fold_quotes(lines, folds)
    _fold_signatures(lines, folds)
    _show_something(lines, folds)
    _take_blanks(lines, folds)
    return folds


def _join_broken(lines: Sequence[Line], folds: list[Fold]) -> None:
    """A program that breaks long lines of a quote gives the ends of them no marks."""
    for place in range(1, len(lines) - 1):
        before, after = lines[place - 1], lines[place + 1]
        if before.depth and after.depth and len(before.text) >= _WRAPPED and not lines[place].blank:
            folds[place] = Fold.QUOTE


def _fold_quotes(lines: Sequence[Line], folds: list[Fold]) -> None:
    place = 0
    while place < min(len(lines), MOST_LINES):
        opening = _opening(lines, folds, place)
        if opening is None:
            place += 1
            continue
        begin = _begin(lines, opening.begin)
        end = opening.end
        if not openings.is_quoted(lines, end) and _says_something(lines, folds, begin):
            end = len(lines)
        folds[begin:end] = [opening.fold] * (end - begin)
        place = end


def _opening(lines: Sequence[Line], folds: Sequence[Fold], place: int) -> openings.Opening | None:
    if folds[place] is not Fold.OWN:
        return None
    if lines[place].last:
        return openings.Opening(place, place + 1, Fold.QUOTE)
    return openings.find(lines, place)


def _begin(lines: Sequence[Line], place: int) -> int:
    """Returns the place of the line that separates the opening from the text before it, if there is one."""
    before = place - 1
    while before >= 0 and lines[before].blank:
        before -= 1
    return before if before >= 0 and openings.is_rule(lines[before]) else place


def _says_something(lines: Sequence[Line], folds: Sequence[Fold], place: int) -> bool:
    """A mail that is forwarded without a word of one's own is shown."""
    return any(fold is Fold.OWN and not line.blank for line, fold in zip(lines[:place], folds, strict=False))


def _fold_signatures(lines: Sequence[Line], folds: list[Fold]) -> None:
    begin = 0
    for own, group in groupby(folds[:], key=lambda fold: fold is Fold.OWN):
        end = begin + len(list(group))
        if own:
            start = begin + begin_of_signature(lines[begin:end])
            folds[start:end] = [Fold.SIGNATURE] * (end - start)
            for place in sent_from(lines[begin:start]):
                folds[begin + place] = Fold.SIGNATURE
        begin = end


def _show_something(lines: Sequence[Line], folds: list[Fold]) -> None:
    """What is nothing but a quote is shown, and then what is nothing but a signature."""
    for shown in ({Fold.QUOTE, Fold.FORWARD}, {Fold.SIGNATURE}):
        if not _says_something(lines, folds, len(lines)):
            folds[:] = [Fold.OWN if fold in shown else fold for fold in folds]


def _take_blanks(lines: Sequence[Line], folds: list[Fold]) -> None:
    """Blank lines between two folds of one kind belong to them, so that they are one."""
    known = None
    for place, line in enumerate(lines):
        if not line.blank:
            if known is not None and folds[known] is folds[place] and folds[place] is not Fold.OWN:
                folds[known:place] = [folds[place]] * (place - known)
            known = place
