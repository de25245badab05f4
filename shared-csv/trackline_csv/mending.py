"""The rows of a file that could not be imported, as a file that people correct and import again."""

from collections.abc import Iterable, Sequence

from trackline_csv.form import Form
from trackline_csv.formulas import quote
from trackline_csv.writing import Written, write

# The title of the column that is added. It marks the files whose cells `quote` has changed, so no other file should
# have it.
PROBLEM = "Problem (Trackline)"


def write_to_mend(columns: Sequence[str], rows: Iterable[tuple[Sequence[str], str]], form: Form) -> Written:
    """Takes each row with a sentence about what is wrong. The readers of this package return the same columns and
    rows."""
    return write([_row(columns, PROBLEM, len(columns)), *(_row(cells, why, len(columns)) for cells, why in rows)], form)


def _row(cells: Sequence[str], why: str, width: int) -> list[str]:
    """Puts the sentence behind the last column. Cells that have no column come after it, since they stay so."""
    padded = [*cells, *[""] * (width - len(cells))]
    return [*map(quote, padded[:width]), quote(why), *map(quote, padded[width:])]
