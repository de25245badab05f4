"""What the imports of CSV files say about a file."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer

from trackline_cli.access import stop
from trackline_csv import ENCODINGS, Doubt, Unreadable

SEVERAL = (
    "looks like several rows: a quotation mark is not closed. Close it, double it if it belongs to the text, or import"
    " with --multiline if the row is right"
)
HOW_TO_NAME = (
    "Windows saves cp1250 in Central Europe, for example, and cp1254 in Turkey: then give --encoding cp1250 or"
    f" --encoding cp1254. The names are {', '.join(ENCODINGS)}."
)


class UnusableFile(Exception):
    """The file cannot be imported. The message says what to do about it."""


@contextmanager
def stop_if_unusable(file: Path) -> Iterator[None]:
    """Ends the command with a message if the block raises UnusableFile or meets a file that is no CSV file."""
    try:
        yield
    except (UnusableFile, Unreadable) as error:
        how = f"\n{HOW_TO_NAME}" if isinstance(error, Unreadable) and error.why == "encoding" else ""
        stop(f"{file} cannot be imported: {error}{how}")


def describe_encoding(named: str, doubts: Sequence[Doubt]) -> list[str]:
    """Returns lines for what a command announces."""
    may_be = [
        f"  doubtful    “{doubt.word}” is “{doubt.other}” if the encoding is {doubt.encoding}:"
        f" then give --encoding {doubt.encoding}"
        for doubt in doubts
    ]
    return [f"  encoding    {named}", *may_be]


def ask_to_continue(yes: bool, doubts: Sequence[Doubt]) -> None:
    """`--yes` is an answer in advance. Whoever gives it sees no doubtful words before they are imported."""
    if not yes:
        typer.confirm("Continue?", abort=True)
    elif doubts:
        stop(
            "The encoding of the file is not certain. Name it by --encoding, or leave out --yes and look at the words."
        )
