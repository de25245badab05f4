"""Keeps spreadsheets from running cells of the files that we write: nobody knows who wrote the texts in them."""

# The last four are what a spreadsheet for East Asian scripts takes for the first four.
_BEGINNINGS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_CONTROLS = ("\t", "\r", "\n")


def quote(cell: str) -> str:
    """Puts an apostrophe before a text that a spreadsheet would run as a formula. A text that looks like the result
    gets one more, so that `unquote` returns every text as it was."""
    return f"'{cell}" if _is_formula(cell) else cell


def unquote(cell: str) -> str:
    """Reverts `quote`."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell


def _is_formula(cell: str) -> bool:
    text = cell.lstrip("'")
    return text.startswith(_CONTROLS) or text.lstrip().startswith(_BEGINNINGS)
