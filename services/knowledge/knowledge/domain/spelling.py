"""The words that a mistyped word may have been meant to be."""

from string import ascii_lowercase, digits

SHORTEST = 3
# A longer word has too many variants to look up.
LONGEST = 30


def same_letters(word: str, other: str) -> bool:
    """Whoever typed all the letters of a word has more likely swapped two of them than meant another word."""
    return sorted(word) == sorted(other)


def swapped(word: str) -> list[str]:
    """Returns the words in which two neighbouring letters of this one are swapped."""
    if len(word) > LONGEST:
        return []
    return [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)]


def variants(word: str) -> set[str]:
    """Returns the folded words that differ by one letter: missing, added, another, or swapped with the next one."""
    if not SHORTEST <= len(word) <= LONGEST:
        return set()
    letters = sorted({*ascii_lowercase, *digits, *word})
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    missing = {left + right[1:] for left, right in halves if right}
    changed = {left + letter + right[1:] for left, right in halves if right for letter in letters}
    added = {left + letter + right for left, right in halves for letter in letters}
    return (missing | {*swapped(word)} | changed | added) - {word}
