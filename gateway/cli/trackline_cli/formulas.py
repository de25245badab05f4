"""Keeps spreadsheets from running cells of the files that we write: nobody knows who wrote the texts in them."""

# The last four are what a spreadsheet for East Asian scripts takes for the first four.
_BEGINNINGS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def quote(cell: object) -> object:
    """Puts an apostrophe before a text that a spreadsheet would run as a formula."""
    return f"'{cell}" if isinstance(cell, str) and _is_formula(cell.lstrip("'")) else cell


def unquote(cell: str) -> str:
    """Reverts `quote`."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell.lstrip("'")) else cell


def _is_formula(text: str) -> bool:
    return text.lstrip().startswith(_BEGINNINGS)
