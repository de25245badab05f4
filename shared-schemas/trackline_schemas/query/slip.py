"""Tells a slip of typing from another word."""


def is_slip(typed: str, meant: str) -> bool:
    """Returns whether one letter is missing, too many or another one, or two neighbours are swapped."""
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    start = next((at for at, (one, two) in enumerate(zip(typed, meant, strict=False)) if one != two), None)
    if start is None:
        return True
    mine, other = typed[start:], meant[start:]
    swapped = mine[1::-1] + mine[2:]
    return mine == other[1:] or mine[1:] in (other, other[1:]) or swapped == other
